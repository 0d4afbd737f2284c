"""What a batch costs beside the cleaning itself, what a second worker brings, and what memory it takes over many pages.

    python tests/bench/bench_batch.py speed [--pages N] [--corpus CORPUS]
    python tests/bench/bench_batch.py memory [--pages N]

``speed`` cleans the pages of samples/, or of a corpus as ``cleaner score`` takes it, in this process, then in batches of one
worker and of two, in turn, three times: pages a second by the clock and of CPU, medians. On a machine that others use the
clock says little, CPU more.
``memory`` follows the memory of every process of a batch over many small pages, by tenths of the pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cleaner import clean
from cleaner.scoring.samples import sample_sets
from cleaner.types import Page
from cleaner.writers.rows import json_row
from tests.batch.pages import PROGRAM, article, processes_below

ROUNDS = 3
SECONDS_BETWEEN_LOOKS = 0.25
TICK = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGESIZE")


@dataclass(slots=True)
class Taken:
    """What the processes of a batch took: seconds by the clock and of CPU, and bytes held at most, by kind of process."""

    seconds: float = 0.0
    cpu: dict[int, float] = field(default_factory=dict)
    parent_bytes: list[int] = field(default_factory=list)
    child_bytes: list[int] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("speed", "memory"))
    parser.add_argument("--pages", type=int)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).parents[2] / "samples")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.what == "speed":
            measure_speed(Path(folder), _pages_of(arguments.corpus, arguments.pages or 1_000))
        else:
            measure_memory(Path(folder), arguments.pages or 100_000)


def measure_speed(folder: Path, contents: Sequence[bytes]) -> None:
    pages = len(contents)
    path = _written(folder / "pages.jsonl.gz", contents)
    found: dict[str, list[tuple[float, float]]] = {"cleaning alone": [], "1 worker": [], "2 workers": []}
    for turn in range(ROUNDS):
        found["cleaning alone"].append(_clean_here(contents))
        for workers in (1, 2):
            taken = _run(path, folder / f"{turn}-{workers}.jsonl", workers)
            found[f"{workers} worker{'s' * (workers > 1)}"].append((taken.seconds, sum(taken.cpu.values())))
    alone = statistics.median(cpu for _, cpu in found["cleaning alone"]) / pages
    one = statistics.median(seconds for seconds, _ in found["1 worker"])
    table = Table(
        "what",
        "seconds",
        "pages a second",
        "x 1 worker",
        "CPU s",
        "CPU ms a page",
        "share that cleans",
        title=f"{pages:,} pages of {sum(map(len, contents)) / pages / 1000:.0f} kB",
    )
    for what, rounds in found.items():
        seconds, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
        table.add_row(
            what,
            f"{seconds:.1f}",
            f"{pages / seconds:.1f}",
            f"{one / seconds:.2f}",
            f"{cpu:.1f}",
            f"{cpu / pages * 1000:.2f}",
            f"{alone * pages / cpu:.2f}",
        )
    Console(width=110).print(table)


def measure_memory(folder: Path, pages: int) -> None:
    path = _written(folder / "pages.jsonl.gz", (article(number).encode() for number in range(pages)))
    taken = _run(path, folder / "out.jsonl.gz", 2)
    table = Table(
        "share of the pages", "first process, MB", "largest of the others, MB", title=f"{pages:,} pages, {taken.seconds:.0f} s"
    )
    for tenth in range(10):
        parent, child = (_part(looks, tenth) for looks in (taken.parent_bytes, taken.child_bytes))
        table.add_row(f"{tenth * 10} to {tenth * 10 + 10} %", f"{parent / 1e6:.0f}", f"{child / 1e6:.0f}")
    Console(width=110).print(table)


def _part(looks: list[int], tenth: int) -> int:
    return max(looks[len(looks) * tenth // 10 : len(looks) * (tenth + 1) // 10], default=0)


def _pages_of(corpus: Path, count: int) -> list[bytes]:
    """So many HTML pages of a corpus, from its start again where it has fewer, each with its number in it."""
    samples = [sample.page for part in sample_sets(corpus) for sample in part.read()]
    htmls = [page.content if isinstance(page.content, bytes) else page.content.encode("utf-8", "replace") for page in samples]
    pages = [html for html in htmls if b"</p>" in html]
    return [pages[at % len(pages)].replace(b"</p>", b" It was page %d.</p>" % at, 1) for at in range(count)]


def _written(path: Path, contents: Iterable[bytes]) -> Path:
    with gzip.open(path, "wt", compresslevel=1) as lines:
        for content in contents:
            lines.write(json.dumps({"html": content.decode(errors="replace")}) + "\n")
    return path


def _clean_here(contents: Sequence[bytes]) -> tuple[float, float]:
    clean(contents[0])
    texts = [content.decode(errors="replace") for content in contents]
    started, cpu = time.perf_counter(), time.process_time()
    for number, text in enumerate(texts):
        json_row(clean(Page(str(number), text, "html")), "none")
    return time.perf_counter() - started, time.process_time() - cpu


def _run(path: Path, out: Path, workers: int) -> Taken:
    command = [*PROGRAM, "batch", str(path), "-o", str(out), "--workers", str(workers), "--progress", "none"]
    taken = Taken()
    started = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            _look(process.pid, taken)
            time.sleep(SECONDS_BETWEEN_LOOKS)
    taken.seconds = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"the batch ended with {process.returncode}")
    return taken


def _look(pid: int, taken: Taken) -> None:
    largest = 0
    for number, seconds, size in _processes(pid):
        taken.cpu[number] = seconds
        if number == pid:
            taken.parent_bytes.append(size)
        else:
            largest = max(largest, size)
    taken.child_bytes.append(largest)


def _processes(pid: int) -> Iterator[tuple[int, float, int]]:
    """The processes of a batch: number, seconds of CPU, bytes held of their own (not shared with others)."""
    for number in (pid, *processes_below(pid)):
        try:
            fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            held = Path(f"/proc/{number}/statm").read_text().split()
        except OSError:
            continue
        yield number, (int(fields[11]) + int(fields[12])) / TICK, int(held[1]) * PAGE_BYTES


if __name__ == "__main__":
    main()

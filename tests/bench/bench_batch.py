"""What a batch costs beside the cleaning itself, what a second worker brings, what memory it takes over many pages, and what
it takes to find where a WARC can be split.

    python tests/bench/bench_batch.py speed [--pages N] [--rounds N] [--corpus CORPUS]
    python tests/bench/bench_batch.py memory [--pages N]
    python tests/bench/bench_batch.py split [--pages N] [--corpus CORPUS]

``speed`` cleans the pages of samples/, or of a corpus as ``cleaner score`` takes it, in two processes that do nothing else,
each a half of them, then in batches: of one worker with one core for everything, of one worker, and of two; in turn, three
times. It tells medians of seconds by the clock and of CPU, and medians of each round's ratios: to the batch on one core, by
the clock and as two cores would do that are busy with nothing else (by CPU); and the CPU of cleaning alone by that of the
batch, which is the share of the sum of the cores' pure cleaning rate that a batch can reach. Start-up is a part of batches,
and is told apart by a batch of one page. On a machine that others use the clock says little, CPU more.
``memory`` follows the memory of every process of a batch over many small pages, by tenths of the pages.
``split`` looks for the pieces of a WARC of so many pages, compressed a record at a time.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cleaner import clean
from cleaner.readers.warc import warc_pieces
from cleaner.scoring.samples import sample_sets
from cleaner.types import Page
from cleaner.writers.rows import json_row
from tests.batch.pages import PROGRAM, article, processes_below

SECONDS_BETWEEN_LOOKS = 0.1
ALONE = "cleaning alone"
ONE_CORE = "1 worker, one core"
START = "start-up"
BATCHES = (  # what, pages, workers, and whether everything has one core
    (START, "one", 2, 2),
    (ONE_CORE, "all", 1, 1),
    ("1 worker", "all", 1, 2),
    ("2 workers", "all", 2, 2),
)
TICK = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGESIZE")


@dataclass(slots=True)
class Taken:
    """What the processes of a batch took: seconds by the clock and of CPU, and bytes held at most, by kind of process."""

    seconds: float = 0.0
    cpu: dict[int, float] = field(default_factory=dict)
    parent_bytes: list[int] = field(default_factory=list)
    child_bytes: list[int] = field(default_factory=list)

    @property
    def cpu_seconds(self) -> float:
        return sum(self.cpu.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("speed", "memory", "split"))
    parser.add_argument("--pages", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).parents[2] / "samples")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.what == "speed":
            measure_speed(Path(folder), _pages_of(arguments.corpus, arguments.pages or 1_000), arguments.rounds)
        elif arguments.what == "split":
            measure_split(_pages_of(arguments.corpus, arguments.pages or 1_000))
        else:
            measure_memory(Path(folder), arguments.pages or 100_000)


def measure_speed(folder: Path, contents: Sequence[bytes], rounds: int) -> None:
    path = _written(folder / "pages.jsonl.gz", contents)
    one_page = _written(folder / "page.jsonl.gz", contents[:1])
    found: dict[str, list[Taken]] = {}
    for turn in range(rounds):
        found.setdefault(ALONE, []).append(_clean_alone(contents))
        for what, pages, workers, cores in BATCHES:
            out = folder / f"{turn}-{what}.jsonl"
            taken = _run(path if pages == "all" else one_page, out, workers, cores)
            found.setdefault(what, []).append(taken)
    alone, one_core, start = found[ALONE], found[ONE_CORE], found[START]
    columns = ("what", "seconds", "x one core", "by CPU", "CPU s", "CPU ms a page", "share that cleans", "without start-up")
    count = len(contents)
    table = Table(*columns, title=f"{count:,} pages of {sum(map(len, contents)) / count / 1000:.0f} kB, {rounds} rounds")
    for what, runs in found.items():
        cpu = [taken.cpu_seconds for taken in runs]
        table.add_row(
            what,
            f"{statistics.median(taken.seconds for taken in runs):.1f}",
            _ratio(one.seconds / taken.seconds for one, taken in zip(one_core, runs, strict=True)),
            _ratio((1 + (what != ONE_CORE)) * one.cpu_seconds / taken for one, taken in zip(one_core, cpu, strict=True)),
            f"{statistics.median(cpu):.1f}",
            f"{statistics.median(cpu) / count * 1000:.2f}",
            _ratio(it.cpu_seconds / taken for it, taken in zip(alone, cpu, strict=True)),
            _ratio(
                it.cpu_seconds / (taken - (what != ALONE) * begun.cpu_seconds or 1)
                for it, taken, begun in zip(alone, cpu, start, strict=True)
            ),
        )
    Console(width=110).print(table)


def _ratio(ratios: Iterable[float]) -> str:
    return f"{statistics.median(ratios):.2f}"


def measure_memory(folder: Path, pages: int) -> None:
    path = _written(folder / "pages.jsonl.gz", (article(number).encode() for number in range(pages)))
    taken = _run(path, folder / "out.jsonl.gz", 2, 2)
    table = Table(
        "share of the pages", "first process, MB", "largest of the others, MB", title=f"{pages:,} pages, {taken.seconds:.0f} s"
    )
    for tenth in range(10):
        parent, child = (_part(looks, tenth) for looks in (taken.parent_bytes, taken.child_bytes))
        table.add_row(f"{tenth * 10} to {tenth * 10 + 10} %", f"{parent / 1e6:.0f}", f"{child / 1e6:.0f}")
    Console(width=110).print(table)


def measure_split(contents: Sequence[bytes]) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    made = io.BytesIO()
    writer = WARCWriter(made, gzip=True)
    for number, content in enumerate(contents):
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        address, payload = f"https://river.example/{number}", io.BytesIO(content)
        writer.write_record(
            writer.create_warc_record(address, "response", payload=payload, http_headers=http, length=len(content))
        )
    started = time.process_time()
    pieces = list(warc_pieces(io.BytesIO(made.getvalue())))
    seconds = time.process_time() - started
    size = made.tell() / 1e6
    print(
        f"{len(contents):,} pages, {size:.0f} MB of .warc.gz: {len(pieces)} pieces, found in {seconds:.2f} s of CPU,"
        f" {seconds / len(contents) * 1000:.2f} ms a page, {size / seconds:.0f} MB a second"
    )


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


def _clean_alone(contents: Sequence[bytes]) -> Taken:
    """In two processes at once, as batches have both cores busy, too."""
    clean(contents[0])
    texts = [content.decode(errors="replace") for content in contents]
    started = time.perf_counter()
    with get_context("fork").Pool(2) as pool:
        halves = pool.map(_clean_half, ((texts[half::2], half) for half in (0, 1)), chunksize=1)
    return Taken(time.perf_counter() - started, dict(enumerate(halves)))


def _clean_half(texts_and_half: tuple[Sequence[str], int]) -> float:
    """Seconds of CPU."""
    texts, half = texts_and_half
    cpu = time.process_time()
    for number, text in enumerate(texts):
        json_row(clean(Page(f"{half}-{number}", text, "html")), "none")
    return time.process_time() - cpu


def _run(path: Path, out: Path, workers: int, cores: int) -> Taken:
    command = [
        "taskset",
        "--cpu-list",
        f"0-{cores - 1}",
        *PROGRAM,
        "batch",
        str(path),
        "-o",
        str(out),
        "--workers",
        str(workers),
        "--progress",
        "none",
    ]
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

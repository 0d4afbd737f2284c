"""Invented pages in folders, batches over them, and what they left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from cleaner.batch import Batch, Job, Progress, run_batch
from cleaner.batch.report import Report

PROGRAM = [sys.executable, "-m", "cleaner"]
ARTICLE = """<title>The mill at {name}</title><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>The mill at {name}</h1><p>The old mill at {name} has ground no corn since the flood of the spring, and its owner,
who learned the trade from her grandmother, says that the wheel may well turn again before the next harvest comes in.</p>
<p>Three of the eight blades were lost, the others are sound, and the carpenter who looked at them in the week after the flood
found the axle as straight as on the day when it was set, more than a hundred and forty years ago.</p></article>"""
WORDS = "river mill wheel axle flood spring harvest carpenter owner blade village corn bridge ferry ice captain engine".split()
PDF = b"%PDF-1.7 \x00\x01"


def article(number: int) -> str:
    return ARTICLE.format(name=f"village {number}")


def pages(folder: Path, count: int) -> Path:
    """A folder of pages in a tree of a hundred a branch; of every hundred one is no page."""
    for number in range(count):
        path = folder / f"{number // 100:02}" / f"page{number:04}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % 100 == 50:
            path.write_bytes(PDF)
        else:
            path.write_text(article(number))
    return folder


def story(number: int) -> list[str]:
    """The words of a text that is like no other."""
    chance = random.Random(number)  # noqa: S311
    return [chance.choice(WORDS) + str(chance.randrange(40)) for _ in range(120)]


def write_story(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<p>{' '.join(story(number))}.</p>")


def batch(folder: Path, out: Path, to: str = "json", workers: int = 1, cleaner: str = "heuristic", **options: object) -> Batch:
    return Batch((str(folder),), out, Job(cleaner, to), workers, **options)  # type: ignore[arg-type]


def run(asked: Batch) -> Report:
    asked.reports.mkdir(parents=True, exist_ok=True)
    return finished(run_batch(asked))


def finished(steps: Generator[Progress, None, Report]) -> Report:
    """What a batch comes to in the end."""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        report: Report = end.value
        return report


def contents(folder: Path) -> dict[str, bytes]:
    """The results below a folder, without what tells of the batch."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".batch" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if not path.name.startswith("run")}


def program(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", **environment},
        timeout=400,  # seconds; a cluster on a busy machine takes its time to start
        check=False,
    )


def processes_below(pid: int) -> list[int]:
    """The processes of a batch beside its first one: those that read and clean, and the server they are forked from."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            found.append((int(entry.name), parent))
    below = [pid]
    for _ in range(3):
        below += [child for child, parent in found if parent in below and child not in below]
    return below[1:]


@contextmanager
def interruptible() -> Iterator[None]:
    """Processes started inside can be interrupted, also when the tests themselves run in a shell's background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

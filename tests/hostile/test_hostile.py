"""Pages that mean harm get a document or a typed refusal, in 10 seconds of CPU and half a gigabyte."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import NamedTuple

import pytest

from tests.hostile.cases import CASES, FOR_LIBRARIES
from tests.hostile.markup import FOR_FORMATS
from tests.hostile.measure import KEEPS_ALL

SECONDS = 10  # of CPU for one page, all formats written
MEGABYTES = 512  # resident, with Python and all that is loaded
PROCESSES = 2  # that clean side by side

RUNS = [
    *(("heuristic", name) for name in CASES),
    *((KEEPS_ALL, name) for name in FOR_FORMATS),
    *((library, name) for library in ("trafilatura", "readability") for name in CASES if name in FOR_LIBRARIES),
]


class Outcome(NamedTuple):
    said: str
    seconds: float
    megabytes: float


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str, str], Future[Outcome]]]:
    """What became of each page that was asked for, as it becomes known."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function) and item.module is request.module]
    runs = [(str(item.callspec.params["cleaner"]), str(item.callspec.params["case"])) for item in items]
    idle: Queue[subprocess.Popen[str]] = Queue()
    for _ in range(PROCESSES):
        idle.put(_started())
    pool = ThreadPoolExecutor(PROCESSES)
    yield {run: pool.submit(_measured, idle, *run) for run in runs}
    pool.shutdown(cancel_futures=True)
    for _ in range(PROCESSES):
        with idle.get() as process:
            assert process.stdin is not None
            process.stdin.close()


@pytest.mark.parametrize(("cleaner", "case"), RUNS)
def test_a_hostile_page_gets_a_document_or_a_refusal_within_the_limits(
    outcomes: dict[tuple[str, str], Future[Outcome]], cleaner: str, case: str
) -> None:
    outcome = outcomes[cleaner, case].result()
    assert outcome.said == "document" or outcome.said.startswith("refused: ")
    assert outcome.seconds <= SECONDS
    assert outcome.megabytes <= MEGABYTES


def _started() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.hostile.measure"]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def _measured(idle: Queue[subprocess.Popen[str]], cleaner: str, case: str) -> Outcome:
    process = idle.get()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(f"{cleaner}\t{case}\n")
        process.stdin.flush()
        return Outcome(**json.loads(process.stdout.readline()))
    finally:
        idle.put(process)

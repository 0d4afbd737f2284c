"""Pages that mean harm get a document or a typed refusal, in 10 seconds of CPU and half a gigabyte."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.hostile.cases import CASES, FOR_LIBRARIES
from tests.hostile.markup import FOR_FORMATS
from tests.hostile.measure import KEEPS_ALL

SECONDS = 10  # of CPU for one page, all formats written
MEGABYTES = 512  # resident, with Python and all that is loaded

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
def measuring() -> Iterator[subprocess.Popen[str]]:
    """The process that cleans, one page after the other."""
    command = [sys.executable, "-m", "tests.hostile.measure"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield process


@pytest.mark.parametrize(("cleaner", "case"), RUNS)
def test_a_hostile_page_gets_a_document_or_a_refusal_within_the_limits(
    measuring: subprocess.Popen[str], cleaner: str, case: str
) -> None:
    outcome = _measured(measuring, cleaner, case)
    assert outcome.said == "document" or outcome.said.startswith("refused: ")
    assert outcome.seconds <= SECONDS
    assert outcome.megabytes <= MEGABYTES


def _measured(process: subprocess.Popen[str], cleaner: str, case: str) -> Outcome:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{cleaner}\t{case}\n")
    process.stdin.flush()
    return Outcome(**json.loads(process.stdout.readline()))

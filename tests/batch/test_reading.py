"""The process that reads: what its death, by itself or from outside, costs the files and the pages."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from cleaner.batch import Job, clean_sources
from cleaner.readers import READERS, Fields, Found, Reader
from cleaner.readers.folder import Source
from cleaner.types import Page

PAGES_BEFORE = 3  # of an archive, that are read before something happens


def _pages(name: str, numbers: range) -> Iterator[Found]:
    for number in numbers:
        yield Found(f"{name}#{number}", f"{name}/{number}", Page(str(number), f"It rained for {number} days."))


def read_and_crash(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """As a library of native code does on a damaged archive."""
    yield from _pages(name, range(PAGES_BEFORE))
    os.kill(os.getpid(), signal.SIGSEGV)


def read_and_hang(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    yield from _pages(name, range(PAGES_BEFORE))
    time.sleep(60)


def read_and_be_killed_once(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """As a system that is short of memory, or a person, does; the file's content says where it is noted."""
    yield from _pages(name, range(PAGES_BEFORE))
    note = Path(file.read().decode())
    if not note.exists():
        note.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    yield from _pages(name, range(PAGES_BEFORE, 2 * PAGES_BEFORE))


def outcomes(folder: Path, read: object) -> dict[str, str]:
    """The places of all that comes of a strange archive and of a page after it, with what went wrong."""
    (folder / "archive.strange").write_text(str(folder / "note"))
    (folder / "page.html").write_text("<p>It rained all night.")
    strange = Reader("strange", (".strange",), "", read)  # type: ignore[arg-type]
    sources = [
        Source(str(folder / "archive.strange"), "archive.strange", "archive", strange),
        Source(str(folder / "page.html"), "page.html", "page", READERS["page"]),
    ]
    found = [it.outcome for it in clean_sources(partial(iter, sources), Job("heuristic", "text"), 1)]
    assert len({outcome.place for outcome in found}) == len(found)
    return {outcome.place: outcome.message for outcome in found}


BEFORE = [f"archive.strange#{number}" for number in range(PAGES_BEFORE)]


def test_an_archive_that_crashes_the_reader_has_failed_from_there_on_and_the_next_file_is_read(tmp_path: Path) -> None:
    found = outcomes(tmp_path, read_and_crash)

    assert list(found) == [*BEFORE, "archive.strange", "page.html"]
    assert "died over it (signal SIGSEGV)" in found["archive.strange"]


def test_an_archive_over_which_the_reader_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.batch.stream.SILENT_SECONDS", 1.5)

    found = outcomes(tmp_path, read_and_hang)

    assert list(found) == [*BEFORE, "archive.strange", "page.html"]
    assert "nothing came of it" in found["archive.strange"]


def test_a_reader_that_is_killed_from_outside_goes_on_where_it_was(tmp_path: Path) -> None:
    found = outcomes(tmp_path, read_and_be_killed_once)

    assert list(found) == [*(f"archive.strange#{number}" for number in range(2 * PAGES_BEFORE)), "page.html"]
    assert set(found.values()) == {""}

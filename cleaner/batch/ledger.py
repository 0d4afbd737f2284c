"""What a batch has done: every page by the hash of its place and of its content, with what became of it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple

from cleaner.batch.copies import SCHEMA, Copies
from cleaner.errors import InputError
from cleaner.types import Page
from cleaner.writers.results import OutputFailed

_SCHEMA = """
CREATE TABLE notes (key TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE chunks (number INTEGER PRIMARY KEY, tally TEXT NOT NULL);
CREATE TABLE pages (place BLOB PRIMARY KEY, content BLOB NOT NULL, status TEXT NOT NULL, size INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE failures (place TEXT PRIMARY KEY, error TEXT NOT NULL, message TEXT NOT NULL) WITHOUT ROWID;
"""
_CONFIGURATION = "configuration"

Status = Literal["ok", "empty", "failed", "copy"]  # "copy": of an earlier page, and left out


class Entry(NamedTuple):
    """A page in the ledger: the hash of its content, what became of it, and the size of its result in bytes."""

    content: bytes
    status: Status
    size: int


class Done(NamedTuple):
    """A page as it enters the ledger; ``error`` and ``message`` are "" where nothing went wrong.

    A page can be "ok" and have an error: its result stands, but is not that of the page as it is now.
    """

    place: str
    content: bytes
    status: Status
    size: int
    error: str = ""
    message: str = ""


class Ledger:
    """The ledger of one output, in a SQLite file. One process at a time may have it.

    Chunks of pages enter whole or not at all, so a process that is killed leaves what it was before or after one.
    """

    def __init__(self, path: Path, configuration: Mapping[str, str]) -> None:
        """Open the ledger or begin it.

        Raises InputError when another process has it, when it is of another configuration, or damaged; OutputFailed when
        it cannot be written.
        """
        self._path = path
        self._lock = _locked(path)
        try:
            self._database = sqlite3.connect(path, isolation_level=None)
        except sqlite3.Error as error:
            self._lock_released()
            raise self._trouble(error) from error
        try:
            self._database.execute("PRAGMA synchronous = FULL")
            if not self._database.execute("SELECT 1 FROM sqlite_master").fetchone():
                self._begin(configuration)
            self._check(configuration)
            self.copies = Copies(self._database)
            (self._pages,) = self._database.execute("SELECT count(*) FROM pages").fetchone()
        except sqlite3.Error as error:
            self.close()
            raise self._trouble(error) from error
        except InputError:
            self.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()
        self._lock_released()

    @property
    def is_empty(self) -> bool:
        """Whether no page was in the ledger when it was opened."""
        return bool(self._pages == 0)

    def entry(self, place: str) -> Entry | None:
        """What the ledger says of the page at that place, None for a page that it does not know."""
        row = self._database.execute("SELECT content, status, size FROM pages WHERE place = ?", (_hash(place),)).fetchone()
        return None if row is None else Entry(*row)

    def next_chunk(self) -> int:
        (last,) = self._database.execute("SELECT max(number) FROM chunks").fetchone()
        return 0 if last is None else int(last) + 1

    def add_chunk(self, number: int, pages: list[Done], tally: str) -> None:
        """Enter a chunk: all its pages or, when the process is killed in between, none. Raises OutputFailed."""
        entries = [(_hash(page.place), page.content, page.status, page.size) for page in pages]
        failed = [(page.place, page.error, page.message) for page in pages if page.error]
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("INSERT INTO chunks VALUES (?, ?)", (number, tally))
            self._database.executemany("REPLACE INTO pages VALUES (?, ?, ?, ?)", entries)
            self._database.executemany("DELETE FROM failures WHERE place = ?", [(page.place,) for page in pages])
            self._database.executemany("INSERT INTO failures VALUES (?, ?, ?)", failed)
            self.copies.save()
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise self._trouble(error) from error

    def counts(self) -> dict[str, int]:
        """The number of pages by status."""
        counted = dict.fromkeys(("ok", "empty", "failed", "copy"), 0)
        counted.update(self._database.execute("SELECT status, count(*) FROM pages GROUP BY status"))
        return counted

    def tallies(self) -> Iterator[str]:
        for (tally,) in self._database.execute("SELECT tally FROM chunks ORDER BY number"):
            yield tally

    def failures(self) -> Iterator[tuple[str, str, str]]:
        """Place, error and message of the pages that failed, by place."""
        yield from self._database.execute("SELECT place, error, message FROM failures ORDER BY place")

    def failures_by_error(self) -> dict[str, int]:
        found = self._database.execute("SELECT error, count(*) FROM failures GROUP BY error ORDER BY count(*) DESC, error")
        return dict(found.fetchall())

    def noted(self, key: str) -> str:
        row = self._database.execute("SELECT text FROM notes WHERE key = ?", (key,)).fetchone()
        return "" if row is None else str(row[0])

    def note(self, key: str, text: str) -> None:
        try:
            self._database.execute("REPLACE INTO notes VALUES (?, ?)", (key, text))
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def _begin(self, configuration: Mapping[str, str]) -> None:
        self._database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {SCHEMA}")
        self._database.execute("INSERT INTO notes VALUES (?, ?)", (_CONFIGURATION, json.dumps(configuration)))
        self._database.execute("COMMIT")

    def _check(self, configuration: Mapping[str, str]) -> None:
        before: dict[str, str] = json.loads(self.noted(_CONFIGURATION))
        differing = [name for name in configuration if before.get(name) != configuration[name]]
        if differing:
            told = ", ".join(f"{name} {before.get(name)!r}, now {configuration[name]!r}" for name in differing)
            raise InputError(
                f"the results there were made otherwise ({told}): choose another output, or clean everything anew with --fresh"
            )

    def _trouble(self, error: sqlite3.Error) -> InputError | OutputFailed:
        if isinstance(error, sqlite3.OperationalError):  # a full disk, mostly
            return OutputFailed(f"the ledger {self._path} cannot be written: {error}")
        return InputError(f"the ledger {self._path} is damaged ({error}): clean everything anew with --fresh")

    def _lock_released(self) -> None:
        os.close(self._lock)


def forget_ledger(path: Path) -> None:
    """Delete a ledger. Raises InputError while another process has it."""
    if path.exists():
        lock = _locked(path)
        path.unlink()
        os.close(lock)


def page_hash(page: Page | None) -> bytes:
    """A hash of all that a page's result depends on; b"" for what is no page."""
    if page is None:
        return b""
    content = page.content.encode("utf-8", "surrogatepass") if isinstance(page.content, str) else page.content
    beside = (page.id, page.kind, page.url, page.charset, page.fetched_at, type(page.content).__name__)
    digest = hashlib.blake2b(repr(beside).encode("utf-8", "backslashreplace"), digest_size=16)
    digest.update(content)
    return digest.digest()


def _hash(place: str) -> bytes:
    return hashlib.blake2b(place.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _locked(path: Path) -> int:
    """A lock that ends with the process that holds it, however that ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise OutputFailed(f"{path.parent} cannot be written: {error.strerror or error}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise InputError("another batch is writing there: wait for it, or choose another output") from None
    return lock

"""Where the results of a batch go: a file a page, files of many, or one file of all."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from cleaner.errors import CleanerError, InputError
from cleaner.writers.file import part_of, write_durably, write_whole
from cleaner.writers.names import result_path
from cleaner.writers.rows import RowWriter

PAGES_A_CHUNK = 200  # of files of their own, between two entries in the ledger
ROWS_A_PART = 1_000
PART_BYTES = 64_000_000  # of rows, after which a part is closed early; they are held in memory

# what is wrong with the page's name, or what stands in its place; anything else is wrong with the disk
_PAGES_FAULT = frozenset(
    (errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EEXIST, errno.ELOOP)
)


class OutputFailed(CleanerError):
    """Results cannot be written: a full disk, say. Nothing that was written before is lost."""


class Results(Protocol):
    """What takes a batch's results, in order, chunk by chunk.

    A chunk is whole when ``close_chunk`` has returned: then, and not before, the ledger may say that its pages are done.
    Everything raises OutputFailed when the disk does not take it.
    """

    @property
    def chunk_is_full(self) -> bool: ...

    def add(self, target: str, content: bytes) -> int:
        """Take one result; its size in bytes. Raises InputError for a name under which nothing can be written."""
        ...

    def close_chunk(self, number: int) -> None: ...

    def is_there(self, target: str, size: int) -> bool:
        """Whether the result that was taken earlier still stands."""
        ...

    def finish(self) -> None: ...


class PageFiles:
    """A file a page, below a folder."""

    def __init__(self, out: Path, suffix: str) -> None:
        self._out = out
        self._suffix = suffix
        self._pages = 0

    @property
    def chunk_is_full(self) -> bool:
        return self._pages >= PAGES_A_CHUNK

    def add(self, target: str, content: bytes) -> int:
        path = result_path(self._out, target, self._suffix)
        try:
            write_whole(path, content)
        except (OSError, RecursionError) as error:  # pathlib makes folders by recursion, which ends at 1,000
            if isinstance(error, OSError) and error.errno not in _PAGES_FAULT:
                raise _cannot_write(path, error) from error
            raise InputError(f"the result cannot be written: {error}") from error
        self._pages += 1
        return len(content)

    def close_chunk(self, number: int) -> None:
        self._pages = 0

    def is_there(self, target: str, size: int) -> bool:
        try:
            return result_path(self._out, target, self._suffix).stat().st_size == size
        except OSError:
            return False

    def finish(self) -> None:
        pass


class Parts:
    """Files of many rows, a file a chunk, in a folder; ``label`` keeps the parts of several machines apart."""

    def __init__(self, folder: Path, writer: RowWriter, label: str = "", opens_each: bool = True) -> None:
        self._folder = folder
        self.writer = writer
        self._label = label
        self._opens_each = opens_each
        self._rows: list[bytes] = []
        self._bytes = 0

    @property
    def chunk_is_full(self) -> bool:
        return len(self._rows) >= ROWS_A_PART or self._bytes >= PART_BYTES

    def add(self, target: str, content: bytes) -> int:
        self._rows.append(content)
        self._bytes += len(content)
        return len(content)

    def close_chunk(self, number: int) -> None:
        if self._rows:
            opening = [self.writer.opening] if self.writer.opening and self._opens_each else []
            path = self.path(number)
            try:
                write_durably(path, self.writer.bind([*opening, *self._rows]))
            except OSError as error:
                raise _cannot_write(path, error) from error
        self._rows.clear()
        self._bytes = 0

    def is_there(self, target: str, size: int) -> bool:
        return True

    def finish(self) -> None:
        pass

    @property
    def first(self) -> Path:
        """The file before all parts, where these do not open each by themselves."""
        return self._folder / f"first{self._label}{self.writer.suffix}"

    def write_first(self) -> Path:
        opening = [self.writer.opening] if self.writer.opening else []
        write_whole(self.first, self.writer.bind(opening))
        return self.first

    def path(self, number: int) -> Path:
        return self._folder / f"part{self._label}-{number:06}{self.writer.suffix}"

    def files(self) -> Iterator[Path]:
        yield from sorted(self._folder.glob(f"part{self._label}-[0-9]*{self.writer.suffix}"))

    def drop_from(self, number: int) -> None:
        """Delete the parts of that chunk and beyond: a run that was killed wrote them, and no ledger knows them."""
        for path in self.files():
            if path.name >= self.path(number).name:
                path.unlink()


class Notes(Protocol):
    """What is remembered between runs: a few words each, on the disk once ``note`` has returned."""

    def noted(self, key: str) -> str:
        """What was noted last, "" when nothing was."""
        ...

    def note(self, key: str, text: str) -> None: ...


class OneFile:
    """One file of all rows. They gather in parts beside it, which are joined at the end; this takes their room once more."""

    def __init__(self, path: Path, parts: Parts, notes: Notes) -> None:
        self._path = path
        self._parts = parts
        self._notes = notes

    @property
    def chunk_is_full(self) -> bool:
        return self._parts.chunk_is_full

    def add(self, target: str, content: bytes) -> int:
        return self._parts.add(target, content)

    def close_chunk(self, number: int) -> None:
        self._parts.close_chunk(number)

    def is_there(self, target: str, size: int) -> bool:
        return True

    def finish(self) -> None:
        """Join what earlier runs made of the file and the parts; without new parts the file stays as it is.

        A run that is killed here joins anew, or finds that it had: the file that was to take the name is noted before.
        """
        joined = part_of(self._path)
        try:
            self._drop_joined()
            parts = list(self._parts.files())
            if parts or not self._path.exists():
                self._join(parts, joined)
                self._notes.note(_JOINED, json.dumps([_identity(joined), parts[-1].name if parts else ""]))
                os.replace(joined, self._path)
                self._drop_joined()
        except OSError as error:
            raise _cannot_write(self._path, error) from error
        finally:
            joined.unlink(missing_ok=True)

    def _join(self, parts: list[Path], joined: Path) -> None:
        first = self._path
        if not first.exists():
            first = self._parts.write_first()
        self._parts.writer.join([first, *parts], joined)
        with joined.open("rb") as file:
            os.fsync(file.fileno())

    def _drop_joined(self) -> None:
        """Delete the parts that stand in the file, if that is the one that was noted."""
        identity, last = json.loads(self._notes.noted(_JOINED) or '["", ""]')
        if identity == _identity(self._path):
            self._parts.first.unlink(missing_ok=True)
            for path in self._parts.files():
                if path.name <= last:
                    path.unlink()


_JOINED = "joined"


def _identity(path: Path) -> str:
    """What tells this very file from another of its name: a new one has another inode or another size."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return "none"
    return f"{status.st_ino} {status.st_size}"


def _cannot_write(path: Path, error: OSError) -> OutputFailed:
    return OutputFailed(f"{path} cannot be written: {error.strerror or error}")

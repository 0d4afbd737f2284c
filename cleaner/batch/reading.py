"""The process that reads: archives are hostile, and their libraries crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler

from cleaner.batch.ledger import page_hash
from cleaner.batch.processes import KILLED_FROM_OUTSIDE, Watched, limit_memory, name_of_death
from cleaner.errors import CleanerError, InputError
from cleaner.readers import Fields, Found, read_open
from cleaner.readers.folder import Source
from cleaner.readers.found import failure
from cleaner.readers.places import open_place

READER_MEMORY = 2_000_000_000  # bytes beyond what the process begins with; Parquet row groups are large
SILENT_SECONDS = 600.0  # without a page or the end of a file, after which a reader hangs
_TRIES = 3  # at one page or file, when the reader is killed from outside

Find = Callable[[], Iterator[Source]]
"""Finds the files, always the same ones in the same order. It is pickled: a partial of a function, say."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, a page or a failure, as it passes from the reader to a worker.

    ``place``, ``target``, ``error`` and ``message`` are those of what was found. ``packed`` is the page, which whoever passes
    it on leaves packed: unpacking takes longer than anything else that is done with it on the way; b"" for a failure.
    ``digest`` is the hash of all that its result depends on. ``file`` and ``page`` number the files, and what is found in
    this one, from 0; ``position`` is in bytes of all files.
    """

    place: str
    target: str
    error: str
    message: str
    packed: bytes
    digest: bytes
    file: int
    page: int
    position: int

    @property
    def is_page(self) -> bool:
        return bool(self.packed)

    def found(self) -> Found:
        """What was found, unpacked."""
        if self.is_page:
            found: Found = ForkingPickler.loads(self.packed)
            return found
        return Found(self.place, self.target, error=self.error, message=self.message)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that holds pages is about to be read."""

    file: int
    name: str


@dataclass(frozen=True, slots=True)
class _Closed:
    """A file, whether it held any page or not, is read."""

    file: int


class ReadAhead:
    """Pages out of a process that reads files. It is read no further than ``take`` asks, and a page ahead.

    When the process dies over a file, that file is a failure where it was, and the next are read. When it is killed from
    outside, it goes on where it was.
    """

    def __init__(self, find: Find, fields: Fields) -> None:
        self._find = find
        self._fields = fields
        self._file = 0  # to be read next, or being read
        self._page = 0  # of this file to be read next
        self._name = ""  # of the file being read
        self._tries = 0
        self._process = self._start()

    @property
    def connection(self) -> Connection:
        return self._process.connection

    def take(self) -> Read | None:
        """What was read next; waits for it. None at the end. Raises InputError when an input is not there."""
        while True:
            try:
                message = self._process.connection.recv()
            except (EOFError, OSError):
                if (read := self._after_death()) is not None:
                    return read
                continue
            if isinstance(message, CleanerError):
                raise message
            if message is None:
                return None
            if (read := self._noted(message)) is not None:
                return read

    def give_up_file(self) -> Read:
        """End a reader that hangs; what stands in the place of the file it hangs over. The next files are read."""
        return self._lost(f"nothing came of it in {SILENT_SECONDS:,.0f} seconds")

    def stop(self) -> None:
        self._process.end()

    def _noted(self, message: Read | _Opened | _Closed) -> Read | None:
        if isinstance(message, Read):
            self._file, self._page, self._tries = message.file, message.page + 1, 0
            return message
        if isinstance(message, _Opened):
            self._name = message.name
            if message.file != self._file:
                self._file, self._page = message.file, 0
        else:
            self._file, self._page, self._name, self._tries = message.file + 1, 0, "", 0
        return None

    def _after_death(self) -> Read | None:
        number = self._process.death()
        self._tries += 1
        if number in KILLED_FROM_OUTSIDE and self._tries < _TRIES:
            self._process = self._start()
            return None
        return self._lost(f"the reader process died over it ({name_of_death(number)})")

    def _lost(self, why: str) -> Read:
        self._process.end()
        if not self._name:
            raise InputError(f"the input cannot be read: {why}")
        lost = _packed(
            failure(self._name, InputError(f"{why}; what stands from there on is not read")), self._file, self._page, 0
        )
        self._file, self._page, self._name, self._tries = self._file + 1, 0, "", 0
        self._process = self._start()
        return lost

    def _start(self) -> Watched:
        return Watched(_read, self._find, self._fields, self._file, self._page)


def _read(connection: Connection, find: Find, fields: Fields, first_file: int, first_page: int) -> None:
    """The life of a reader process: every file from the first on, and of that one the pages from the first on."""
    limit_memory(READER_MEMORY)
    position = 0
    try:
        for number, source in enumerate(find()):
            if number >= first_file:
                connection.send(_Opened(number, source.name))
                skipped = first_page if number == first_file else 0
                for page, (found, at) in islice(enumerate(_pages(source, fields)), skipped, None):
                    connection.send(_packed(found, number, page, position + at))
                connection.send(_Closed(number))
            position += source.size
    except CleanerError as error:
        connection.send(error)
        return
    connection.send(None)


def _packed(found: Found, file: int, page: int, position: int) -> Read:
    packed = b"" if found.page is None else bytes(ForkingPickler.dumps(found))
    digest = page_hash(found.page)
    return Read(found.place, found.target, found.error, found.message, packed, digest, file, page, position)


def _pages(source: Source, fields: Fields) -> Iterator[tuple[Found, int]]:
    """What is found in a file, with the number of its bytes that are read by then."""
    if source.problem or source.reader is None:
        yield failure(source.name, InputError(source.problem)), 0
        return
    try:
        with open_place(source.location) as file:
            for found in read_open(file, source.name, source.reader, fields, source.target, source.piece):
                yield found, file.tell() if not file.closed else source.size
    except Exception as error:  # what the store's library raises
        yield failure(source.name, error), 0

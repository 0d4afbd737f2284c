"""WARC and WET, compressed or not: a page a record."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING, BinaryIO

from cleaner.errors import InputError, PageRefused
from cleaner.parse import MAX_CONTENT
from cleaner.readers.compression import is_gzip
from cleaner.readers.found import Fields, Found, failure, refuse_oversize
from cleaner.readers.pieces import PIECE_BYTES, Piece
from cleaner.types import Kind, Page

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

MAX_HEAD = 64_000  # bytes of a record's header, and of an HTTP header
MAX_RECORD = MAX_CONTENT + MAX_HEAD

_GZIP_MEMBER = b"\x1f\x8b\x08"
_RECORD = b"WARC/"
_PEEK = 2_000  # bytes of a gzip member, which surely hold the first of its content
_START = re.compile(rb"WARC/[01]\.\d{1,3}\r?\n")
_NEXT_START = re.compile(rb"\nWARC/[01]\.\d{1,3}\r?\n")
_LONGEST_START = 16  # bytes that _NEXT_START matches at most
_RECORD_END = b"\r\n\r\n"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length[ \t]{0,20}:[ \t]{0,20}(\d{1,18})[ \t]{0,20}\r?$", re.I | re.M)
_CHUNK = 1 << 16  # bytes read at once

_KINDS: dict[str, Kind] = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}


def read_warc(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """The pages of a WARC or WET file: responses of HTTP status 2xx, resources and conversions that are HTML or text.

    Other records (requests, metadata, revisits, redirects, pictures) are passed over. Each stretch that is damaged is one
    failure, and reading goes on at the next record that is whole. Pages are called by their record's id and numbered by
    their place among the records. Raises InputError without the extra 'warc'.
    """
    return _pages(_records(file), name, 0)


def read_warc_piece(file: BinaryIO, name: str, fields: Fields, piece: Piece) -> Iterator[Found]:
    """The pages of a piece, numbered as those of the whole file are."""
    return _pages(_records(file, piece.start, piece.end), name, piece.first)


def warc_pieces(file: BinaryIO) -> Iterator[Piece]:
    """The pieces of a file, in bytes, each beginning with a record or, where it is compressed, with a member that begins one.

    All of the file is read for it, and unpacked; damaged stretches count as the whole counts them. A file that is compressed
    as one is one piece.
    """
    start = first = at = 0
    for number, record in enumerate(_records(file)):
        at = record.start
        if at - start >= PIECE_BYTES:
            yield Piece(start, at, first, at - start)
            start, first = at, number
    end = file.seek(0, io.SEEK_END)
    yield Piece(start, end, first, end - start)


def _pages(records: Iterator[_Record], name: str, before: int) -> Iterator[Found]:
    """The pages among records of which so many stand before."""
    try:
        import fastwarc  # noqa: F401
    except ModuleNotFoundError as error:
        raise InputError("a WARC file needs the extra 'warc': pip install 'cleaner[warc]'") from error
    for number, record in enumerate(records, before + 1):
        place = f"{name}#{number}"
        try:
            page = _page(record, place)
        except (InputError, PageRefused) as error:
            yield failure(place, error)
        else:
            if page is not None:
                yield Found(place, f"{name}/{number:08}", page)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as it stands in the file, or why there is none that is whole.

    ``start`` is the place in the file from which it can be read: its own or, in a compressed file, that of its member.
    """

    start: int
    content: bytes = b""
    damage: str = ""
    is_oversize: bool = False


def _page(record: _Record, place: str) -> Page | None:
    """The page of a record, None for one of another kind. Raises InputError for a damaged one, PageRefused beyond the limit."""
    from fastwarc.warc import WarcRecord

    if record.damage:
        raise InputError(record.damage)
    try:
        parsed = WarcRecord.from_bytes(record.content)
        media_type, charset = _media_type(parsed)
        if media_type not in _KINDS:
            return None
        if record.is_oversize:
            raise PageRefused("size", f"the record has more than {MAX_RECORD:,} bytes: split it")
        content = parsed.reader.read(MAX_CONTENT + 1)
        refuse_oversize(content)
        return Page(
            id=(parsed.record_id or place).strip("<>"),
            content=content,
            kind=_KINDS[media_type],
            url=parsed.headers.get("WARC-Target-URI"),
            charset=charset,
            fetched_at=parsed.record_date if "WARC-Date" in parsed.headers else None,
        )
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"the record is damaged: {error}") from error


def _media_type(record: WarcRecord) -> tuple[str, str | None]:
    """What the record's page is, and its charset; "" for a record that is no page."""
    from fastwarc.warc import WarcRecordType

    if record.record_type == WarcRecordType.unknown:
        raise InputError("the record is of a type that no WARC has: it is damaged")
    if record.record_type == WarcRecordType.response and record.is_http:
        record.parse_http(auto_decode="all", max_header_len=MAX_HEAD)
        status = record.http_headers.status_code or 0
        return (record.http_content_type or "", record.http_charset) if 200 <= status < 300 else ("", None)
    if record.record_type in (WarcRecordType.resource, WarcRecordType.conversion):
        media_type, _, parameters = (record.headers.get("Content-Type") or "").partition(";")
        return media_type.strip().lower(), _charset(parameters)
    return "", None


def _charset(parameters: str) -> str | None:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return value.strip().strip('"') or None
    return None


def _records(file: BinaryIO, first: int = 0, before: int | None = None) -> Iterator[_Record]:
    """The records that can be read from ``first`` on, a place that one of them has, and stand before another one."""
    if not is_gzip(file):
        file.seek(first)
        yield from takewhile(lambda record: before is None or record.start < before, _split(file))
        return
    start: int | None = first
    while start is not None and (before is None or start < before):
        end, damage = yield from _in_member(file, start)
        following = _next_member(file, end)
        if damage or (following != end and _has_data(file, end)):
            yield _Record(start, damage=damage or f"what stands at byte {end:,} is no gzip data")
        start = following


def _in_member(file: BinaryIO, start: int) -> Generator[_Record, None, tuple[int, str]]:
    """The records of the gzip member that stands there; returns where to look for the next, and what is damaged, if anything.

    What seems to continue the member and cannot be read is no part of it.
    """
    member = _Member(file, start)
    given = 0
    try:
        for record in _split(io.BufferedReader(member, _CHUNK)):
            given += 1
            yield replace(record, start=start)
    except (zlib.error, EOFError) as error:
        if not member.has_continued:
            return start + 1, f"the gzip data at byte {start:,} are damaged: {error}"
        member = _Member(file, start, may_continue=False)
        for record in islice(_split(io.BufferedReader(member, _CHUNK)), given, None):
            yield replace(record, start=start)
        return member.end + 1, f"the gzip data at byte {member.end:,} are damaged: {error}"
    return member.end, ""


class _Member(io.RawIOBase):
    """One gzip member, as the bytes it holds; Common Crawl and its kin pack a record a member.

    Members that follow without beginning a record are a part of it. Reading raises zlib.error where the data are damaged,
    and EOFError where they break off. ``end`` is the place after the member in the file once it is read.
    """

    def __init__(self, file: BinaryIO, start: int, may_continue: bool = True) -> None:
        self.end = start
        self.has_continued = False
        self._may_continue = may_continue
        self._file = file
        self._start = start
        self._next = start  # place in the file of what is unpacked next
        self._at = 0  # place in what is unpacked
        self._pending = b""
        self._restart()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self._at
        if offset < self._at:
            self._restart()
        while self._at < offset and self.readinto(bytearray(min(_CHUNK, offset - self._at))):
            pass
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._unzip.eof:
            if not self._pending:
                self._file.seek(self._next)
                self._pending = self._file.read(_CHUNK)
                self._next += len(self._pending)
                if not self._pending:
                    raise EOFError("the file breaks off")
            content = self._unzip.decompress(self._pending, len(view))
            self._pending = self._unzip.unconsumed_tail
            if self._unzip.eof:
                self.end = self._next - len(self._unzip.unused_data)
                if self._may_continue and _first_bytes(self._file, self.end) not in (b"", _RECORD):
                    self.has_continued = True
                    self._begin(self.end)
            if content:
                view[: len(content)] = content
                self._at += len(content)
                return len(content)
        return 0

    def _restart(self) -> None:
        self._begin(self._start)
        self._at = 0

    def _begin(self, start: int) -> None:
        self._unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._pending = b""
        self._next = self.end = start


def _first_bytes(file: BinaryIO, start: int) -> bytes:
    """What the gzip member there begins with, as many bytes as _RECORD has; b"" where there is none."""
    file.seek(start)
    begin = file.read(_PEEK)
    try:
        unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return unzip.decompress(begin, len(_RECORD)) if begin.startswith(_GZIP_MEMBER) else b""
    except zlib.error:
        return b""


def _has_data(file: BinaryIO, start: int) -> bool:
    """Whether there is anything but zeros, with which some tapes and disks are filled up."""
    file.seek(start)
    return bool(file.read(_CHUNK).strip(b"\0"))


def _next_member(file: BinaryIO, start: int) -> int | None:
    """Where the next member that begins a record stands, at ``start`` or after it; None where there is none.

    Compressed data may hold a member's first bytes by chance.
    """
    while True:
        file.seek(start)
        chunk = file.read(_CHUNK)
        found = chunk.find(_GZIP_MEMBER)
        while found >= 0:
            if _first_bytes(file, start + found) == _RECORD:
                return start + found
            found = chunk.find(_GZIP_MEMBER, found + 1)
        if len(chunk) < len(_GZIP_MEMBER):
            return None
        start += len(chunk) - len(_GZIP_MEMBER) + 1


def _split(file: BinaryIO | io.BufferedReader) -> Iterator[_Record]:
    """The records of a file, or of a member, that is not compressed; a damaged stretch is one of them."""
    while True:
        start = file.tell()
        head = _head(file, start)
        if not head:
            return
        if not _START.match(head) or not (length := _LENGTH.search(head)):
            yield _Record(start, damage=f"what stands at byte {start:,} is no WARC record")
        else:
            end = start + len(head) + int(length[1])
            kept = min(int(length[1]), MAX_RECORD)
            file.seek(start + len(head))
            content = file.read(kept)
            file.seek(end)
            if len(content) == kept and _is_whole(file, content, end):
                yield _Record(start, head + content, is_oversize=int(length[1]) > kept)
                continue
            yield _Record(
                start, damage=f"the record at byte {start:,} has not the length it says: it breaks off, or is damaged"
            )
        if not _go_to_next(file, start + 1):
            return


def _head(file: BinaryIO | io.BufferedReader, start: int) -> bytes:
    """The header of the record, with the empty line at its end; what there is where it has none, b"" at the file's end."""
    file.seek(start)
    head = file.read(MAX_HEAD)
    blank = len(head) - len(head.lstrip(b"\r\n"))
    found = _HEAD_END.search(head, blank)
    return head[: found.end()] if found else head if blank < len(head) else b""


def _is_whole(file: BinaryIO | io.BufferedReader, content: bytes, end: int) -> bool:
    """Whether the record ends where its length says; the place is then that of what follows.

    Two line ends stand after a record, and then the next or nothing. Where something else follows, that may be damaged, or
    the length is wrong and the content holds the beginning of the next record.
    """
    after = file.read(_LONGEST_START + len(_RECORD_END))
    rest = after.lstrip(b"\r\n")
    blank = len(after) - len(rest)
    if not (blank or not after) or file.tell() < end:
        return False
    file.seek(end + blank)
    return not rest or bool(_START.match(rest)) or (after.startswith(_RECORD_END) and not _NEXT_START.search(content))


def _go_to_next(file: BinaryIO | io.BufferedReader, start: int) -> bool:
    """Go to the next line that begins a record, from ``start`` on; False where there is none."""
    while True:
        file.seek(start)
        chunk = file.read(_CHUNK)
        if found := _NEXT_START.search(chunk):
            file.seek(start + found.start() + 1)
            return True
        if len(chunk) <= _LONGEST_START:
            return False
        start += len(chunk) - _LONGEST_START

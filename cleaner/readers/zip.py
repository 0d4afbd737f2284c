"""Zip: a page a member."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from cleaner.errors import InputError, PageRefused
from cleaner.parse import MAX_CONTENT
from cleaner.readers.found import Fields, Found, failure
from cleaner.readers.members import Members
from cleaner.readers.pieces import PIECE_BYTES, Piece

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UnicodeDecodeError, ValueError)


def read_zip(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """The pages among the members of a zip archive, in its order; other members are passed over.

    Nothing is written to disk, and of a member no more than MAX_CONTENT is unpacked. A member that is damaged, encrypted,
    too large, a link, or whose name leads elsewhere is a failure; the next are read. Raises InputError for a file that is
    no zip archive, or whose members lie over each other (a zip bomb).
    """
    with _opened(file, name) as archive:
        yield from _pages(archive, name, range(len(archive.infolist())))


def read_zip_piece(file: BinaryIO, name: str, fields: Fields, piece: Piece) -> Iterator[Found]:
    """The pages among some members."""
    with _opened(file, name) as archive:
        yield from _pages(archive, name, range(piece.start, piece.end))


def zip_pieces(file: BinaryIO) -> Iterator[Piece]:
    """Members, as many as make up a piece. Raises InputError as ``read_zip`` does."""
    with _opened(file, "it") as archive:
        sizes = [info.compress_size for info in archive.infolist()]
    start = size = 0
    for number, more in enumerate(sizes):
        size += more
        if size >= PIECE_BYTES or number == len(sizes) - 1:
            yield Piece(start, number + 1, start, size)
            start, size = number + 1, 0


def _opened(file: BinaryIO, name: str) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise InputError(f"{name} is no zip archive, or one that breaks off: {error}") from error
    _refuse_overlaps(archive.infolist(), name)
    return archive


def _pages(archive: zipfile.ZipFile, name: str, wanted: range) -> Iterator[Found]:
    """The pages among the wanted members; the names of those before count, as each may be there once."""
    members = Members(name)
    for number, info in enumerate(archive.infolist()[: wanted.stop]):
        if info.is_dir() or not members.is_page(info.filename):
            continue
        place = members.place(info.filename)
        try:
            members.check(info.filename)
            if number >= wanted.start:
                yield members.found(info.filename, place, _content(archive, info))
        except (InputError, PageRefused) as error:
            if number >= wanted.start:
                yield failure(place, error)


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """At most a byte more than the limit, whatever size the member says it has."""
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InputError("the member is a link, and links are not followed: pack the file itself")
    if info.flag_bits & 1:
        raise InputError("the member is encrypted: pack it without a password")
    try:
        with archive.open(info) as member:
            return member.read(MAX_CONTENT + 1)
    except _BROKEN as error:
        raise InputError(f"the member is damaged: {error}") from error


def _refuse_overlaps(infos: list[zipfile.ZipInfo], name: str) -> None:
    """A zip bomb packs the same bytes into thousands of members, which therefore lie over each other."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for info, following in pairwise(ordered):
        if info.header_offset + info.compress_size > following.header_offset:
            raise InputError(f"{name} has members that lie over each other, as a zip bomb has: pack the files anew")

"""Where pages come from: files, archives, tables and crawls, on this machine or in an object store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from cleaner.errors import UnknownName
from cleaner.readers.compression import COMPRESSION_SUFFIXES
from cleaner.readers.file import read_page_file
from cleaner.readers.found import DEFAULT_FIELDS, Fields, Found, failure, fields_with
from cleaner.readers.json_lines import json_pieces, read_json_lines, read_json_piece
from cleaner.readers.names import PAGE_SUFFIXES
from cleaner.readers.parquet import parquet_pieces, read_parquet, read_parquet_piece
from cleaner.readers.pieces import Piece
from cleaner.readers.places import open_place
from cleaner.readers.tar import read_tar
from cleaner.readers.warc import read_warc, read_warc_piece, warc_pieces
from cleaner.readers.zip import read_zip, read_zip_piece, zip_pieces

__all__ = ["DEFAULT_FIELDS", "READERS", "Fields", "Found", "Reader", "fields_with", "read_pages", "reader_named", "reader_of"]


@dataclass(frozen=True)
class Reader:
    """One way to find pages in a file: its name, the suffixes it is known by, what it is, and the function that reads.

    ``read`` takes the file, which can seek, the file's name and the fields of tables. It streams: what it holds at once is
    a page or a few, whatever the file's size. Where a file can be read in pieces, ``pieces`` tells them and ``read_piece``
    reads one; ``pieces_take_reading`` where all of the file has to be read to tell them.
    """

    name: str
    suffixes: tuple[str, ...]
    summary: str
    read: Callable[[BinaryIO, str, Fields], Iterator[Found]]
    pieces: Callable[[BinaryIO], Iterator[Piece]] | None = None
    read_piece: Callable[[BinaryIO, str, Fields, Piece], Iterator[Found]] | None = None
    pieces_take_reading: bool = False


READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        Reader("page", PAGE_SUFFIXES, "a file is a page", read_page_file),
        Reader("zip", (".zip",), "a member is a page; others than pages are passed over", read_zip, zip_pieces, read_zip_piece),
        Reader("tar", (".tar", ".tgz", ".txz"), "a member is a page; others than pages are passed over", read_tar),
        Reader(
            "jsonl",
            (".jsonl", ".ndjson"),
            "an object is a page; --field says which keys hold what",
            read_json_lines,
            json_pieces,
            read_json_piece,
            pieces_take_reading=True,
        ),
        Reader(
            "parquet",
            (".parquet",),
            "a row is a page; --field says which columns hold what",
            read_parquet,
            parquet_pieces,
            read_parquet_piece,
        ),
        Reader(
            "warc",
            (".warc", ".wet"),
            "a record is a page: responses, resources and conversions, HTML or text",
            read_warc,
            warc_pieces,
            read_warc_piece,
            pieces_take_reading=True,
        ),
    )
}


def reader_named(name: str) -> Reader:
    """The reader of that name. Raises UnknownName, which lists the known ones."""
    try:
        return READERS[name]
    except KeyError:
        raise UnknownName("reader", name, list(READERS)) from None


def reader_of(name: str) -> Reader | None:
    """The reader for a file of that name, by its suffix; a suffix of compression may follow (.gz, .xz, .zst)."""
    path = PurePosixPath(name.lower())
    if path.suffix in COMPRESSION_SUFFIXES:
        path = path.with_suffix("")
    return next((reader for reader in READERS.values() if path.suffix in reader.suffixes), None)


def read_pages(location: str, name: str, reader: Reader, fields: Fields = DEFAULT_FIELDS, target: str = "") -> Iterator[Found]:
    """The pages in one file at a path or at a URL of an object store, in its order.

    ``name`` is what the file is called in places and results; ``target`` what the result of a file that is one page is
    called, where it is not ``name``. Never raises: what cannot be read is a failure among what is found.
    """
    try:
        with open_place(location) as file:
            yield from read_open(file, name, reader, fields, target)
    except Exception as error:  # what the store's library raises
        yield failure(name, error)


def read_open(
    file: BinaryIO, name: str, reader: Reader, fields: Fields, target: str = "", piece: Piece | None = None
) -> Iterator[Found]:
    """``read_pages`` of a file that is open, or of a piece of it."""
    try:
        if piece is None or reader.read_piece is None:
            pages = reader.read(file, name, fields)
        else:
            pages = reader.read_piece(file, name, fields, piece)
        for found in pages:
            yield found if found.target or found.page is None else Found(found.place, target or name, found.page)
    except Exception as error:  # archives are hostile, and their libraries raise what they like
        yield failure(name, error)

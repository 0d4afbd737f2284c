"""JSON Lines: an object a line, a page an object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from cleaner.errors import InputError, PageRefused
from cleaner.parse import MAX_CONTENT
from cleaner.readers.compression import decompressed
from cleaner.readers.found import Fields, Found, failure
from cleaner.readers.pieces import PIECE_BYTES, Piece
from cleaner.readers.tables import page_of

MAX_LINE = 4 * MAX_CONTENT  # bytes; escapes make a page longer, and other fields stand beside it
_SKIPPED = 1_000_000  # bytes at a time of what stands beyond the limit
_BLOCK = 1 << 20  # bytes read at once where lines are counted


def read_json_lines(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """The pages of a JSON Lines file, compressed or not; a line that holds none is a failure, and the next are read.

    Empty lines are passed over. Pages are numbered by their lines.
    """
    return _pages(decompressed(file), name, fields)


def read_json_piece(file: BinaryIO, name: str, fields: Fields, piece: Piece) -> Iterator[Found]:
    """The pages of a piece of a file that is not compressed."""
    file.seek(piece.start)
    return _pages(file, name, fields, piece.first, piece.end)


def json_pieces(file: BinaryIO) -> Iterator[Piece]:
    """The pieces of a file, each ending with a line; none of a compressed one. All of the file is read for it."""
    if decompressed(file) is not file:
        return
    start = first = at = lines = 0
    while block := file.read(_BLOCK):
        lines += block.count(b"\n")
        end = at + block.rfind(b"\n") + 1
        at += len(block)
        if end > at - len(block) and end - start >= PIECE_BYTES:
            yield Piece(start, end, first, end - start)
            start, first = end, lines
    if at > start:
        yield Piece(start, at, first, at - start)


def _pages(lines: BinaryIO, name: str, fields: Fields, number: int = 0, end: int | None = None) -> Iterator[Found]:
    while (end is None or lines.tell() < end) and (line := lines.readline(MAX_LINE + 1)):
        number += 1
        place = f"{name}#{number}"
        try:
            if len(line) > MAX_LINE:
                while (rest := lines.readline(_SKIPPED)) and not rest.endswith(b"\n"):
                    pass
                raise PageRefused("size", f"the line has more than {MAX_LINE:,} bytes: split it")
            if line.strip():
                page = page_of(_object(line), place, fields)
                yield Found(place, f"{name}/{number:08}", page)
        except (InputError, PageRefused) as error:
            yield failure(place, error)


def _object(line: bytes) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the line is no JSON: {str(error)[:200]}") from None
    if not isinstance(row, dict):
        raise InputError("the line is JSON, but no object: give a page an object")
    return row

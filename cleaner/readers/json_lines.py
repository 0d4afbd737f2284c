"""JSON Lines: an object a line, a page an object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from cleaner.errors import InputError, PageRefused
from cleaner.parse import MAX_CONTENT
from cleaner.readers.compression import decompressed
from cleaner.readers.found import Fields, Found, failure
from cleaner.readers.tables import page_of

MAX_LINE = 4 * MAX_CONTENT  # bytes; escapes make a page longer, and other fields stand beside it
_SKIPPED = 1_000_000  # bytes at a time of what stands beyond the limit


def read_json_lines(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """The pages of a JSON Lines file, compressed or not; a line that holds none is a failure, and the next are read.

    Empty lines are passed over. Pages are numbered by their lines.
    """
    lines = decompressed(file)
    number = 0
    while line := lines.readline(MAX_LINE + 1):
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

"""One file as the content of one page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cleaner.errors import PageRefused
from cleaner.parse import MAX_CONTENT
from cleaner.readers.compression import decompressed
from cleaner.readers.found import Fields, Found, refuse_oversize
from cleaner.readers.places import open_place
from cleaner.types import Page


def read_file(path: Path) -> bytes:
    """The bytes of a regular file.

    Never waits: a pipe or a device is refused, not read. Raises InputError for what cannot be read, PageRefused("size")
    for a file beyond MAX_CONTENT, before it is read.
    """
    with open_place(str(path)) as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_CONTENT:
            raise PageRefused("size", f"the page has {size:,} bytes, the limit is {MAX_CONTENT:,}: split it")
        return file.read()


def read_stream(stream: BinaryIO) -> bytes:
    """What comes out of a pipe, to its end. Raises PageRefused("size") beyond MAX_CONTENT, without reading on."""
    content = stream.read(MAX_CONTENT + 1)
    refuse_oversize(content)
    return content


def read_page_file(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """The one page that a file is, compressed or not. Raises PageRefused("size") beyond MAX_CONTENT."""
    yield Found(name, page=Page(name, read_stream(decompressed(file))))

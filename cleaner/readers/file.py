"""One file as the content of one page."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from cleaner.errors import InputError, PageRefused
from cleaner.parse import MAX_CONTENT


def read_file(path: Path) -> bytes:
    """The bytes of a regular file.

    Never waits: a pipe or a device is refused, not read. Raises InputError for what cannot be read, PageRefused("size")
    for a file beyond MAX_CONTENT, before it is read.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise InputError(f"{path} is no regular file but a pipe, socket or device: give a file")
            if status.st_size > MAX_CONTENT:
                raise PageRefused("size", f"the page has {status.st_size:,} bytes, the limit is {MAX_CONTENT:,}: split it")
            return file.read()
    except OSError as error:
        raise InputError(_why_unreadable(path, error)) from error


def read_stream(stream: BinaryIO) -> bytes:
    """What comes out of a pipe, to its end. Raises PageRefused("size") beyond MAX_CONTENT, without reading on."""
    content = stream.read(MAX_CONTENT + 1)
    if len(content) > MAX_CONTENT:
        raise PageRefused("size", f"the page has more than {MAX_CONTENT:,} bytes: split it")
    return content


def _without_waiting(path: str, flags: int) -> int:
    """Open as ``open`` does, except that a named pipe nobody writes to does not block."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _why_unreadable(path: Path, error: OSError) -> str:
    if path.is_symlink() and isinstance(error, FileNotFoundError):
        return f"{path} is a link to a file that does not exist"
    if isinstance(error, FileNotFoundError):
        return f"{path} does not exist"
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder: clean it with 'cleaner batch {path} -o OUT'"
    if isinstance(error, PermissionError):
        return f"{path} cannot be read: permission denied"
    return f"{path} cannot be read: {error.strerror or error}"

"""Where input lies: on this machine or in an object store."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from cleaner.errors import InputError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

STORES = {"s3": "s3", "gs": "gs", "file": ""}  # what can be read by URL, and the extra that each needs


def is_url(location: str) -> bool:
    return "://" in location


def open_place(location: str) -> BinaryIO:
    """The file at a path, or at a URL of an object store, to be read from its beginning; it can seek.

    Never waits for a pipe or a device, which are refused. Raises InputError for what cannot be read.
    """
    try:
        if is_url(location):
            return cast(BinaryIO, store_of(location).open(location, "rb"))
        file = open(location, "rb", opener=_without_waiting)  # noqa: SIM115  # the caller closes it
    except OSError as error:
        raise InputError(why_unreadable(location, error)) from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise InputError(f"{location} is no regular file but a pipe, socket or device: give a file")
    return file


def store_of(url: str) -> AbstractFileSystem:
    """The object store of a URL. Raises InputError for one that is not among STORES or not installed."""
    protocol = url.partition("://")[0]
    if protocol not in STORES:
        raise InputError(
            f"{url} cannot be read: give a path, or a URL that begins with {', '.join(f'{it}://' for it in STORES)}"
        )
    try:
        import fsspec

        return fsspec.filesystem(protocol)
    except ImportError as error:
        extra = STORES[protocol] or "s3"
        raise InputError(f"{protocol}:// needs the extra {extra!r}: pip install 'cleaner[{extra}]'") from error


def files_in_store(url: str) -> Iterator[tuple[str, str, int, str]]:
    """The files at a URL, below it or matching it: URL, path below the given one or name, size in bytes, and what changes
    with it.

    They come in order of their names. Raises InputError where there are none, or the store does not answer.
    """
    store = store_of(url)
    try:
        if any(character in url for character in "*?["):
            found = store.glob(url, detail=True)
            below = ""
        else:
            found = store.find(url, detail=True)
            below = store._strip_protocol(url).rstrip("/") + "/"
    except OSError as error:
        raise InputError(f"{url} cannot be read: {error}") from error
    except Exception as error:  # each store's library has exceptions of its own
        raise InputError(f"{url} cannot be read: {type(error).__name__}: {error}") from error
    if not found:
        raise InputError(f"{url} does not exist: give a file, a prefix or a pattern that is there")
    for path in sorted(found):
        relative = path[len(below) :] if below and path.startswith(below) else path.rpartition("/")[2]
        told = found[path]
        state = next((str(told[key]) for key in ("ETag", "etag", "mtime", "LastModified") if key in told), "")
        yield store.unstrip_protocol(path), relative, int(told.get("size") or 0), state


def why_unreadable(location: str | Path, error: OSError) -> str:
    """What an error of the system says of a place, and what to do about it."""
    if isinstance(error, FileNotFoundError):
        if os.path.islink(location):
            return f"{location} is a link to a file that does not exist"
        return f"{location} does not exist"
    if isinstance(error, IsADirectoryError):
        return f"{location} is a folder: clean it with 'cleaner batch {location} -o OUT'"
    if isinstance(error, PermissionError):
        return f"{location} cannot be read: permission denied"
    return f"{location} cannot be read: {error.strerror or error}"


def _without_waiting(path: str, flags: int) -> int:
    """Open as ``open`` does, except that a named pipe nobody writes to does not block."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))

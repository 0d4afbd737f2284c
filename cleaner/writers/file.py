"""A file that is whole or not there."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from cleaner.errors import InputError
from cleaner.writers.places import is_in_store


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file under a temporary name beside its own and rename it, so that nobody ever reads half of it.

    What is written to an object store is there when it is whole. Raises OSError.
    """
    encoded = content.encode("utf-8") if isinstance(content, str) else content
    if is_in_store(path):
        _put(path, encoded)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(path)
    try:
        part.write_bytes(encoded)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it. Raises InputError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made a folder: {error.strerror or error}") from error


def write_durably(path: Path, content: bytes) -> None:
    """``write_whole``, and the content is on the disk before the file has its name: it survives a power cut."""
    part = part_of(path)
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path of this machine to write to; the file takes its name, or its place in a store, when all is written."""
    if is_in_store(path):
        with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
            local = Path(folder) / "whole"
            yield local
            with _store_errors(path):
                cast(Any, path).fs.put_file(str(local), cast(Any, path).path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(path)
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _put(path: Path, content: bytes) -> None:
    with _store_errors(path):
        path.write_bytes(content)


@contextmanager
def _store_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each store's library has exceptions of its own
        raise OSError(f"{path} cannot be written: {type(error).__name__}: {error}") from error


def part_of(path: Path) -> Path:
    """The temporary name a file is written under; what a killed process left there can be deleted."""
    name = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]  # a long name has no room for an addition
    return path.with_name(f".{name}.part")

"""Files that are compressed, read as if they were not."""

from __future__ import annotations

import gzip
import lzma
from typing import BinaryIO, cast

from cleaner.errors import InputError

COMPRESSION_SUFFIXES = (".gz", ".xz", ".zst")

_GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\x00"
_ZSTD = b"\x28\xb5\x2f\xfd"


def decompressed(file: BinaryIO) -> BinaryIO:
    """What the file holds, whether it is compressed with gzip, xz, zstd or not at all: its first bytes tell.

    The result streams: no more is decompressed than is read. A file that breaks off raises EOFError where it does.
    Raises InputError for zstd without the extra 'zstd'.
    """
    start = file.read(len(_XZ))
    file.seek(0)
    if start.startswith(_GZIP):
        return cast(BinaryIO, gzip.open(file))
    if start == _XZ:
        return cast(BinaryIO, lzma.open(file))
    if start.startswith(_ZSTD):
        return _zstd(file)
    return file


def is_gzip(file: BinaryIO) -> bool:
    start = file.read(len(_GZIP))
    file.seek(0)
    return start == _GZIP


def _zstd(file: BinaryIO) -> BinaryIO:
    try:
        from backports import zstd
    except ModuleNotFoundError as error:
        raise InputError("a .zst file needs the extra 'zstd': pip install 'cleaner[zstd]'") from error
    return cast(BinaryIO, zstd.open(file))

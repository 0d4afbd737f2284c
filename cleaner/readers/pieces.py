"""Parts of a large file that can be read by themselves, on several machines at once."""

from __future__ import annotations

from typing import NamedTuple

PIECE_BYTES = 20_000_000  # of the file, at least; the last may be smaller


class Piece(NamedTuple):
    """A part of a file: from ``start`` to before ``end`` in what its format counts by: bytes, row groups, or members.

    ``first`` lines, rows or records stand before it; ``size`` is in bytes. What is read of the pieces, one after the other, is
    what is read of the file.
    """

    start: int
    end: int
    first: int
    size: int

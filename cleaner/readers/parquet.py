"""Parquet: a page a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from cleaner.errors import InputError, PageRefused
from cleaner.readers.found import Fields, Found, failure
from cleaner.readers.pieces import PIECE_BYTES, Piece
from cleaner.readers.tables import page_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_ROWS_AT_ONCE = 32  # pages of 10 MB at most are held at once
_BUFFER = 1 << 20  # bytes read at once of a column, in place of the whole of it


def read_parquet(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """The pages of a Parquet file; of a damaged row group what is left is one failure, and the next groups are read.

    Raises InputError without the extra 'parquet', or for a table that has none of the columns.
    """
    table = _opened(file, name)
    return _pages(table, range(table.num_row_groups), 0, name, fields)


def read_parquet_piece(file: BinaryIO, name: str, fields: Fields, piece: Piece) -> Iterator[Found]:
    """The pages of some row groups."""
    return _pages(_opened(file, name), range(piece.start, piece.end), piece.first, name, fields)


def parquet_pieces(file: BinaryIO) -> Iterator[Piece]:
    """Row groups, as many as make up a piece. Raises InputError as ``read_parquet`` does."""
    metadata = _opened(file, "it").metadata
    start = first = rows = size = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        rows += group.num_rows
        size += sum(group.column(at).total_compressed_size for at in range(group.num_columns))
        if size >= PIECE_BYTES or number == metadata.num_row_groups - 1:
            yield Piece(start, number + 1, first, size)
            start, first, size = number + 1, rows, 0


def _opened(file: BinaryIO, name: str) -> pq.ParquetFile:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise InputError("a .parquet file needs the extra 'parquet': pip install 'cleaner[parquet]'") from error
    try:
        return pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{name} is no Parquet file, or one that breaks off: {str(error)[:200]}") from error


def _pages(table: pq.ParquetFile, groups: range, number: int, name: str, fields: Fields) -> Iterator[Found]:
    """The pages of row groups before which ``number`` rows stand."""
    import pyarrow as pa

    columns = _columns(table, name, fields)
    for group in groups:
        end = number + table.metadata.row_group(group).num_rows
        try:
            for batch in table.iter_batches(_ROWS_AT_ONCE, row_groups=[group], columns=columns, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield _found(row, name, number, fields)
        except (pa.ArrowException, OSError) as error:
            message = f"rows {number + 1:,} to {end:,} cannot be read: {str(error)[:200]}"
            yield failure(f"{name}#{number + 1}", InputError(message))
        number = end


def _columns(table: pq.ParquetFile, name: str, fields: Fields) -> list[str]:
    there = set(table.schema_arrow.names)
    columns = [column for column in fields.values() if column in there]
    if not {fields["html"], fields["text"], fields["content"]} & there:
        shown = ", ".join(repr(column) for column in table.schema_arrow.names[:20])
        raise InputError(f"{name} has no page column among {shown}: choose one with --field html=NAME or text=NAME")
    return columns


def _found(row: dict[str, object], name: str, number: int, fields: Fields) -> Found:
    place = f"{name}#{number}"
    try:
        return Found(place, f"{name}/{number:08}", page_of(row, place, fields))
    except (InputError, PageRefused) as error:
        return failure(place, error)

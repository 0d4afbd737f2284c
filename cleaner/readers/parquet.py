"""Parquet: a page a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from cleaner.errors import InputError, PageRefused
from cleaner.readers.found import Fields, Found, failure
from cleaner.readers.tables import page_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_ROWS_AT_ONCE = 32  # pages of 10 MB at most are held at once
_BUFFER = 1 << 20  # bytes read at once of a column, in place of the whole of it


def read_parquet(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """The pages of a Parquet file; of a damaged row group what is left is one failure, and the next groups are read.

    Raises InputError without the extra 'parquet', or for a table that has none of the columns.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise InputError("a .parquet file needs the extra 'parquet': pip install 'cleaner[parquet]'") from error
    try:
        table = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{name} is no Parquet file, or one that breaks off: {str(error)[:200]}") from error
    columns = _columns(table, name, fields)
    number = 0
    for group in range(table.num_row_groups):
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

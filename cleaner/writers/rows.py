"""Documents as rows of a file that holds many: JSON Lines, CSV, Parquet."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.errors import InputError
from cleaner.formats import Explain, to_dict
from cleaner.readers.compression import decompressed
from cleaner.types import Document

if TYPE_CHECKING:
    import pyarrow as pa

CSV_COLUMNS = (
    "id",
    "status",
    "url",
    "canonical_url",
    "site_name",
    "title",
    "authors",
    "date_published",
    "date_modified",
    "language",
    "description",
    "section",
    "tags",
    "agency",
    "license",
    "access",
    "page_type",
    "word_count",
    "quality",
    "text",
)
_GZIP_LEVEL = 6
_PARQUET_ROWS = 4_096  # that are held at once while files are joined


@dataclass(frozen=True)
class RowWriter:
    """One way to write many documents into a file: name and suffix, what it is, and its steps.

    ``render`` makes a row of a document. ``bind`` makes a file of rows; files of ``bind`` one after the other are joined by
    ``join`` into one. ``without`` is a file's content without the rows of these numbers, from 0. ``opening`` is the row that
    stands first in a file, b"" for none.
    """

    name: str
    suffix: str
    summary: str
    render: Callable[[Document, Explain], bytes]
    bind: Callable[[Sequence[bytes]], bytes]
    join: Callable[[Iterable[Path], Path], None]
    without: Callable[[Path, Container[int]], bytes]
    opening: bytes = b""


def json_row(document: Document, explain: Explain) -> bytes:
    """The document as ``formats.to_dict`` gives it, in one line; without times, so that the same page gives the same row."""
    record = to_dict(document, explain) | {"timings_ms": {}}
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def csv_row(document: Document, explain: Explain) -> bytes:
    """The columns of CSV_COLUMNS; lists are joined by semicolons. Has no room to explain."""
    record: dict[str, Any] = to_dict(document)
    record["quality"] = record["quality"]["score"]
    return _csv_line([_cell(record[column]) for column in CSV_COLUMNS])


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)


def _csv_line(cells: Iterable[str]) -> bytes:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode("utf-8", "backslashreplace")


def _plain(content: bytes) -> bytes:
    return content


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, _GZIP_LEVEL, mtime=0)  # the same rows give the same bytes


def _zstd(content: bytes) -> bytes:
    try:
        from backports import zstd
    except ModuleNotFoundError as error:
        raise InputError("a .zst file needs the extra 'zstd': pip install 'cleaner[zstd]'") from error
    return zstd.compress(content)


def _concatenate(parts: Iterable[Path], path: Path) -> None:
    with path.open("wb") as whole:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, 1 << 20)


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return decompressed(file).read().splitlines(keepends=True)


def _csv_records(path: Path) -> Iterator[bytes]:
    """A record has several lines where the cell of a text has."""
    record: list[bytes] = []
    quotes = 0
    for line in _lines(path):
        record.append(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            yield b"".join(record)
            record.clear()


def _without_rows(path: Path, numbers: Container[int]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        table = pq.read_table(file, schema=parquet_schema())
    made = BytesIO()
    pq.write_table(table.filter(pa.array([at not in numbers for at in range(len(table))])), made, compression="zstd")
    return made.getvalue()


def _parquet(rows: Sequence[bytes]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([typed_record(json.loads(row)) for row in rows], schema=parquet_schema())
    made = BytesIO()
    pq.write_table(table, made, compression="zstd")
    return made.getvalue()


def _join_parquet(parts: Iterable[Path], path: Path) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, parquet_schema(), compression="zstd") as whole:
        for part in parts:
            with pq.ParquetFile(part) as file:
                for batch in file.iter_batches(_PARQUET_ROWS):
                    whole.write_batch(batch)


def parquet_schema() -> pa.Schema:
    """The columns of a Parquet file: those of the JSON document, typed; what says where values come from is nested.

    Raises InputError without the extra 'parquet'.
    """
    try:
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise InputError("a .parquet file needs the extra 'parquet': pip install 'cleaner[parquet]'") from error
    text, many = pa.string(), pa.list_(pa.string())
    other = pa.struct([("value", text), ("source", text), ("confidence", pa.float32())])
    source = pa.struct(
        [
            ("field", text),
            ("value", text),
            ("source", text),
            ("confidence", pa.float32()),
            ("raw", text),
            ("ambiguous", pa.bool_()),
            ("others", pa.list_(other)),
        ]
    )
    piece = pa.struct(
        [
            *((name, text) for name in ("text", "reason", "by")),
            ("score", pa.float32()),
            *((name, pa.int32()) for name in ("block", "start", "end")),
        ]
    )
    removed = pa.struct(
        [
            ("characters", pa.int64()),
            ("blocks", pa.int32()),
            ("by_reason", pa.map_(text, pa.int32())),
            ("pieces", pa.list_(piece)),
        ]
    )
    names = "id status kind text url canonical_url site_name title date_published date_modified language description image"
    return pa.schema(
        [
            *((name, text) for name in names.split()),
            *((name, text) for name in ("section", "agency", "license", "access", "page_type")),
            ("authors", many),
            ("tags", many),
            ("images", pa.list_(pa.struct([("url", text), ("alt", text), ("caption", text)]))),
            ("comments", pa.int64()),
            ("word_count", pa.int32()),
            ("reading_minutes", pa.int32()),
            ("sources", pa.list_(source)),
            ("removed", removed),
            ("quality", pa.struct([("score", pa.float32()), ("warnings", many)])),
            ("charset", pa.struct([("name", text), ("source", text)])),
            ("cleaner", pa.struct([("name", text), ("version", text)])),
        ]
    )


def typed_record(record: dict[str, Any]) -> dict[str, Any]:
    """The JSON document as the columns of ``parquet_schema`` take it: a list of sources, each with its field and value; reasons
    as a map. The record itself is changed."""
    record["sources"] = [
        {"field": field, "value": str(value), **source}
        for field, found in record["sources"].items()
        for value, source in zip(_listed(record[field]), _listed(found), strict=True)
    ]
    record["removed"]["by_reason"] = list(record["removed"]["by_reason"].items())
    return record


def _listed(one_or_many: object) -> list[Any]:
    return one_or_many if isinstance(one_or_many, list) else [one_or_many]


def _bound(compress: Callable[[bytes], bytes], rows: Iterable[bytes]) -> bytes:
    return compress(b"".join(rows))


def _without(
    compress: Callable[[bytes], bytes],
    rows_of: Callable[[Path], Iterable[bytes]],
    path: Path,
    numbers: Container[int],
) -> bytes:
    return compress(b"".join(row for number, row in enumerate(rows_of(path)) if number not in numbers))


_COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {"": _plain, ".gz": _gzip, ".zst": _zstd}


def _line_writers() -> Iterable[RowWriter]:
    for suffix, compress in _COMPRESSIONS.items():
        packed = f", packed ({suffix})" if suffix else ""
        for name, summary, render, opening, rows_of in (
            ("jsonl", "the JSON document, one a line", json_row, b"", _lines),
            ("csv", "a table of text and metadata", csv_row, _csv_line(CSV_COLUMNS), _csv_records),
        ):
            yield RowWriter(
                name + suffix,
                f".{name}{suffix}",
                summary + packed,
                render,
                partial(_bound, compress),
                _concatenate,
                partial(_without, compress, rows_of),
                opening,
            )


ROW_WRITERS: dict[str, RowWriter] = {
    writer.name: writer
    for writer in (
        *_line_writers(),
        RowWriter(
            "parquet",
            ".parquet",
            "typed columns; where values come from is nested",
            json_row,
            _parquet,
            _join_parquet,
            _without_rows,
        ),
    )
}

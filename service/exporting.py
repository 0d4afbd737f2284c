"""All documents that are wanted, in one file that is written while it is sent: nothing is held but the next rows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cleaner.formats import Explain
from cleaner.writers.rows import parquet_schema, typed_record
from service.store import documents
from service.store.database import Store, StoreDamaged
from service.store.documents import Filter, Version

if TYPE_CHECKING:
    import pyarrow as pa

_READ_AT_ONCE = 50  # documents
_ROWS_OF_A_GROUP = 1_000  # of a Parquet file, or fewer
_CHARACTERS_OF_A_GROUP = 8_000_000  # of text


def record_of(version: Version, explain: Explain) -> dict[str, Any]:
    """The document as JSON, with the id it is stored under and what the store knows of it."""
    record = version.record
    if explain == "none":
        record["removed"].pop("pieces", None)
    stored = {
        "version": version.number,
        "current": version.current,
        "created_at": version.created_at,
        "fetched_at": version.fetched_at,
    }
    return {**record, "id": version.document_id, "stored": stored}


async def as_json_lines(store: Store, wanted: Filter, sees: str | None) -> AsyncIterator[bytes]:
    """A line a document. Raises StoreError."""
    async for record in _records(store, wanted, sees):
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


async def as_parquet(store: Store, wanted: Filter, sees: str | None) -> AsyncIterator[bytes]:
    """The columns that batches write, and behind them ``stored``, ``site_template`` and ``problem``. Raises StoreError."""
    file = await asyncio.to_thread(_ParquetFile)
    rows: list[dict[str, Any]] = []
    characters = 0
    async for record in _records(store, wanted, sees):
        rows.append(_row(record))
        characters += len(record.get("text", ""))
        if len(rows) >= _ROWS_OF_A_GROUP or characters >= _CHARACTERS_OF_A_GROUP:
            yield await asyncio.to_thread(file.group, rows)
            rows, characters = [], 0
    if rows:
        yield await asyncio.to_thread(file.group, rows)
    yield await asyncio.to_thread(file.end)


EXPORTS: dict[str, tuple[str, Callable[[Store, Filter, str | None], AsyncIterator[bytes]]]] = {
    "application/jsonl": ("documents.jsonl", as_json_lines),
    "application/vnd.apache.parquet": ("documents.parquet", as_parquet),
}


class _ParquetFile:
    """A Parquet file in the making: what was written since it was last asked for."""

    def __init__(self) -> None:
        import pyarrow.parquet as pq

        self._schema = _schema()
        self._made = BytesIO()
        self._writer = pq.ParquetWriter(self._made, self._schema, compression="zstd")

    def group(self, rows: list[dict[str, Any]]) -> bytes:
        """The next rows as a group of their own."""
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_pylist(rows, schema=self._schema))
        return self._since()

    def end(self) -> bytes:
        self._writer.close()
        return self._since()

    def _since(self) -> bytes:
        made = self._made.getvalue()
        self._made.seek(0)  # the writer counts for itself where it is
        self._made.truncate()
        return made


def _schema() -> pa.Schema:
    import pyarrow as pa

    text, number = pa.string(), pa.int32()
    stored = pa.struct([("version", number), ("current", number), ("created_at", text), ("fetched_at", text)])
    template = pa.struct([("host", text), ("version", text), ("pages", number)])
    return pa.schema([*parquet_schema(), ("stored", stored), ("site_template", template), ("problem", text)])


def _row(record: dict[str, Any]) -> dict[str, Any]:
    if "problem" in record:
        return record
    return typed_record(record) | {"site_template": record["cleaner"].get("site")}


async def _records(store: Store, wanted: Filter, sees: str | None) -> AsyncIterator[dict[str, Any]]:
    """The current versions as JSON, newest first; of a damaged one its id and a ``problem``."""
    after: int | None = None
    while rows := await store.read(documents.list_ids, wanted, _READ_AT_ONCE, after):
        for _, identity in rows:
            try:
                version = await store.read(documents.find, sees, identity)
            except StoreDamaged as error:
                yield {"id": identity, "problem": str(error)}
                continue
            if version is not None:  # or it was deleted meanwhile
                yield record_of(version, "none")
        after = rows[-1][0]

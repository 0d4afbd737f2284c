"""Samples in the store: pages as people clean them, a draft for each document and annotator, and the queue of what to clean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, select, update

from cleaner.errors import CleanerError
from service.store.checksums import checked, checked_and_unpacked, checksum
from service.store.database import now
from service.store.documents import Record
from service.store.inserts import insert_new
from service.store.rows import packed
from service.store.tables import disputes, documents, samples

Order = Literal["unsure", "disputed", "newest"]


class SampleConflict(CleanerError):
    """Somebody saved under the same name meanwhile; ``version`` is the one that is stored."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} is stored already")
        self.version = version


@dataclass(frozen=True, slots=True)
class Sample:
    """A page as a person cleans it; ``record`` is what they said of it and what comes of that."""

    document_id: str
    annotator: str
    version: int
    done: bool
    created_at: str
    updated_at: str
    record: Record


@dataclass(frozen=True, slots=True)
class Queued:
    """A document in the queue: its summary, the share of it that cleaners dispute, and (annotator, done) of its samples."""

    summary: Record
    dispute: float | None
    samples: Sequence[tuple[str, bool]]


def find(connection: Connection, owner: str | None, document: str, annotator: str) -> Sample | None:
    """The draft of an annotator; None when there is none. Raises StoreDamaged."""
    query = (
        select(samples)
        .join(documents, documents.c.id == samples.c.document_id)
        .where(samples.c.document_id == document, samples.c.annotator == annotator, *_owned(owner))
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _sample(row)


def of_document(connection: Connection, owner: str | None, document: str) -> list[Sample]:
    """All drafts of a document, by annotator. Raises StoreDamaged."""
    query = (
        select(samples)
        .join(documents, documents.c.id == samples.c.document_id)
        .where(samples.c.document_id == document, *_owned(owner))
        .order_by(samples.c.annotator)
    )
    return [_sample(row) for row in connection.execute(query)]


def save(
    connection: Connection, owner: str | None, document: str, annotator: str, based_on: int, *, done: bool, record: Record
) -> int | None:
    """Store a draft that was made from version ``based_on`` (0: there was none); the new version, None without the document.

    Raises SampleConflict when another version is stored.
    """
    owned = select(documents.c.id).where(documents.c.id == document, *_owned(owner))
    if connection.execute(owned).first() is None:
        return None
    at, content, version = now(), packed(json.dumps(record, ensure_ascii=False).encode()), based_on + 1
    told = {
        "version": version,
        "done": done,
        "updated_at": at,
        "record": content,
        "checksum": checksum(f"{document}/{annotator}/{version}", content),
    }
    this = (samples.c.document_id == document) & (samples.c.annotator == annotator)
    if based_on:
        saved = connection.execute(update(samples).where(this, samples.c.version == based_on).values(told)).rowcount
    else:
        new = {"document_id": document, "annotator": annotator, "created_at": at}
        saved = connection.execute(insert_new(connection, samples).values(new | told)).rowcount
    if saved != 1:
        raise SampleConflict(connection.execute(select(samples.c.version).where(this)).scalar() or 0)
    return version


def remove(connection: Connection, owner: str | None, document: str, annotator: str) -> bool:
    """Delete a draft; False when it was not there."""
    owned = select(documents.c.id).where(documents.c.id == document, *_owned(owner))
    this = (samples.c.document_id.in_(owned)) & (samples.c.annotator == annotator)
    return connection.execute(delete(samples).where(this)).rowcount == 1


def queue(connection: Connection, owner: str | None, order: Order, limit: int, not_done_by: str | None = None) -> list[Queued]:
    """Documents, those first that are most worth a person's look; not those that ``not_done_by`` has done.

    ``unsure``: of the lowest foretold quality; ``disputed``: on which cleaners disagree most, where that was measured.
    """
    query = select(documents.c.id, documents.c.summary, documents.c.checksum, disputes.c.share).outerjoin(
        disputes, disputes.c.document_id == documents.c.id
    )
    query = query.where(*_owned(owner))
    if not_done_by is not None:
        done = select(samples.c.document_id).where(samples.c.annotator == not_done_by, samples.c.done)
        query = query.where(documents.c.id.not_in(done))
    first = {
        "unsure": documents.c.quality.asc().nulls_last(),
        "disputed": disputes.c.share.desc().nulls_last(),
        "newest": documents.c.number.desc(),
    }[order]
    rows = connection.execute(query.order_by(first, documents.c.number).limit(limit)).all()
    by_document: dict[str, list[tuple[str, bool]]] = {}
    of_those = select(samples.c.document_id, samples.c.annotator, samples.c.done)
    of_those = of_those.where(samples.c.document_id.in_([row.id for row in rows])).order_by(samples.c.annotator)
    for one in connection.execute(of_those):
        by_document.setdefault(one.document_id, []).append((one.annotator, bool(one.done)))
    return [
        Queued(json.loads(checked(row.id, row.summary.encode(), row.checksum)), row.share, by_document.get(row.id, []))
        for row in rows
    ]


def undisputed(connection: Connection, owner: str | None, limit: int) -> list[str]:
    """Documents, the newest first, of which it is not known how far cleaners disagree."""
    known = select(disputes.c.document_id)
    query = select(documents.c.id).where(documents.c.id.not_in(known), *_owned(owner))
    return list(connection.execute(query.order_by(documents.c.number.desc()).limit(limit)).scalars())


def keep_dispute(connection: Connection, document: str, share: float) -> None:
    """Remember how far cleaners disagree on a document, unless it is gone."""
    if connection.execute(select(documents.c.id).where(documents.c.id == document)).first() is not None:
        connection.execute(insert_new(connection, disputes).values(document_id=document, share=share))


def done_ids(connection: Connection, owner: str | None, annotator: str | None = None) -> list[tuple[str, str]]:
    """(document, annotator) of the samples that are done, in a fixed order."""
    query = select(samples.c.document_id, samples.c.annotator).join(documents, documents.c.id == samples.c.document_id)
    query = query.where(samples.c.done, *_owned(owner))
    if annotator is not None:
        query = query.where(samples.c.annotator == annotator)
    rows = connection.execute(query.order_by(samples.c.document_id, samples.c.annotator))
    return [(row.document_id, row.annotator) for row in rows]


def _sample(row: Row[*tuple[Any, ...]]) -> Sample:
    name = f"{row.document_id}/{row.annotator}/{row.version}"
    record = json.loads(checked_and_unpacked(name, row.record, row.checksum))
    return Sample(row.document_id, row.annotator, row.version, bool(row.done), row.created_at, row.updated_at, record)


def _owned(owner: str | None) -> tuple[Any, ...]:
    return () if owner is None else (documents.c.owner == owner,)

"""Fingerprints of the stored texts, and the copies that are found by them; a text's copies are those of the same owner.

Near copies share a band, most likely: BAND numbers at one place of their sketches. A row stands for each band of a text, under
a number that its owner is part of, so that whoever has a million copies of something does not get in the way of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, text, union_all

from cleaner.duplicates import ALIKE, Fingerprint, alike, bands
from service.store.checksums import checked, checksum
from service.store.tables import document_bands, document_fingerprints, documents

OF_ONE_BAND = 100  # documents, the newest; more share a band only where a text was stored very often


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """A document that is a copy of another: how alike their texts are, 1 for an exact copy."""

    number: int
    document_id: str
    exact: bool
    alike: float


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of a document, exact ones first, then the most alike; ``complete`` when none was left out."""

    copies: list[StoredCopy]
    complete: bool


def put(connection: Connection, owner: str, number: int, document: str, one: Fingerprint) -> None:
    """Store the fingerprint of a document's current text, in place of the one before."""
    drop(connection, document)
    connection.execute(
        insert(document_fingerprints).values(
            document_id=document, owner=owner, exact=one.exact, sketch=one.sketch, checksum=_checksum(document, one)
        )
    )
    keys = _keys(owner, one)
    if not keys:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(insert(document_bands), [{"band": key, "number": number} for key in keys])
    else:  # one statement: the driver sends each row of many by itself
        rows = "INSERT INTO document_bands (band, number) SELECT unnest(CAST(:bands AS BIGINT[])), :number"
        connection.execute(text(rows), {"bands": keys, "number": number})


def drop(connection: Connection, document: str) -> None:
    """Forget the fingerprint of a document, if there is one."""
    row = connection.execute(_of(document)).one_or_none()
    if row is None:
        return
    keys = _keys(row.owner, Fingerprint(row.exact, row.sketch))
    connection.execute(delete(document_bands).where(document_bands.c.band.in_(keys), document_bands.c.number == row.number))
    connection.execute(delete(document_fingerprints).where(document_fingerprints.c.document_id == document))


def is_there(connection: Connection, document: str) -> bool:
    return connection.execute(_of(document)).first() is not None


def find_copies_of(connection: Connection, document: str, limit: int) -> Copies:
    """At most ``limit`` copies of a document; none for one whose text has no words. Raises StoreDamaged."""
    row = connection.execute(_of(document)).one_or_none()
    if row is None or not row.exact:
        return Copies([], complete=True)
    own = _read(row)
    same = _of_owner(row.owner).where(
        document_fingerprints.c.exact == row.exact, document_fingerprints.c.document_id != document
    )
    rows = list(connection.execute(same.order_by(documents.c.number.desc()).limit(limit + 1)))
    numbers, complete = _sharing_a_band(connection, _keys(row.owner, own))
    near = _of_owner(row.owner).where(documents.c.number.in_(sorted(numbers)), document_fingerprints.c.exact != row.exact)
    rows += connection.execute(near)
    found = [_copy(one, own) for one in rows]
    found = sorted((one for one in found if one.alike >= ALIKE), key=lambda one: (not one.exact, -one.alike, -one.number))
    return Copies(found[:limit], complete and len(found) <= limit)


def _sharing_a_band(connection: Connection, keys: list[int]) -> tuple[set[int], bool]:
    """The numbers of the documents that have one of the bands, and whether these are all of them."""
    if not keys:
        return set(), True
    band, number = document_bands.c.band, document_bands.c.number
    newest = [select(band, number).where(band == key).order_by(number.desc()).limit(OF_ONE_BAND).subquery() for key in keys]
    rows = connection.execute(union_all(*(select(one) for one in newest))).all()
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.band] = counts.get(row.band, 0) + 1
    return {row.number for row in rows}, max(counts.values(), default=0) < OF_ONE_BAND


def _copy(row: Row[*tuple[Any, ...]], own: Fingerprint) -> StoredCopy:
    other = _read(row)
    return StoredCopy(row.number, row.document_id, other.exact == own.exact, alike(own, other))


def _read(row: Row[*tuple[Any, ...]]) -> Fingerprint:
    checked(_name(row.document_id), row.exact.encode() + row.sketch, row.checksum)
    return Fingerprint(row.exact, row.sketch)


def _of(document: str) -> Any:  # noqa: ANN401  # the library's types of joined rows
    return _joined().where(document_fingerprints.c.document_id == document)


def _of_owner(owner: str) -> Any:  # noqa: ANN401
    return _joined().where(document_fingerprints.c.owner == owner)


def _joined() -> Any:  # noqa: ANN401
    return select(document_fingerprints, documents.c.number).join(documents)


def _keys(owner: str, one: Fingerprint) -> list[int]:
    """The numbers of a text's bands: below 2^63, as databases take them."""
    names = (f"{owner}\0{place}\0".encode() + band for place, band in enumerate(bands(one)))
    return [int.from_bytes(blake2b(name, digest_size=8).digest(), "big") >> 1 for name in names]


def _checksum(document: str, one: Fingerprint) -> str:
    return checksum(_name(document), one.exact.encode() + one.sketch)


def _name(document: str) -> str:
    return f"{document}/fingerprint"

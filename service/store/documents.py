"""Documents in the store: a page of an owner, and a version of it for each cleaning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, false, func, insert, select, text, update

from cleaner.errors import CleanerError
from service.store import fingerprints, sites
from service.store.checksums import checked, checked_and_unpacked, checksum, damage
from service.store.database import StoreDamaged, now
from service.store.inserts import insert_new
from service.store.rows import FETCHED_AT, WRITTEN, Cleaning, Learned, StoredPage
from service.store.search_words import terms_of
from service.store.tables import SEARCH_TABLE, documents, idempotency_keys, pages, reasons, versions

Record = dict[str, Any]


class IdempotencyConflict(CleanerError):
    """The same Idempotency-Key came with another request."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a page came to lie: ``created`` when it was not there before, ``new_version`` when its cleaning was not."""

    id: str
    version: int
    created: bool
    new_version: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One cleaning of a document: as JSON in ``record``, and by format in ``written``, which versions of old lack.

    ``fetched_at`` is when the page was fetched, as the cleaner was told, in ISO 8601.
    """

    document_id: str
    number: int
    created_at: str
    current: int
    record: Record
    written: dict[str, str]
    fetched_at: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents: those of ``owner`` (None: everybody's) for which all that is given holds.

    ``published_from`` and ``published_until`` are dates or times in ISO 8601; a date in ``published_until`` is included.
    """

    owner: str | None
    host: str | None = None
    language: str | None = None
    published_from: str | None = None
    published_until: str | None = None
    min_quality: float | None = None
    max_quality: float | None = None
    reason: str | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of summaries, newest first; ``after`` is the number to go on behind, None at the end."""

    summaries: list[Record] = field(default_factory=list)
    after: int | None = None


def document_id(owner: str, page: StoredPage) -> str:
    """The id that a page of an owner always has: a hash of all that says how the page is read."""
    name = json.dumps([owner, page.content_hash, page.media_type, page.charset, page.url])
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def keep(
    connection: Connection,
    owner: str,
    page: StoredPage,
    cleaning: Cleaning,
    idempotency: tuple[str, str] | None = None,
    learned: Learned | None = None,
) -> Kept:
    """Store a page with its cleaning and what is learned from it. The same page is one document, and the same cleaner's result
    one version of it, whatever template of the site it knew. When the page was fetched is kept as it is first told; where that
    comes later, the cleaning that knows it is another version.

    ``idempotency`` is the caller's key and the hash of the request: the same key gives what it gave the first time, or raises
    IdempotencyConflict when the request is another.
    """
    if idempotency is not None:
        known = _made_by(connection, owner, *idempotency)
        if known is not None:
            return known
    kept = _keep(connection, owner, page, cleaning)
    if learned is not None:
        sites.learn(connection, owner, kept.id, learned)
    if idempotency is not None and not _remember(connection, owner, *idempotency, kept):
        known = _made_by(connection, owner, *idempotency)
        return known or kept
    return kept


def add_version(connection: Connection, owner: str | None, document: str, cleaning: Cleaning) -> Kept | None:
    """Store another cleaning of a document that is there; None when it is not. Another template of the site makes another."""
    row = _locked(connection, owner, document)
    if row is None:
        return None
    return _add_version(connection, row, cleaning, versions.c.site_template.is_not_distinct_from(cleaning.site_template))


def owner_of(connection: Connection, document: str) -> str | None:
    """Whose document it is; None when it is not there."""
    owner: str | None = connection.execute(select(documents.c.owner).where(documents.c.id == document)).scalar()
    return owner


def find(connection: Connection, owner: str | None, document: str, number: int | None = None) -> Version | None:
    """A version of a document, the current one unless a number says otherwise. Raises StoreDamaged."""
    query = (
        select(versions, documents.c.version.label("current"))
        .join(documents, documents.c.id == versions.c.document_id)
        .where(versions.c.document_id == document, *_owned(owner))
        .where(versions.c.number == (documents.c.version if number is None else number))
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    record = json.loads(checked_and_unpacked(f"{document}/{row.number}", row.record, row.checksum))
    written, fetched_at = record.pop(WRITTEN, {}), record.pop(FETCHED_AT, None)
    return Version(document, row.number, row.created_at, row.current, record, written, fetched_at)


def find_page(connection: Connection, owner: str | None, document: str) -> StoredPage | None:
    """The page a document was made of, its content decompressed. Raises StoreDamaged."""
    query = select(pages, documents.c.owner).join(documents).where(pages.c.document_id == document, *_owned(owner))
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    content = checked_and_unpacked(_page_name(document, row.fetched_at), row.content, row.checksum)
    content_hash = hashlib.sha256(content).hexdigest()
    page = StoredPage(row.media_type, row.charset, row.url, content, content_hash, row.fetched_at)
    if document_id(row.owner, page) != document:  # what the checksum does not know of, the id does
        raise StoreDamaged(damage(f"{document}/page"))
    return page


def list_versions(connection: Connection, owner: str | None, document: str) -> list[Record] | None:
    """The versions of a document without their texts, the first one first; None when there is no such document."""
    if connection.execute(select(documents.c.id).where(documents.c.id == document, *_owned(owner))).first() is None:
        return None
    columns = (
        versions.c.number,
        versions.c.created_at,
        versions.c.cleaner,
        versions.c.cleaner_version,
        versions.c.site_template,
    )
    rows = connection.execute(select(*columns).where(versions.c.document_id == document).order_by(versions.c.number))
    return [
        {
            "version": row.number,
            "created_at": row.created_at,
            "cleaner": {"name": row.cleaner, "version": row.cleaner_version, "site_template": row.site_template},
        }
        for row in rows
    ]


def list_documents(connection: Connection, wanted: Filter, limit: int, after: int | None = None) -> Listing:
    """At most ``limit`` summaries of the documents that are wanted, newest first, behind the number ``after``."""
    query = select(documents.c.number, documents.c.id, documents.c.summary, documents.c.checksum).where(
        *_conditions(connection, wanted)
    )
    if after is not None:
        query = query.where(documents.c.number < after)
    rows = connection.execute(query.order_by(documents.c.number.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    summaries = [_summary(row) for row in shown]
    return Listing(summaries, shown[-1].number if len(rows) > limit else None)


def list_copies(connection: Connection, owner: str | None, document: str, limit: int) -> tuple[list[Record], bool] | None:
    """Summaries of a document's copies, with how alike they are, and whether they are all; None when it is not there."""
    if connection.execute(select(documents.c.id).where(documents.c.id == document, *_owned(owner))).first() is None:
        return None
    found = fingerprints.find_copies_of(connection, document, limit)
    columns = (documents.c.id, documents.c.summary, documents.c.checksum)
    ids = [copy.document_id for copy in found.copies]
    rows = {row.id: row for row in connection.execute(select(*columns).where(documents.c.id.in_(ids)))}
    return [
        {"exact": copy.exact, "alike": copy.alike, **_summary(rows[copy.document_id])} for copy in found.copies
    ], found.complete


def list_ids(connection: Connection, wanted: Filter, limit: int, after: int | None = None) -> list[tuple[int, str]]:
    """(number, id) of the documents that are wanted, newest first: for going over all of them in steps."""
    query = select(documents.c.number, documents.c.id).where(*_conditions(connection, wanted))
    if after is not None:
        query = query.where(documents.c.number < after)
    return [(row.number, row.id) for row in connection.execute(query.order_by(documents.c.number.desc()).limit(limit))]


def remove(connection: Connection, owner: str | None, document: str) -> bool:
    """Delete a document with its page, versions and search entry; False when it was not there."""
    row = _locked(connection, owner, document)
    if row is None:
        return False
    number = "rowid" if connection.dialect.name == "sqlite" else "number"
    statement = f"DELETE FROM {SEARCH_TABLE} WHERE {number} = :number"  # noqa: S608  # of constants
    connection.execute(text(statement), {"number": row.number})
    fingerprints.drop(connection, document)
    connection.execute(delete(documents).where(documents.c.id == document))
    return True


def forget_idempotency_keys(connection: Connection, before: str) -> int:
    """Forget the keys that are older than a time."""
    return connection.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < before)).rowcount


def _keep(connection: Connection, owner: str, page: StoredPage, cleaning: Cleaning) -> Kept:
    identity = document_id(owner, page)
    at = now()
    values = {
        "id": identity,
        "owner": owner,
        "created_at": at,
        "updated_at": at,
        "version": 0,
        "summary": "",
        "checksum": "",
    }
    created = connection.execute(insert_new(connection, documents).values(values)).rowcount == 1
    if created:
        stored = {
            "document_id": identity,
            "media_type": page.media_type,
            "charset": page.charset,
            "url": page.url,
            "content": page.content,
            "checksum": checksum(_page_name(identity, page.fetched_at), page.content),
            "fetched_at": page.fetched_at,
        }
        connection.execute(insert(pages).values(stored))
    row = _locked(connection, owner, identity)
    assert row is not None  # it was there or has been inserted, and is locked now
    known_by_now = not created and page.fetched_at is not None and _learn_fetch_time(connection, identity, page.fetched_at)
    kept = _add_version(connection, row, cleaning, *([false()] if known_by_now else []))
    return Kept(kept.id, kept.version, created, kept.new_version)


def _page_name(document: str, fetched_at: str | None) -> str:
    """The name of a page's checksum, which covers the time, too."""
    return f"{document}/page" if fetched_at is None else f"{document}/page/{fetched_at}"


def _learn_fetch_time(connection: Connection, document: str, fetched_at: str) -> bool:
    """Note when a stored page was fetched; False where it is known. Raises StoreDamaged."""
    own = pages.c.document_id == document
    row = connection.execute(select(pages.c.content, pages.c.checksum).where(own, pages.c.fetched_at.is_(None))).one_or_none()
    if row is None:
        return False
    content = checked(_page_name(document, None), row.content, row.checksum)
    values = {"fetched_at": fetched_at, "checksum": checksum(_page_name(document, fetched_at), content)}
    connection.execute(update(pages).where(own).values(values))
    return True


def _add_version(
    connection: Connection, row: Row[*tuple[Any, ...]], cleaning: Cleaning, *same_too: ColumnElement[bool]
) -> Kept:
    """Add a version unless one is there of the same cleaner, and for which ``same_too`` holds."""
    same = select(versions.c.number).where(
        versions.c.document_id == row.id,
        versions.c.cleaner == cleaning.cleaner,
        versions.c.cleaner_version == cleaning.cleaner_version,
        *same_too,
    )
    known = connection.execute(same.order_by(versions.c.number.desc()).limit(1)).scalar()
    if known is not None:
        if known == row.version and not fingerprints.is_there(connection, row.id):  # stored before there were any
            fingerprints.put(connection, row.owner, row.number, row.id, cleaning.fingerprint)
        return Kept(row.id, known, created=False, new_version=False)
    number = row.version + 1
    at = now()
    connection.execute(
        insert(versions).values(
            document_id=row.id,
            number=number,
            created_at=at,
            cleaner=cleaning.cleaner,
            cleaner_version=cleaning.cleaner_version,
            site_template=cleaning.site_template,
            record=cleaning.record,
            checksum=checksum(f"{row.id}/{number}", cleaning.record),
        )
    )
    summary = {**cleaning.summary, "id": row.id, "version": number, "created_at": row.created_at, "updated_at": at}
    written = json.dumps(summary, ensure_ascii=False)
    connection.execute(
        update(documents)
        .where(documents.c.id == row.id)
        .values(
            updated_at=at,
            version=number,
            host=cleaning.host,
            language=cleaning.language,
            date_published=cleaning.date_published,
            quality=cleaning.quality,
            summary=written,
            checksum=checksum(row.id, written.encode()),
        )
    )
    connection.execute(delete(reasons).where(reasons.c.document_id == row.id))
    if cleaning.reasons:
        connection.execute(insert(reasons), [{"document_id": row.id, "reason": reason} for reason in cleaning.reasons])
    _index(connection, row.number, cleaning.words)
    fingerprints.put(connection, row.owner, row.number, row.id, cleaning.fingerprint)
    return Kept(row.id, number, created=False, new_version=True)


def _index(connection: Connection, number: int, words: str) -> None:
    if connection.dialect.name == "sqlite":
        statement = f"INSERT OR REPLACE INTO {SEARCH_TABLE} (rowid, words) VALUES (:number, :words)"  # noqa: S608
    else:
        statement = (
            f"INSERT INTO {SEARCH_TABLE} (number, words) VALUES (:number, to_tsvector('simple', :words)) "  # noqa: S608
            "ON CONFLICT (number) DO UPDATE SET words = excluded.words"
        )
    connection.execute(text(statement), {"number": number, "words": words})


def _made_by(connection: Connection, owner: str, key: str, request: str) -> Kept | None:
    query = select(idempotency_keys).where(idempotency_keys.c.owner == owner, idempotency_keys.c.key == key)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if row.request != request:
        raise IdempotencyConflict("this Idempotency-Key was used for another request: take a new key for a new request")
    identity, _, number = row.made.partition("/")
    return Kept(identity, int(number), created=False, new_version=False)


def _remember(connection: Connection, owner: str, key: str, request: str, kept: Kept) -> bool:
    values = {"owner": owner, "key": key, "request": request, "made": f"{kept.id}/{kept.version}", "created_at": now()}
    return connection.execute(insert_new(connection, idempotency_keys).values(values)).rowcount == 1


def _locked(connection: Connection, owner: str | None, document: str) -> Row[*tuple[Any, ...]] | None:
    """The row of a document, nobody else's to change until the transaction ends."""
    columns = (documents.c.number, documents.c.id, documents.c.owner, documents.c.created_at, documents.c.version)
    query = select(*columns).where(documents.c.id == document, *_owned(owner)).with_for_update()
    return connection.execute(query).one_or_none()


def _owned(owner: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if owner is None else (documents.c.owner == owner,)


def _conditions(connection: Connection, wanted: Filter) -> Sequence[ColumnElement[bool]]:
    conditions = [*_owned(wanted.owner)]
    if wanted.host is not None:
        conditions.append(documents.c.host == wanted.host.lower())
    if wanted.language is not None:
        conditions.append(documents.c.language == wanted.language)
    if wanted.published_from is not None:
        conditions.append(documents.c.date_published >= wanted.published_from)
    if wanted.published_until is not None:
        length = len(wanted.published_until)
        conditions.append(func.substr(documents.c.date_published, 1, length) <= wanted.published_until)
    if wanted.min_quality is not None:
        conditions.append(documents.c.quality >= wanted.min_quality)
    if wanted.max_quality is not None:
        conditions.append(documents.c.quality <= wanted.max_quality)
    if wanted.reason is not None:
        conditions.append(documents.c.id.in_(select(reasons.c.document_id).where(reasons.c.reason == wanted.reason)))
    if wanted.q is not None:
        conditions.append(_finds(connection, terms_of(wanted.q)))
    return conditions


def _finds(connection: Connection, terms: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    # words_of leaves letters and digits alone in a word, so nothing in it can be read as an operator of either language
    if connection.dialect.name == "sqlite":
        match = " AND ".join(f'"{" ".join(term)}"' for term in terms)
        found = text(f"documents.number IN (SELECT rowid FROM {SEARCH_TABLE} WHERE words MATCH :words)")  # noqa: S608
    else:
        match = " & ".join("(" + " <-> ".join(f"'{word}'" for word in term) + ")" for term in terms)
        found = text(
            f"documents.number IN (SELECT number FROM {SEARCH_TABLE} WHERE words @@ to_tsquery('simple', :words))"  # noqa: S608
        )
    condition: Any = found.bindparams(words=match)
    return condition  # type: ignore[no-any-return]


def _summary(row: Row[*tuple[Any, ...]]) -> Record:
    """The summary of a row of documents. Raises StoreDamaged."""
    summary: Record = json.loads(checked(row.id, row.summary.encode(), row.checksum))
    return summary

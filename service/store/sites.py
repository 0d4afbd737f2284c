"""What is learned of sites from the stored documents of an owner: a sample of each site's pages, a row a page.

A sample is what ``cleaner.site_templates.sample`` says: the pages of the highest rank. Adding a row and dropping those of the
lowest rank can be done by any number of services at once, in any order, and the sample is the same in the end. A later form
of the parts comes with a migration that empties the table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select

from cleaner.metadata.line_forms import key_of
from cleaner.site_templates.sample import PAGES
from service.store.checksums import checked, checksum
from service.store.database import now
from service.store.inserts import insert_new
from service.store.rows import ENOUGH_PAGES, Learned, StoredSite
from service.store.tables import site_pages, taught_lines


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site of a list: how many of its pages are kept, and when the last of them was learned."""

    host: str
    pages: int
    learned_at: str


def learn(connection: Connection, owner: str, document: str, learned: Learned) -> None:
    """Take what was learned from a document into its site's sample, if its rank is among the highest."""
    name = _name(owner, learned.site, learned.page)
    row = {
        "owner": owner,
        "site": learned.site,
        "page": learned.page,
        "rank": learned.rank,
        "document_id": document,
        "learned_at": now(),
        "part": learned.part,
        "checksum": checksum(name, learned.part),
    }
    connection.execute(insert_new(connection, site_pages).values(row))
    ours = (site_pages.c.owner == owner, site_pages.c.site == learned.site)
    low = select(site_pages.c.page).where(*ours).order_by(site_pages.c.rank.desc(), site_pages.c.page.desc())
    lowest = connection.execute(low.limit(PAGES).offset(PAGES)).scalars().all()
    if lowest:
        # what another service drops at this moment is left to it, so that none waits for the other
        free = select(site_pages.c.page).where(*ours, site_pages.c.page.in_(lowest)).with_for_update(skip_locked=True)
        pages = connection.execute(free).scalars().all()
        connection.execute(delete(site_pages).where(*ours, site_pages.c.page.in_(pages)))


def known(connection: Connection, owner: str, host: str) -> StoredSite:
    """The site of an owner; without parts where fewer than ENOUGH_PAGES of its pages are kept. Raises StoreDamaged."""
    found = _sample(connection, owner, host) if host else []
    taught = _taught(connection, owner, host) if host else ()
    return _site(host, found if len(found) >= ENOUGH_PAGES else [], taught)


def find(connection: Connection, owner: str | None, host: str) -> StoredSite | None:
    """The site with all that is kept of it, None when nothing is; of all owners together for None. Raises StoreDamaged."""
    found, taught = _sample(connection, owner, host), _taught(connection, owner, host)
    return _site(host, found, taught) if found or taught else None


def list_sites(connection: Connection, owner: str | None, limit: int, after: str | None) -> list[SiteRow]:
    """At most ``limit`` sites by the order of their names, behind the name ``after``."""
    pages, learned_at = func.count(site_pages.c.page.distinct()), func.max(site_pages.c.learned_at)
    query = select(site_pages.c.site, pages.label("pages"), learned_at.label("learned_at")).where(*_owned(owner))
    if after is not None:
        query = query.where(site_pages.c.site > after)
    rows = connection.execute(query.group_by(site_pages.c.site).order_by(site_pages.c.site).limit(limit))
    return [SiteRow(row.site, min(row.pages, PAGES), row.learned_at) for row in rows]


def forget(connection: Connection, owner: str | None, host: str) -> bool:
    """Forget what was learned and taught of a site; False when nothing was. Documents stay as they are."""
    lines = (taught_lines.c.host == host, *(() if owner is None else (taught_lines.c.owner == owner,)))
    of_people = connection.execute(delete(taught_lines).where(*lines)).rowcount
    return connection.execute(delete(site_pages).where(site_pages.c.site == host, *_owned(owner))).rowcount + of_people > 0


def teach(connection: Connection, owner: str, host: str, lines: Mapping[str, bool]) -> None:
    """Remember of a site the forms of lines that a person corrected, each with whether it stays; what was said last holds."""
    at = now()
    for line, stays in sorted(lines.items()):
        line_hash = f"{key_of(line):016x}"
        this = (taught_lines.c.owner == owner) & (taught_lines.c.host == host) & (taught_lines.c.line_hash == line_hash)
        connection.execute(delete(taught_lines).where(this))
        values = {"owner": owner, "host": host, "line_hash": line_hash, "line": line, "stays": stays, "taught_at": at}
        connection.execute(insert(taught_lines).values(values))


def _taught(connection: Connection, owner: str | None, host: str) -> tuple[tuple[str, bool], ...]:
    """The lines that were taught, by their form; one that several owners taught otherwise stays."""
    query = select(taught_lines.c.line, taught_lines.c.stays).where(taught_lines.c.host == host)
    if owner is not None:
        query = query.where(taught_lines.c.owner == owner)
    rows = connection.execute(query.order_by(taught_lines.c.line, taught_lines.c.stays))
    return tuple({row.line: bool(row.stays) for row in rows}.items())


def _sample(connection: Connection, owner: str | None, host: str) -> list[Row[*tuple[Any, ...]]]:
    """The rows of the highest rank; a page that several owners have counts once."""
    query = select(site_pages).where(site_pages.c.site == host, *_owned(owner))
    query = query.order_by(site_pages.c.rank.desc(), site_pages.c.page.desc(), site_pages.c.owner)
    if owner is not None:
        query = query.limit(PAGES)
    return list({row.page: row for row in connection.execute(query)}.values())[:PAGES]


def _site(host: str, rows: Sequence[Row[*tuple[Any, ...]]], taught: tuple[tuple[str, bool], ...]) -> StoredSite:
    parts = [
        checked(_name(row.owner, host, row.page), row.part, row.checksum) for row in sorted(rows, key=lambda row: row.page)
    ]
    told = [*parts, *([json.dumps(taught).encode()] if taught else [])]
    version = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in told)).hexdigest()[:16] if told else ""
    return StoredSite(host, version, tuple(parts), taught)


def _name(owner: str, host: str, page: str) -> str:
    return f"{owner}/{host}/{page}"


def _owned(owner: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if owner is None else (site_pages.c.owner == owner,)

"""What is learned of sites from the stored documents of an owner: a sample of each site's pages, a row a page.

A sample is what ``cleaner.site_templates.sample`` says: the pages of the highest rank. Adding a row and dropping those of the
lowest rank can be done by any number of services at once, in any order, and the sample is the same in the end. A later form
of the parts comes with a migration that empties the table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select

from cleaner.site_templates.sample import PAGES
from service.store.checksums import checked, checksum
from service.store.database import now
from service.store.inserts import insert_new
from service.store.rows import ENOUGH_PAGES, Learned, StoredSite
from service.store.tables import site_pages


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
    # what another service drops at this moment is skipped, so that none waits for the other
    lowest = connection.execute(low.limit(PAGES).offset(PAGES).with_for_update(skip_locked=True)).scalars().all()
    if lowest:
        connection.execute(delete(site_pages).where(*ours, site_pages.c.page.in_(lowest)))


def known(connection: Connection, owner: str, host: str) -> StoredSite:
    """The site of an owner; without parts where fewer than ENOUGH_PAGES of its pages are kept. Raises StoreDamaged."""
    found = _sample(connection, owner, host) if host else []
    return _site(host, found if len(found) >= ENOUGH_PAGES else [])


def find(connection: Connection, owner: str | None, host: str) -> StoredSite | None:
    """The site with all that is kept of it, None when nothing is; of all owners together for None. Raises StoreDamaged."""
    found = _sample(connection, owner, host)
    return _site(host, found) if found else None


def list_sites(connection: Connection, owner: str | None, limit: int, after: str | None) -> list[SiteRow]:
    """At most ``limit`` sites by the order of their names, behind the name ``after``."""
    pages, learned_at = func.count(site_pages.c.page.distinct()), func.max(site_pages.c.learned_at)
    query = select(site_pages.c.site, pages.label("pages"), learned_at.label("learned_at")).where(*_owned(owner))
    if after is not None:
        query = query.where(site_pages.c.site > after)
    rows = connection.execute(query.group_by(site_pages.c.site).order_by(site_pages.c.site).limit(limit))
    return [SiteRow(row.site, min(row.pages, PAGES), row.learned_at) for row in rows]


def forget(connection: Connection, owner: str | None, host: str) -> bool:
    """Forget what was learned of a site; False when nothing was. Documents stay as they are."""
    return connection.execute(delete(site_pages).where(site_pages.c.site == host, *_owned(owner))).rowcount > 0


def _sample(connection: Connection, owner: str | None, host: str) -> list[Row[*tuple[Any, ...]]]:
    """The rows of the highest rank; a page that several owners have counts once."""
    query = select(site_pages).where(site_pages.c.site == host, *_owned(owner))
    query = query.order_by(site_pages.c.rank.desc(), site_pages.c.page.desc(), site_pages.c.owner)
    if owner is not None:
        query = query.limit(PAGES)
    return list({row.page: row for row in connection.execute(query)}.values())[:PAGES]


def _site(host: str, rows: Sequence[Row[*tuple[Any, ...]]]) -> StoredSite:
    parts = [
        checked(_name(row.owner, host, row.page), row.part, row.checksum) for row in sorted(rows, key=lambda row: row.page)
    ]
    version = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16] if parts else ""
    return StoredSite(host, version, tuple(parts))


def _name(owner: str, host: str, page: str) -> str:
    return f"{owner}/{host}/{page}"


def _owned(owner: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if owner is None else (site_pages.c.owner == owner,)

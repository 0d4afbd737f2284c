"""What workers hand to the store: plain values, made where the page is cleaned."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from cleaner.duplicates import Fingerprint

ENOUGH_PAGES = 3  # of a site, from which its template is used: below, what two of them share may be chance

STORED_FORMATS = ("markdown", "html")  # in which a document is stored besides JSON: they show structure, which JSON does not
WRITTEN = "written"  # where they stand in the stored record
FETCHED_AT = "fetched_at"  # where the record has when its page was fetched, as its cleaner was told

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it came: ``content`` compressed, ``media_type`` as the service takes it, ``content_hash`` of what it was,
    ``fetched_at`` in ISO 8601."""

    media_type: str
    charset: str | None
    url: str | None
    content: bytes
    content_hash: str
    fetched_at: str | None = None


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What one cleaning made of a page: ``record`` is the compressed JSON with the other formats, ``summary`` what lists
    show, ``words`` the index,
    ``fingerprint`` what copies are found by, ``site_template`` the version of the site's template that it knew, if any."""

    cleaner: str
    cleaner_version: str
    record: bytes
    summary: dict[str, Any]
    host: str | None
    language: str | None
    date_published: str | None
    quality: float | None
    reasons: tuple[str, ...]
    words: str
    fingerprint: Fingerprint
    site_template: str | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What a site's template takes of one page: ``page`` and ``rank`` are those of the sample, ``part`` is compressed JSON."""

    site: str
    page: str
    rank: float
    part: bytes


@dataclass(frozen=True, slots=True)
class StoredSite:
    """What is stored of a site: a part a page, compressed JSON, and the lines that people taught, each with whether it stays.

    ``version`` is another for other parts and lines, and empty without.
    """

    host: str
    version: str = ""
    parts: tuple[bytes, ...] = ()
    taught: tuple[tuple[str, bool], ...] = ()


def packed(content: bytes) -> bytes:
    return zlib.compress(content, _LEVEL)


def unpacked(content: bytes) -> bytes:
    return zlib.decompress(content)

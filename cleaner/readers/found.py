"""What a reader finds: a page, or what stands in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cleaner.errors import CleanerError, InputError, PageRefused
from cleaner.parse import MAX_CONTENT
from cleaner.types import Page

Fields = Mapping[str, str]
"""Which column of a table, or key of a JSON object, holds what. Keys are those of DEFAULT_FIELDS; "" leaves one out."""

DEFAULT_FIELDS: Fields = {
    "html": "html",
    "text": "text",
    "content": "content",
    "url": "url",
    "id": "id",
    "charset": "",
    "fetched_at": "fetched_at",
}


def fields_with(given: Iterable[str]) -> Fields:
    """DEFAULT_FIELDS, but for those that are given as WHAT=NAME. Raises InputError for what is no such pair."""
    fields = dict(DEFAULT_FIELDS)
    for one in given:
        what, separator, name = one.partition("=")
        if not separator or what not in fields:
            raise InputError(f"{one[:100]!r}: say WHAT=NAME, where WHAT is one of {', '.join(fields)}")
        fields[what] = name
    return fields


@dataclass(frozen=True, slots=True)
class Found:
    """A page, or why there is none where one was expected.

    ``place`` says where it stands, as people read it ("news/a.html", "crawl.warc.gz#12"), and is unique among the pages of
    one input. ``target`` is the name of its result, relative and without suffix. Without a ``page``, ``error`` names what
    went wrong and ``message`` says it.
    """

    place: str
    target: str = ""
    page: Page | None = None
    error: str = ""
    message: str = ""


def failure(place: str, error: Exception) -> Found:
    """What stands in the place of a page that could not be read."""
    if isinstance(error, CleanerError):
        return Found(place, error=type(error).__name__, message=str(error))
    if isinstance(error, MemoryError):
        return Found(place, error="InputError", message="reading it takes more memory than a reader may have: split the file")
    if isinstance(error, EOFError):
        return Found(place, error="InputError", message=f"the file breaks off: {error}")
    return Found(place, error="InputError", message=f"it cannot be read as what it should be: {_said(error)}")


def refuse_oversize(content: bytes | str) -> None:
    """Raise PageRefused("size") for a page beyond MAX_CONTENT."""
    if len(content) > MAX_CONTENT:
        raise PageRefused("size", f"the page has more than {MAX_CONTENT:,} bytes: split it")


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]

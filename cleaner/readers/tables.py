"""A row of a table, or a JSON object, as a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cleaner.errors import InputError
from cleaner.readers.found import Fields, refuse_oversize
from cleaner.types import Kind, Page

_KINDS: Mapping[str, Kind | None] = {"html": "html", "text": "text", "content": None}  # None: told by the content


def page_of(row: Mapping[str, object], place: str, fields: Fields) -> Page:
    """The page that a row holds: its HTML where it has some, otherwise its text, otherwise whatever ``content`` is;
    an empty one where all that are there are empty.

    Without an id of its own it is called by its place. Raises InputError for a row without a page or with a value that is
    none, PageRefused for a page beyond the limit.
    """
    given = [what for what in _KINDS if row.get(fields[what]) is not None]
    if not given:
        wanted = ", ".join(repr(fields[what]) for what in _KINDS if fields[what])
        raise InputError(
            f"it has no page in any of {wanted}; it has {_names(row)}: choose one with --field html=NAME or text=NAME"
        )
    what = next((what for what in given if row[fields[what]]), given[0])
    content = row[fields[what]]
    if not isinstance(content, str | bytes):
        raise _no_text(what, content, fields)
    refuse_oversize(content)
    return Page(
        id=_text(row, "id", fields) or place,
        content=content,
        kind=_KINDS[what],
        url=_text(row, "url", fields),
        charset=_text(row, "charset", fields),
        fetched_at=_moment(row, fields),
    )


def _text(row: Mapping[str, object], what: str, fields: Fields) -> str | None:
    value = row.get(fields[what])
    if value is None or value == "":
        return None
    if isinstance(value, str | int):
        return str(value)
    raise _no_text(what, value, fields)


def _no_text(what: str, value: object, fields: Fields) -> InputError:
    return InputError(f"its {fields[what]!r} is no text but {type(value).__name__}: choose another with --field {what}=NAME")


def _moment(row: Mapping[str, object], fields: Fields) -> datetime | None:
    value = row.get(fields["fetched_at"])
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise InputError(
            f"its {fields['fetched_at']!r} is no ISO 8601 date: choose another with --field fetched_at=NAME, or leave it"
            " out with --field fetched_at="
        ) from None


def _names(row: Mapping[str, object]) -> str:
    return ", ".join(repr(name[:40]) for name in list(row)[:12]) or "nothing"

"""When a page was fetched, as people and programs say it."""

from __future__ import annotations

from datetime import UTC, datetime, time

from cleaner.errors import InputError

YEARS = range(1990, 2200)  # the web is from 1990; a later year is a mistake in the unit


def fetch_time(text: str) -> datetime:
    """The moment that ISO 8601 ``text`` gives; without a zone in UTC, a day without a time is that whole day, to its end.

    Raises InputError for what is no such moment.

    >>> fetch_time("2024-03-05").isoformat(), fetch_time("2024-03-05T10:00:00+01:00").isoformat()
    ('2024-03-05T23:59:59+00:00', '2024-03-05T10:00:00+01:00')
    """
    told = f"{text[:40]!r} is no time of a fetch: write it as 2024-03-05 or 2024-03-05T10:00:00Z"
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(told) from None
    if moment.year not in YEARS:
        raise InputError(told)
    if len(text.strip()) <= len("2024-03-05"):
        moment = datetime.combine(moment.date(), time(23, 59, 59))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

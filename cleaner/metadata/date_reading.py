"""Dates as people and machines write them, read without guessing: day, month and year must all be there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

YEARS = range(1900, 2100)
_STAMP_LENGTH = 60  # characters; what is longer is no machine's date

_ISO = re.compile(
    r"""^(?P<year>\d{4})[-/.]?(?P<month>\d{2})[-/.]?(?P<day>\d{2})
    (?:(?:[T\s]|\s-\s)\s{0,3}(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d{1,9})?)?
       \s{0,3}(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?""",
    re.X,
)
_EPOCH = re.compile(r"^(?P<seconds>1\d{9})(?:\d{3})?$")
_RFC_2822 = re.compile(r"^(?:[A-Z][a-z]{2},\s)?\d{1,2}\s[A-Z][a-z]{2}\s\d{4}\s\d{1,2}:\d{2}")

_MONTH_WORD = r"[^\W\d_]{3,12}"
_WRITTEN = re.compile(
    rf"""(?<![\d/.-])(?P<y>(?:19|20)\d\d)(?:[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})|\s?[年년]\s?(?P<m2>\d{{1,2}})\s?[月월]\s?(?P<d2>\d{{1,2}})\s?[日일])(?!\d)
    |(?<![\d/.-])(?P<a>\d{{1,2}})(?P<sign>[./-])\s?(?P<b>\d{{1,2}})(?P=sign)\s?(?P<y2>(?:19|20)\d\d)(?!\d)
    |(?P<words>(?<!\d)\d{{1,2}}(?:st|nd|rd|th|er|º|ª|\.)?\s{{0,2}}(?:of\s|de\s|d['’]|\s)?\s?{_MONTH_WORD}\.?,?\s{{1,2}}(?:de\s|del\s)?(?:19|20)\d\d(?!\d)
        |\b{_MONTH_WORD}\.?\s{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?(?:,\s{{0,2}}|\s{{1,2}})(?:19|20)\d\d(?!\d))""",
    re.X | re.I,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A date as ISO 8601 (with time only when its zone is known), as it was written, and where it stood in the text."""

    iso: str
    raw: str
    start: int
    end: int
    ambiguous: bool = False

    @property
    def day(self) -> date:
        return date.fromisoformat(self.iso[:10])


@dataclass(frozen=True, slots=True)
class Customs:
    """How the page's country and language write dates: which number is the day in 03/04/2024, and the months' names."""

    day_first: bool | None
    languages: tuple[str, ...]


def read_stamp(text: str) -> Reading | None:
    """A date for machines: ISO 8601 and what passes for it, RFC 2822, seconds or milliseconds since 1970."""
    text = text.strip()
    if len(text) > _STAMP_LENGTH:
        return None
    if match := _EPOCH.match(text):
        moment = datetime.fromtimestamp(int(match["seconds"]), UTC)
        return Reading(moment.isoformat(), text, 0, len(text))
    if match := _ISO.match(text):
        return _from_iso(match, text)
    if _RFC_2822.match(text):
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        return Reading(moment.isoformat() if moment.tzinfo else moment.date().isoformat(), text, 0, len(text))
    return None


def dates_written_in(text: str, customs: Customs) -> Iterator[Reading]:
    """The dates in a line for people, in order; a number pair that no custom settles is marked as ambiguous."""
    for match in _WRITTEN.finditer(text):
        ambiguous = False
        if match["y"]:
            day = _day(match["y"], match["m"] or match["m2"], match["d"] or match["d2"])
        elif match["a"]:
            day, ambiguous = _from_pair(match, customs)
        else:
            day = _from_words(match["words"], customs.languages)
        if day:
            yield Reading(day.isoformat(), match.group(), match.start(), match.end(), ambiguous)


def without_dates(text: str) -> str:
    """``text`` without what looks like dates, whatever they may mean."""
    return _WRITTEN.sub(" ", text)


def _from_iso(match: re.Match[str], text: str) -> Reading | None:
    day = _day(match["year"], match["month"], match["day"])
    if day is None:
        return None
    iso = day.isoformat()
    if match["zone"] and int(match["hour"]) < 24 and int(match["minute"]) < 60:
        second = min(int(match["second"] or 0), 59)
        moment = datetime(
            day.year, day.month, day.day, int(match["hour"]), int(match["minute"]), second, tzinfo=_zone(match["zone"])
        )
        iso = moment.isoformat()
    return Reading(iso, text, 0, len(text))


def _zone(text: str) -> timezone:
    if text in ("Z", "UTC", "GMT"):
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:] if len(text) > 3 else 0)
    return timezone(timedelta(minutes=min(minutes, 14 * 60) * (-1 if text[0] == "-" else 1)))


def _from_pair(match: re.Match[str], customs: Customs) -> tuple[date | None, bool]:
    """03/04/2024: settled by a number above 12, by dots (they put the day first), or by the page's customs."""
    first, second = int(match["a"]), int(match["b"])
    if first > 12 or second > 12 or first == second:
        day_first, ambiguous = first > 12 or first == second, False
    elif match["sign"] == ".":
        day_first, ambiguous = True, False
    else:
        day_first, ambiguous = customs.day_first is not False, customs.day_first is None
    return (_day(match["y2"], second, first) if day_first else _day(match["y2"], first, second)), ambiguous


def _from_words(text: str, languages: Sequence[str]) -> date | None:
    found = _parser((*languages, "en") if "en" not in languages else tuple(languages)).get_date_data(text).date_obj
    return found.date() if found and found.year in YEARS else None


@lru_cache(maxsize=64)
def _parser(languages: tuple[str, ...]) -> DateDataParser:
    from dateparser.date import DateDataParser  # takes 0.3 s to import, and most pages have dates for machines

    return DateDataParser(
        languages=list(languages), settings={"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"]}
    )


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year in YEARS else None

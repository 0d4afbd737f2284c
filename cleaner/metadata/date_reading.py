"""Dates as people and machines write them, read without guessing: day, month and year must all be there.

A date for people is found by its year: four digits are rare in a text, and what stands beside them is a date or is none.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import accumulate
from pathlib import Path

from cleaner.metadata.calendars import arabic_digits, from_buddhist, from_persian, numeral, year_of_era

YEARS = range(1900, 2100)
_STAMP_LENGTH = 60  # characters; what is longer is no machine's date
_BESIDE = 34  # characters before a year in which its day and month stand: "Mittwoch, 23. Septembers des Jahres "
_AFTER = 26
_MONTHS = Path(__file__).parent / "months.toml"

_ISO = re.compile(
    r"""^(?P<year>\d{4})[-/.]?(?P<month>\d{2})[-/.]?(?P<day>\d{2})
    (?:(?:[T\s]|\s-\s)\s{0,3}(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d{1,9})?)?
       \s{0,3}(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?""",
    re.X,
)
_EPOCH = re.compile(r"^(?P<seconds>1\d{9})(?:\d{3})?$")
_RFC_2822 = re.compile(r"^(?:[A-Z][a-z]{2},\s)?\d{1,2}\s[A-Z][a-z]{2}\s\d{4}\s\d{1,2}:\d{2}")

_YEAR = re.compile(r"[12][03459]\d\d(?!\d|[,.]\d{3}|[%$€£])")
_WORD = r"[^\W\d_][^\s\d,;:/()|<>–—-]{1,17}"  # no \w: the marks of Thai and Hindi are no letters
_ORDINAL = r"(?:st|nd|rd|th|er|re|-?го|-?е|-?a|º|ª|°|\.|,)?"
_DAY_MONTH = re.compile(
    rf"(?<![\d:])(?P<day>\d{{1,2}}){_ORDINAL}[\s/-]{{0,2}}(?:of\s|de\s|d['’])?(?P<month>{_WORD}),?"
    r"(?:[\s/-]{0,2}(?:de\s|del\s|año\s|des\sJahres\s|tahun\s|พ\.ศ\.\s?|ปี\s?|สนة\s)?)$"
)
_MONTH_DAY = re.compile(rf"(?P<month>{_WORD})\s{{1,2}}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s?,\s{{0,2}}|\s{{1,2}})$")
_GLUED = re.compile(r"(?<=[a-z])[A-Z][a-z.]{2,10}$")  # "By Ada QuillMarch 5, 2024"
_DAY_SIGN_MONTH = re.compile(r"(?<![\d:/.,-])(?P<day>\d{1,2})(?P<sign>[./-])\s?(?P<month>\d{1,2})(?P=sign)\s?$")
_VIETNAMESE = re.compile(r"(?<!\d)(?P<day>\d{1,2})\stháng\s(?P<month>\d{1,2})(?:,|\snăm|,\snăm)?\s$", re.I)
_SIGN_MONTH_DAY = re.compile(r"(?P<sign>[-/.]\s?)(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?!\d)")
_YEAR_MONTH_DAY = re.compile(r"\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日号號일]?")
_WORD_DAY = re.compile(rf"(?:\.|ko|\sm\.|,)?\s{{1,2}}(?P<month>{_WORD})\s{{1,2}}(?P<day>\d{{1,2}})(?!\d|:)")
_DAY_WORD = re.compile(rf"(?:\.\sgada|\.)\s(?P<day>\d{{1,2}})\.\s(?P<month>{_WORD})")

_NUMERAL = "〇零一二三四五六七八九十廿卅元"
_ERA = re.compile(
    rf"(?:(?P<era>明治|大正|昭和|平成|令和|民國|民国)\s?(?P<count>\d{{1,3}}|[{_NUMERAL}]{{1,4}})|(?P<year>[〇零一二三四五六七八九]{{4}}))"
    rf"\s?年\s?(?P<month>\d{{1,2}}|[{_NUMERAL}]{{1,3}})\s?月\s?(?P<day>\d{{1,2}}|[{_NUMERAL}]{{1,3}})\s?[日号號]"
)

_CLOCK = re.compile(
    r"""[\s,|·•]{0,3}(?:at|um|à|às|a\slas|alle|kl\.?|o|в|om|–|—|-)?\s{0,2}
    (?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2}))?\s?(?P<half>[ap]\.?m\.?)?\s?
    (?P<zone>UTC|GMT|[A-Z]{3,4}\b|[+-]\d{2}:?\d{2})""",
    re.X | re.I,
)
_ZONE_HOURS = {
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "MEZ": 1,
    "MESZ": 2,
    "JST": 9,
    "KST": 9,
    "EST": -5,
    "EDT": -4,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "HST": -10,
    "AEST": 10,
    "AEDT": 11,
    "AWST": 8,
    "NZST": 12,
    "NZDT": 13,
    "SAST": 2,
    "WIB": 7,
    "HKT": 8,
    "SGT": 8,
}  # those that mean one zone; IST, BST and CST mean several


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
    language: str


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
    written = text
    if not text.isascii():
        text = arabic_digits(text)
        if "年" in text:
            yield from _dates_of_eras(text)
    for year in _years(text):
        before = text[max(0, year.start() - _BESIDE) : year.start()]
        after = text[year.end() : year.end() + _AFTER]
        if found := _beside(int(year.group()), before, after, customs):
            day, lead, trail, ambiguous = found
            start, end = year.start() - lead, year.end() + trail
            iso, end = _with_clock(day, text, end)
            yield Reading(iso, written[start:end], start, end, ambiguous)


def lines_with_a_year(lines: Sequence[str]) -> set[int]:
    """The indexes of the lines that can hold a date; one look at all of them."""
    text = "\n".join(lines)
    if not text.isascii():
        text = arabic_digits(text)
    ends = list(accumulate(len(line) + 1 for line in lines))
    found = {bisect_right(ends, match.start()) for match in _years(text)}
    return found | {at for at, line in enumerate(lines) if "年" in line} if "年" in text else found


def without(text: str, readings: Iterable[Reading]) -> str:
    """``text`` without the dates in it."""
    pieces, at = [], 0
    for reading in readings:
        pieces.append(text[at : reading.start])
        at = max(at, reading.end)
    return " ".join([*pieces, text[at:]])


def _years(text: str) -> Iterator[re.Match[str]]:
    """The numbers that can be a year: not a part of a number nor an amount of money."""
    for match in _YEAR.finditer(text):
        start = match.start()
        before = text[start - 1] if start else ""
        if before not in _NO_YEAR_AFTER or (before == "." and text[start - 2 : start - 1].isdigit()) or not before:
            yield match


_ISSUE = re.compile(  # "Issue 12, June 2024"
    r"\b(?:issue|no|nr|number|vol|volume|ausgabe|heft|num[ée]ro|n|número|nummer)[.°º]?\s$|№\s?$", re.I
)
_NO_YEAR_AFTER = "0123456789.,$€£"


def _beside(year: int, before: str, after: str, customs: Customs) -> tuple[date, int, int, bool] | None:
    """The day that a year belongs to, how many characters of the date stand before and after the year, and ambiguity."""
    if after:
        for pattern in (_SIGN_MONTH_DAY, _YEAR_MONTH_DAY, _WORD_DAY, _DAY_WORD):
            if match := pattern.match(after):
                month = _month(match["month"], customs)
                if month and (day := _day(year, month, int(match["day"]), match["month"], customs)):
                    return day, 0, match.end(), False
    if match := _DAY_SIGN_MONTH.search(before):
        first, second = int(match["day"]), int(match["month"])
        day_first, ambiguous = _order(first, second, match["sign"], customs)
        pair = (second, first) if day_first else (first, second)
        day = _day(year, *pair, "", customs)
        return (day, len(before) - match.start(), 0, ambiguous) if day else None
    for pattern in (_DAY_MONTH, _MONTH_DAY, _VIETNAMESE):
        if (match := pattern.search(before)) and not _ISSUE.search(before, 0, match.start()):
            word, start = match["month"], match.start()
            if (glued := _GLUED.search(word)) and not _month(word, customs):
                word, start = glued.group(), match.start("month") + glued.start()
            month = _month(word, customs)
            if month and (day := _day(year, month, int(match["day"]), word, customs)):
                return day, len(before) - start, 0, False
    return None


def _order(first: int, second: int, sign: str, customs: Customs) -> tuple[bool, bool]:
    """03/04/2024: settled by a number above 12, by dots (they put the day first), or by the page's customs."""
    if first > 12 or second > 12 or first == second:
        return first > 12 or first == second, False
    if sign == ".":
        return True, False
    return bool(customs.day_first), customs.day_first is None  # unsettled pages are English, most of them American


def _dates_of_eras(text: str) -> Iterator[Reading]:
    """令和6年3月5日, 民國113年3月5日, 二〇二四年三月五日."""
    for match in _ERA.finditer(text):
        year = year_of_era(match["era"], numeral(match["count"])) if match["era"] else numeral(match["year"])
        day = _gregorian(year, numeral(match["month"]), numeral(match["day"]))
        if day:
            yield Reading(day.isoformat(), match.group(), match.start(), match.end())


def _month(word: str, customs: Customs) -> int:
    """The number of a month by its name or digits; 0 for what is no month. The page's language settles "listopad"."""
    if word.isdigit():
        return int(word)
    key = word.casefold().replace(".", "")
    own = months().get(customs.language, {}).get(key, 0)
    return own or _months_of_all().get(key, 0) or _PERSIAN_MONTHS.get(key, 0)


@cache
def months() -> Mapping[str, Mapping[str, int]]:
    """For each language the numbers of the months by their names."""
    table = tomllib.loads(_MONTHS.read_text(encoding="utf-8"))
    return {
        language: {word: number for number, words in enumerate(names, start=1) for word in words.split()}
        for language, names in table.items()
    }


@cache
def _months_of_all() -> Mapping[str, int]:
    """The names that mean one month in whatever languages know them."""
    numbers: dict[str, set[int]] = {}
    for names in months().values():
        for word, number in names.items():
            numbers.setdefault(word, set()).add(number)
    return {word: found.pop() for word, found in numbers.items() if len(found) == 1}


_PERSIAN_MONTHS = {
    name: number
    for number, name in enumerate("فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(), start=1)
}


def _day(year: int, month: int, day: int, month_name: str, customs: Customs) -> date | None:
    """A day of the Gregorian calendar, the Buddhist one of Thailand or the Persian one."""
    if from_buddhist(year) in YEARS:
        return _gregorian(from_buddhist(year), month, day)
    if month_name.casefold() in _PERSIAN_MONTHS or (customs.language == "fa" and 1300 <= year < 1500):
        return from_persian(year, month, day)
    return _gregorian(year, month, day)


def _gregorian(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _with_clock(day: date, text: str, end: int) -> tuple[str, int]:
    """The moment, when a time with its zone follows the day: "22 Dec 2023, 10:22 PM EST"; else the day."""
    match = _CLOCK.match(text, end, end + 40)
    if not match:
        return day.isoformat(), end
    name = match["zone"].upper()
    zone = timezone(timedelta(hours=_ZONE_HOURS[name])) if name in _ZONE_HOURS else _zone(name) if name[0] in "+-" else None
    hour = int(match["hour"])
    if half := match["half"]:
        hour = hour % 12 + 12 * (half[0] in "pP")
    if zone is None or hour > 23 or int(match["minute"]) > 59:
        return day.isoformat(), end
    second = min(int(match["second"] or 0), 59)
    moment = datetime(day.year, day.month, day.day, hour, int(match["minute"]), second, tzinfo=zone)
    return moment.isoformat(), match.end()


def _from_iso(match: re.Match[str], text: str) -> Reading | None:
    day = _gregorian(int(match["year"]), int(match["month"]), int(match["day"]))
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

"""The form of a line: what two pages' lines have in common that differ in numbers, dates and names alone.

"Copyright 2024 Harbour Post Ltd." and "Copyright 2025 Harbour Post Ltd." have one form, "copyright # harbour post ltd";
"Published 5 March 2024, 10:42" is "published #", "By Ada Quill" is "by @".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from cleaner.metadata.date_reading import months
from cleaner.metadata.names import bylines_in, lone_name, may_hold_byline, names_in

NUMBER = "#"  # stands for numbers, dates and times
NAME = "@"  # stands for the persons that a byline names
LONGEST = 300  # characters of a form; a longer line is known by both ends and the hash of all of it
END = 120  # characters of each of those ends
_GAP = "…"  # begins and ends what stands between them
_BYLINE_LENGTH = 110  # characters; in a longer line "by" stands in a sentence
_LONE_NAME = 40  # characters of a line that is a name and nothing else
_MOST_NAMES = 20  # of a page
_READ = 20_000  # characters of a line whose numbers are looked for

_WORD_OR_NUMBER = re.compile(
    r"\d+(?:[.,:]\d+)*(?:(?:st|nd|rd|th|am|pm|h)(?![^\W\d_]))?|[^\W\d_]+(?:['’][^\W\d_]+)*|(?<!\w)@(?!\w)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
WEEKDAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun montag dienstag
    mittwoch donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes
    miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica понедельник вторник среда
    четверг пятница суббота воскресенье понеділок вівторок середа четвер неділя maandag dinsdag woensdag donderdag vrijdag
    zaterdag zondag poniedziałek wtorek środa czwartek piątek sobota niedziela""".split()
)
_INSIDE_DATES = frozenset("am pm a m p de of di".split())  # "5 de marzo de 2024", "10:42 a.m."
_BYLINES = frozenset(("by", "written by", "posted by", "picture by", "means by", "other by"))


def form_of(text: str) -> str:
    """The form of one line; empty where it has neither a letter nor a digit.

    >>> form_of("Published 5 March 2024, 10:42 | 31 comments")
    'published # comments'
    >>> form_of("By Ada Quill and Bo Fenn")
    'by @'
    """
    if len(text) > _READ:
        return _by_its_ends(text, " ".join(text.casefold().split()))
    named = _with_names_left_out(text) if len(text) <= _BYLINE_LENGTH and may_hold_byline(text) else text
    form = " ".join(_without_numbers(named))
    return form if len(form) <= LONGEST else _by_its_ends(text, form)


def forms_of(texts: Sequence[str]) -> list[str]:
    """The forms of a page's lines. The names that its bylines give are left out of its other lines, too.

    >>> forms_of(["By Ada Quill", "It rained.", "Ada Quill writes on rivers."])
    ['by @', 'it rained', '@ writes on rivers']
    """
    names = sorted({name for name in _names_given(texts) if " " in name})[:_MOST_NAMES]
    if not names:
        return [form_of(text) for text in texts]
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    return [form_of(pattern.sub(NAME, text) if len(text) <= LONGEST else text) for text in texts]


def _names_given(texts: Sequence[str]) -> Iterator[str]:
    """The names in bylines, and those that stand alone beside a line with a year."""
    for at, text in enumerate(texts):
        if len(text) > _BYLINE_LENGTH:
            continue
        if may_hold_byline(text):
            for kind, names in bylines_in(text):
                if kind in _BYLINES:
                    yield from names_in(names)
        if len(text) <= _LONE_NAME and any(
            len(beside) <= _BYLINE_LENGTH and _YEAR.search(beside)
            for beside in (*texts[max(0, at - 1) : at], *texts[at + 1 : at + 2])
        ):
            yield lone_name(text)


class Word(NamedTuple):
    """A word as a form has it, and its place ``[start, end)`` in the text."""

    form: str
    start: int
    end: int


def words_with_places(text: str) -> list[Word]:
    """The words of a text in the form that a line's have, names kept.

    >>> [word.form for word in words_with_places("Ferry stays Published 5 March 2024")]
    ['ferry', 'stays', 'published', '#']
    """
    words = [Word(match.group().casefold(), match.start(), match.end()) for match in _WORD_OR_NUMBER.finditer(text)]
    forms = _with_numbers_left_out([word.form for word in words])
    joined: list[Word] = []
    for form, (_, start, end) in zip(forms, words, strict=True):
        if joined and form == joined[-1].form:
            joined[-1] = joined[-1]._replace(end=end)
        else:
            joined.append(Word(form, start, end))
    return joined


def key_of(form: str) -> int:
    """A form as a number below 2^63; two forms share one with a chance of one in 10^18."""
    return int.from_bytes(blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def words_in_form(form: str) -> int:
    """How many words the line of a form has; of writing without spaces, half the characters."""
    if _GAP in form:
        return int(form.split(_GAP, 2)[1].split(" ", 1)[0])
    return _words(form)


def ends_of_form(form: str) -> tuple[list[str], list[str]]:
    """The first and the last words of a form, as far as it has them."""
    if _GAP in form:
        first, _, last = form.split(_GAP, 2)
        return first.split()[:-1], last.split()[1:]  # those at the gap may be torn
    words = form.split()
    return words, words


def _without_numbers(text: str) -> list[str]:
    """The words in small letters; numbers, and the names of months and days beside them, as one NUMBER."""
    return [word for word, _ in groupby(_with_numbers_left_out(_WORD_OR_NUMBER.findall(text.casefold())))]


def _with_numbers_left_out(found: Sequence[str]) -> list[str]:
    """Small words, each that is a number or beside one in a date as NUMBER."""
    words = [NUMBER if word[0].isdigit() else word for word in found]
    if NUMBER not in words:
        return words
    inside_dates = _words_inside_dates()
    for _ in range(2):  # "Tuesday, March 5": the month beside the number, then the day beside the month
        for at, word in enumerate(words):
            if word in inside_dates and NUMBER in words[max(0, at - 1) : at + 2]:
                words[at] = NUMBER
    return words


@cache
def _words_inside_dates() -> frozenset[str]:
    names = {name for of_language in months().values() for name in of_language}
    return frozenset(names) | WEEKDAYS | _INSIDE_DATES


def _with_names_left_out(text: str) -> str:
    """A byline up to the names it gives, and NAME in their place."""
    for kind, names in bylines_in(text):
        if kind in _BYLINES and next(names_in(names), ""):
            return f"{text[: text.rfind(names)]} {NAME}"
    return text


def _by_its_ends(text: str, whole: str) -> str:
    """Both ends of a long line, and between them how many words it has and its hash."""
    first, last = (" ".join(_without_numbers(part)) for part in (text[: 2 * END], text[-2 * END :]))
    return f"{first[:END]} {_GAP}{_words(whole)} words {key_of(whole):x}{_GAP} {last[-END:]}"


def _words(text: str) -> int:
    spaced = text.count(" ") + 1 if text else 0
    return spaced if text.isascii() or len(text) <= 12 * spaced else len(text) // 2

"""Dates, bylines and counters: lines of their own, or glued before the first sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cleaner.metadata.line_forms import WEEKDAYS
from cleaner.rules.main_content import is_article
from cleaner.rules.phrasebook import Phrasebook
from cleaner.rules.reading import PROSE_WORDS, Finding, Reading, ends_sentence
from cleaner.types import Reason

LABEL_WORDS = 12  # "Published 3 March 2024 at 14:05, updated 4 March 2024" is not longer
DATE_LINES = 4  # an article's dates: published, updated, the day in the header, one more
STAMP_REST = 3  # words a date line may hold beside its dates: a label, a weekday, a zone
BYLINE_WORDS = 10
COUNTER_WORDS = 8
AT_THE_HEAD = 6  # blocks; a date glued before a sentence stands in one of the first

_MONTH = r"[^\W\d_]{3,12}\.?"
_CLOCK = (
    r"(?:[T,\s·|]{1,3}(?:at|um|à|a las|às|alle|ore|в|о)?\s?\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?(?:[ap]\.?m\.?|Uhr|GMT|UTC|Z))?)?"
)
DATE = re.compile(
    rf"""(?:[^\W\d_]{{2,14}},?\s)?              # Wednesday,
    (?:
        \d{{4}}\s?[-/.年]\s?\d{{1,2}}\s?[-/.月]\s?\d{{1,2}}日?          # 2024-03-02, 2024年3月2日
      | \d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}                              # 02.03.2024
      | \d{{1,2}}(?:\.|st|nd|rd|th|º|er)?\s(?:de\s)?{_MONTH}\s?(?:de\s)?,?\s?\d{{4}}(?:\s[rгр]\.)?   # 2 de marzo de 2024
      | {_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}                   # March 2, 2024
    ){_CLOCK}""",
    re.VERBOSE,
)
_STAMP_BEFORE_TEXT = re.compile(r"[\s|·–—:-]{0,4}")
_COUNT = re.compile(r"^[^\W\d_][\w!' ]{0,20}\(\d{1,6}\)$")  # "veryGood! (7)"
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\d{4}")  # no DATE is without
_LABELS = frozenset((Reason.COUNTER, Reason.COMMENTS, Reason.SHARE))
_BETWEEN_LABELS = "|·- "
_DIGITS = re.compile(r"[\d.,:()/+ ]+")


def glued_date(reading: Reading) -> Iterator[Finding]:
    """ "date 2024-03-02 The council met on Friday…", "Published 3 March 2024 The council…": the stamp goes, the sentence stays.

    A sentence that is about a date stays whole: what follows the stamp must begin like a sentence.
    """
    first = next((index for index in range(len(reading)) if reading.sentence[index]), 0)
    for index in range(min(len(reading), first + AT_THE_HEAD)):
        text = reading.texts[index]
        if reading.words[index] < PROSE_WORDS or not reading.is_open(index):
            continue
        label = reading.book.starts(reading.keys[index], Reason.DATE_LINE)
        start = _after_label(text, label)
        date = DATE.match(text, start)
        if date is None and label:
            start, label, date = 0, "", DATE.match(text)
        if date is None or (not label and _is_dateline(text, date)):
            continue
        gap = _STAMP_BEFORE_TEXT.match(text, date.end())
        end = gap.end() if gap else date.end()
        if end < len(text) and _begins_sentence(text[end]) and (label or end > date.end()):
            yield Finding(index, Reason.DATE_LINE, 0.9, (0, end))


def _is_dateline(text: str, date: re.Match[str]) -> bool:
    """ "GRAZ, February 27, 2024 – The railway…": a place before the day, a dash behind it: the first words of the text."""
    place, comma, _ = date[0].partition(",")
    return (
        bool(comma) and place.isalpha() and place.casefold() not in WEEKDAYS and text[date.end() :].lstrip()[:1] in tuple("–—-")
    )


def date_line(reading: Reading) -> Iterator[Finding]:
    """ "Wednesday, January 29, 2031", "Date:2031-04-10 15:35:57", "Updated: 3 March 2031, 14:05", an empty "Date:".

    A page with many such lines is a thread or a listing, where each dates what stands under it: they stay.
    """
    if reading.html and not is_article(reading):
        return
    labelled = set(reading.spoken_for[Reason.DATE_LINE])
    lines = [
        index
        for index in reading.open
        if reading.words[index] <= LABEL_WORDS
        and (index in labelled or _YEAR.search(reading.texts[index]))
        and _is_date_line(reading, index)
    ]
    if reading.html or len(lines) <= DATE_LINES:
        for index in lines:
            yield Finding(index, Reason.DATE_LINE, 0.9)


def _is_date_line(reading: Reading, index: int) -> bool:
    text = reading.texts[index]
    label = reading.start_phrase(index, Reason.DATE_LINE)
    if label and label == reading.keys[index] and text[-1] in ":：":
        return True
    if text[-1] in "。！।":
        return False
    without_date, dates = DATE.subn(" ", text)
    rest = len(without_date.split()) - (len(label.split()) if label else 0)
    return bool(dates) and (rest <= STAMP_REST or "|" in text)


def byline(reading: Reading) -> Iterator[Finding]:
    """ "By Ines Halloran and Tom Reyes", "Von Silke Brandt", a line of its own above or below the text."""
    if reading.html and not is_article(reading):
        return
    for index in reading.spoken_for[Reason.BYLINE]:
        if reading.words[index] > BYLINE_WORDS or not reading.is_open(index):
            continue
        label = reading.start_phrase(index, Reason.BYLINE)
        names = reading.texts[index][len(label) :].split() if label else []
        if names and reading.texts[index][-1] not in ".!?" and _are_names(names):
            yield Finding(index, Reason.BYLINE, 0.8)


def counter(reading: Reading) -> Iterator[Finding]:
    """ "1,204 views", "5 min read", "veryGood! (7)", "Print", "Text size"."""
    counted = set(reading.spoken_for[Reason.COUNTER])
    label_words = _label_words(reading.book)
    for index in reading.open:
        if reading.words[index] > COUNTER_WORDS:
            continue
        text, key = reading.texts[index], reading.keys[index]
        opener = key.split(" ", 1)[0]
        if (text[-1] == ")" and _COUNT.match(text)) or (index in counted and reading.book.line.get(key) is Reason.COUNTER):
            yield Finding(index, Reason.COUNTER, 0.9)
        elif (index in counted and _begins_with_counter(reading, index)) or (
            (opener in label_words or not opener.isalpha()) and _only_labels(reading, key)
        ):
            yield Finding(index, Reason.COUNTER, 0.8)


def _begins_with_counter(reading: Reading, index: int) -> bool:
    """A number and what it counts, and no sentence: "Views: 1,204 since Monday"."""
    key = reading.keys[index]
    return bool(
        _DIGIT.search(key)
        and _DIGITS.sub("", key)
        and not ends_sentence(reading.texts[index])
        and reading.start_phrase(index, Reason.COUNTER)
    )


@lru_cache(maxsize=1)
def _label_words(book: Phrasebook) -> frozenset[str]:
    """The words that labels of counters and buttons consist of."""
    labels = [phrase for phrase, reason in book.line.items() if reason in _LABELS]
    return frozenset(("", *(word.strip(_BETWEEN_LABELS) for label in labels for word in label.split())))


def _only_labels(reading: Reading, key: str) -> bool:
    """Labels of counters and buttons, one after the other, with numbers, and nothing else: "like share print (7)"."""
    known = _label_words(reading.book)
    words = _DIGITS.sub(" ", key).split()
    if not words or words == [key] or not all(word.strip(_BETWEEN_LABELS) in known for word in words):
        return False
    at = 0
    while at < len(words):
        for size in range(min(4, len(words) - at), 0, -1):
            if reading.book.line.get(" ".join(words[at : at + size]).strip(_BETWEEN_LABELS)) in _LABELS:
                at += size
                break
        else:
            return False
    return True


def _after_label(text: str, label: str) -> int:
    if not label:
        return 0
    at = len(text) - len(text.lstrip()) + len(label)
    while at < len(text) and text[at] in ":： |-":
        at += 1
    return at


def _begins_sentence(character: str) -> bool:
    return character.isupper() or character in "\"'“‘«„»「『(—–¿¡" or not (character.islower() or character.isascii())


def _are_names(words: list[str]) -> bool:
    """All words begin with a capital, but for those that join names; a script without capitals passes."""
    return all(
        not word[:1].islower() or word in ("and", "und", "y", "e", "et", "de", "van", "von", "i", "и", "та", "da", "del", "la")
        for word in words
    )

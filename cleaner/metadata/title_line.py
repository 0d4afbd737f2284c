"""The title among the lines of a page that has no markup to tell it: what stands like a headline above the text."""

from __future__ import annotations

import re

from cleaner.metadata.facts import Facts
from cleaner.metadata.tidy import ideographs, letters
from cleaner.types import Reason

_LINES_ABOVE = 30  # between a headline and the text stand bylines, dates, share bars, a picture's caption
_WORDS = range(3, 31)
_IDEOGRAPHS = range(6, 61)
_LENGTH = 220  # characters
_PROBABLE = 0.55

_SENTENCE_END = (".", "。", ":", "：", ";", "…", "...", ",", "»:", "|")
_TRAIL = re.compile(r"\s[>›‹»/•·＞]\s")
_NO_HEADLINE = re.compile(
    r"https?://|www\.|\S@\S|\.(?:com|org|net)\b|[{}<>=_©]|\b(?:photo|foto|image|bild|crédit|credit|imagem|фото)\s?:|写真|图片|图：",
    re.I,
)
_DATE = re.compile(r"\b(?:19|20)\d\d\b.{0,12}$|^\W{0,3}\d{1,4}[./年-]\d{1,2}[./月-]|\d{1,2}:\d\d|(?:19|20)\d\d年")
_POSSIBLE = frozenset((None, Reason.TITLE, Reason.NOT_MAIN_CONTENT, Reason.HEADER, Reason.LINK_LIST))  # in a run of short lines


def title_line(facts: Facts) -> int:
    """The index of the most headline-like block above the text; -1 when the page starts right with its text or none is.

    "None" is right for many pages: a menu entry or a date in the header must not become the title.
    """
    begin = facts.text_begins
    lines = {index: facts.text_of_title(index) for index in range(max(0, begin - _LINES_ABOVE), begin)}
    keys = {index: letters(line) for index, line in lines.items()}
    ends_of_trails = {index: letters(_TRAIL.split(line)[-1]) for index, line in lines.items() if _TRAIL.search(line)}
    best, best_score = -1, _PROBABLE
    for index, line in lines.items():
        label, block = facts.labels[index], facts.parsed.blocks[index]
        ends_a_trail = any(end.startswith(keys[index]) for at, end in ends_of_trails.items() if at != index and keys[index])
        if (
            block.hidden
            or label.reason not in _POSSIBLE
            or not (_like_headline(line) or (ends_a_trail and len(line) <= _LENGTH))
        ):
            continue
        repeated = any(keys[index] in key and keys[index] != key for key in keys.values())
        followed = any(_DATE.search(lines.get(below, "")) for below in range(index + 1, index + 4))
        score = _length_score(line) + 0.5 * repeated + 0.5 * ends_a_trail + 0.2 * followed + 0.25 * label.keep
        score -= 0.03 * (begin - 1 - index)
        if score > best_score:
            best, best_score = index, score
    return best


def _like_headline(line: str) -> bool:
    if (
        len(line) > _LENGTH
        or line.endswith(_SENTENCE_END)
        or _TRAIL.search(line)
        or _NO_HEADLINE.search(line)
        or _DATE.search(line)
    ):
        return False
    count = ideographs(line)
    if count * 2 > len(line):
        return count in _IDEOGRAPHS and len(line.split()) <= 3
    return len(line.split()) in _WORDS and not line[:1].islower() and sum(map(str.isalpha, line)) * 3 > len(line) * 2


def _length_score(line: str) -> float:
    """1 for the length most headlines have, less for shorter ones: three words are as often a menu entry."""
    return min(1.0, max(len(line.split()), ideographs(line) // 2) / 6)

"""The title among the lines of a page that has no markup to tell it: what stands like a headline above the text."""

from __future__ import annotations

import re

from cleaner.metadata.facts import Facts
from cleaner.metadata.tidy import letters
from cleaner.types import Reason

_LINES_ABOVE = 30  # between a headline and the text stand bylines, dates, share bars, a picture's caption
_WORDS = range(3, 31)
_CJK_LETTERS = range(7, 61)
_LENGTH = 220  # characters
_PROBABLE = 0.55

_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_END = (".", "。", ":", "：", ";", "…", "...", ",", "»:", "|")
_TRAIL = re.compile(r"\s[|>›»/•·]\s|https?://|www\.|\S@\S|\.(?:com|org|net)\b|[{}<>=_]{1}")
_WEEKDAY_OR_DATE = re.compile(r"\b(?:19|20)\d\d\b.{0,12}$|^\W{0,3}\d{1,4}[./年-]\d{1,2}[./月-]|\d{1,2}:\d\d")
_POSSIBLE = frozenset((None, Reason.TITLE, Reason.NOT_MAIN_CONTENT, Reason.HEADER, Reason.BREADCRUMB))


def title_line(facts: Facts) -> int:
    """The index of the most headline-like block above the text; -1 when the page starts right with its text or none is.

    "None" is right for many pages: a menu entry or a date in the header must not become the title.
    """
    begin = facts.text_begins
    lines = {index: facts.text_of_title(index) for index in range(max(0, begin - _LINES_ABOVE), begin)}
    best, best_score = -1, _PROBABLE
    for index, line in lines.items():
        label, block = facts.labels[index], facts.parsed.blocks[index]
        if block.hidden or label.reason not in _POSSIBLE or not _like_headline(line) or block.link_chars > len(line) // 2:
            continue
        repeated = any(letters(line) in letters(other) for at, other in lines.items() if at != index and len(other) > len(line))
        score = _length_score(line) + 0.5 * repeated + 0.25 * label.keep - 0.03 * (begin - 1 - index)
        if score > best_score:
            best, best_score = index, score
    return best


def _like_headline(line: str) -> bool:
    if len(line) > _LENGTH or line.endswith(_SENTENCE_END) or _TRAIL.search(line) or _WEEKDAY_OR_DATE.search(line):
        return False
    count = len(_CJK.findall(line))
    if count * 2 > len(line):
        return count in _CJK_LETTERS
    return len(line.split()) in _WORDS and not line[:1].islower() and sum(map(str.isalpha, line)) * 3 > len(line) * 2


def _length_score(line: str) -> float:
    """1 for the length most headlines have, less for shorter ones: three words are as often a menu entry."""
    words = max(len(line.split()), len(_CJK.findall(line)) // 2)
    return min(1.0, words / 6)

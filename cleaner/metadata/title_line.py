"""The title among the lines of a page that has no markup to tell it: what stands like a headline above the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from cleaner.metadata.facts import Facts
from cleaner.metadata.names import looks_like_byline
from cleaner.metadata.tidy import ideographs, letters

_LINES_ABOVE = 45  # between a headline and the text stand bylines, dates, share bars, a picture's caption
_WORDS = range(2, 31)
_IDEOGRAPHS = range(6, 61)
_LENGTH = 220  # characters

_STOP = "."  # after a headline in some papers, after a standfirst in all
_WORDS_BEFORE_A_STOP = 25
_SENTENCE_END = ("。", ":", "：", ";", "…", "...", ",", "»:", "|")
_TRAIL = re.compile(r"\s[>›‹»/•·＞]\s")
_NO_HEADLINE = re.compile(
    r"https?://|www\.|\S@\S|\.(?:com|org|net)\b|[{}<>=_©]|\b(?:photo|foto|image|bild|crédit|credit|imagem|фото)\s?:|写真|图片|图：",
    re.I,
)
_WHOLE_DATE = re.compile(  # "5. März 2024", "March 5th, 2024", "5/3/2024", "10:42", "2024年"
    r"\b\d{1,2}(?:st|nd|rd|th|er|º|\.)?\s(?:de\s|of\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?(?:19|20)\d\d\b"
    r"|\b[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,\s(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d"
    r"|\d{1,2}:\d\d(?!\d)|(?:19|20)\d\d年\d"
)
_WORDS_BESIDE_A_DATE = 4  # of a headline that holds one: "What the tide brought in on 5 March 2024"
_NEAR = 4  # lines above the text in which a single word may be the headline
_WORD = re.compile(r"[^\W\d_]{3,30}¶?")  # "Pods"
_ITEM = re.compile(r"^(?:[-*•·–]|#{1,6})\s+(?=\S)")  # the mark before an item or a heading
_DATE = re.compile(r"\b(?:19|20)\d\d\b.{0,12}$|^\W{0,3}\d{1,4}[./年-]\d{1,2}[./月-]|\d{1,2}:\d\d|(?:19|20)\d\d年")


def headline_lines(facts: Facts) -> Iterator[tuple[str, set[str]]]:
    """The lines above the text that read like a headline, with what speaks for each."""
    begin = facts.text_begins
    if opening := facts.opening:
        evidence = {"line right above the text", "line kept", "line above a byline", "line above a date"}
        yield opening.headline, {*evidence, "line has 4 quarters of its words in the text"}
    indexes = range(max(0, begin - _LINES_ABOVE), begin)
    lines = {index: _headline_of(facts, index) for index in indexes}
    keys = {index: letters(line) for index, line in lines.items()}
    repeated = Counter(keys.values())
    trails = {index: letters(_TRAIL.split(line)[-1]) for index, line in lines.items() if _TRAIL.search(line)}
    text = " ".join(block.text[:_TEXT_LENGTH] for block in facts.parsed.blocks[begin : begin + _TEXT_BLOCKS]).casefold()
    for index, line in lines.items():
        label, key = facts.labels[index], keys[index]
        ends_a_trail = bool(key) and any(end.startswith(key) for at, end in trails.items() if at != index)
        if facts.parsed.blocks[index].hidden or len(line) > _LENGTH:
            continue
        is_word = begin - index <= _NEAR and _WORD.fullmatch(line) is not None
        if not ends_a_trail and not is_word and not _like_headline(line):
            continue
        evidence = {f"line {_distance(begin - 1 - index)} above the text", f"line {label.reason or 'kept'}"}
        evidence.add(f"line has {_quarters_in(text, line)} quarters of its words in the text")
        if ends_a_trail:
            evidence.add("line ends a trail")
        if any(key in other and key != other for other in keys.values()):
            evidence.add("line within another")
        if any(_DATE.search(lines.get(below, "")) for below in range(index + 1, index + 4)):
            evidence.add("line above a date")
        if any(looks_like_byline(lines.get(below, "")) for below in range(index + 1, index + 3)):
            evidence.add("line above a byline")
        if line.endswith(_STOP):
            evidence.add("line ends like a sentence")
        if repeated[key] > 1:
            evidence.add("line is there twice")
        if _WHOLE_DATE.search(line):
            evidence.add("line has a date")
        yield line, evidence


def _headline_of(facts: Facts, index: int) -> str:
    """A block's text as a headline: without the mark of an item."""
    return _ITEM.sub("", facts.text_of_title(index))


def _quarters_in(text: str, line: str) -> int:
    """How many quarters of the longer words of a line the text has: a headline is about its text, a menu is not.

    Words count without their endings, which change in many languages; in ideographs, every two that stand together.
    """
    words = {word.strip(_SIGNS) for word in line.casefold().split()}
    longer = [word[: max(_LONGER, len(word) - _ENDING)] for word in words if len(word) >= _LONGER] or [line.casefold()]
    if ideographs(line) * 2 > len(line):
        longer = [pair for word in words for pair in map("".join, pairwise(word))] or longer
    return round(4 * sum(word in text for word in longer) / len(longer))


_ENDING = 2  # letters
_SIGNS = ".,:;!?'\"“”„‘’«»()"
_LONGER = 4  # letters
_TEXT_BLOCKS, _TEXT_LENGTH = 12, 500


def _distance(lines: int) -> str:
    return next((f"{least}+" for least in (20, 12, 8, 5, 3, 2, 1) if lines >= least), "right")


def _like_headline(line: str) -> bool:
    if (
        len(line) > _LENGTH
        or line.endswith(_SENTENCE_END)
        or (line.endswith(_STOP) and len(line.split()) > _WORDS_BEFORE_A_STOP)
        or _TRAIL.search(line)
        or _NO_HEADLINE.search(line)
        or (_WHOLE_DATE.search(line) and len(_WHOLE_DATE.sub("", line).split()) < _WORDS_BESIDE_A_DATE)
        or looks_like_byline(line)
    ):
        return False
    count = ideographs(line)
    if count * 2 > len(line):
        return count in _IDEOGRAPHS and len(line.split()) <= 3
    return len(line.split()) in _WORDS and not line[:1].islower() and sum(map(str.isalpha, line)) * 3 > len(line) * 2

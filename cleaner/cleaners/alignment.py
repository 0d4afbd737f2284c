"""Which blocks of a page are in a text that somebody else extracted from it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from cleaner.types import Block

RUN = 4  # words that must agree before the walk jumps; runs of three are found again in any long page by chance

# Thai, Lao, Burmese, Khmer, Japanese and Chinese are written without spaces: each character counts, as one character more in
# bold would otherwise change a whole sentence.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def shares_in(text: str, blocks: Sequence[Block]) -> list[float]:
    """For each block, the share of its words (0 to 1) that lie in ``text``, which was taken from the same page.

    A block without words has share 0. See ``words_in`` for how the two are compared.
    """
    return [sum(met) / len(met) if met else 0.0 for met in words_in(text, blocks)]


def words_in(text: str, blocks: Sequence[Block]) -> list[bytes]:
    """For each block a byte a word: 1 where that word lies in ``text``, which was taken from the same page.

    Both are walked once, side by side. Where they part, the walk looks up the next four words of ``text`` in the page and
    goes on there: at the nearest place ahead, or behind when there is none. A line of ``text`` of fewer than four words
    is looked up as a whole block. Time and memory grow with the number of words.
    """
    page: list[str] = []
    starts = []
    for block in blocks:
        starts.append(len(page))
        page += _words(block.text)
    starts.append(len(page))
    lines = [words for line in text.splitlines() if (words := _words(line))]
    matched = bytes(_walk(page, lines, starts))
    return [matched[first:end] for first, end in pairwise(starts)]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand that ``words_in`` compares."""
    return [found.span() for found in _WORD.finditer(text)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _walk(page: Sequence[str], lines: Sequence[Sequence[str]], starts: Sequence[int]) -> bytearray:
    """One byte a word of ``page``: 1 where it was met in ``lines``."""
    words = [word for line in lines for word in line]
    runs = _places_of_runs(page, words)
    short_lines = _short_lines(lines)
    short_blocks = _places_of_short_blocks(page, starts)
    matched = bytearray(len(page))
    at = i = 0
    while i < len(words):
        if at < len(page) and page[at] == words[i]:
            matched[at] = 1
            at += 1
            i += 1
            continue
        places = runs.get(tuple(words[i : i + RUN]))
        if places:
            at = _nearest(places, at)
            continue
        whole = short_lines.get(i, ())
        places = short_blocks.get(whole) if whole else None
        if not places:
            i += 1
            continue
        at = _nearest(places, at)
        matched[at : at + len(whole)] = b"\1" * len(whole)
        at += len(whole)
        i += len(whole)
    return matched


def _places_of_runs(page: Sequence[str], words: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    """Where in ``page`` the runs of ``words`` begin, in order."""
    wanted = {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in range(len(page) - RUN + 1):
        run = tuple(page[i : i + RUN])
        if run in wanted:
            places[run].append(i)
    return dict(places)


def _short_lines(lines: Sequence[Sequence[str]]) -> dict[int, tuple[str, ...]]:
    """The lines too short for a run, by the index of their first word among all words."""
    short = {}
    at = 0
    for line in lines:
        if len(line) < RUN:
            short[at] = tuple(line)
        at += len(line)
    return short


def _places_of_short_blocks(page: Sequence[str], starts: Sequence[int]) -> dict[tuple[str, ...], list[int]]:
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for first, end in pairwise(starts):
        if 0 < end - first < RUN:
            places[tuple(page[first:end])].append(first)
    return dict(places)


def _nearest(places: Sequence[int], at: int) -> int:
    """The first of the sorted ``places`` that is not before ``at``, or the last of all."""
    return places[min(bisect_left(places, at), len(places) - 1)]

"""Corrected pages are remembered: what their hand-made texts say of each of their lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cleaner import rules
from cleaner.cleaners.alignment import RUN, word_spans, words_in
from cleaner.errors import PageRefused
from cleaner.ml.remembered import GOES, PAGE_TYPES, PART, STAYS, STAYS_CUT, Remembered, keys_of
from cleaner.parse import parse
from cleaner.pipeline import without_cuts
from cleaner.scoring.samples import Sample
from cleaner.types import Block, Cut, Parsed, Reason

_WORD = re.compile(r"\w+")  # as scoring.metrics.word_match counts them
_LOOKED_THROUGH = 100  # blocks, for a line of a few words
_BRACKETS = 3  # at most that go with a word
_OPENING = re.compile(rf"[(\[{{«“‘]{{1,{_BRACKETS}}}\Z")
_CLOSING = re.compile(rf"[)\]}}»”’]{{1,{_BRACKETS}}}")
_MARKS = re.compile(r"\S{1,20}")


@dataclass(frozen=True, slots=True)
class _Line:
    said: int
    page_type: int
    cuts: tuple[Cut, ...] = ()


def remember(base: Remembered, samples: Iterable[Sample]) -> Remembered:
    """What is remembered already, and the lines of these pages, which hold where both speak of a line.

    A line of which the pages say different things is not remembered, nor is a page that the parser refuses, or one without text
    that nobody marked as ``none``.
    """
    said: dict[int, _Line | None] = dict(_lines_of(base))
    fresh: dict[int, _Line | None] = {}
    for sample in samples:
        for key, line in _lines(sample):
            fresh[key] = line if fresh.get(key, line) == line else None
    lines = {key: line for key, line in (said | fresh).items() if line}
    keys = sorted(lines)
    cuts = [(place, cut.start, cut.end) for place, key in enumerate(keys) for cut in lines[key].cuts]
    return Remembered(
        np.array(keys, dtype=np.uint64),
        np.array([lines[key].said for key in keys], dtype=np.uint8),
        np.array([lines[key].page_type for key in keys], dtype=np.uint8),
        np.array(cuts, dtype=np.int64).reshape(-1, 3),
    )


def _lines_of(base: Remembered) -> Iterator[tuple[int, _Line]]:
    for place, (key, said, page_type) in enumerate(
        zip(base.keys.tolist(), base.said.tolist(), base.types.tolist(), strict=True)
    ):
        yield key, _Line(said, page_type, base.cuts_of(place))


def _lines(sample: Sample) -> Iterator[tuple[int, _Line]]:
    if not sample.body and sample.page_type != "none":
        return
    try:
        parsed = parse(sample.page)
    except PageRefused:
        return
    page_type = PAGE_TYPES.index(sample.page_type) if sample.page_type in PAGE_TYPES else 0
    for key, (said, cuts) in zip(keys_of(parsed).tolist(), _said(sample.body, parsed), strict=True):
        yield key, _Line(said, page_type, cuts)


def _said(body: str, parsed: Parsed) -> list[tuple[int, tuple[Cut, ...]]]:
    """What is said of each block, with its own cuts.

    Blocks go or stay by where their words lie. One of which the body has a part, or that rules cut, is treated as brings the
    page nearest to the body by word F1: it stays as the rules cut it, with the words cut that the body does not have there,
    or uncut, or it goes.
    """
    by_rules = [label.cuts for label in rules.label(parsed)]
    met = words_in(body, parsed.blocks)
    lines = {line.strip() for line in body.splitlines()}
    said: list[tuple[int, tuple[Cut, ...]]] = []
    for block, words in zip(parsed.blocks, met, strict=True):
        stays = 2 * sum(words) >= len(words) if words else block.text.strip() in lines
        said.append((STAYS if stays else GOES, ()))
    page = _Page(body, [_left(*both) for both in zip(parsed.blocks, said, by_rules, strict=True)])
    for at, words in enumerate(met):
        if not any(words) or (all(words) and not by_rules[at]):
            continue
        block = parsed.blocks[at]
        for way in ((STAYS, ()), (STAYS_CUT, _unmet(block.text, words)), (STAYS_CUT, ()), (GOES, ())):
            if page.improved(at, _left(block, way, by_rules[at])):
                said[at] = way
    for at, cuts in _short_remains(body, parsed.blocks, met):
        if page.improved(at, _left(parsed.blocks[at], (STAYS_CUT, cuts), ())):
            said[at] = STAYS_CUT, cuts
    return said


def _short_remains(body: str, blocks: Sequence[Block], met: Sequence[bytes]) -> Iterator[tuple[int, tuple[Cut, ...]]]:
    """Blocks of which hardly a word is left, too few to be met: each with the cuts that leave such a line of the body.

    A line is looked for behind the last one that is a whole block.
    """
    places: dict[str, int] = {}
    for at, block in enumerate(blocks):
        places.setdefault(block.text.strip(), at)
    last = 0
    for line in filter(None, map(str.strip, body.splitlines())):
        if line in places:
            last = max(last, places[line])
        elif len(word_spans(line)) < RUN:
            for at in range(last, min(last + _LOOKED_THROUGH, len(blocks))):
                start = blocks[at].text.find(line)
                if start >= 0 and not any(met[at]):
                    ends = ((0, start), (start + len(line), len(blocks[at].text)))
                    yield at, tuple(Cut(*end, PART, Reason.NOT_MAIN_CONTENT) for end in ends if end[0] < end[1])
                    break


def _left(block: Block, way: tuple[int, tuple[Cut, ...]], by_rules: Sequence[Cut]) -> Counter[str]:
    """The words of a block that are left where it is treated so."""
    said, own = way
    if said == GOES:
        return Counter()
    left = without_cuts(block, by_rules if said == STAYS else own)
    return Counter(_WORD.findall(left.text.lower())) if left else Counter()


class _Page:
    """The words that are kept of each block, and how near all of them are to the body: its word F1."""

    def __init__(self, body: str, kept: list[Counter[str]]) -> None:
        self._wanted = Counter(_WORD.findall(body.lower()))
        self._kept = kept
        self._all: Counter[str] = Counter()
        for words in kept:
            self._all.update(words)

    def improved(self, at: int, words: Counter[str]) -> bool:
        """Take these words of a block for those that were kept of it, if that is nearer to the body."""
        before = self._f1()
        old = self._kept[at]
        self._change(at, words)
        if self._f1() > before:
            return True
        self._change(at, old)
        return False

    def _change(self, at: int, words: Counter[str]) -> None:
        self._all.subtract(self._kept[at])
        self._all.update(words)
        self._kept[at] = words

    def _f1(self) -> float:
        common = sum(min(count, self._all[word]) for word, count in self._wanted.items())
        return 2 * common / max(1, self._wanted.total() + self._all.total())


def _unmet(text: str, met: bytes) -> tuple[Cut, ...]:
    """The runs of words that the body does not have, with the marks that belong to them alone."""
    spans = word_spans(text)
    if len(spans) != len(met):  # lower-casing has made other words of it
        return ()
    cuts: list[Cut] = []
    at = 0
    while at < len(met):
        first = at
        while at < len(met) and not met[at]:
            at += 1
        if at > first:
            cuts.append(_cut(text, spans, first, at))
        at += 1
    return tuple(cuts)


def _cut(text: str, spans: Sequence[tuple[int, int]], first: int, after: int) -> Cut:
    """These words, with the brackets around them; at the beginning of a text up to the next word, at its end all of it."""
    start, end = spans[first][0], spans[after - 1][1]
    if opening := _OPENING.search(text, max(0, start - _BRACKETS), start):
        start = opening.start()
    if after == len(spans):
        end = len(text)
    elif closing := (_CLOSING if first else _MARKS).match(text, end, spans[after][0]):
        end = closing.end()
    return Cut(start if first else 0, end, PART, Reason.NOT_MAIN_CONTENT)

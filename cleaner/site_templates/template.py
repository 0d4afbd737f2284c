"""A site's template: for each line of a page, on how many of the site's other pages it stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.metadata.line_forms import NAME, NUMBER, ends_of_form, key_of, words_in_form
from cleaner.site_templates.alike import alike_groups
from cleaner.site_templates.running import shingles_on_pages
from cleaner.site_templates.sample import Sketch

PROSE_WORDS = 12  # of a line, from which it counts as prose; labels and link titles in annotated pages rarely reach it
COPY_SHARE = 0.4  # of the rarer prose of two pages that is the same, from which they are copies of one text
WHOLE_COPY_SHARE = 0.8  # of all their prose; where most of a sample is copies of one text, its lines are not rare
RUN_WORDS = (2, 12)  # words that a repeated beginning or end of a line has at least and at most
LABEL_WORDS = 5  # of the repeated part of a label: "Home > Politics", "More from Ternmouth"
MIN_RUN_PAGES = 3  # pages on which it must stand
RUN_SHARE = 0.5  # of the pages of the same layout that have it

Keys = NDArray[np.int64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


class Run(NamedTuple):
    """A repeated beginning or end of a line, as a form, and the number of pages that have it."""

    form: str
    pages: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A page beside its site, an entry a line: on how many other pages the line stands, and on which share of those pages
    that have the same layout. ``beginnings`` and ``ends`` are of lines that most of those pages lack as a whole: with
    which words lines of most of them begin or end, and on how many.

    Copies of this page are left out, and pages that are copies of each other count as one: what they share is their text.
    ``groups`` are the pages it was compared with, ``alike`` counts those of them that have the same layout.
    """

    pages: Counts
    share: NDArray[np.float64]
    groups: frozenset[int]
    alike: int
    beginnings: Mapping[int, Run]
    ends: Mapping[int, Run]

    @property
    def others(self) -> int:
        """How many pages it was compared with."""
        return len(self.groups)


@dataclass(frozen=True, slots=True)
class SiteTemplate:
    """The lines of a site's sample as sorted numbers: ``keys[i]`` stands on page ``of_page[i]``, a row of the sample."""

    hashes: tuple[str, ...]
    titles: tuple[str, ...]
    tokens: tuple[str, ...]
    keys: Keys
    of_page: NDArray[np.int32]
    group: NDArray[np.int32]  # of each page: copies of one text are one group
    prose: Counts  # words of each page's prose
    rare_prose: Counts  # and of its rarer lines alone
    beginnings: Mapping[str, frozenset[int]]  # of lines of prose: the groups that have it
    ends: Mapping[str, frozenset[int]]
    shingles: Mapping[int, frozenset[int]]  # of pages that lost their line ends: the groups that have it

    @property
    def page_count(self) -> int:
        return len(self.hashes)

    def compare(self, page: str, forms: Sequence[str]) -> Compared:
        """A page's lines beside those of the sample; ``page`` is its hash, so that it is never compared with itself."""
        keys = np.array([key_of(form) if form else -1 for form in forms], dtype=np.int64)
        has = self._lines_on_pages(keys)
        others = self._others(page, forms, has)
        groups = np.unique(self.group[others])
        on_group = np.zeros((len(forms), len(groups)), dtype=bool)
        for column, group in enumerate(groups):
            on_group[:, column] = has[:, others & (self.group == group)].any(axis=1)
        alike = alike_groups(on_group)
        count = int(alike.sum())
        share = on_group[:, alike].mean(axis=1) if count else np.zeros(len(forms))
        same_layout = frozenset(groups[alike].tolist())
        pages = on_group.sum(axis=1)
        lone = [form if part < RUN_SHARE else "" for form, part in zip(forms, share.tolist(), strict=True)]
        every = frozenset(groups.tolist())
        beginnings = _runs(lone, self.beginnings, every, same_layout, at_end=False)
        ends = _runs(lone, self.ends, every, same_layout, at_end=True)
        return Compared(pages, share, every, count, beginnings, ends)

    def _lines_on_pages(self, keys: Keys) -> Flags:
        has = np.zeros((len(keys), len(self.hashes)), dtype=bool)
        first, end = np.searchsorted(self.keys, keys, "left"), np.searchsorted(self.keys, keys, "right")
        for line in np.flatnonzero(end > first):
            has[line, self.of_page[first[line] : end[line]]] = True
        return has

    def _others(self, page: str, forms: Sequence[str], has: Flags) -> Flags:
        """The pages that are neither this one nor copies of it."""
        words = np.array([_prose_words(form) for form in forms], dtype=np.int64)
        rare = words * (has.sum(axis=1) <= _rare(len(self.hashes)))
        copies = _are_copies(words @ has, words.sum(), self.prose, WHOLE_COPY_SHARE)
        copies |= _are_copies(rare @ has, rare.sum(), self.rare_prose, COPY_SHARE)
        same = np.array([known == page for known in self.hashes], dtype=bool)
        return np.asarray(~copies & ~same)


def template_of(sketches: Sequence[Sketch]) -> SiteTemplate:
    """The template that a site's sketches show."""
    pairs = {(key_of(line), number) for number, sketch in enumerate(sketches) for line in sketch.lines}
    table = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    keys, of_page = table[:, 0], table[:, 1].astype(np.int32)
    group, prose, rare_prose = _groups(sketches, keys, of_page)
    numbers = group.tolist()
    return SiteTemplate(
        tuple(sketch.page for sketch in sketches),
        tuple(sketch.title for sketch in sketches),
        tuple(sketch.token for sketch in sketches),
        keys,
        of_page,
        group,
        prose,
        rare_prose,
        _repeated_runs(sketches, numbers, at_end=False),
        _repeated_runs(sketches, numbers, at_end=True),
        shingles_on_pages([sketch.running for sketch in sketches], numbers),
    )


def _rare(pages: int) -> int:
    """On how many pages a line may stand and still be an article's: on more than half it is the site's."""
    return max(2, pages // 2)


def _prose_words(form: str) -> int:
    words = words_in_form(form)
    return words if words >= PROSE_WORDS else 0


def _are_copies(shared: Counts, own: Counts, prose: Counts, share: float) -> Flags:
    """Whether the prose that two pages share is so much of the prose of the shorter one that they are copies."""
    return np.asarray((shared > 0) & (shared >= share * np.minimum(own, prose)))


def _groups(sketches: Sequence[Sketch], keys: Keys, of_page: NDArray[np.int32]) -> tuple[NDArray[np.int32], Counts, Counts]:
    """For each page the group of copies it belongs to, the words of its prose, and those of its rarer prose."""
    words_of = {key_of(line): words for sketch in sketches for line in sketch.lines if (words := _prose_words(line))}
    count = len(sketches)
    shared, shared_rare = np.zeros((count, count), dtype=np.int64), np.zeros((count, count), dtype=np.int64)
    pages_of: dict[int, list[int]] = {}
    for key, number in zip(keys.tolist(), of_page.tolist(), strict=True):
        if key in words_of:
            pages_of.setdefault(key, []).append(number)
    for key, pages in pages_of.items():
        for grid in (shared, shared_rare) if len(pages) <= _rare(count) else (shared,):
            if len(pages) == 1:
                grid[pages[0], pages[0]] += words_of[key]
            else:
                grid[np.ix_(pages, pages)] += words_of[key]
    prose, rare_prose = shared.diagonal().copy(), shared_rare.diagonal().copy()
    copies = _are_copies(shared, prose[:, None], prose[None, :], WHOLE_COPY_SHARE)
    copies |= _are_copies(shared_rare, rare_prose[:, None], rare_prose[None, :], COPY_SHARE)
    group = np.arange(count, dtype=np.int32)
    for number in range(count):  # a page joins the group of the first page that it is a copy of
        earlier = np.flatnonzero(copies[number, :number])
        if len(earlier):
            group[number] = group[earlier[0]]
    return group, prose, rare_prose


def _repeated_runs(sketches: Sequence[Sketch], groups: Sequence[int], *, at_end: bool) -> dict[str, frozenset[int]]:
    """The beginnings (or ends) of lines that stand on several pages whose lines as a whole differ, and the groups of those.

    Lines that begin alike are neighbours when they are sorted; of three that follow each other the common words are a run.
    """
    groups_of: dict[str, set[int]] = {}
    for group, sketch in zip(groups, sketches, strict=True):
        for line in sketch.lines:
            groups_of.setdefault(line, set()).add(group)
    lines = sorted((_words_from(line, at_end=at_end), line) for line in groups_of)
    found: dict[str, frozenset[int]] = {}
    for at, (words, _) in enumerate(lines[: 1 - MIN_RUN_PAGES]):
        count = _alike_words(words, lines[at + MIN_RUN_PAGES - 1][0])
        run = _run_of(words[: min(count, RUN_WORDS[1])], at_end=at_end)
        if not run or run in found:
            continue
        beginning = words[: run.count(" ") + 1]
        pages: set[int] = set()
        for others, line in itertools.islice(lines, at, None):
            if others[: len(beginning)] != beginning:
                break
            pages |= groups_of[line]
        if len(pages) >= MIN_RUN_PAGES:
            found[run] = frozenset(pages)
    return found


def _words_from(form: str, *, at_end: bool) -> tuple[str, ...]:
    """The words of a line from its beginning, or from its end backwards: one more than a run can have."""
    first, last = ends_of_form(form)
    return tuple(last[: -RUN_WORDS[1] - 2 : -1] if at_end else first[: RUN_WORDS[1] + 1])


def _run_of(words: Sequence[str], *, at_end: bool) -> str:
    return " ".join(reversed(words) if at_end else words)


def _alike_words(first: Sequence[str], second: Sequence[str]) -> int:
    return next(
        (at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other), min(len(first), len(second))
    )


def _runs(
    forms: Sequence[str], known: Mapping[str, frozenset[int]], others: frozenset[int], alike: frozenset[int], *, at_end: bool
) -> dict[int, Run]:
    """For each line the longest beginning (or end) that lines of most pages of its layout have."""
    found = {}
    for number, form in enumerate(forms if known else ()):
        for run in _runs_of(form, at_end=at_end):
            pages = known.get(run, frozenset()) & others
            if len(pages) >= MIN_RUN_PAGES and len(pages & alike) >= RUN_SHARE * len(alike):
                found[number] = Run(run, len(pages))
                break
    return found


def _runs_of(form: str, *, at_end: bool) -> Iterator[str]:
    """The beginnings (or ends) of a line, the longest first: of prose some words, of a label all but one or two."""
    words = _words_from(form, at_end=at_end)
    least, most = RUN_WORDS if _prose_words(form) else (max(1, len(words) - 2), LABEL_WORDS)
    for count in range(min(most, len(words) - 1), least - 1, -1):
        run = _run_of(words[:count], at_end=at_end)
        if run not in (NUMBER, NAME):
            yield run

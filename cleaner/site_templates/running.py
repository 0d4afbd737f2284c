"""Pages that lost their line ends: menu, article and footer are one line, and what repeats are runs of words inside it.

"Home Politics Sport Ferry stays By Ada Quill It rained. Nobody came. Contact the newsroom All rights reserved" has no line
that another page has, but the runs "home politics sport" and "contact the newsroom all rights reserved". They are found by
word shingles (Broder, "On the resemblance and containment of documents", 1997) of the page's first and last words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cleaner.metadata.line_forms import Word, key_of, words_with_places
from cleaner.site_templates.alike import alike_groups
from cleaner.types import Parsed

FIRST_READ = 2_000  # characters of such a page whose words are kept, and
LAST_READ = 2_000  # of those at its end; with more of either hardly another run is found
WORD_LENGTH = 40  # characters of a word that are kept
SHINGLE = 6  # words
OWN_WORDS = 12  # of prose that no other page has
LEAST_WORDS = 8  # of a run that goes
LEAST_PAGES = 3  # that have a run beside this one
MOSTLY = 0.8  # of the pages of the same layout that have it
BETWEEN = 3  # words between two runs that change with the page: a name, a headline's section
MARKS = 3  # signs before and behind a run that go with it
GAP = "…"  # stands for the words that are not kept

_SIGNS = ".,:;!?…()[]\"'“”„‘’«»©®|*"
_STOPS = frozenset(".!?…。！？।॥؟۔")


class Repeated(NamedTuple):
    """A part ``[start, end)`` of a page's text that repeats; on how many pages of how many that have the same layout."""

    start: int
    end: int
    pages: int
    of: int


def words_of_page(parsed: Parsed) -> list[Word]:
    """The words of a page that lost its line ends, those of its middle left out where it is long; none of any other page."""
    if parsed.kind != "text" or not _lost_its_line_ends(parsed):
        return []
    source = parsed.source
    if len(source) <= FIRST_READ + LAST_READ:
        return words_with_places(source)
    at = len(source) - LAST_READ
    last = [Word(word.form, word.start + at, word.end + at) for word in words_with_places(source[at:])]
    first = words_with_places(source[:FIRST_READ])
    return [*first[:-1], Word(GAP, first[-1].start if first else 0, at), *last[1:]]


def as_kept(words: Sequence[Word]) -> str:
    """The words as a sample keeps them."""
    return " ".join(word.form[:WORD_LENGTH] for word in words)


def shingles_of(kept: str) -> list[int]:
    """The keys of each SHINGLE words that follow each other, in order; -1 where words are left out between them."""
    words = kept.split(" ") if kept else []
    shingles = (words[at : at + SHINGLE] for at in range(len(words) - SHINGLE + 1))
    return [-1 if GAP in shingle else key_of(" ".join(shingle)) for shingle in shingles]


def shingles_on_pages(kept: Sequence[str], groups: Sequence[int]) -> dict[int, frozenset[int]]:
    """The shingles that pages of LEAST_PAGES groups or more have, and those groups."""
    found: dict[int, set[int]] = {}
    for group, words in zip(groups, kept, strict=True):
        for shingle in shingles_of(words):
            found.setdefault(shingle, set()).add(group)
    found.pop(-1, None)
    repeated = {shingle: frozenset(pages) for shingle, pages in found.items() if len(pages) >= LEAST_PAGES}
    one_of = {pages: pages for pages in repeated.values()}  # the shingles of a menu stand on the same pages: kept once
    return {shingle: one_of[pages] for shingle, pages in repeated.items()}


def repeated_runs(
    source: str, words: Sequence[Word], known: Mapping[int, frozenset[int]], others: Collection[int]
) -> list[Repeated]:
    """The runs of a page's words, above and below its own prose, that nearly all pages of the same layout have, in order."""
    pages = sorted(others)
    column = {group: number for number, group in enumerate(pages)}
    shingles = shingles_of(as_kept(words))
    on_page = np.zeros((len(shingles), len(pages)), dtype=bool)
    for at, shingle in enumerate(shingles):
        on_page[at, [column[group] for group in known.get(shingle, ()) if group in column]] = True
    alike = alike_groups(on_page)
    share = on_page[:, alike].mean(axis=1) if alike.any() else np.zeros(len(shingles))
    repeats = (share >= MOSTLY) & (on_page.sum(axis=1) >= LEAST_PAGES)
    covered = np.zeros(len(words), dtype=bool)
    for at in np.flatnonzero(repeats).tolist():
        covered[at : at + SHINGLE] = True
    of = int(alike.sum())
    runs = _joined(list(_stretches(covered.tolist())), words)
    own = _own_prose(words, runs, source)
    if own is None:
        return []
    return [
        Repeated(
            *_with_its_marks(source, words[first].start, words[end - 1].end),
            round(float(share[first : end - SHINGLE + 1].max()) * of),
            of,
        )
        for first, end in runs
        if end - first >= LEAST_WORDS and not own[0] <= first < own[1]
    ]


def _with_its_marks(source: str, start: int, end: int) -> tuple[int, int]:
    """A run with the signs that stand at its words: "(c) 2024 Harbour Post." and not "c) 2024 Harbour Post"."""
    before, behind = source[max(0, start - MARKS) : start], source[end : end + MARKS]
    return start - len(before) + len(before.rstrip(_SIGNS)), end + len(behind) - len(behind.lstrip(_SIGNS))


def _own_prose(words: Sequence[Word], runs: Sequence[tuple[int, int]], source: str) -> tuple[int, int] | None:
    """The first and the last word of what repeats nowhere and has a whole sentence; link titles in a row have no full stop.

    None where there is none: what repeats on reports that are all alike but for names may be all of their text.
    """
    edges = [0, *(edge for run in runs if run[1] - run[0] >= LEAST_WORDS for edge in run), len(words)]
    own = [part for part in zip(edges[::2], edges[1::2], strict=True) if _is_prose(words[slice(*part)], source)]
    return (own[0][0], own[-1][1]) if own else None


def _is_prose(words: Sequence[Word], source: str) -> bool:
    """Enough words with the end of a sentence, or those that are not kept: the middle of a long page is its text."""
    ends = any(source[word.end : word.end + 1] in _STOPS for word in words)
    return (ends and len(words) >= OWN_WORDS) or any(word.form == GAP for word in words)


def _stretches(covered: Sequence[bool]) -> Iterator[tuple[int, int]]:
    edges = [0, *(at for at, (one, other) in enumerate(pairwise(covered), 1) if one != other), len(covered)]
    return ((first, end) for first, end in pairwise(edges) if end > first and covered[first])


def _joined(stretches: Sequence[tuple[int, int]], words: Sequence[Word]) -> list[tuple[int, int]]:
    """Those with a few words between them as one, but for the words that are not kept, which may be the whole text."""
    joined: list[tuple[int, int]] = []
    for first, end in stretches:
        before = joined[-1][1] if joined else 0
        if joined and first - before <= BETWEEN and all(word.form != GAP for word in words[before:first]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return joined


def _lost_its_line_ends(parsed: Parsed) -> bool:
    """Two of its blocks stand in one line."""
    return any(len(parsed.source[one.end : other.start + 1].splitlines()) == 1 for one, other in pairwise(parsed.blocks))

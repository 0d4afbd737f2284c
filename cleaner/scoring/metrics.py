"""The figures, as their authors define them. Nothing here knows of cleaners or files."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

SHINGLE = 4  # words
RESAMPLES = 1000
SEED = 20240805
CONFIDENCE = 0.95

_WORD = re.compile(r"\w+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Match:
    """Precision, recall and F1 of one page or of many."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Shares:
    """True positive, false positive and false negative shingles of one page, divided by their sum; all 0 without any."""

    tp: float
    fp: float
    fn: float

    @property
    def precision(self) -> float | None:
        """None where nothing was predicted."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """None where nothing is true."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None


def word_match(truth: str, text: str) -> Match:
    """Word precision, recall and F1 of one page as WCXB defines them: lower-cased ``\\w+`` tokens as multisets.

    Both empty is 1, one empty is 0.
    """
    wanted = Counter(_WORD.findall(truth.lower()))
    got = Counter(_WORD.findall(text.lower()))
    if not wanted and not got:
        return Match(1.0, 1.0, 1.0)
    common = (wanted & got).total()
    if not common:
        return Match(0.0, 0.0, 0.0)
    return _match(common / got.total(), common / wanted.total())


def shingle_shares(truth: str, text: str) -> Shares:
    """4-gram shingles of one page as Zyte's article extraction benchmark (2019) compares them; case counts."""
    wanted, got = _shingles(truth), _shingles(text)
    tp = (wanted & got).total()
    fp, fn = got.total() - tp, wanted.total() - tp
    total = tp + fp + fn
    return Shares(tp / total, fp / total, fn / total) if total else Shares(0.0, 0.0, 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    """All runs of four tokens; one shorter run when there are fewer; none without tokens."""
    tokens = _WORD.findall(text)
    if not tokens:
        return Counter()
    return Counter(tuple(tokens[i : i + SHINGLE]) for i in range(max(1, len(tokens) - SHINGLE + 1)))


def mean_match(pages: Sequence[Match]) -> Match:
    """The means over pages, of each of the three for itself."""
    count = len(pages)
    return Match(
        sum(page.precision for page in pages) / count,
        sum(page.recall for page in pages) / count,
        sum(page.f1 for page in pages) / count,
    )


def shingle_match(pages: Sequence[Shares]) -> Match | None:
    """Precision and recall as means over the pages that define them, F1 of these two means; None if no page defines one."""
    precisions = [value for page in pages if (value := page.precision) is not None]
    recalls = [value for page in pages if (value := page.recall) is not None]
    if not precisions or not recalls:
        return None
    return _match(sum(precisions) / len(precisions), sum(recalls) / len(recalls))


def _match(precision: float, recall: float) -> Match:
    total = precision + recall
    return Match(precision, recall, 2 * precision * recall / total if total else 0.0)


def interval(pages: Sequence[_T], figure: Callable[[Sequence[_T]], float]) -> tuple[float, float]:
    """The 95 % bootstrap interval of a figure over pages: percentiles over 1,000 resamples.

    Seeded by the number of pages alone: two cleaners on the same pages are resampled alike.
    """
    figures = sorted(figure([pages[i] for i in draw]) for draw in _draws(len(pages)))
    tail = (1 - CONFIDENCE) / 2
    return quantile(figures, tail), quantile(figures, 1 - tail)


@lru_cache(maxsize=4)
def _draws(pages: int) -> tuple[list[int], ...]:
    chance = random.Random(SEED)  # noqa: S311 - resampling, no secret
    everything = range(pages)
    return tuple(chance.choices(everything, k=pages) for _ in range(RESAMPLES))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the sorted values lie, interpolated between neighbours."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def snippets_found(snippets: Sequence[str], text: str) -> int:
    """How many of the snippets stand in the text, white space folded, case as written."""
    folded = fold(text)
    return sum(fold(snippet) in folded for snippet in snippets)


def without_optional(text: str, optional: Sequence[str], body: str) -> str:
    """The text without the lines that may be in it or not: those found in an optional line and not lines of the body."""
    if not optional:
        return text
    allowed = [fold(line) for line in optional]
    required = {fold(line) for line in body.splitlines()}

    def counts(line: str) -> bool:
        folded = fold(line)
        return folded in required or not any(folded in other for other in allowed)

    return "\n".join(line for line in text.splitlines() if counts(line))


def same_text(truth: str, value: str) -> float:
    """1 for the same text after folding white space and case, else 0."""
    return float(fold(truth).casefold() == fold(value).casefold())


def same_day(truth: str, value: str) -> float:
    """1 for the same calendar day as written, else 0; time and zone do not count."""
    return float(_day(truth) == _day(value))


def same_language(truth: str, value: str) -> float:
    """1 for the same primary language subtag, else 0."""
    return float(_primary_subtag(truth) == _primary_subtag(value))


def names_match(truth: Sequence[str], names: Sequence[str]) -> float:
    """F1 of two sets of names after folding white space and case."""
    wanted = {fold(name).casefold() for name in truth}
    got = {fold(name).casefold() for name in names}
    return 2 * len(wanted & got) / (len(wanted) + len(got)) if wanted or got else 1.0


def fold(text: str) -> str:
    """White space folded to single spaces, none at the ends."""
    return " ".join(text.split())


def _day(text: str) -> str:
    found = _DAY.search(text)
    return found.group() if found else fold(text)


def _primary_subtag(tag: str) -> str:
    return re.split(r"[-_]", tag.strip(), maxsplit=1)[0].lower()

"""Decisions by evidence. A candidate for a field comes with named pieces of evidence; their weights are learned.

A piece of evidence is a short name for something seen on the page: "h1", "meta:modified", "below the title". Each has a
weight in evidence.toml, positive where it speaks for the candidate. The weights of a candidate add up. Of a field that has
one value, the sums of all candidates become probabilities, with "none of them" as a candidate of weight 0 (a conditional
logit). Of a field with several, each candidate is weighed alone and then, by a second table, beside the others: who stands
far below another is rarely a second author (two logistic regressions). So absence is an answer, and the probability is the
confidence. ``cleaner.scoring.learn_evidence`` learns the weights from annotated pages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import exp, fsum
from pathlib import Path

from cleaner.types import Other

# The probability below which "none" is the better answer. An HTML page names itself: its best title is always given.
LIKELY = {
    "title.html": 0.0,
    "title.text": 0.15,
    "date.html": 0.15,
    "date.text": 0.2,
    "author.html": 0.13,
    "author.text": 0.2,
}
TABLE = Path(__file__).parent / "evidence.toml"


@dataclass(slots=True)
class Candidate:
    """A value that a field may have, the most trusted source that gives it, its raw text, and the evidence for and against."""

    value: str
    source: str
    raw: str
    evidence: set[str] = field(default_factory=set)


def weigh(table: str, evidence: Iterable[str]) -> float:
    """The sum of the weights that ``table`` gives to the evidence; unknown evidence weighs nothing.

    The sum is exact, so it does not depend on the order of a set.
    """
    known = weights()[table]
    return known["any"] + fsum(known[name] for name in evidence if name in known)


def choices(table: str, candidates: Sequence[Candidate]) -> list[float]:
    """For each candidate of a field that has one value the probability that it is right; what they lack to 1 is "none"."""
    odds = [exp(min(weigh(table, candidate.evidence), 50.0)) for candidate in candidates]
    total = 1.0 + sum(odds)
    return [share / total for share in odds]


def others(candidates: Sequence[Candidate], chances: Sequence[float], best: int, least: float) -> tuple[Other, ...]:
    """What the sources say that lost, the most probable first, as far as its probability is at least ``least``."""
    rest = sorted((at for at in range(len(candidates)) if at != best and chances[at] >= least), key=lambda at: -chances[at])
    return tuple(Other(candidates[at].value, candidates[at].source, round(chances[at], 2)) for at in rest[:_MAX_OTHERS])


_MAX_OTHERS = 3


def probabilities(table: str, candidates: Sequence[Candidate]) -> list[float]:
    """For each candidate of a field with several values the probability that it is one of them."""
    alone = [weigh(table, candidate.evidence) for candidate in candidates]
    standings = beside(alone, [candidate.source for candidate in candidates])
    return [logistic(weigh(beside_table(table), standing)) for standing in standings]


def beside_table(table: str) -> str:
    """The name of the table that weighs how candidates stand beside each other: "author-beside.html" for "author.html"."""
    name, _, kind = table.partition(".")
    return f"{name}-beside.{kind}"


def beside(alone: Sequence[float], sources: Sequence[str]) -> list[frozenset[str]]:
    """How each candidate stands beside the others: its weight, that of the best other, how many are above it."""
    ordered = sorted(alone, reverse=True)
    found = []
    for weight, source in zip(alone, sources, strict=True):
        above = ordered.index(weight)
        best = ordered[0] if above else ordered[1] if len(ordered) > 1 else _NO_OTHER
        own, other = _step(weight), _step(best)
        found.append(
            frozenset(
                (
                    f"weighs {own}",
                    f"best other weighs {other}",
                    f"weighs {own}, best other about {other // 2 * 2}",
                    f"{min(above, 4)} above",
                    f"{min(above, 3)} above {source}",
                    f"weighs {own}, {min(above, 2)} above",
                )
            )
        )
    return found


_NO_OTHER = -6.0
_HEAVIEST = 6  # beyond it nothing is in doubt


def _step(weight: float) -> int:
    return max(-_HEAVIEST, min(_HEAVIEST, round(weight)))


def logistic(weight: float) -> float:
    return 1.0 / (1.0 + exp(-max(-50.0, min(50.0, weight))))


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """The weights by table and piece of evidence. A table is a field of a kind of page: title.html, title.text, ..."""
    return {
        f"{name}.{kind}": table
        for name, kinds in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()
        for kind, table in kinds.items()
    }

"""What a batch came to, in figures: for ``run.json`` and for people."""

from __future__ import annotations

import heapq
import json
import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cleaner.batch.ledger import Ledger
from cleaner.batch.pages import Outcome
from cleaner.cleaners import cleaner_named
from cleaner.version import __version__

LISTED = 10  # pages of each list, of the slowest and of the worst
_MESSAGES = 10_000  # that are told apart


class Failing(NamedTuple):
    """A message that pages failed with: how many did, and the first of them by place."""

    message: str
    pages: int
    first: str


@dataclass(slots=True)
class Tally:
    """The good pages of a chunk, or of many, in figures. ``slowest`` are (seconds, place), ``worst`` (quality, place)."""

    kept_words: int = 0
    removed_words: Counter[str] = field(default_factory=Counter)
    page_types: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: list[tuple[float, str]] = field(default_factory=list)
    worst: list[tuple[float, str]] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.kept_words += outcome.kept_words
        self.removed_words.update(outcome.removed_words)
        self.page_types[outcome.page_type or "unknown"] += 1
        self.warnings.update(outcome.warnings)
        self.seconds += outcome.seconds
        self.slowest.append((round(outcome.seconds, 4), outcome.place))
        if outcome.quality is not None and not outcome.is_empty:
            self.worst.append((round(outcome.quality, 3), outcome.place))

    def merge(self, other: Tally) -> None:
        self.kept_words += other.kept_words
        self.removed_words.update(other.removed_words)
        self.page_types.update(other.page_types)
        self.warnings.update(other.warnings)
        self.seconds += other.seconds
        self.slowest = heapq.nlargest(LISTED, self.slowest + other.slowest)
        self.worst = heapq.nsmallest(LISTED, self.worst + other.worst)

    def as_json(self) -> str:
        whole = Tally()
        whole.merge(self)
        names = ("kept_words", "removed_words", "page_types", "warnings", "seconds", "slowest", "worst")
        return json.dumps({name: getattr(whole, name) for name in names}, ensure_ascii=False)


def tally_of(text: str) -> Tally:
    """What ``Tally.as_json`` wrote."""
    read: dict[str, Any] = json.loads(text)
    return Tally(
        read["kept_words"],
        Counter(read["removed_words"]),
        Counter(read["page_types"]),
        Counter(read["warnings"]),
        read["seconds"],
        [(seconds, place) for seconds, place in read["slowest"]],
        [(quality, place) for quality, place in read["worst"]],
    )


@dataclass(frozen=True, slots=True)
class Report:
    """A batch from its beginning, over all its runs; ``now`` is the number of pages that the last run cleaned.

    ``counts`` are pages by status: ok, empty, failed, copy. ``errors`` are failures by the name of the error, ``failing`` by
    their messages, the most frequent first. ``gone`` are pages of earlier runs that the last one did not find any more; what
    came of them stands in the output, and counts.
    """

    now: int
    counts: Mapping[str, int]
    errors: Mapping[str, int]
    failing: Sequence[Failing]
    tally: Tally
    gone: int = 0

    @property
    def pages(self) -> int:
        return sum(self.counts.values())

    @property
    def cleaned(self) -> int:
        return self.counts["ok"] + self.counts["empty"]

    @property
    def failed(self) -> int:
        return sum(self.errors.values())


def report_of_ledger(ledger: Ledger, now: int, gone: int) -> Report:
    tally = Tally()
    for text in ledger.tallies():
        tally.merge(tally_of(text))
    return Report(now, ledger.counts(), ledger.failures_by_error(), failing(ledger.failures()), tally, gone)


def failing(failures: Iterable[tuple[str, str, str]]) -> list[Failing]:
    """Failures (place, error, message), which come sorted by place, by the most frequent of their messages."""
    places: dict[str, tuple[str, int]] = {}
    for place, _, message in failures:
        first, count = places.get(message, (place, 0))
        if count or len(places) < _MESSAGES:
            places[message] = (first, count + 1)
    most = heapq.nlargest(LISTED, places.items(), key=lambda it: it[1][1])
    return [Failing(message, count, first) for message, (first, count) in most]


def run_record(report: Report, configuration: Mapping[str, str], finished: bool, seconds: float) -> dict[str, object]:
    """``run.json``. ``seconds`` is the wall-clock time of the last run, ``cleaning_seconds`` that of all pages added up."""
    tally = report.tally
    chosen = cleaner_named(configuration["cleaner"])
    return {
        "finished": finished,
        "pages": report.pages,
        "cleaned": report.cleaned,
        "empty": report.counts["empty"],
        "copies_left_out": report.counts["copy"],
        "failed": report.failed,
        "failed_by_error": dict(report.errors),
        "gone": report.gone,
        "words": {"kept": tally.kept_words, "removed": tally.removed_words.total()},
        "removed_words_by_reason": dict(tally.removed_words.most_common()),
        "page_types": dict(tally.page_types.most_common()),
        "warnings": dict(tally.warnings.most_common()),
        "slowest": [{"page": place, "seconds": seconds} for seconds, place in tally.slowest],
        "worst_quality": [{"page": place, "quality": quality} for quality, place in tally.worst],
        "seconds": round(seconds, 1),
        "cleaning_seconds": round(tally.seconds, 1),
        "configuration": dict(configuration),
        "versions": {
            "cleaner": __version__,
            chosen.name: chosen.version,
            "python": platform.python_version(),
        },
    }

"""Where a cleaner and the truth part, block by block: what it lost, what it left in, which kinds of boilerplate it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cleaner.cleaners import cleaner_named
from cleaner.cleaners.alignment import shares_in
from cleaner.errors import PageRefused
from cleaner.formats import word_count
from cleaner.parse import parse
from cleaner.scoring.samples import Sample
from cleaner.types import Label, Reason

IN_TRUTH = 0.5  # of a block's words that stand in the truth, from which it is content
NAMED_BY = "heuristic"  # the cleaner whose reasons are the kinds: the same for all that are compared


@dataclass(frozen=True, slots=True)
class Mistake:
    """A block that a cleaner ``lost`` although it is content, or left in although it is none: with what the cleaner said.

    ``kind`` is the reason that it went for, or, of what was left in, the kind of boilerplate that it is.
    """

    text: str
    lost: bool
    kind: str
    by: str
    score: float


@dataclass(frozen=True, slots=True)
class KindCount:
    """Words of one kind of boilerplate on a page, and those of them that went."""

    words: int
    removed: int


class BlockTruth:
    """What is true of each block of a sample's page: is it content, and of which kind is it where it is none.

    The kind is what the rules call the block, as truths name none. A page that the parser refuses has no blocks.
    """

    def __init__(self, sample: Sample) -> None:
        try:
            parsed = parse(sample.page)
        except PageRefused:
            self._texts: list[str] = []
            self._is_content: list[bool] = []
            self._kinds: list[str] = []
            return
        allowed = "\n".join((sample.body, *sample.optional))
        self._texts = [block.text for block in parsed.blocks]
        self._is_content = [share >= IN_TRUTH for share in shares_in(sample.body, parsed.blocks)]
        optional = [share >= IN_TRUTH for share in shares_in(allowed, parsed.blocks)]
        labels = cleaner_named(NAMED_BY).label(parsed).labels
        self._kinds = [
            "" if content or either else (label.reason or Reason.NOT_MAIN_CONTENT).value
            for content, either, label in zip(self._is_content, optional, labels, strict=True)
        ]

    def mistakes(self, labels: Sequence[Label]) -> tuple[Mistake, ...]:
        """The blocks on which labels and truth part, in the order of the page."""
        found = []
        for text, content, kind, label in zip(self._texts, self._is_content, self._kinds, labels, strict=True):
            if content and not label.keep:
                found.append(Mistake(text, True, (label.reason or Reason.NOT_MAIN_CONTENT).value, label.by, label.score))
            elif kind and label.keep:
                found.append(Mistake(text, False, kind, label.by, label.score))
        return tuple(found)

    def kinds(self, labels: Sequence[Label]) -> Mapping[str, KindCount]:
        """For each kind of boilerplate on the page its words, and how many of them went."""
        words: Counter[str] = Counter()
        removed: Counter[str] = Counter()
        for text, kind, label in zip(self._texts, self._kinds, labels, strict=True):
            if kind:
                count = word_count(text)
                words[kind] += count
                removed[kind] += 0 if label.keep else count
        return {kind: KindCount(words[kind], removed[kind]) for kind in sorted(words)}

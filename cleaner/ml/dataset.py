"""Annotated pages as training examples: which blocks of each page its hand-made truth holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from zlib import crc32

import numpy as np

from cleaner.cleaners.alignment import shares_in
from cleaner.errors import PageRefused
from cleaner.ml.arrays import Flags, Floats, Ints
from cleaner.parse import parse
from cleaner.scoring.flatten import FLATTENERS
from cleaner.scoring.samples import Sample, SampleSet
from cleaner.types import Kind, Parsed

FOLDS = 5
KEPT_SHARE = 0.5  # of a block's words that must stand in the truth for the block to be content
EMPTY_WORDS = 300  # a page without truth that has more words is an annotation that cannot be learned from
TWIN_SHARE = 0.5  # difference of two near-identical pages' kept shares, beyond which they contradict each other
SECOND_LEVEL = frozenset(("co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go"))

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Example:
    """A page to learn from. Arrays have an entry a block: the share of its words in the truth, and its number of words.

    ``article`` says by which reading the truth was made: article body, or main content. ``trust`` is 0 for pages whose
    truth cannot be learned from. ``truth`` and ``words`` compare texts by word: see ``word_f1``.
    """

    set: str
    id: str
    site: str
    page_type: str
    article: bool
    parsed: Parsed
    share: Floats
    size: Floats
    words: Ints
    truth: Ints
    trust: float

    @property
    def content(self) -> Flags:
        return self.share >= KEPT_SHARE

    @property
    def fold(self) -> int:
        """Pages of one site are in one fold, in whatever set they are."""
        return crc32(self.site.encode()) % FOLDS

    def word_f1(self, keep: Flags) -> float:
        """Word F1 of a choice of blocks against the truth, as ``scoring.metrics.word_match`` defines it."""
        kept = self.words[np.repeat(keep, self.size.astype(np.int64))]
        wanted = int(self.truth.sum())
        if not wanted and not len(kept):
            return 1.0
        common = int(np.minimum(np.bincount(kept, minlength=len(self.truth)), self.truth)[:-1].sum())
        return 2 * common / (wanted + len(kept))


def read_examples(sets: Sequence[SampleSet], kind: Kind) -> Iterator[Example]:
    """The examples of some sets, as HTML or flattened (each page in one style, by the hash of its id; all are used).

    A set that holds nothing but articles is read as article bodies, every other as main content. Pages that the parser
    refuses are left out.
    """
    for found in sets:
        samples = list(found.read())
        article = all(sample.page_type == "article" for sample in samples)
        for sample in samples:
            if kind == "text" and sample.page.kind == "html":
                styles = sorted(FLATTENERS)
                style = styles[crc32(sample.id.encode()) % len(styles)]
                (sample,) = SampleSet(found.name, lambda sample=sample: iter((sample,))).flattened(style).read()  # type: ignore[misc]
            if sample.page.kind == kind and (example := _example(found.name, sample, article)):
                yield example


def contradicting(examples: Iterable[Example]) -> set[int]:
    """The places of examples that have a near-identical twin on their site of which much more, or much less, is kept."""
    seen: dict[tuple[str, int], list[tuple[int, float]]] = {}
    bad: set[int] = set()
    for place, example in enumerate(examples):
        total = float(example.size.sum())
        kept = float((example.size * example.content).sum()) / max(1.0, total)
        key = (example.site, int(np.log2(total + 1) * 4))
        for other, share in seen.setdefault(key, []):
            if abs(share - kept) > TWIN_SHARE and example.site[0] != "?":
                bad |= {place, other}
        seen[key].append((place, kept))
    return bad


def site_of(url: str | None, name: str) -> str:
    """The registrable domain of an address, roughly; for a page without one a name of its own."""
    try:
        host = (urlsplit(url or "").hostname or "").lower()
    except ValueError:
        host = ""
    if not host:
        return f"?{name}"
    parts = host.split(".")
    return ".".join(parts[-3:] if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in SECOND_LEVEL else parts[-2:])


def _example(set_name: str, sample: Sample, article: bool) -> Example | None:
    try:
        parsed = parse(sample.page)
    except PageRefused:
        return None
    blocks = parsed.blocks
    share = np.array(shares_in(sample.body, blocks) if sample.body else [0.0] * len(blocks), dtype=np.float32)
    number: dict[str, int] = {}
    words: list[int] = []
    size = []
    for block in blocks:
        found = _WORD.findall(block.text.lower())
        size.append(len(found))
        words += [number.setdefault(word, len(number)) for word in found]
    truth = np.zeros(len(number) + 1, dtype=np.int64)  # the last entry counts the words that are not on the page
    for word in _WORD.findall(sample.body.lower()):
        truth[number.get(word, len(number))] += 1
    return Example(
        set=set_name,
        id=sample.id,
        site=site_of(sample.page.url, f"{set_name}/{sample.id}"),
        page_type=sample.page_type,
        article=article,
        parsed=parsed,
        share=share,
        size=np.array(size, dtype=np.float32),
        words=np.array(words, dtype=np.int64),
        truth=truth,
        trust=0.0 if not sample.body and len(words) > EMPTY_WORDS else 1.0,
    )

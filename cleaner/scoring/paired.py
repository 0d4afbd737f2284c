"""Two cleaners, models or runs on the same pages: how much better one is, and how sure that is."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cleaner.errors import InputError
from cleaner.scoring.evaluate import PageScore
from cleaner.scoring.metrics import interval

SAME = 0.0005  # of word F1: pages that differ by less are alike


@dataclass(frozen=True, slots=True)
class Pair:
    """The new against the old on the pages of one set that both have.

    ``gain`` is the mean difference of word F1, new less old, and ``low`` to ``high`` its 95 % interval by a paired bootstrap:
    pages are drawn, and each draw counts both. ``pages`` are sorted by their gain, the greatest loss first. ``left_out`` is
    the number of pages that the new model was trained on.
    """

    set: str
    old: str
    new: str
    old_f1: float
    new_f1: float
    gain: float
    low: float
    high: float
    pages: Sequence[tuple[PageScore, PageScore]]
    left_out: int = 0

    @property
    def better(self) -> int:
        return sum(gain_of(page) > SAME for page in self.pages)

    @property
    def worse(self) -> int:
        return sum(gain_of(page) < -SAME for page in self.pages)

    @property
    def other_texts(self) -> int:
        """Pages of which the two keep different texts, better, worse or neither."""
        return sum(old.text != new.text for old, new in self.pages)


def gain_of(page: tuple[PageScore, PageScore]) -> float:
    old, new = page
    return new.words.f1 - old.words.f1


def compare(
    set_name: str, old: Sequence[PageScore], new: Sequence[PageScore], trained_on: Collection[str] = frozenset()
) -> Pair:
    """The pages of one cleaner against those of another. Pages whose key is among ``trained_on`` say nothing, and are left out.

    Raises InputError where no page is left.
    """
    before = {page.sample: page for page in old}
    both = [(before[page.sample], page) for page in new if page.sample in before]
    held_out = [(one, other) for one, other in both if page_key(other) not in trained_on]
    names = f"{old[0].cleaner} and {new[0].cleaner}"
    if not both:
        raise InputError(f"{names} have no page of {set_name} in common: score the same set with both")
    if not held_out:
        raise InputError(f"all {len(both)} pages of {set_name} were trained on: compare {names} on others")
    gains = [gain_of(page) for page in held_out]
    low, high = interval(gains, _mean)
    return Pair(
        set=set_name,
        old=old[0].cleaner,
        new=new[0].cleaner,
        old_f1=_mean([one.words.f1 for one, _ in held_out]),
        new_f1=_mean([other.words.f1 for _, other in held_out]),
        gain=_mean(gains),
        low=low,
        high=high,
        pages=sorted(held_out, key=lambda page: (gain_of(page), page[1].sample)),
        left_out=len(both) - len(held_out),
    )


def pair_as_json(pair: Pair) -> dict[str, object]:
    """The figures, and the gain of each page, the greatest loss first."""
    return {
        "set": pair.set,
        "old": pair.old,
        "new": pair.new,
        "pages": len(pair.pages),
        "left_out": pair.left_out,
        "old_f1": pair.old_f1,
        "new_f1": pair.new_f1,
        "gain": pair.gain,
        "gain_interval": [pair.low, pair.high],
        "better": pair.better,
        "worse": pair.worse,
        "other_texts": pair.other_texts,
        "gains": {new.sample: gain_of((old, new)) for old, new in pair.pages},
    }


def page_key(page: PageScore) -> str:
    """What a page is known by, as HTML or flattened: its truth, or its name where it has none."""
    return text_key(page.truth or page.sample)


def text_key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)

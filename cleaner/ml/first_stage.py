"""The first stage: a hashed linear model over what elements are called and what short blocks say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cleaner.ml.arrays import Floats, Ints
from cleaner.ml.characters import Words

BITS = 17  # of a bucket's number
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_WHOLE, _PAIRS, _SINGLE = np.uint64(0x1), np.uint64(0x2), np.uint64(0x3)
_SPLIT = re.compile(r"[-_:]+|(?<=[a-z])(?=\d)")
MAX_TOKENS = 24  # of one element
REMEMBERED = 20_000  # elements whose odds are kept


class FirstStage:
    """``weights`` has 2**BITS entries for words, ``own`` and ``around`` as many for the names of elements."""

    def __init__(self, words: Floats, own: Floats, around: Floats) -> None:
        self.words = words
        self.own = own
        self.around = around
        self._odds_of_names: dict[tuple[str, str], tuple[float, float]] = {}

    @classmethod
    def blank(cls) -> FirstStage:
        nothing = np.zeros(1 << BITS, dtype=np.float32)
        return cls(nothing, nothing, nothing)

    def rounded(self) -> FirstStage:
        """The same with each table's weights rounded to 255 steps, as it is stored."""
        return FirstStage(*(restored(*as_steps(table)) for table in (self.words, self.own, self.around)))

    def word_odds(self, words: Words) -> Floats:
        """The log-odds that the words of each text speak for its being content."""
        buckets, text, values = word_tokens(words)
        return np.bincount(text, weights=self.words[buckets] * values, minlength=len(words.counts)).astype(np.float32)

    def name_odds(self, signatures: Sequence[tuple[str, str]]) -> tuple[Floats, Floats]:
        """For each pair of tag and names the log-odds of a block that stands in such an element, and anywhere below it."""
        known = self._odds_of_names
        if len(known) > REMEMBERED:
            known.clear()
        if new := [signature for signature in signatures if signature not in known]:
            known.update(zip(new, self._work_out(new), strict=True))
        odds = np.array([known[signature] for signature in signatures], dtype=np.float32).reshape(-1, 2)
        return odds[:, 0], odds[:, 1]

    def _work_out(self, signatures: Sequence[tuple[str, str]]) -> Iterator[tuple[float, float]]:
        buckets = [_buckets_of_element(tag, names) for tag, names in signatures]
        counts = np.fromiter(map(len, buckets), dtype=np.int64, count=len(buckets))
        tokens = np.fromiter(chain.from_iterable(buckets), dtype=np.int64, count=int(counts.sum()))
        tokens |= np.repeat(np.arange(len(buckets)), counts) << BITS
        tokens = np.unique(tokens)
        of_element, token = tokens >> BITS, tokens & ((1 << BITS) - 1)
        own, around = (np.bincount(of_element, table[token], len(buckets)).tolist() for table in (self.own, self.around))
        return zip(own, around, strict=True)


def name_tokens(tag: str, names: str) -> frozenset[int]:
    """The buckets of an element: its tag, its names, and the parts of its names."""
    return frozenset(_buckets_of_element(tag, names))


def _buckets_of_element(tag: str, names: str) -> list[int]:
    return [_bucket_of(tag), *chain.from_iterable(map(_buckets_of, names.split(" ")[:MAX_TOKENS]))]


@lru_cache(maxsize=50_000)
def _buckets_of(name: str) -> tuple[int, ...]:
    """The buckets of one name and its parts; pages of one kind of site share most names."""
    return (_bucket_of("." + name), *(_bucket_of("-" + part) for part in _SPLIT.split(name) if part)) if name else ()


@lru_cache(maxsize=20_000)
def _bucket_of(token: str) -> int:
    return crc32(token.encode("utf-8", "replace")) >> (32 - BITS)


def word_tokens(words: Words) -> tuple[Ints, Ints, Floats]:
    """For each token of the texts: its bucket, its text and its value. Tokens are words, pairs of words, the whole head."""
    scale = 1 / np.sqrt(np.maximum(words.counts, 1))
    inside = words.in_pair
    pair_text = words.text[:-1][inside]
    everything = np.arange(len(words.counts))
    hashes = np.concatenate((words.hashes ^ _SINGLE, words.pairs[inside] ^ _PAIRS, words.whole ^ _WHOLE))
    text = np.concatenate((words.text, pair_text, everything))
    values = np.concatenate((scale[words.text], scale[pair_text], np.ones(len(everything))))
    buckets = ((hashes * _SPREAD) >> np.uint64(64 - BITS)).astype(np.int64)
    return buckets, text, values.astype(np.float32)


def as_steps(weights: Floats) -> tuple[NDArray[np.int8], float]:
    """Weights as whole steps between -127 and 127, and the size of a step."""
    step = float(np.abs(weights).max(initial=0.0)) / 127 or 1.0
    return np.round(weights / step).astype(np.int8), step


def restored(steps: NDArray[np.int8], step: float) -> Floats:
    return steps.astype(np.float32) * np.float32(step)

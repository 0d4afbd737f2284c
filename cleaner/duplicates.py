"""Texts that are the same, or nearly: found by their fingerprints, which are worked out text by text and can be kept.

    fingerprints = {name: fingerprint(text) for name, text in texts}
    for group in find_copies(fingerprints):
        print(group.first, [copy.id for copy in group.copies])

Exact copies have the same words in the same order. Near copies share most runs of SHINGLE words: the share that two texts
have in common of all their runs (the Jaccard index) reaches ALIKE, estimated by MinHash (Broder, 1997; rensa), candidates found
by locality-sensitive hashing. Nothing is remembered between calls: what is compared is handed over whole, and its order does
not matter. Time grows with the number of texts, as long as few are copies of one.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from cleaner.errors import InputError

SHINGLE = 3  # words in a run; of Chinese and Japanese, characters
LEAST_WORDS = 20  # of a text that can be a near copy; a shorter one is a copy when it is the same
ALIKE = 0.42  # of all runs; after one word in ten was changed at random, .57 of them are in both
PERMUTATIONS = 128  # numbers in a sketch; the estimate is off by .04 on average
BAND = 3  # of these numbers that are the same, by which candidates are found: 42 bands
SEED = 42
SKETCH_BYTES = 2 * PERMUTATIONS  # the lower half of each number is enough to compare them (Li and König, 2010)

_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W\u3040-\u30ff\u3400-\u9fff]+")


class Fingerprint(NamedTuple):
    """A text in 272 bytes: ``exact`` is a hash of its words, 32 hex digits, empty for a text without words; ``sketch`` stands
    for its runs of words and is empty for a short text."""

    exact: str
    sketch: bytes


class Copy(NamedTuple):
    """A text that is a copy of the first of its group: its id, and how alike they are, 1 for an exact copy.

    A text that is nearly the same as another copy, but not as the first, has its own likeness to the first all the same.
    """

    id: str
    exact: bool
    alike: float


class Group(NamedTuple):
    """Texts that are copies of each other: ``first`` is the id that sorts before the others."""

    first: str
    copies: tuple[Copy, ...]


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of a text: the same on every machine. Case, punctuation and white space do not count."""
    words = _TOKEN.findall(text.casefold())
    if not words:
        return Fingerprint("", b"")
    exact = blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    if len(words) < LEAST_WORDS:
        return Fingerprint(exact, b"")
    runs = {" ".join(words[at : at + SHINGLE]).encode("utf-8", "surrogatepass") for at in range(len(words) - SHINGLE + 1)}
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minhash.update(list(runs))
    numbers = np.array(minhash.digest(), dtype=np.uint32)
    return Fingerprint(exact, (numbers & 0xFFFF).astype("<u2").tobytes())


def find_copies(fingerprints: Mapping[str, Fingerprint]) -> list[Group]:
    """The groups of two texts or more, sorted by their first id. Texts without words are copies of nothing."""
    same: dict[str, list[str]] = defaultdict(list)
    for name in sorted(fingerprints):
        if fingerprints[name].exact:
            same[fingerprints[name].exact].append(name)
    firsts = [names[0] for names in same.values()]
    sketched = sorted(name for name in firsts if fingerprints[name].sketch)
    sketches = np.frombuffer(b"".join(fingerprints[name].sketch for name in sketched), dtype="<u2")
    groups: dict[str, list[str]] = defaultdict(list)
    root = _Roots(sketched)
    for first, second in _near_pairs(sketches.reshape(len(sketched), PERMUTATIONS)):
        root.join(sketched[first], sketched[second])
    for name in firsts:
        groups[root.of(name)] += same[fingerprints[name].exact]
    return [_group(sorted(groups[name]), fingerprints) for name in sorted(groups) if len(groups[name]) > 1]


def alike(first: Fingerprint, second: Fingerprint) -> float:
    """The share of all runs of words that two texts have in common, 0 to 1, estimated; a short text is the same or not."""
    if first.exact == second.exact:
        return 1.0
    if not first.sketch or not second.sketch:
        return 0.0
    same = np.frombuffer(first.sketch, dtype="<u2") == np.frombuffer(second.sketch, dtype="<u2")
    return round(float(same.mean()), 3)


def bands(one: Fingerprint) -> list[bytes]:
    """The bands of a sketch in their order, none for a short text. Of two near copies most have one alike at the same place:
    of those that share ALIKE of their runs 96 in 100, of those that share .6 all but one in ten thousand."""
    width = 2 * BAND
    return [one.sketch[start : start + width] for start in range(0, len(one.sketch) - width + 1, width)]


def to_line(name: str, one: Fingerprint) -> str:
    """A fingerprint as a line of a store: id, hash and sketch, apart by tabs."""
    if "\t" in name or "\n" in name or "\r" in name:
        raise InputError(f"the id {name!r} has a tab or a line break in it, which a store of fingerprints cannot hold")
    return f"{name}\t{one.exact}\t{b64encode(one.sketch).decode('ascii')}\n"


def store_header() -> str:
    """The first line of a store. Sketches of another version cannot be compared with those of this one."""
    return f"cleaner fingerprints 1: {PERMUTATIONS} {SHINGLE} {SEED} rensa {RMinHash.ALGORITHM_VERSION}\n"


def read_store(lines: Iterable[str], name: str) -> dict[str, Fingerprint]:
    """What ``store_header`` and ``to_line`` wrote. Raises InputError, which names the line, for anything else."""
    found: dict[str, Fingerprint] = {}
    for number, line in enumerate(lines, start=1):
        if number == 1:
            if line != store_header():
                raise InputError(
                    f"{name} is no store of fingerprints of this version: make it anew with 'cleaner dupes --store'"
                )
            continue
        try:
            key, exact, sketch = line.removesuffix("\n").split("\t")
            raw = b64decode(sketch, validate=True)
        except ValueError as error:
            raise InputError(f"{name}, line {number}: this is no fingerprint ({error}): make the store anew") from error
        if len(raw) not in (0, SKETCH_BYTES) or len(exact) not in (0, 32):
            raise InputError(f"{name}, line {number}: this is no whole fingerprint: make the store anew")
        found[key] = Fingerprint(exact, raw)
    return found


class _Roots:
    """Which texts belong together; the root of a group is its smallest id."""

    def __init__(self, names: Iterable[str]) -> None:
        self._parent = {name: name for name in names}

    def of(self, name: str) -> str:
        while (parent := self._parent.get(name, name)) != name:
            self._parent[name] = self._parent[parent]
            name = parent
        return name

    def join(self, first: str, second: str) -> None:
        first, second = sorted((self.of(first), self.of(second)))
        self._parent[second] = first


def _group(names: list[str], fingerprints: Mapping[str, Fingerprint]) -> Group:
    first, *others = names
    copies = [
        Copy(name, fingerprints[name].exact == fingerprints[first].exact, alike(fingerprints[first], fingerprints[name]))
        for name in others
    ]
    return Group(first, tuple(copies))


def _near_pairs(sketches: NDArray[np.uint16]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that are near copies. Of the rows with one band each is compared with the first and with the one before."""
    for start in range(0, PERMUTATIONS - BAND + 1, BAND):
        band = np.zeros(len(sketches), dtype=np.int64)
        for column in range(start, start + BAND):
            band = band << 16 | sketches[:, column]
        order = np.argsort(band, kind="stable")
        goes_on = np.concatenate(([False], band[order][1:] == band[order][:-1])) if len(order) else np.zeros(0, dtype=bool)
        begins = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(order))))
        rows = np.flatnonzero(goes_on)
        for earlier in (begins[rows], rows - 1):
            yield from _checked(sketches, order[earlier], order[rows])


def _checked(sketches: NDArray[np.uint16], first: NDArray[np.int64], second: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    for start in range(0, len(first), _AT_ONCE):
        some, others = first[start : start + _AT_ONCE], second[start : start + _AT_ONCE]
        near = (sketches[some] == sketches[others]).mean(axis=1) >= ALIKE
        yield from zip(some[near].tolist(), others[near].tolist(), strict=True)


_AT_ONCE = 100_000  # pairs compared in one step: 50 MB

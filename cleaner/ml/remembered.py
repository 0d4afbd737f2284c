"""What people said of the lines of pages that they corrected, so that such a page comes out as it was corrected.

Trees learn what corrected pages have in common with others. What they cannot learn is held here: single lines, parts of lines,
and where a rule is believed that is wrong on this page. Of a line nothing is kept but a hash of it and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Literal

import numpy as np

from cleaner.ml.arrays import Floats, Hashes, Ints, Numbers
from cleaner.ml.page_type import TYPES
from cleaner.types import Cut, Label, Parsed, Reason

LINE, PART = "corrected.line", "corrected.part"
KNOWN_SHARE = 0.5  # of a page's words that stand in remembered lines, from which it is the page that was corrected
GOES, STAYS, STAYS_CUT = 0, 1, 2  # what is said of a line: with STAYS the rules' cuts hold, with STAYS_CUT its own
PAGE_TYPES = (*TYPES, "none")
_ARRAYS = ("keys", "said", "types", "cuts")


@dataclass(frozen=True)
class Known:
    """A page that was corrected: for each block that is remembered whether it stays, and its own cuts (None: the rules')."""

    page_type: str
    lines: Mapping[int, tuple[bool, tuple[Cut, ...] | None]]

    @property
    def reading(self) -> Literal["article", "main"]:
        """By which reading it was corrected."""
        return "article" if self.page_type == "article" else "main"

    def corrected(self, labels: Sequence[Label], by_rules: Sequence[Label], reasons: Sequence[Reason | None]) -> list[Label]:
        """The labels, but as people said where they spoke of a line; one that goes for it has the reason of its block."""
        changed = list(labels)
        for at, (keep, own) in self.lines.items():
            cuts = () if not keep else by_rules[at].cuts if own is None else own
            if (keep, cuts) != (labels[at].keep, labels[at].cuts):
                changed[at] = Label(keep, LINE, None if keep else reasons[at] or Reason.NOT_MAIN_CONTENT, cuts=cuts)
        return changed


@dataclass(frozen=True)
class Remembered:
    """Lines of corrected pages, by the hashes that ``keys_of`` gives. ``keys`` are sorted, ``said`` and ``types`` have an entry
    a key, and a row of ``cuts`` is the place of a key with a cut's start and end.
    """

    keys: Hashes
    said: Numbers
    types: Numbers
    cuts: Ints

    def __len__(self) -> int:
        return len(self.keys)

    def page(self, parsed: Parsed, words: Floats) -> Known | None:
        """What is remembered of a page whose blocks have so many words; None unless at least KNOWN_SHARE of them are in lines
        that stand there as on the corrected page.
        """
        if not len(self):
            return None
        keys = keys_of(parsed)
        places = np.searchsorted(self.keys, keys).clip(max=len(self) - 1)
        found = np.flatnonzero(self.keys[places] == keys)
        if not len(found) or float(words[found].sum()) < KNOWN_SHARE * float(words.sum()):
            return None
        places = places[found]
        votes = np.bincount(self.types[places], weights=words[found], minlength=len(PAGE_TYPES))
        said = {at: self._said_of(place) for at, place in zip(found.tolist(), places.tolist(), strict=True)}
        return Known(PAGE_TYPES[int(votes.argmax())], said)

    def cuts_of(self, place: int) -> tuple[Cut, ...]:
        """The own cuts of the key at that place."""
        return self._cuts.get(place, ())

    def arrays(self) -> dict[str, Numbers]:
        """As they are written into a model's file; nothing where nothing is remembered."""
        return {f"remembered/{name}": getattr(self, name) for name in _ARRAYS} if len(self) else {}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Numbers]) -> Remembered:
        """What ``arrays`` gave. Raises KeyError, ValueError where they do not go together."""
        if "remembered/keys" not in arrays:
            return NOTHING
        found = cls(*(arrays[f"remembered/{name}"] for name in _ARRAYS))
        fits = (
            found.keys.ndim == 1 and found.said.shape == found.types.shape == found.keys.shape and found.cuts.shape[1:] == (3,)
        )
        if not fits or (found.keys[1:] <= found.keys[:-1]).any() or (found.types >= len(PAGE_TYPES)).any():
            raise ValueError("what it remembers of corrected pages is no list of lines")
        return found

    def _said_of(self, place: int) -> tuple[bool, tuple[Cut, ...] | None]:
        said = int(self.said[place])
        return said != GOES, self.cuts_of(place) if said == STAYS_CUT else None

    @cached_property
    def _cuts(self) -> Mapping[int, tuple[Cut, ...]]:
        cuts: dict[int, tuple[Cut, ...]] = {}
        for place, start, end in self.cuts.tolist():
            cuts[place] = (*cuts.get(place, ()), Cut(start, end, PART, Reason.NOT_MAIN_CONTENT))
        return cuts


NOTHING = Remembered(
    np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.uint8), np.zeros((0, 3), dtype=np.int64)
)


def keys_of(parsed: Parsed) -> Hashes:
    """For each block a hash of its text and of its neighbours'."""
    texts = ["", *(block.text for block in parsed.blocks), ""]
    three = ("\0".join(texts[at : at + 3]).encode("utf-8", "surrogatepass") for at in range(len(texts) - 2))
    hashes = b"".join(blake2b(text, digest_size=8).digest() for text in three)
    return np.frombuffer(hashes, dtype="<u8").astype(np.uint64)

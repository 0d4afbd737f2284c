"""A page's text as one buffer of code points: what its blocks consist of is counted for all of them at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.ml.arrays import Flags, Hashes, Ints

LOWER, UPPER, DIGIT, SPACE, END, COMMA, MARK, CJK = (1 << bit for bit in range(8))
_LETTER = LOWER | UPPER
_WORD = LOWER | UPPER | DIGIT
_ENDS = ".!?。！？…؟۔।"
_COMMAS = ",;:、，；：،؛"
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))  # Thai … Chinese
_BMP = 0x10000  # code points with a class of their own; emoji and rare scripts beyond count as marks

HEAD = 120  # characters of a block whose words are looked at one by one; prompts and labels say what they are by then
UNSPACED_SIZE = 5  # letters that one Chinese or Japanese character is worth
_BASE = 0x9E3779B97F4A7C15 | 1  # odd, so that it has an inverse modulo 2**64
_BASE_INVERSE = pow(_BASE, -1, 1 << 64)
_PAIR = np.uint64(0xC2B2AE3D27D4EB4F)


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint8]:
    """The class bit of each code point of the Basic Multilingual Plane."""
    by_category = {"Lu": UPPER, "Lt": UPPER, "Zs": SPACE, "Zl": SPACE, "Zp": SPACE, "Cc": SPACE}
    table = np.full(_BMP, MARK, dtype=np.uint8)
    for code in range(_BMP):
        category = unicodedata.category(chr(code))
        if category in by_category:
            table[code] = by_category[category]
        elif category[0] in "LM":
            table[code] = LOWER
        elif category[0] == "N":
            table[code] = DIGIT
    for first, last in _UNSPACED:
        letters = (table[first : last + 1] & _LETTER) > 0
        table[first : last + 1][letters] = CJK
    for characters, value in ((_ENDS, END), (_COMMAS, COMMA)):
        for character in characters:
            table[ord(character)] = value
    return table


@lru_cache(maxsize=1)
def _folded() -> Hashes:
    """Each code point in lower case; all digits are one."""
    table = np.arange(_BMP, dtype=np.uint64)
    for code in range(_BMP):
        lower = chr(code).lower()
        if len(lower) == 1 and ord(lower) < _BMP:
            table[code] = ord(lower)
        if unicodedata.category(chr(code)) == "Nd":
            table[code] = ord("0")
    return table


@lru_cache(maxsize=1)
def _powers() -> tuple[Hashes, Hashes]:
    up, down, ups, downs = 1, 1, [], []
    for _ in range(HEAD + 2):
        ups.append(up)
        downs.append(down)
        up = up * _BASE % (1 << 64)
        down = down * _BASE_INVERSE % (1 << 64)
    return np.array(ups, dtype=np.uint64), np.array(downs, dtype=np.uint64)


@dataclass(frozen=True)
class Words:
    """The words at the heads of some texts: 64-bit hashes, the text each stands in, and how many each text has.

    A word is a run of letters and digits in lower case, or one character of a script without spaces; ``sizes`` are its
    characters, a character without spaces counting as UNSPACED_SIZE. ``whole`` hashes each
    text's head as it stands. Hashes depend on the words alone: not on their place, the page or the machine.
    """

    hashes: Hashes
    sizes: Ints
    text: Ints
    counts: Ints
    whole: Hashes

    @cached_property
    def pairs(self) -> Hashes:
        """Hashes of each word with the next; of the last word of a text with a word of another, see ``in_pair``."""
        return self.hashes[:-1] * _PAIR + (self.hashes[1:] ^ (self.hashes[1:] >> np.uint64(29)))

    @cached_property
    def in_pair(self) -> Flags:
        """Which of ``pairs`` lie within one text."""
        return np.equal(self.text[:-1], self.text[1:])


@dataclass(frozen=True)
class Buffer:
    """Some texts as one array of code points, a line feed behind each; ``starts`` has one more entry than there are texts."""

    codes: NDArray[np.uint32]
    starts: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> Buffer:
        joined = "\n".join(texts) + "\n"
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        starts = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1, out=starts[1:])
        return cls(np.minimum(codes, _BMP - 1), starts)

    @cached_property
    def classes(self) -> NDArray[np.uint8]:
        return _classes()[self.codes]

    @cached_property
    def sizes(self) -> Ints:
        """Characters of each text, and one for the line feed behind it."""
        return np.diff(self.starts)

    @cached_property
    def first(self) -> NDArray[np.uint8]:
        """The class of each text's first character; texts are not empty."""
        return self.classes[self.starts[:-1]]

    @cached_property
    def last(self) -> NDArray[np.uint8]:
        return self.classes[self.starts[1:] - 2]

    @cached_property
    def last_codes(self) -> NDArray[np.uint32]:
        return self.codes[self.starts[1:] - 2]

    def counts(self) -> dict[str, Ints]:
        """How many characters of each class, words, and words with a capital each text has: COUNTED, an array each.

        A character of a script without spaces is ``cjk`` and no word.
        """
        count = len(self.starts) - 1
        text = np.repeat(np.arange(0, 8 * count, 8), self.sizes)
        by_class = np.bincount(text + _class_numbers()[self.classes], minlength=8 * count).reshape(count, 8)
        counts: dict[str, Ints] = dict(zip(COUNTED, by_class.T, strict=False))
        counts["space"] = counts["space"] - 1  # the line feed behind each
        begins = np.flatnonzero(_begins((self.classes & _WORD) > 0))
        of_word = text[begins] >> 3
        counts["words"] = np.bincount(of_word, minlength=count)
        counts["capitals"] = np.bincount(of_word[self.classes[begins] == UPPER], minlength=count)
        return counts


COUNTED = ("lower", "upper", "digit", "space", "end", "comma", "mark", "cjk", "words", "capitals")


@lru_cache(maxsize=1)
def _class_numbers() -> Ints:
    """For each class bit its place among COUNTED."""
    numbers = np.zeros(256, dtype=np.int64)
    numbers[1 << np.arange(8)] = np.arange(8)
    return numbers


def _begins(in_word: Flags) -> Flags:
    """Where a run of characters that belong to words begins."""
    begins = in_word.copy()
    begins[1:] &= ~in_word[:-1]
    return begins


def words_of(texts: Sequence[str]) -> Words:
    """The words of the first HEAD characters of each text."""
    buffer = Buffer.of([text[:HEAD] for text in texts])
    codes, starts, classes, lengths = buffer.codes, buffer.starts, buffer.classes, buffer.sizes
    text_of = np.repeat(np.arange(len(texts)), lengths)
    place = np.arange(len(codes)) - np.repeat(starts[:-1], lengths)
    up, down = _powers()
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(_folded()[codes] * up[place], out=sums[1:])
    unspaced = classes == CJK
    in_word = (classes & _WORD) > 0
    begins = _begins(in_word)
    ends = _begins(in_word[::-1])[::-1]
    first = np.flatnonzero(begins | unspaced)
    last = np.flatnonzero(ends | unspaced) + 1
    hashes = (sums[last] - sums[first]) * down[place[first]]
    hashes ^= hashes >> np.uint64(31)
    whole = sums[starts[1:] - 1] - sums[starts[:-1]]
    sizes = np.where(unspaced[first], UNSPACED_SIZE, last - first)
    return Words(
        hashes, sizes, text_of[first], np.bincount(text_of[first], minlength=len(texts)), whole ^ (whole >> np.uint64(31))
    )

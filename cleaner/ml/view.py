"""A page as the model's columns are made of it: the measures that several of them share, and its elements as arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cleaner.ml.arrays import Floats, Ints
from cleaner.ml.characters import END, Buffer, Words, words_of
from cleaner.ml.first_stage import FirstStage
from cleaner.parse.embedded import article_body
from cleaner.rules.names import named_room
from cleaner.types import Head, Parsed, Reason

_Number = TypeVar("_Number", np.float32, np.int64)

PROSE_WORDS = 12  # words a block of sentences has at least; link titles and labels mostly have fewer
LINKED = 0.4  # share of characters inside links above which a block is no prose
CJK_PER_WORD = 2  # characters of Chinese or Japanese that carry about one English word
LEVELS = 5  # rooms around a block that are looked at: its own, and those that hold more than the one inside
MAX_BODY = 200_000  # characters of an ``articleBody`` that are compared

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_HIDDEN = {"": 0, "class": 1, "style": 2, "hidden": 3, "noscript": 4, "template": 5, "dialog": 6, "control": 7, "embedded": 0}
# What an element's tag or names can say it is, in groups; what is in none is furniture like any other.
CALLED = ("content's own", "comments", "other pages", "byline", "furniture")
_GROUP = {
    Reason.COMMENTS: 2,
    Reason.RELATED: 3,
    Reason.LINK_LIST: 3,
    Reason.TEASER: 3,
    Reason.READ_MORE: 3,
    Reason.BYLINE: 4,
    Reason.AUTHOR_BOX: 4,
    Reason.DATE_LINE: 4,
    Reason.CAPTION: 1,
    Reason.PHOTO_CREDIT: 1,
    Reason.TITLE: 1,
    Reason.TAGS: 4,
}
_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(\w{1,40})"')


@dataclass(frozen=True)
class View:
    """A page with the measures that several groups of columns share; arrays have one entry a block unless said."""

    parsed: Parsed
    stage: FirstStage

    @cached_property
    def texts(self) -> list[str]:
        """The blocks' texts. A page in capitals throughout is read as if only each block began with one: no annotated page is
        so, and the model takes a line in capitals for a label.
        """
        texts = [block.text for block in self.parsed.blocks]
        return [text.capitalize() for text in texts] if in_capitals("".join(texts)) else texts

    @cached_property
    def said(self) -> tuple[str, str, str]:
        """What the page says of itself: its title, its description, its ``articleBody``; a blank where it says nothing."""
        head = self.parsed.head
        meta = dict(reversed(head.meta))
        description = meta.get("description") or meta.get("og:description") or ""
        return head.title or " ", description or " ", article_body(head.json_ld) or " "

    @cached_property
    def buffer(self) -> Buffer:
        return Buffer.of(self.texts)

    @cached_property
    def types(self) -> frozenset[str]:
        return types_said(self.parsed.head)

    @cached_property
    def counts(self) -> Mapping[str, Ints]:
        return self.buffer.counts()

    @cached_property
    def words(self) -> Floats:
        return (self.counts["words"] + self.counts["cjk"] / CJK_PER_WORD).astype(np.float32)

    @cached_property
    def size(self) -> Floats:
        """Characters."""
        return (self.buffer.sizes - 1).astype(np.float32)

    @cached_property
    def links(self) -> Floats:
        """Share of the characters inside links."""
        return as_floats([block.link_chars for block in self.parsed.blocks]) / self.size

    @cached_property
    def hidden(self) -> Floats:
        return as_floats([_HIDDEN.get(block.hidden, 3) for block in self.parsed.blocks])

    @cached_property
    def prose(self) -> Floats:
        """Words of blocks that are long, visible, and not mostly links; else 0."""
        is_prose = (self.words >= PROSE_WORDS) & (self.links < LINKED) & (self.hidden == 0)
        return np.where(is_prose, self.words, 0).astype(np.float32)

    @cached_property
    def sentence(self) -> Floats:
        return np.asarray((self.words >= PROSE_WORDS) & (self.buffer.last == END), dtype=np.float32)

    @cached_property
    def heads(self) -> Words:
        """The words of the heads of all blocks, and of what the page says of itself: title and description come last."""
        return words_of([*self.texts, *self.said[:2]])

    @cached_property
    def word_odds(self) -> Floats:
        """What the first stage makes of the words of each block."""
        return self.stage.word_odds(self.heads)[: len(self.texts)]

    @cached_property
    def length(self) -> Floats:
        return np.log1p(self.words)

    @cached_property
    def heading(self) -> Ints:
        """1 for a block of an ``h1``, 6 for one of an ``h6``, else 0."""
        return self.rooms.by_tag(_HEADINGS)[self.rooms.of_block]

    @cached_property
    def rooms(self) -> Rooms:
        return Rooms(self)


@dataclass(frozen=True)
class Rooms:
    """The elements of an HTML page as arrays, one entry an element unless said."""

    view: View

    @cached_property
    def parent(self) -> Ints:
        return np.array([element.parent for element in self.view.parsed.elements], dtype=np.int64)

    @cached_property
    def first(self) -> Ints:
        return np.array([element.first for element in self.view.parsed.elements], dtype=np.int64)

    @cached_property
    def end(self) -> Ints:
        return np.array([element.end for element in self.view.parsed.elements], dtype=np.int64)

    @cached_property
    def signatures(self) -> tuple[list[tuple[str, str]], Ints]:
        """The different pairs of tag and names, and for each element which it has."""
        number: dict[tuple[str, str], int] = {}
        of_element = [number.setdefault((one.tag, one.names), len(number)) for one in self.view.parsed.elements]
        return list(number), np.array(of_element, dtype=np.int64)

    @cached_property
    def tags(self) -> tuple[list[str], Ints]:
        """The different tags, and for each element which it has."""
        signatures, of_element = self.signatures
        number: dict[str, int] = {}
        of_signature = [number.setdefault(tag, len(number)) for tag, _ in signatures]
        return list(number), np.array(of_signature, dtype=np.int64)[of_element]

    def by_tag(self, values: Mapping[str, int]) -> Ints:
        """For each element a value by its tag; 0 for tags that have none."""
        tags, of_element = self.tags
        return np.array([values.get(tag, 0) for tag in tags], dtype=np.int64)[of_element]

    @cached_property
    def said(self) -> list[Reason | None]:
        """What each of ``signatures`` says that the element is, by tag or names."""
        return [named_room(tag, names) for tag, names in self.signatures[0]]

    @cached_property
    def jumps(self) -> list[tuple[Ints, Ints]]:
        """Pairs (elements, elements further out by a power of two): to join along them reaches the root from everywhere."""
        jumps = []
        above = self.parent
        while (inside := np.flatnonzero(above >= 0)).size:
            jumps.append((inside, above[inside]))
            above = np.where(above >= 0, above[above], -1)
        return jumps

    def summed_up(self, values: NDArray[_Number]) -> NDArray[_Number]:
        """Each element's value and those of all elements around it; ``values`` may have several rows."""
        sums = values.copy()
        for inside, above in self.jumps:
            sums[..., inside] += sums[..., above]
        return sums

    def united(self, bits: Ints) -> Ints:
        """Each element's bits and those of all elements around it."""
        united = bits.copy()
        for inside, above in self.jumps:
            united[inside] |= united[above]
        return united

    def outermost(self, values: Ints) -> Ints:
        """The value of the outermost element around each, itself counted, that has one; 0 where none has."""
        found = values.copy()
        for inside, above in self.jumps:
            outer = found[above]
            found[inside] = np.where(outer > 0, outer, found[inside])
        return found

    @cached_property
    def called(self) -> Ints:
        """For each element the place in CALLED, counted from 1, of what it or a room around it is by tag or name; else 0."""
        return self.outermost(np.array([_place_of(reason) for reason in self.said], dtype=np.int64)[self.signatures[1]])

    @cached_property
    def of_block(self) -> Ints:
        """For each block the element it stands in."""
        return np.array([block.element for block in self.view.parsed.blocks], dtype=np.int64)

    def total(self, values: Floats) -> Floats:
        """The sum over the blocks that each element holds, of a value a block."""
        sums = np.zeros(len(values) + 1, dtype=np.float64)
        np.cumsum(values, out=sums[1:])
        return (sums[self.end] - sums[self.first]).astype(np.float32)

    @cached_property
    def outer(self) -> Ints:
        """The nearest element around each that holds more blocks than it does; the root is its own."""
        parent = np.maximum(self.parent, 0)
        same = (self.first[parent] == self.first) & (self.end[parent] == self.end)
        same &= self.parent >= 0
        outer = parent
        while not np.array_equal(outer, further := np.where(same, outer[parent], parent)):
            outer = further
        return outer

    @cached_property
    def levels(self) -> list[Ints]:
        """For each block the element it stands in, the next larger one around that, and so on, LEVELS in all."""
        levels = [self.of_block]
        for _ in range(LEVELS - 1):
            levels.append(self.outer[levels[-1]])
        return levels


def in_capitals(text: str) -> bool:
    """No letter of it is small, and most of its characters are capitals: a telegram, not Chinese that names the EU."""
    return text.isupper() and 2 * sum(map(str.isupper, text)) > len(text)


def types_said(head: Head) -> frozenset[str]:
    """The types of the things that the page's JSON-LD describes."""
    return frozenset(name for script in head.json_ld for name in _TYPE.findall(script[:MAX_BODY]))


def _place_of(reason: Reason | None) -> int:
    return _GROUP.get(reason, 5) if reason is not None else 0


def as_floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float32)

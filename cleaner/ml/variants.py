"""Annotated pages as people post them: without an address, without a head, a few paragraphs long.

The corpora hold whole pages of real sites with all that these tell machines. A page type that is learned from them alone
takes a page that says nothing of itself for a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cleaner.ml.arrays import Flags
from cleaner.types import Block, Element, Parsed

CONTENT_BLOCKS = (3, 16)  # that a shortened page has left, at least and below
OTHER_BLOCKS = (3, 25)
PARAGRAPH = 200  # characters that a shortened page's paragraphs have at most
_ENDS = (". ", "? ", "! ", "。")


def variants(parsed: Parsed, content: Flags, chance: np.random.Generator) -> Iterator[Parsed]:
    """The page without address and head, a shortened one with them, and one without. ``content`` has an entry a block."""
    yield without_head(parsed)
    shortened = shortened_to_little(parsed, content, chance)
    yield shortened
    yield without_head(shortened)


def without_head(parsed: Parsed) -> Parsed:
    """The page when neither its address nor what it tells machines is known."""
    return replace(parsed, page=replace(parsed.page, url=None), head=replace(parsed.head, meta=(), json_ld=()))


def shortened_to_little(parsed: Parsed, content: Flags, chance: np.random.Generator) -> Parsed:
    """The beginning of the page's content, a run of its furniture, and of long paragraphs the first sentences."""
    kept = np.zeros(len(parsed.blocks), dtype=np.bool_)
    kept[np.flatnonzero(content)[: chance.integers(*CONTENT_BLOCKS)]] = True
    other = np.flatnonzero(~content)
    count = min(len(other), int(chance.integers(*OTHER_BLOCKS)))
    first = int(chance.integers(0, len(other) - count + 1))
    kept[other[first : first + count]] = True
    before = np.concatenate(([0], np.cumsum(kept))).tolist()
    elements = [_moved(one, before[one.first], before[one.end]) for one in parsed.elements]
    return replace(
        parsed, blocks=[_shorter(parsed.blocks[place]) for place in np.flatnonzero(kept).tolist()], elements=elements
    )


def _moved(element: Element, first: int, end: int) -> Element:
    """An element in its new place; one that holds nothing any more is not told from the one around it."""
    moved = replace(element, first=first, end=end)
    return moved if end > first else replace(moved, tag="div", names="")


def _shorter(block: Block) -> Block:
    if len(block.text) <= PARAGRAPH:
        return block
    text = block.text[:PARAGRAPH]
    text = text[: max(text.rfind(end) for end in _ENDS) + 1] or text
    end = block.start + len(text) if block.start >= 0 else -1
    return replace(block, text=text, end=end, spans=(), link_chars=min(block.link_chars, len(text)))

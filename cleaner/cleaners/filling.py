"""What stands in the text and was left out by the model alone: filled in, where the reading that counts it is likely right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cleaner.ml.arrays import Flags
from cleaner.ml.model import Looked
from cleaner.types import Block, Label, Parsed

LIKELY = 0.25  # mean probability under the reading for main content from which what was left out of a text belongs to it
LINKED = 0.3  # share of characters inside links from which it leads elsewhere
ROOM_SHARE = 0.5  # of the kept words: the smallest room around the last of them that holds so many is that of the text
CARDS = frozenset(("product", "listing", "collection"))  # page types whose gaps are labels of cards more often than content

_GUESSES = frozenset(  # rules that only tell where the sentences are: on recipes, events and offers the content is beside them
    (
        "rules.main_content.after_the_article",
        "rules.main_content.before_the_article",
        "rules.main_content.outside_content_room",
    )
)


def filled(looked: Looked, labels: Sequence[Label], by_rules: Sequence[Label]) -> list[Label]:
    """The labels, and kept as well what the model alone left out between kept blocks, or below the last one in their room:
    a recipe's steps, an offer's facts, the date over each piece of news.

    The reading for articles is learned from news, which has little but paragraphs; where the page does not say that it is
    news, and is none of cards, the reading for main content is asked about the gaps. With models that had not seen the
    sites, three of five words so filled in are content; word F1 of WCXB gains .001, of newspaper .0002, fundus loses .0004.
    """
    parsed = looked.view.parsed
    if parsed.kind != "html" or looked.page_type in CARDS or any("NewsArticle" in name for name in looked.view.types):
        return list(labels)
    keep = np.array([label.keep for label in labels])
    gaps = [(start, end) for start, end in _gaps(parsed, keep, by_rules) if _is_of_the_text(parsed, parsed.blocks[start:end])]
    if not gaps:
        return list(labels)
    inside = np.concatenate([np.arange(start, end) for start, end in gaps])
    likely = np.zeros(len(labels))
    likely[inside] = looked.probabilities(article=False, of=inside)
    joined = list(labels)
    for start, end in gaps:
        if float(np.average(likely[start:end], weights=looked.words[start:end] + 0.5)) >= LIKELY:
            for index in range(start, end):
                joined[index] = Label(True, labels[index].by, None, float(likely[index]), by_rules[index].cuts)
    return joined


def _gaps(parsed: Parsed, keep: Flags, by_rules: Sequence[Label]) -> Iterator[tuple[int, int]]:
    """Runs of blocks that no rule knows to be furniture: those between two kept ones, and that below the last in its room."""
    kept = np.flatnonzero(keep)
    for before, after in zip(kept[:-1].tolist(), kept[1:].tolist(), strict=True):
        if after > before + 1 and all(_is_unknown(parsed, by_rules, index) for index in range(before + 1, after)):
            yield before + 1, after
    if not len(kept):
        return
    start = end = int(kept[-1]) + 1
    last = _end_of_room(parsed, keep, start - 1)
    while end < last and _is_unknown(parsed, by_rules, end):
        end += 1
    if end > start:
        yield start, end


def _is_unknown(parsed: Parsed, by_rules: Sequence[Label], index: int) -> bool:
    """No rule but one that guesses has spoken against the block, which a browser would show."""
    rule = by_rules[index]
    return not parsed.blocks[index].hidden and (rule.keep or rule.by in _GUESSES)


def _is_of_the_text(parsed: Parsed, blocks: Sequence[Block]) -> bool:
    """Not links, and not the headline with what stands around it, below something that was kept by mistake."""
    if any(block.tag == "h1" or parsed.head.title.startswith(block.text) for block in blocks):
        return False
    return sum(block.link_chars for block in blocks) < LINKED * sum(len(block.text) for block in blocks)


def _end_of_room(parsed: Parsed, keep: Flags, index: int) -> int:
    """Where the smallest room ends that stands around a block's element and holds ROOM_SHARE of the kept characters."""
    sizes = np.concatenate([[0], np.cumsum([len(block.text) * kept for block, kept in zip(parsed.blocks, keep, strict=True)])])
    room = parsed.elements[parsed.blocks[index].element].parent
    while room >= 0:
        element = parsed.elements[room]
        if sizes[element.end] - sizes[element.first] >= ROOM_SHARE * sizes[-1]:
            return element.end
        room = element.parent
    return index + 1

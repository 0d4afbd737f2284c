"""What stands in the text and was left out by the model alone: filled in, where the reading that counts it is likely right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from cleaner.ml.arrays import Flags, Floats
from cleaner.ml.model import Looked
from cleaner.types import HEADINGS, Block, Element, Label, Parsed

LIKELY = 0.25  # mean probability under the reading for main content from which what was left out of a text belongs to it
LINKED = 0.3  # share of characters inside links from which it leads elsewhere
ROOM_SHARE = 0.5  # of the kept words: the smallest room around the last of them that holds so many is that of the text
PART_LIKELY = 0.3  # the same for one of several elements called alike, of which most were kept, and a kept paragraph's heading
ALIKE = 3  # elements of one room that are called alike, from which they are of one kind
ALIKE_SHARE = 0.6  # of them that must be kept for the others to be
PARAGRAPH_CHARS = 60
QUESTION_CHARS = 160  # a longer one is a paragraph
ANSWER_CHARS = 30  # a shorter one is a button
CARDS = frozenset(("product", "listing", "collection"))  # page types whose gaps are labels of cards more often than content

_SINGLE = frozenset(("p", "td", "th", "tr", "tbody"))  # paragraphs are judged each for itself, tables as wholes
_ASKS = ("?", "？", "؟")
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
    runs = [(range(*gap), LIKELY) for gap in _gaps(parsed, keep, by_rules)]
    runs += [(range(*gap), PART_LIKELY) for gap in (*_alike(looked, keep, by_rules), *_headings(parsed, keep, by_rules))]
    runs = [(run, least) for run, least in runs if _is_of_the_text(parsed, parsed.blocks[run.start : run.stop])]
    chosen: dict[int, float] = {}
    if runs:
        likely = _likely(looked, (run for run, _ in runs))
        for run, least in runs:
            if float(np.average(likely[run], weights=looked.words[run] + 0.5)) >= least:
                chosen |= {index: float(likely[index]) for index in run}
    if looked.page_type != "forum":
        chosen |= dict.fromkeys(_questions(parsed, keep), 0.5)
    joined = list(labels)
    for index, score in chosen.items():
        if not labels[index].keep:
            joined[index] = Label(True, labels[index].by, None, score, by_rules[index].cuts)
    return joined


def _likely(looked: Looked, runs: Iterable[range]) -> Floats:
    """For the blocks of the runs their probability to be main content; zeros elsewhere."""
    inside = np.unique(np.concatenate([np.asarray(run) for run in runs]))
    likely = np.zeros(len(looked.words))
    likely[inside] = looked.probabilities(article=False, of=inside)
    return likely


def _gaps(parsed: Parsed, keep: Flags, by_rules: Sequence[Label]) -> Iterator[tuple[int, int]]:
    """Runs of blocks that no rule knows to be furniture: those between two kept ones, and that below the last in its room."""
    kept = np.flatnonzero(keep)
    for before, after in zip(kept[:-1].tolist(), kept[1:].tolist(), strict=True):
        if (
            after > before + 1
            and parsed.blocks[before].tag != "h1"
            and all(_is_unknown(parsed, by_rules, index) for index in range(before + 1, after))
        ):
            yield before + 1, after
    if not len(kept):
        return
    start = end = int(kept[-1]) + 1
    last = _end_of_room(parsed, keep, start - 1)
    while end < last and _is_unknown(parsed, by_rules, end):
        end += 1
    if end > start:
        yield start, end


def _alike(looked: Looked, keep: Flags, by_rules: Sequence[Label]) -> Iterator[tuple[int, int]]:
    """The few elements that were left out of those in one room that are called alike: a plan of a price list, an answer."""
    parsed, words = looked.view.parsed, np.concatenate([[0.0], np.cumsum(looked.words)])
    kept = np.concatenate([[0.0], np.cumsum(looked.words * keep)])
    alike: defaultdict[tuple[int, str, str], list[Element]] = defaultdict(list)
    for element in parsed.elements:
        if element.first < element.end and element.tag not in _SINGLE:
            alike[element.parent, element.tag, element.names].append(element)
    for elements in alike.values():
        if len(elements) < ALIKE:
            continue
        out = [one for one in elements if 2 * (kept[one.end] - kept[one.first]) < words[one.end] - words[one.first]]
        if out and len(elements) - len(out) >= ALIKE_SHARE * len(elements):
            for one in out:
                if all(keep[index] or _is_unknown(parsed, by_rules, index) for index in range(one.first, one.end)):
                    yield one.first, one.end


def _headings(parsed: Parsed, keep: Flags, by_rules: Sequence[Label]) -> Iterator[tuple[int, int]]:
    """Headings right above a kept paragraph; held out, three of four of their words are content."""
    blocks = parsed.blocks
    for index in np.flatnonzero(~keep[:-1] & keep[1:]).tolist():
        below = blocks[index + 1]
        if blocks[index].tag not in HEADINGS or below.tag in HEADINGS or len(below.text) < PARAGRAPH_CHARS:
            continue
        if _is_unknown(parsed, by_rules, index):
            yield index, index + 1


def _questions(parsed: Parsed, keep: Flags) -> list[int]:
    """``<button class="faq-question">What happens in fog?</button>`` over an answer that is kept, two or more called alike.

    Held out, three of four words of such questions are content on pages of services, one of two in articles.
    """
    blocks = parsed.blocks
    alike: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index in np.flatnonzero(~keep[:-1] & keep[1:]).tolist():
        question, answer = blocks[index].text, blocks[index + 1].text
        if question.endswith(_ASKS) and len(question) <= QUESTION_CHARS and len(answer) >= ANSWER_CHARS:
            element = parsed.elements[blocks[index].element]
            if not answer.endswith(_ASKS):
                alike[element.tag, element.names].append(index)
    return [index for found in alike.values() if len(found) > 1 for index in found]


def _is_unknown(parsed: Parsed, by_rules: Sequence[Label], index: int) -> bool:
    """No rule but one that guesses has spoken against the block, which a browser would show in the end."""
    rule = by_rules[index]
    return parsed.blocks[index].hidden in ("", "embedded") and (rule.keep or rule.by in _GUESSES)


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

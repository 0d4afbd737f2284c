"""A page as the rules read it: what they want to know of each block, worked out once for the whole page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from cleaner.rules.phrasebook import Hit, Phrasebook, phrasebook
from cleaner.types import Label, Parsed, Reason

PROSE_WORDS = 12  # link titles and labels in annotated pages rarely reach this; sentences mostly do
LINKED = 0.4  # share of a block's characters inside links above which it is no prose
SPACED = 12  # characters a word; a text with more, in other than Latin letters, has no spaces between its words
CHARS_PER_CJK_WORD = 2  # Chinese and Japanese write no spaces; two characters carry about one English word
SMALL_PAGE = 600  # words; whether a page with more is nothing but a wall need not be asked
SENTENCE_END = ".!?…:;。！？؟۔।»”\"')）」』“‘«"  # German closes with “ and ‘, Danish with «
CLOSING = "\"”»'’)」』“‘«"  # quotes and brackets that may stand behind a full stop

_FORUM_ENGINE = re.compile(
    r"discourse|phpbb|vbulletin|xenforo|mybb|invision|simple machines|flarum|vanilla|discuz|nodebb", re.I
)
_FORUM_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}"(?:DiscussionForumPosting|QAPage)"')
_FORUM_ADDRESS = re.compile(
    r"/(?:forums?|threads?|topics?|viewtopic|showthread|discussions?|questions|t)[/.?-]|//(?:forums?|community|discuss|talk)\.",
    re.I,
)

_BULLET = re.compile(r"^(?:[-*•·‣▪►»›–]|\d{1,3}[.)])\s+")


class Finding(NamedTuple):
    """What a rule says of a block: keep it (no ``reason``), drop it for a reason, or cut ``[start, end)`` out of it."""

    block: int
    reason: Reason | None
    score: float = 1.0
    cut: tuple[int, int] | None = None


class Reading:
    """The blocks of a page with their measures, and the labels given so far (None where no rule has spoken).

    All lists have one entry a block, but for ``open``: the blocks that no rule has spoken of, in order. ``words`` counts
    white-space separated words, or half the characters where a script has no spaces. ``links`` is the share of characters
    inside links. ``keys`` are the blocks in the normal form of the phrase lists. ``prose`` counts the words of sentences:
    blocks of PROSE_WORDS or more that are not mostly links.
    """

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.blocks = parsed.blocks
        self.html = parsed.kind == "html"
        self.article: bool | None = None  # settled by the first rule that asks, from the blocks that are open then
        self.labels: list[Label | None] = [None] * len(self.blocks)
        self.open = list(range(len(self.blocks)))
        self.begins: dict[int, int] = {}  # where the text of a block begins, of which a rule cuts the start
        self.texts = [block.text for block in self.blocks]
        self.hidden = [block.hidden for block in self.blocks]
        self.words = word_counts(self.texts)
        self.links = [block.link_chars / len(block.text) if block.link_chars else 0.0 for block in self.blocks]
        self.prose = [
            words if words >= PROSE_WORDS and links < LINKED and not hidden else 0
            for words, links, hidden in zip(self.words, self.links, self.hidden, strict=True)
        ]

    def __len__(self) -> int:
        return len(self.blocks)

    @cached_property
    def sentence(self) -> list[bool]:
        """Which blocks have the length of a sentence and end like one."""
        return [
            words >= PROSE_WORDS and text.rstrip()[-1] in SENTENCE_END
            for words, text in zip(self.words, self.texts, strict=True)
        ]

    def is_open(self, index: int) -> bool:
        """No rule has spoken of the block yet."""
        return self.labels[index] is None

    @cached_property
    def parsed_is_forum(self) -> bool:
        """The page says that it is a thread: its generator, its JSON-LD type or its address."""
        head = self.parsed.head
        said = " ".join(content for name, content in head.meta if name in ("generator", "og:type", "application-name"))
        return bool(
            _FORUM_ENGINE.search(said)
            or any(_FORUM_TYPE.search(script) for script in head.json_ld)
            or _FORUM_ADDRESS.search(self.parsed.page.url or "")
        )

    @cached_property
    def book(self) -> Phrasebook:
        return phrasebook()

    @cached_property
    def keys(self) -> list[str]:
        return self.book.keys([block.text for block in self.blocks])

    @cached_property
    def hits(self) -> dict[int, list[Hit]]:
        """Which phrases stand in which blocks; in the closed blocks of a large page only whole lines are looked for."""
        searched = self.keys
        if self.words_before[-1] > SMALL_PAGE:
            searched = ["" if label else key for key, label in zip(self.keys, self.labels, strict=True)]
        return self.book.find(self.keys, self.words, searched)

    @cached_property
    def spoken_for(self) -> dict[Reason, list[int]]:
        """For each reason the blocks with a phrase of it."""
        blocks: dict[Reason, list[int]] = {reason: [] for reason in Reason}
        for index, hits in self.hits.items():
            for reason in {hit.reason for hit in hits}:
                blocks[reason].append(index)
        return blocks

    def start_phrase(self, index: int, reason: Reason) -> str:
        """The longest phrase of that reason that the block begins with; empty when none does, or the block is long."""
        starts = [hit.phrase for hit in self.hits.get(index, ()) if hit.reason is reason and hit.place == "start"]
        return max(starts, key=len, default="")

    @cached_property
    def prose_before(self) -> list[int]:
        """``prose_before[i]`` is the prose of the blocks before ``i``; one entry more than blocks."""
        return [0, *accumulate(self.prose)]

    @cached_property
    def words_before(self) -> list[int]:
        """The same for all words that a browser would show."""
        return [0, *accumulate(0 if hidden else words for hidden, words in zip(self.hidden, self.words, strict=True))]

    def starts_at(self, index: int, start: int) -> None:
        """A cut takes the block's text before ``start``: phrases and words are those of what is left."""
        self.begins[index] = start
        rest = self.blocks[index].text[start:]
        self.words[index] = word_counts([rest])[0]
        self.keys[index] = self.book.keys([rest])[0]
        self.hits.pop(index, None)
        if found := self.book.find([self.keys[index]], [self.words[index]], [self.keys[index]]):
            self.hits[index] = found[0]
        self.__dict__.pop("spoken_for", None)

    def ends_at(self, index: int, end: int) -> None:
        """A cut takes the block's text from ``end`` on: what is before it may be a sentence."""
        self.sentence[index] = self.words[index] >= PROSE_WORDS and self.blocks[index].text[:end].rstrip().endswith(
            tuple(SENTENCE_END)
        )

    def is_line(self, index: int) -> bool:
        """The block is short and does not end like a sentence: a heading, a label, a link title."""
        return self.words[index] < 2 * PROSE_WORDS and self.blocks[index].text[-1] not in ".!。！…;"


def word_counts(texts: Sequence[str]) -> list[int]:
    """White-space separated words of each text; for writing without spaces one word for two characters."""
    return [
        words if len(text) <= SPACED * (words := len(text.split())) or text.isascii() else len(text) // CHARS_PER_CJK_WORD
        for text in texts
    ]


def has_bullet(text: str) -> bool:
    return _BULLET.match(text) is not None


def ends_sentence(text: str) -> bool:
    """The text ends with a full stop or an exclamation mark, a closing quote behind it allowed; headlines end otherwise."""
    return text.rstrip(CLOSING)[-1:] in (".", "!", "。", "！", "۔", "।")

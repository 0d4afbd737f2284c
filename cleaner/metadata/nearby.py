"""The lines around the title and at the end of the text, where bylines and dates stand, and what their elements are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from cleaner.metadata.date_reading import Customs, Reading, dates_written_in, lines_with_a_year
from cleaner.metadata.facts import Facts
from cleaner.metadata.tidy import letters
from cleaner.types import Reason, Value

LINE_LENGTH = 160  # characters of a line that are looked at
LINES_OF_A_BLOCK = 5
_WINDOWS = {"html": (8, 25, 10), "text": (12, 40, 15)}  # blocks above the title, below it, and after the text
_UNDER_STANDFIRST = 10  # blocks below the title: a long standfirst reads like the text, and the byline follows it
_LAST_LINES = 3  # before the end of the text
_INTO_TEXT = 2  # paragraphs at whose beginning a dateline stands
_BOXES = 6  # blocks of an author's box that are looked at
_LEVELS = 3  # of elements whose names tell what a line is

# How the words in the names of elements of a kind begin.
_CALLED = {
    "author": "author autor auteur firma byline creator writer writt journalist contributor",
    "user": "user poster postuser member profile",
    "date": "date time publish posted stamp pubdate fecha datum",
    "modified": "modif updat",
    "meta": "meta info",
    "elsewhere": "comment related recommend more sidebar widget teaser card promo trending popular latest event nav menu",
    "picture": "caption photo image img avatar figure credit",
    "person": "bio about profile job role position social follow",
}
_BEGINNING = 3  # letters by which a word's beginnings are looked up
_BEGINNINGS: dict[str, list[tuple[str, str]]] = {}
for _kind, _words in _CALLED.items():
    for _word in _words.split():
        _BEGINNINGS.setdefault(_word[:_BEGINNING], []).append((_word, _kind))
_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class Line:
    """A visible line near the title: its block, its text, where it stands (above, below, text, after, or in an author's box
    elsewhere), the element it is in, and how many blocks it is from the title."""

    block: int
    text: str
    place: str
    element: int
    distance: int


@dataclass(frozen=True)
class Nearby:
    """A page's surroundings of its title, which may be unknown."""

    facts: Facts
    title: Value | None
    customs: Customs

    @cached_property
    def title_block(self) -> int:
        """The index of the block that shows the title; -1 when none does."""
        if self.title is None:
            return -1
        key = letters(self.title.value)
        for block, text in self.facts.headings:
            if letters(text) == key:
                return block
        blocks = self.facts.parsed.blocks
        start = self.title.value[:_START]
        for index in range(min(len(blocks), self.facts.text_begins + _INTO_PAGE)):
            if start in blocks[index].text and not blocks[index].hidden and key in letters(blocks[index].text[: 4 * len(key)]):
                return index
        own = (block for block, text in self.facts.headings if not self.facts.is_site_name(text))
        return next(own, -1)

    @cached_property
    def _title_or_guess(self) -> int:
        """Where the title stands, or would stand if it were shown."""
        return self.title_block if self.title_block >= 0 else max(0, self.facts.text_begins - _TITLE_ABOVE_TEXT)

    def place_of(self, block: int) -> str:
        """Where a block stands: above the title, below it, in the text, after it, or nowhere near (empty)."""
        title, begins, ends = self._title_or_guess, self.facts.text_begins, self.text_ends
        above, below, after = _WINDOWS[self.facts.parsed.kind]
        if block >= self._responses:
            return ""
        if block >= ends:
            return "after" if block < ends + after else ""
        if title - above <= block < title:
            return "above"
        if title <= block <= title + below and block < max(begins, title + _UNDER_STANDFIRST):
            return "below"
        if begins <= block < begins + _INTO_TEXT:
            return "text"
        return "after" if ends - _LAST_LINES <= block else ""

    @cached_property
    def _of_the_opening(self) -> Mapping[int, Sequence[str]]:
        """The blocks in which the page's opening stands where its text runs on, the first of them with its lines."""
        opening, blocks = self.facts.opening, self.facts.parsed.blocks
        if opening is None:
            return {}
        end = blocks[0].start + opening.end
        return {
            at: opening.lines if at == 0 else () for at, block in enumerate(blocks[:_BLOCKS_OF_AN_OPENING]) if block.start < end
        }

    @cached_property
    def _responses(self) -> int:
        """The index of the first block below the text's beginning that announces what readers or buyers say, as a heading or
        a line of its own: "Customer reviews (3)". The names and days below it are theirs."""
        blocks, begins = self.facts.parsed.blocks, self.facts.text_begins
        for index in range(begins + 1, len(blocks)):
            text = blocks[index].text
            if len(text) <= _LONGEST_ANNOUNCEMENT and _RESPONSES.fullmatch(text):
                return index
        return len(blocks)

    @cached_property
    def boxes(self) -> Sequence[int]:
        """The first blocks beyond the lines around title and text that are called the author's."""
        labels, blocks = self.facts.labels, self.facts.parsed.blocks
        found = (
            index
            for index in range(self._title_or_guess, len(blocks))
            if labels[index].reason is Reason.AUTHOR_BOX and not blocks[index].hidden and not self.place_of(index)
        )
        return list(islice(found, _BOXES))

    @cached_property
    def text_ends(self) -> int:
        """The index after the last kept paragraph."""
        blocks, paragraphs = len(self.facts.parsed.blocks), self.facts.paragraphs
        return paragraphs[-1] + 1 if paragraphs else min(blocks, self.facts.text_begins + 1)

    @cached_property
    def lines(self) -> Sequence[Line]:
        return list(self._lines())

    @cached_property
    def dates(self) -> Mapping[int, Sequence[Reading]]:
        """The dates written in the lines, by the index of the line; only of lines that have some."""
        texts = [line.text for line in self.lines]
        found = {at: list(dates_written_in(texts[at], self.customs)) for at in sorted(lines_with_a_year(texts))}
        return {at: readings for at, readings in found.items() if readings}

    def _lines(self) -> Iterator[Line]:
        blocks, labels = self.facts.parsed.blocks, self.facts.labels
        title, begins, ends = self._title_or_guess, self.facts.text_begins, self.text_ends
        above, below, after = _WINDOWS[self.facts.parsed.kind]
        near = {
            *range(title - above, title + below),
            *range(begins, begins + _INTO_TEXT),
            *range(ends - _LAST_LINES, ends + after),
        }
        for index in sorted(index for index in near if 0 <= index < len(blocks)):
            block = blocks[index]
            if block.hidden or not (place := self.place_of(index)):
                continue
            if place == "above" and labels[index].reason is Reason.HEADER:
                continue  # the site's; below its title a page has a header of its own
            if index in self._of_the_opening:
                yield from (Line(index, line, "below", block.element, 0) for line in self._of_the_opening[index])
                continue
            text = block.text[:LINE_LENGTH]
            if "\n" not in text:
                yield Line(index, text, place, block.element, abs(index - title))
                continue
            for line in text.split("\n")[:LINES_OF_A_BLOCK]:
                yield Line(index, line, place, block.element, abs(index - title))
        for index in self.boxes:
            yield Line(index, blocks[index].text[:LINE_LENGTH], "box", blocks[index].element, abs(index - title))

    def called(self, element: int) -> frozenset[str]:
        """What the elements around a line are called, of the kinds that matter here; -1 is no element."""
        if element < 0:
            return _NOTHING
        own = self.facts.parsed.elements[element]
        above = self._above.get(own.parent)
        if above is None:
            above = self._above[own.parent] = frozenset().union(*self._names_above(own.parent))
        return above | kinds_of_names(own.names) if own.names else above

    def _names_above(self, element: int) -> Iterator[frozenset[str]]:
        for around, _ in zip(self.facts.parsed.ancestors(element), range(_LEVELS - 1), strict=False):
            if around.names:
                yield kinds_of_names(around.names)

    def in_a_row(self, element: int) -> bool:
        """Whether a line stands in one of several elements alike, each of several lines and none with the title: a teaser
        of a list, a post of a thread, a review."""
        if element < 0:
            return False
        for around, _ in zip(self.facts.parsed.ancestors(element), range(_LEVELS_OF_A_ROW), strict=False):
            if around.first <= self.title_block < around.end:
                return False
            if self._rows[around.parent, around.tag, around.names] >= _ROW:
                return True
        return False

    @cached_property
    def _rows(self) -> Counter[tuple[int, str, str]]:
        """How many elements of several lines an element holds directly, by their tags and names."""
        elements = self.facts.parsed.elements
        return Counter((one.parent, one.tag, one.names) for one in elements if one.end - one.first > 1)

    @cached_property
    def _above(self) -> dict[int, frozenset[str]]:
        """What ``called`` knows of elements that hold several lines."""
        return {}


_LONGEST_ANNOUNCEMENT = 40  # characters
_RESPONSES = re.compile(
    r"""\W{0,3}(?:\d{1,5}\s)?(?:customer|user|guest|product|reader|latest|recent|all)?[’']?s?\s?(?:reviews?|comments?|ratings|responses|replies
    |bewertungen|rezensionen|kundenbewertungen|kommentare|leserkommentare|avis(?:\sclients?)?|commentaires|opiniones|reseñas|comentarios|avaliações
    |recensioni|commenti|beoordelingen|reacties|отзывы|комментарии|коментарі|відгуки|recenzje|opinie|komentarze|komentáře|yorumlar|kommentarer
    |评论|評論|レビュー|コメント|리뷰|댓글|تعليقات|التعليقات|תגובות)(?:\s?[(（]?\d{1,5}[)）]?)?\W{0,2}""",
    re.X | re.I,
)
_BLOCKS_OF_AN_OPENING = 10
_LEVELS_OF_A_ROW = 6  # of elements around a line
_ROW = 3  # elements alike; two are often a page's columns
_TITLE_ABOVE_TEXT = 15  # blocks
_INTO_PAGE = 25  # blocks below the beginning of the text among which a title is looked for
_START = 24  # characters of a title by which its block is looked for


@lru_cache(maxsize=8192)
def kinds_of_names(names: str) -> frozenset[str]:
    """The kinds of line that an element's names tell of."""
    kinds = _NOTHING.union(*map(_kinds_of_word, names.replace("-", " ").replace("_", " ").replace(":", " ").split()))
    return kinds or _NOTHING


@lru_cache(maxsize=8192)
def _kinds_of_word(word: str) -> frozenset[str]:
    return frozenset(kind for beginning, kind in _BEGINNINGS.get(word[:_BEGINNING], ()) if word.startswith(beginning))

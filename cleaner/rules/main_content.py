"""Where the content is, when no other rule has spoken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from cleaner.rules.reading import Finding, Reading
from cleaner.types import Element, Reason

ROOT_SHARE = 0.8  # of the open prose: the smallest element with that much is the content's room
PROSE_SHARE = 0.6  # of the open words in sentences: above, the page is an article whatever else it has
CORE_SHARE = 0.3  # of the open prose in one element's own paragraphs, for a page with many link lists to be an article
CORE_WORDS = 150  # an article's own paragraphs are not fewer words; cards and teasers are
LINK_BLOCK = 0.7  # share of a short block's characters inside links above which it is a link, not text
LINK_WORDS = 25  # words; longer blocks that are links are teasers in full sentences

_PARAGRAPH_TAGS = frozenset(("p", "li", "blockquote", "td", "h2", "h3", "h4", "pre", "dd"))
_ARTICLE_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(?:\w{0,20}Article|\w{0,10}BlogPosting|Report|Recipe)"')
_SHOP_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(?:Product|ProductGroup|ItemList|CollectionPage|OfferCatalog)"')


def lone_links(reading: Reading) -> Iterator[Finding]:
    """Short blocks that are nothing but links, in a page that is an article: "More on this story", "Elections 2031"."""
    if not reading.html or not _is_article(reading):
        return
    for index in range(len(reading)):
        if reading.is_open(index) and reading.links[index] > LINK_BLOCK and reading.words[index] < LINK_WORDS:
            yield Finding(index, Reason.LINK_LIST, 0.7)


def outside_content_room(reading: Reading) -> Iterator[Finding]:
    """What stands outside the smallest element that holds most sentences: ``<div class="css-1x2y3z">Top stories…``."""
    if not reading.html or not _is_article(reading):
        return
    room = _content_room(reading)
    if room is None:
        return
    for index in range(len(reading)):
        if reading.is_open(index) and not room.first <= index < room.end:
            yield Finding(index, Reason.NOT_MAIN_CONTENT, 0.7)


def rest_is_content(reading: Reading) -> Iterator[Finding]:
    """What no rule has spoken against is content."""
    for index in range(len(reading)):
        if reading.is_open(index):
            yield Finding(index, None, 0.6)


def _is_article(reading: Reading) -> bool:
    """The page is one text, as told by its structured data or by where its sentences stand; else it is cards, a shop, a list."""
    if reading.article is None:
        reading.article = _looks_like_article(reading)
    return reading.article


def _looks_like_article(reading: Reading) -> bool:
    scripts = reading.parsed.head.json_ld
    if reading.parsed_is_forum or any(_ARTICLE_TYPE.search(script) for script in scripts):
        return True
    open_blocks = [index for index in range(len(reading)) if reading.is_open(index)]
    prose = sum(reading.prose[index] for index in open_blocks)
    if prose > PROSE_SHARE * sum(reading.words[index] for index in open_blocks):
        return True
    if any(_SHOP_TYPE.search(script) for script in scripts):
        return False
    core = max(_own_paragraphs(reading).values(), default=0)
    return core > CORE_WORDS and core > CORE_SHARE * prose


def _own_paragraphs(reading: Reading) -> Counter[int]:
    """The open prose that stands directly in each element: its own text and its paragraphs', not its sections'."""
    elements = reading.parsed.elements
    own: Counter[int] = Counter()
    for index, prose in enumerate(reading.prose):
        if prose and reading.is_open(index):
            block = reading.blocks[index]
            room = elements[block.element].parent if block.tag in _PARAGRAPH_TAGS else block.element
            own[room] += prose
    return own


def _content_room(reading: Reading) -> Element | None:
    prose = [0, *accumulate(reading.prose[index] if reading.is_open(index) else 0 for index in range(len(reading)))]
    if not prose[-1]:
        return None
    room = None
    for element in reading.parsed.elements:
        if prose[element.end] - prose[element.first] >= ROOT_SHARE * prose[-1]:
            room = element
    return room

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
CORE_MAJORITY = 0.8  # of the open prose in elements of one name, for them to mark where the article begins and ends
CORE_MAJORITY_IF_SAID = 0.5  # the same where the page's structured data says that it is an article
STANDFIRST_WITHIN = 40  # blocks between headline and paragraphs; share bars and bylines stand there too
STANDFIRST_WORDS = 80
TEXT_WORDS = 100  # in sentences that follow each other, subheadings between them allowed
SUBHEADING_WORDS = 10
LINK_BLOCK = 0.7  # share of a short block's characters inside links above which it is a link, not text
LINK_WORDS = 25  # words; longer blocks that are links are teasers in full sentences

_PARAGRAPH_TAGS = frozenset(("p", "li", "blockquote", "td", "h2", "h3", "h4", "pre", "dd"))
_ARTICLE_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(?:\w{0,20}Article|\w{0,10}BlogPosting|Report|Recipe)"')
_SHOP_TYPE = re.compile(r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(?:Product|ProductGroup|ItemList|CollectionPage|OfferCatalog)"')


def lone_links(reading: Reading) -> Iterator[Finding]:
    """Short blocks that are nothing but links, in a page that is an article: "More on this story", "Elections 2031"."""
    if not reading.html or not is_article(reading):
        return
    for index in reading.open:
        if reading.links[index] > LINK_BLOCK and reading.words[index] < LINK_WORDS:
            yield Finding(index, Reason.LINK_LIST, 0.7)


def outside_content_room(reading: Reading) -> Iterator[Finding]:
    """What stands outside the smallest element that holds most sentences: ``<div class="css-1x2y3z">Top stories…``."""
    if not reading.html or not is_article(reading):
        return
    room = _content_room(reading)
    if room is None:
        return
    for index in _standfirst(reading, room.first):
        yield Finding(index, None, 0.7)
    for index in reading.open:
        if not room.first <= index < room.end:
            yield Finding(index, Reason.NOT_MAIN_CONTENT, 0.7)


def after_the_article(reading: Reading) -> Iterator[Finding]:
    """Below an article's last paragraph: the next articles' openings, "Jetzt lesen", a donation appeal in full sentences."""
    core = _core(reading)
    if core is None:
        return
    for index in reading.open:
        if index > core[-1]:
            yield Finding(index, Reason.NOT_MAIN_CONTENT, 0.6)


def before_the_article(reading: Reading) -> Iterator[Finding]:
    """Above an article's first paragraph: "5 min read", "POLITICS | ELECTIONS", names and dates; a standfirst stays."""
    core = _core(reading)
    if core is None:
        return
    for index in reading.open:
        if index < core[0] and not reading.sentence[index]:
            yield Finding(index, Reason.NOT_MAIN_CONTENT, 0.6)


def _core(reading: Reading) -> list[int] | None:
    """The blocks of an article's own paragraphs, in order: those in elements called like the one that holds most."""
    if not reading.html or not is_article(reading) or reading.parsed_is_forum:
        return None
    own = _own_paragraphs(reading)
    total = sum(own.values())
    elements = reading.parsed.elements
    by_name: Counter[tuple[str, str]] = Counter()
    for index, prose in own.items():
        by_name[elements[index].tag, elements[index].names] += prose
    if not by_name:
        return None
    name, most = by_name.most_common(1)[0]
    if most < CORE_WORDS or most < (CORE_MAJORITY_IF_SAID if _says_article(reading) else CORE_MAJORITY) * total:
        return None
    inside = [False] * len(reading)
    for room in own:
        element = elements[room]
        if (element.tag, element.names) == name:
            inside[element.first : element.end] = [True] * (element.end - element.first)
    return [index for index in reading.open if inside[index]] or None


def rest_is_content(reading: Reading) -> Iterator[Finding]:
    """What no rule has spoken against is content."""
    for index in reading.open:
        yield Finding(index, None, 0.6)


def _standfirst(reading: Reading, end: int) -> list[int]:
    """The sentences between the headline and the paragraphs, which stand in a header of their own."""
    headlines = [index for index in range(end) if reading.blocks[index].tag == "h1" and not reading.blocks[index].hidden]
    if not headlines or end - headlines[-1] > STANDFIRST_WITHIN:
        return []
    return [
        index
        for index in range(headlines[-1] + 1, end)
        if reading.is_open(index)
        and reading.prose[index]
        and reading.words[index] <= STANDFIRST_WORDS
        and reading.blocks[index].tag not in ("figcaption", "li", "button")
    ]


def is_article(reading: Reading) -> bool:
    """The page is one text, by its structured data or by where its sentences stand; else it is cards, a shop, a list."""
    if reading.article is None:
        reading.article = _looks_like_article(reading)
    return reading.article


def _looks_like_article(reading: Reading) -> bool:
    if not reading.html:
        return _reads_like_article(reading)
    if reading.parsed_is_forum or _says_article(reading):
        return True
    prose = sum([reading.prose[index] for index in reading.open])
    if prose > PROSE_SHARE * sum([reading.words[index] for index in reading.open]):
        return True
    if any(_SHOP_TYPE.search(script) for script in reading.parsed.head.json_ld):
        return False
    core = max(_own_paragraphs(reading).values(), default=0)
    return core > CORE_WORDS and core > CORE_SHARE * prose


def _reads_like_article(reading: Reading) -> bool:
    """A flattened page with a run of sentences, one after the other, that is long enough to be a text."""
    longest = run = 0
    for index, is_one in enumerate(reading.sentence):
        if is_one:
            run += reading.words[index]
            longest = max(longest, run)
        elif reading.words[index] > SUBHEADING_WORDS:
            run = 0
    return longest >= TEXT_WORDS


def _says_article(reading: Reading) -> bool:
    return any(_ARTICLE_TYPE.search(script) for script in reading.parsed.head.json_ld)


def _own_paragraphs(reading: Reading) -> Counter[int]:
    """The open prose that stands directly in each element: its own text and its paragraphs', not its sections'."""
    elements = reading.parsed.elements
    own: Counter[int] = Counter()
    for index in reading.open:
        if prose := reading.prose[index]:
            block = reading.blocks[index]
            room = elements[block.element].parent if block.tag in _PARAGRAPH_TAGS else block.element
            own[room] += prose
    return own


def _content_room(reading: Reading) -> Element | None:
    open_prose = [0] * len(reading)
    for index in reading.open:
        open_prose[index] = reading.prose[index]
    before = [0, *accumulate(open_prose)]
    if not before[-1]:
        return None
    enough = ROOT_SHARE * before[-1]
    rooms = reversed(reading.parsed.elements)
    return next((room for room in rooms if before[room.end] - before[room.first] >= enough), None)

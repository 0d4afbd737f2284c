"""What every field is decided from, gathered once a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from cleaner.metadata.json_ld import Thing, page_things, read_things, resolved, text_of, types_of
from cleaner.metadata.tidy import letters, tidy
from cleaner.types import Block, Element, Label, Parsed, Reason

LONG_PARAGRAPH = 140  # characters; where an article's text begins, titles and standfirsts lie above
META_LIMIT = 2_000  # characters of one meta value that are looked at

_CUTS_OF_A_TITLE = (Reason.SPAM_TOKEN, Reason.BREADCRUMB, Reason.HEADER, Reason.NAVIGATION)
_NAMED = re.compile(r"headline|title|byline|author|writer|creator|date|publish|posted|time|updated|modified")


@dataclass(frozen=True)
class Facts:
    """A parsed page and its labels, with the views of them that several fields share."""

    parsed: Parsed
    labels: Sequence[Label]

    @cached_property
    def meta(self) -> Mapping[str, Sequence[str]]:
        """The page's meta values by lower-cased name, in page order, as written."""
        found: dict[str, list[str]] = {}
        for name, content in self.parsed.head.meta:
            found.setdefault(name, []).append(content[:META_LIMIT])
        return found

    def first_meta(self, names: Iterable[str]) -> tuple[str, str]:
        """The first name of ``names`` that has a value, and its value, tidy; two empty texts when none has."""
        for name in names:
            for content in self.meta.get(name, ()):
                if value := tidy(content, META_LIMIT):
                    return name, value
        return "", ""

    @cached_property
    def things(self) -> Sequence[Thing]:
        """Everything that the page's JSON-LD describes."""
        return read_things(self.parsed.head.json_ld)

    @cached_property
    def own_things(self) -> Sequence[Thing]:
        """The things of the JSON-LD that can be the page's main matter."""
        return page_things(self.things, self.url)

    @cached_property
    def url(self) -> str:
        """The page's address: where it was fetched, else what it says itself; empty when neither is known."""
        if self.parsed.page.url:
            return self.parsed.page.url
        for rel, href, _ in self.parsed.head.links:
            if rel == "canonical" and href.startswith("http"):
                return href
        return self.first_meta(("og:url",))[1]

    @cached_property
    def host(self) -> str:
        """The host of the page's address without ``www.``; empty when unknown."""
        try:
            return (urlsplit(self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""

    def absolute(self, address: str) -> str:
        """``address`` as an absolute http(s) URL, or empty when it is none."""
        address = tidy(address, META_LIMIT)
        try:
            joined = urljoin(urljoin(self.parsed.page.url or "", self.parsed.head.base), address) if address else ""
            parts = urlsplit(joined)
        except ValueError:
            return ""
        return joined if parts.scheme in ("http", "https") and parts.hostname and " " not in joined else ""

    @cached_property
    def spam_tokens(self) -> tuple[str, ...]:
        """The tokens that the labels cut as spam, longest first, without the punctuation around them."""
        found = {
            self.parsed.blocks[index].text[cut.start : cut.end].strip(" \t:：,;|–—-")
            for index, label in enumerate(self.labels)
            for cut in label.cuts
            if cut.reason is Reason.SPAM_TOKEN
        }
        return tuple(sorted(found - {""}, key=lambda token: (-len(token), token)))

    @cached_property
    def headings(self) -> Sequence[tuple[int, str]]:
        """The visible ``h1`` of the page: first block and text without cuts, in page order."""
        return [place for element in self.parsed.elements if element.tag == "h1" for place in self._place(element)]

    @cached_property
    def title_block(self) -> int:
        """The index of the block that shows the title: labelled so, or the first ``h1`` that is not the site's name; else -1."""
        for index, label in enumerate(self.labels):
            if label.reason is Reason.TITLE:
                return index
        return next((block for block, text in self.headings if not self.is_site_name(text)), -1)

    def is_near_title(self, block: int) -> bool:
        """Whether a block stands where bylines and dates do: a little above the title or below it; True without a title."""
        return self.title_block < 0 or -_BLOCKS_ABOVE_TITLE <= block - self.title_block <= _BLOCKS_BELOW_TITLE

    @cached_property
    def heading_lines(self) -> Sequence[str]:
        """The lines of those visible ``h1`` that have several: a kicker, the headline, a subtitle."""
        lines: list[str] = []
        for element in self.parsed.elements:
            if element.tag == "h1":
                texts = [line for block in self._shown(element) for line in self.parsed.blocks[block].text.split("\n")]
                lines.extend(texts if len(texts) > 1 else ())
        return lines

    @cached_property
    def named(self) -> Sequence[tuple[str, int, str]]:
        """Short visible elements that are called headline, byline, author, date or the like: (names, first block, text).

        A line of the text is a block. Block-level elements stand before the marked inline ones.
        """
        found = []
        for element in self.parsed.elements:
            if element.names and element.end - element.first <= _BLOCKS_OF_A_NAMED and _NAMED.search(element.names):
                text = "\n".join(filter(None, map(self.text_of_title, self._shown(element))))
                found.append((element.names, element.first, text))
        found.extend((names, block, text) for names, text, block in self.parsed.head.marked)
        return [named for named in found if named[2]]

    def _place(self, element: Element) -> Iterator[tuple[int, str]]:
        if text := " ".join(filter(None, map(self.text_of_title, self._shown(element)))):
            yield element.first, text

    def _shown(self, element: Element) -> list[int]:
        """The blocks of an element that a reader sees and that are no button ("Copy link" in a heading)."""
        blocks = self.parsed.blocks
        return [i for i in range(element.first, element.end) if not blocks[i].hidden and blocks[i].tag != "button"]

    def text_of_title(self, index: int) -> str:
        """A block's text without the cuts that take site, place or spam out of a title; its own dates and names stay."""
        block, label = self.parsed.blocks[index], self.labels[index]
        return without(block, [(cut.start, cut.end) for cut in label.cuts if cut.reason in _CUTS_OF_A_TITLE])

    @cached_property
    def text_begins(self) -> int:
        """The index of the first block that reads like a paragraph of the main text; the number of blocks if none does."""
        for index, (block, label) in enumerate(zip(self.parsed.blocks, self.labels, strict=True)):
            if label.keep and len(block.text) >= LONG_PARAGRAPH and block.link_chars * 2 < len(block.text) and not block.hidden:
                return index
        return len(self.parsed.blocks)

    def is_site_name(self, text: str) -> bool:
        """Whether ``text`` is how the site calls itself: a name in its head, or its host."""
        return letters(text) in self.site_letters

    @cached_property
    def site_letters(self) -> frozenset[str]:
        """The site's names as ``tidy.letters`` spells them."""
        names = {letters(tidy(value, 100)) for name in SITE_META for value in self.meta.get(name, ())}
        for thing in self.things:
            for described in (thing, resolved(thing.get("publisher"), self.things)):
                # A site of one person has that person as its organization; the person stays an author.
                if (
                    isinstance(described, dict)
                    and _SITE_TYPES.intersection(kinds := set(types_of(described)))
                    and "Person" not in kinds
                ):
                    names.add(letters(text_of(described.get("name"))[:100]))
        parts = [part for part in self.host.split(".") if part not in _HOST_PARTS]
        if self.host:
            names |= {letters(self.host), *(letters(part) for part in parts if len(part) > 2), letters("".join(parts))}
        return frozenset(names - {""})


SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site", "dc.publisher", "publisher")
_SITE_TYPES = frozenset(("WebSite", "Organization", "NewsMediaOrganization", "Corporation", "LocalBusiness"))
_HOST_PARTS = frozenset(("com", "co", "org", "net", "gov", "edu", "ac", "blog", "www", "m", "news", "io", "de", "uk", "en"))
_BLOCKS_ABOVE_TITLE, _BLOCKS_BELOW_TITLE = 12, 40
_BLOCKS_OF_A_NAMED = 6  # an element called "author" with more blocks than this is a profile or a whole column


def without(block: Block, ranges: Sequence[tuple[int, int]]) -> str:
    """The block's text on one line without ``ranges``."""
    pieces, at = [], 0
    for start, end in ranges:
        pieces.append(block.text[at:start])
        at = max(at, end)
    pieces.append(block.text[at:])
    return " ".join(" ".join(pieces).split())

"""What every field is decided from, gathered once a page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from urllib.parse import urljoin, urlsplit

from cleaner.metadata.copyright_line import holders_of_copyright, site_names_by_copyright
from cleaner.metadata.json_ld import Thing, page_things, read_things, resolved, text_of, types_of
from cleaner.metadata.names import names_in
from cleaner.metadata.opening import LINE_WITH_OPENING, Opening, opening_of
from cleaner.metadata.tidy import ideographs, letters, tidy
from cleaner.types import NO_FACTS, Block, Element, Label, Parsed, Reason, SiteFacts

LONG_PARAGRAPH = 140  # characters; where an article's text begins, titles and standfirsts lie above
META_LIMIT = 2_000  # characters of one meta value that are looked at
BLOCK_LIMIT = 2_000  # characters of one block; titles, bylines and dates stand in the first hundred
MAX_HEADINGS = 10  # pages that use h1 for everything have their title among the first

_CUTS_OF_A_TITLE = (Reason.SPAM_TOKEN, Reason.BREADCRUMB, Reason.HEADER, Reason.NAVIGATION)
_HEADLINE_NAMES = re.compile(r"\b(?:headline|(?:entry|article|post|story|page|topic|thread)[-_]?(?:title|headline))\b")
_ARTICLE = re.compile(r"Article|Posting$|Report$")
_THREADS = frozenset(("DiscussionForumPosting", "QAPage", "Question"))
_THREAD_ADDRESS = re.compile(  # of forum engines
    r"/(?:viewtopic|showthread|thread|topic)(?:\.php|\.html?|\?)|[?&]topic=\d|/(?:threads?|topics?)/[^/?]*\d|/t/[^/]{2,120}/\d+(?:$|[/?])"
    r"|/d/\d+-|/questions/\d+/|/thread-\d|/discussions?/\d|/community/discussion/|/forums?/(?:[^/]+/){0,3}\d{4,}-|/comments/\w{5,8}/"
)
_first_block = attrgetter("first")
_ORIGIN = re.compile(r"(?P<origin>https?://[^\s/?#\[\]@:]+(?::\d{1,5})?)(?=[/?#]|$)", re.I)


@dataclass(frozen=True)
class Facts:
    """A parsed page, its labels and what is known of its site, with the views of them that several fields share."""

    parsed: Parsed
    labels: Sequence[Label]
    site: SiteFacts = NO_FACTS

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

    @cached_property
    def _base(self) -> str:
        """What relative addresses are relative to. Raises ValueError for a broken one."""
        return urljoin(self.parsed.page.url or "", self.parsed.head.base)

    @cached_property
    def _origin(self) -> str:
        """Scheme and host of what relative addresses are relative to, without a slash; empty when unknown."""
        match = _ORIGIN.match(self._base)
        return match["origin"] if match else ""

    def absolute(self, address: str) -> str:
        """``address`` as an absolute http(s) URL, or empty when it is none."""
        address = tidy(address, META_LIMIT)
        try:
            if address.startswith("/") and not address.startswith("//") and "/." not in address:
                joined = self._origin + address
            else:
                joined = address if not address or _ORIGIN.match(address) else urljoin(self._base, address)
        except ValueError:
            return ""
        return joined if _ORIGIN.match(joined) and " " not in joined else ""

    @cached_property
    def spam_tokens(self) -> tuple[str, ...]:
        """The tokens that the labels cut as spam, and the site's own, longest first, without the punctuation around them."""
        found = {
            self.parsed.blocks[index].text[cut.start : cut.end].strip(" \t:：,;|–—-[]()（）【】")
            for index, label in enumerate(self.labels)
            if label.cuts
            for cut in label.cuts
            if cut.reason is Reason.SPAM_TOKEN
        }
        found.add(self.site.spam_token)
        return tuple(sorted(found - {""}, key=lambda token: (-len(token), token)))

    @cached_property
    def page_kind(self) -> str:
        """What the page says it is: article, product, thread, home, or just page."""
        kinds = {kind for thing in self.own_things for kind in types_of(thing)}
        if self.url and path_of(self.url) in ("", "/"):
            return "home"
        if (kinds & _THREADS and "FAQPage" not in kinds) or _THREAD_ADDRESS.search(self.url):
            return "thread"
        if "Product" in kinds or "product" in self.meta.get("og:type", ("",))[0]:
            return "product"
        if any(_ARTICLE.search(kind) for kind in kinds) or self.meta.get("og:type", ("",))[0] == "article":
            return "article"
        return "page"

    @cached_property
    def _h1(self) -> Sequence[Element]:
        return [element for element in self.parsed.elements if element.tag == "h1"][:MAX_HEADINGS]

    @cached_property
    def headings(self) -> Sequence[tuple[int, str]]:
        """The visible ``h1`` of the page: first block and text without cuts, in page order."""
        return [place for element in self._h1 for place in self._place(element)]

    @cached_property
    def heading_lines(self) -> Sequence[str]:
        """The lines of those visible ``h1`` that have several: a kicker, the headline, a subtitle."""
        lines: list[str] = []
        for element in self._h1:
            shown = self._shown(element)
            texts = [line for block in shown for line in self.parsed.blocks[block].text[:BLOCK_LIMIT].split("\n")]
            lines.extend(texts if 1 < len(texts) <= MAX_HEADINGS else ())
        return lines

    @cached_property
    def named_headline(self) -> str:
        """The text of the first element above the text that is called headline or title of an article; empty if none is."""
        below = bisect_right(self.parsed.elements, self.text_begins, key=_first_block)
        for element in self.parsed.elements[:below]:
            names = element.names
            if ("title" in names or "headline" in names) and _is_headline(names):
                for _, text in self._place(element) if element.end - element.first <= _BLOCKS_OF_A_NAMED else ():
                    return text
        marks = ((block, text) for names, text, block in self.parsed.head.marked if _is_headline(names))
        return next((text for block, text in marks if block <= self.text_begins), "")

    def _place(self, element: Element) -> Iterator[tuple[int, str]]:
        if text := " ".join(filter(None, map(self.text_of_title, self._shown(element)))):
            yield element.first, text

    def _shown(self, element: Element) -> list[int]:
        """The blocks of an element that a reader sees and that are no button ("Copy link" in a heading)."""
        blocks = self.parsed.blocks
        shown = range(element.first, min(element.end, element.first + _BLOCKS_OF_A_NAMED))
        return [i for i in shown if not blocks[i].hidden and blocks[i].tag != "button"]

    def text_of_title(self, index: int) -> str:
        """A block's text without the cuts that take site, place or spam out of a title; its own dates and names stay."""
        cuts = self.labels[index].cuts
        return without(
            self.parsed.blocks[index], [(c.start, c.end) for c in cuts if c.reason in _CUTS_OF_A_TITLE] if cuts else ()
        )

    def kept_text(self, index: int) -> str:
        """A block's text without any of its cuts."""
        return without(self.parsed.blocks[index], [(cut.start, cut.end) for cut in self.labels[index].cuts])

    @cached_property
    def text_begins(self) -> int:
        """The index of the first block that reads like a paragraph of the main text; the number of blocks if none does."""
        return self.paragraphs[0] if self.paragraphs else len(self.parsed.blocks)

    @cached_property
    def paragraphs(self) -> Sequence[int]:
        """The kept blocks that read like paragraphs, in order; of a short notice that has none, its kept sentences."""
        kept = [
            index
            for index, (block, label) in enumerate(zip(self.parsed.blocks, self.labels, strict=True))
            if label.keep and block.link_chars * 2 < len(block.text) and not block.hidden
        ]
        texts = {index: self.parsed.blocks[index].text for index in kept}
        return [index for index in kept if is_paragraph(texts[index])] or [at for at in kept if _is_sentence(texts[at])]

    @cached_property
    def trail(self) -> frozenset[str]:
        """The steps of the page's trail of links, without the page itself, as ``tidy.letters`` spells them."""
        blocks = self.parsed.blocks[: min(self.text_begins, _BLOCKS_ABOVE)]
        return frozenset(
            letters(block.text[span.start : span.end])
            for block, label in zip(blocks, self.labels, strict=False)
            if label.reason is Reason.BREADCRUMB
            for span in block.spans
            if span.kind == "link" and span.end - span.start <= _STEP_LENGTH
        )

    @cached_property
    def opening(self) -> Opening | None:
        """The headline, byline and date lines with which the text of a flattened page runs on, when it does."""
        if self.parsed.kind != "text" or not self.parsed.blocks:
            return None
        first = self.parsed.blocks[0]
        return opening_of(self.parsed.source[first.start : first.start + LINE_WITH_OPENING].split("\n", 1)[0])

    def names_in(self, text: str) -> Sequence[str]:
        """The persons' names in a byline; worked out once, as marks, links and lines often hold the same words."""
        found = self._names.get(text)
        if found is None:
            found = self._names[text] = list(names_in(text))
        return found

    @cached_property
    def _names(self) -> dict[str, Sequence[str]]:
        return {}

    def is_site_name(self, text: str) -> bool:
        """Whether ``text`` is how the site calls itself: a name in its head, or its host."""
        return letters(text) in self.site_letters

    @cached_property
    def copyright_names(self) -> Sequence[str]:
        """The site's names that its copyright line confirms."""
        return list(site_names_by_copyright(self.parsed))

    @cached_property
    def copyright_holders(self) -> Sequence[str]:
        """Who holds the copyright, by the lines at the page's end."""
        return list(holders_of_copyright(self.parsed))

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
        names.update(letters(name) for name in (*self.copyright_names, self.site.name))
        end = letters(_short_end(self.parsed.head.title[:META_LIMIT]))
        names.update(end for _, heading in self.headings if letters(heading) == end)
        parts = [part for part in self.host.split(".") if part not in _HOST_PARTS]
        if self.host:
            names |= {letters(self.host), *(letters(part) for part in parts if len(part) > 2), letters("".join(parts))}
        return frozenset(names - {""})


SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site", "dc.publisher", "publisher")
_BLOCKS_ABOVE, _STEP_LENGTH = 80, 60  # blocks in which a trail is looked for, characters of one of its steps
_SITE_TYPES = frozenset(("WebSite", "Organization", "NewsMediaOrganization", "Corporation", "LocalBusiness"))
_HOST_PARTS = frozenset(("com", "co", "org", "net", "gov", "edu", "ac", "blog", "www", "m", "news", "io", "de", "uk", "en"))
_WORDS_OF_A_SITE = 4
_BLOCKS_OF_A_NAMED = 6  # an element called "author" with more blocks than this is a profile or a whole column


def _short_end(title: str) -> str:
    """The end of "A headline of many words - Short Name", which names the site even where its logo is the page's ``h1``."""
    head, _, end = next((title.rpartition(sign) for sign in (" | ", " - ", " – ", " — ") if sign in title), ("", "", ""))
    return end if 0 < len(end.split()) <= _WORDS_OF_A_SITE and len(head.split()) >= 2 * len(end.split()) else ""


def _is_sentence(text: str) -> bool:
    """Whether a block is longer than a label and ends like a sentence."""
    return len(text) + 2 * ideographs(text) >= _SHORT_SENTENCE and text.rstrip("\"”»'’)」』“‘«")[-1:] in _FULL_STOPS


_SHORT_SENTENCE = 40  # characters
_FULL_STOPS = frozenset(".!?。！？।۔؟")


def is_paragraph(text: str) -> bool:
    """Whether a block is long for a headline; an ideograph counts as three letters."""
    return len(text) >= LONG_PARAGRAPH or (
        len(text) * 3 >= LONG_PARAGRAPH and len(text) + 2 * ideographs(text) >= LONG_PARAGRAPH
    )


@lru_cache(maxsize=4096)
def _is_headline(names: str) -> bool:
    return _HEADLINE_NAMES.search(names) is not None


def path_of(url: str) -> str:
    """The path of an address; ``?`` for one that is broken."""
    try:
        return urlsplit(url).path
    except ValueError:
        return "?"


def without(block: Block, ranges: Sequence[tuple[int, int]]) -> str:
    """The beginning of the block's text on one line, without ``ranges``."""
    text = block.text[:BLOCK_LIMIT]
    if not ranges:
        return " ".join(text.split())
    pieces, at = [], 0
    for start, end in ranges:
        pieces.append(text[at:start])
        at = max(at, end)
    pieces.append(text[at:])
    return " ".join(" ".join(pieces).split())

"""The few types everything else speaks in: a page goes in, blocks and labels are made of it, a document comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

Kind = Literal["html", "text"]
Status = Literal["ok", "empty"]

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class Reason(StrEnum):
    """Why a piece of a page is not its content. The values are the wire names."""

    NAVIGATION = "navigation"
    BREADCRUMB = "breadcrumb"
    HEADER = "header"
    FOOTER = "footer"
    SIDEBAR = "sidebar"
    NEWSLETTER = "newsletter"
    SUBSCRIPTION = "subscription"
    CONSENT = "consent"
    SHARE = "share"
    RELATED = "related"
    LINK_LIST = "link-list"
    TEASER = "teaser"
    READ_MORE = "read-more"
    AUTHOR_BOX = "author-box"
    BYLINE = "byline"
    DATE_LINE = "date-line"
    COMMENTS = "comments"
    LEGAL = "legal"
    AD = "ad"
    COUNTER = "counter"
    PHOTO_CREDIT = "photo-credit"
    CAPTION = "caption"
    WIRE_SIGNOFF = "wire-signoff"
    WIDGET_RESIDUE = "widget-residue"
    SPAM_TOKEN = "spam-token"  # noqa: S105  # no password
    TITLE = "title"
    TAGS = "tags"
    FORM = "form"
    DOWNLOAD_APP = "download-app"
    CONTACT = "contact"
    ERROR_PAGE = "error-page"
    HIDDEN = "hidden"
    DUPLICATE = "duplicate"
    REPEATS_ON_SITE = "repeats-on-site"
    ONLY_IN_THIS_COPY = "only-in-this-copy"
    NOT_MAIN_CONTENT = "not-main-content"


@dataclass(frozen=True, slots=True)
class Page:
    """One scraped page, as it came.

    ``content`` is the raw body: bytes (decoded by the WHATWG order) or text. ``kind`` is settled from the content when it
    is not given. ``charset`` is what the transport said (an HTTP ``Content-Type``), ``fetched_at`` when the page was
    scraped; both may be unknown.
    """

    id: str
    content: bytes | str
    kind: Kind | None = None
    url: str | None = None
    charset: str | None = None
    fetched_at: datetime | None = None


SpanKind = Literal["link", "strong", "em", "code"]


@dataclass(slots=True)
class Span:
    """A stretch ``[start, end)`` of a block's text that is a link or emphasised; a link's ``target`` is its ``href``."""

    kind: SpanKind
    start: int
    end: int
    target: str = ""


@dataclass(slots=True)
class Image:
    """A picture that stands before ``blocks[block]``; ``target`` is its source as written, ``text`` its alternative text."""

    block: int
    target: str
    text: str


@dataclass(slots=True)
class Element:
    """A block-level element of an HTML page: a room in which blocks stand. Of those without text only table cells are kept.

    ``names`` is what its author called it: class, id, role, itemprop and aria-label, lower-cased, joined by spaces.
    ``parent`` is the index of the element around it (-1 for the root), always smaller than its own. ``first`` and ``end``
    say which blocks it holds: ``blocks[first:end]``.
    """

    tag: str
    names: str
    parent: int
    first: int
    end: int


@dataclass(slots=True)
class Block:
    """The smallest run of text that is kept or dropped whole: a maximal inline run in one block-level element, or a line.

    ``text`` has its white space folded (not in ``pre``; a single ``<br>`` is a newline). Blocks of an HTML page know their
    ``element`` (an index into ``Parsed.elements``); blocks of a text page know ``start`` and ``end``, the half-open range
    of ``Parsed.source`` that is exactly ``text``. ``hidden`` names the mark by which a browser would not show the block
    ("hidden", "noscript", "template", "off-screen"), and is empty for visible ones.
    """

    text: str
    tag: str
    element: int = -1
    start: int = -1
    end: int = -1
    spans: tuple[Span, ...] = ()
    link_chars: int = 0
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Charset:
    """The encoding a page was decoded with and what settled it: bom, transport, meta, detector or text."""

    name: str
    source: Literal["bom", "transport", "meta", "detector", "text"]


@dataclass(frozen=True, slots=True)
class Head:
    """What an HTML page says about itself outside its text, in page order, as written.

    ``meta`` holds (lower-cased name, property, itemprop or http-equiv; content), ``links`` (lower-cased rel, href, hreflang),
    ``json_ld`` the raw scripts, ``times`` the ``<time>`` elements as (datetime, text, block index), ``marked`` the inline
    elements that say what they are by itemprop, property, rel or class: (their names, text or content, block index).
    """

    title: str = ""
    language: str = ""
    base: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    json_ld: tuple[str, ...] = ()
    times: tuple[tuple[str, str, int], ...] = ()
    marked: tuple[tuple[str, str, int], ...] = ()


MAX_STEPS = 20  # of a block's path; hostile pages are 500 deep
MAX_STEP_NAME = 60  # characters


@dataclass(frozen=True)
class Parsed:
    """A page as blocks. ``source`` is the decoded page; text blocks' offsets point into it."""

    page: Page
    kind: Kind
    source: str
    charset: Charset
    blocks: Sequence[Block]
    elements: Sequence[Element] = ()
    images: Sequence[Image] = ()
    head: Head = field(default_factory=Head)

    def ancestors(self, index: int) -> Iterator[Element]:
        """The elements around the element ``index``, itself first, the root last."""
        while index >= 0:
            element = self.elements[index]
            yield element
            index = element.parent

    def path(self, block: Block) -> str:
        """The place of an HTML block, as in ``html/body/div.main/p``; empty for text pages.

        Of a block that stands deep it has the last steps, after ``.../``.
        """
        steps: list[str] = []
        for element in self.ancestors(block.element):
            if len(steps) == MAX_STEPS:
                steps.append("...")
                break
            name = element.names.split(" ", 1)[0][:MAX_STEP_NAME]
            steps.append(f"{element.tag[:MAX_STEP_NAME]}.{name}" if name else element.tag[:MAX_STEP_NAME])
        return "/".join(reversed(steps))


class Cut(NamedTuple):
    """A part ``[start, end)`` of a kept block's text that goes."""

    start: int
    end: int
    by: str
    reason: Reason


class Label(NamedTuple):
    """A cleaner's verdict on one block: kept or not, by which rule or model, why, and how sure (0 to 1).

    ``reason`` is None for kept blocks. ``cuts`` are the parts of a kept block that go; they are sorted and do not overlap.
    Those of a block that goes whole say where a spam token stands in it, such as before the headline.
    """

    keep: bool
    by: str
    reason: Reason | None = None
    score: float = 1.0
    cuts: tuple[Cut, ...] = ()


TextSide = Literal["above", "below"]


class AuthorForm(NamedTuple):
    """Where and how a site names who wrote a page: in a line of the form ``line``, above or below the text.

    All are forms as ``metadata.line_forms`` makes them, with ``@`` for the names; ``@ …`` is a line that only begins with
    them. ``before`` and ``after`` are what stands in the lines around it, as in a box; empty where they may be anything.
    """

    side: TextSide
    before: str
    line: str
    after: str

    @property
    def told(self) -> str:
        """In words: "below the text: about the author / @ …"."""
        return f"{self.side} the text: {' / '.join(filter(None, (self.before, self.line, self.after)))}"


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the pages of a site agree on; empty where they do not.

    ``name`` is what the site's titles end with behind a bar or a dash, or, in small letters, the words of its lines that
    spell its host; ``title_end`` is the end of titles with the bar. ``author_forms`` say where authors are named;
    ``date_lines`` are forms of lines as ``metadata.line_forms`` makes them; the most frequent first. ``spam_token`` is what
    the host injects into titles and texts that are not its own.
    """

    name: str = ""
    title_end: str = ""
    author_forms: tuple[AuthorForm, ...] = ()
    date_lines: tuple[str, ...] = ()
    spam_token: str = ""


NO_FACTS = SiteFacts()


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a cleaner says of a page: one label a block, and, where it can tell, the page's type and how good the result is.

    ``page_type`` is article, forum, product, listing, collection, documentation, service or none, and empty when the cleaner
    does not know it. ``quality`` is the word F1 that the result is likely to reach, 0 to 1. ``site`` is what the cleaner
    knows of the page's site from its other pages.
    """

    labels: Sequence[Label]
    page_type: str = ""
    quality: float | None = None
    site: SiteFacts = NO_FACTS


class Removed(NamedTuple):
    """A piece that went: its text, why, by which rule, and its place.

    ``block`` is the block's index; ``start`` and ``end`` are offsets into that block's text (a cut) or cover it all.
    """

    text: str
    reason: Reason
    by: str
    score: float
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Other:
    """A value that another source of the page gives for the same field, and the probability that it is the right one."""

    value: str
    source: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Value:
    """One metadata value with where it was found; ``raw`` is the text before it was cleaned, where that differs.

    ``confidence`` is between 0 and 1; for titles, authors and days of publication it is the probability to be right, measured
    on sites that the weights were not learned from; for canonical addresses, site names and sections a measured share by
    source; for the rest an order of trust. ``ambiguous`` is set for a date such as 03/04/2024 that nothing on the page
    settles. ``others`` are the values of sources that disagree, the most probable first.
    """

    value: str
    source: str
    confidence: float
    raw: str | None = None
    ambiguous: bool = False
    others: tuple[Other, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the main content: its absolute address, its alternative text and its caption; empty where there is none."""

    url: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a page beside its text. Absent (None, empty) where the page does not tell.

    ``license`` is an address or the page's own words, ``access`` one of free, metered and paid, ``comments`` the number that
    the page states, in digits.
    """

    title: Value | None = None
    authors: tuple[Value, ...] = ()
    date_published: Value | None = None
    date_modified: Value | None = None
    language: Value | None = None
    site_name: Value | None = None
    canonical_url: Value | None = None
    description: Value | None = None
    image: Value | None = None
    images: tuple[Picture, ...] = ()
    tags: tuple[Value, ...] = ()
    section: Value | None = None
    agency: Value | None = None
    license: Value | None = None
    access: Value | None = None
    comments: Value | None = None


@dataclass(frozen=True)
class Document:
    """A cleaned page: what was kept, what went and why, and what is known about it.

    ``labels`` has one label a block of ``parsed``. ``kept`` holds the kept blocks in page order with their cuts already
    taken out; ``images`` the pictures among them, whose ``block`` counts in ``kept``. ``removed`` is in page order.
    ``warnings`` are machine-readable words such as ``no-content``, ``bot-wall``, ``js-shell``; ``page_type`` and ``quality``
    are what the cleaner says of them, see Labelled.
    """

    parsed: Parsed
    labels: Sequence[Label]
    kept: Sequence[Block]
    images: Sequence[Image]
    removed: Sequence[Removed]
    metadata: Metadata
    cleaner: str
    version: str
    page_type: str = ""
    quality: float | None = None
    warnings: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.parsed.page.id

    @property
    def text(self) -> str:
        """The body as plain text, a line a block. ``formats.to_text`` sets paragraphs and tables apart."""
        return "\n".join(block.text for block in self.kept)

    @property
    def status(self) -> Status:
        return "ok" if self.kept else "empty"

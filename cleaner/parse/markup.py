"""HTML into blocks: the one place that knows the parser.

The page is read as the event stream of a WHATWG tree construction (turbohtml): start of an element, text, end of an
element. No tree is built here. A block is a maximal run of inline text inside one block-level element.
"""

from __future__ import annotations

import re
from functools import lru_cache

from turbohtml.saxparse import SaxHandler, sax_parse

from cleaner.errors import PageRefused
from cleaner.parse.decode import without_controls
from cleaner.types import Block, Charset, Element, Head, Image, Page, Parsed, Span, SpanKind

MAX_NODES = 200_000  # elements and texts; the largest of 2,400 annotated pages has 62,000
MAX_ATTRIBUTES = 2_000  # on one element; the parser itself caps nesting at 512 levels and keeps the text below
MAX_JSON_LD = 2_000_000  # characters of JSON-LD kept over all scripts
MAX_OPEN = 20  # links, emphases and marks inside each other that are followed; more add nothing a reader could see
MAX_NAMES = 400  # characters of what an element is called
MAX_MARK = 500  # characters of what an inline mark holds; names and dates are shorter

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math nobr option optgroup output q rb rp "
    "rt rtc ruby s samp slot small span strike strong sub sup time tt u var mi mo mn mrow msup msub mfrac msqrt mtext "
    "annotation semantics".split()
)
_SKIPPED = frozenset("style iframe svg object embed applet canvas audio video map noembed noframes datalist".split())
_EMPTY = frozenset("input source track param col area wbr".split())
_CELLS = frozenset(("td", "th"))  # an empty cell keeps its column
_CONTROLS = frozenset(("select", "textarea"))
_SPAN_KINDS: dict[str, SpanKind] = {
    "a": "link",
    "strong": "strong",
    "b": "strong",
    "em": "em",
    "i": "em",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
_HIDDEN_STYLE = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.I)
_HIDDEN_CLASSES = frozenset(
    ("sr-only", "screen-reader-text", "visually-hidden", "visuallyhidden", "screen-reader", "is-hidden", "hidden")
)
_MARK_WORDS = re.compile(r"author|byline|date|publish|updated|modified|time|headline|creator|writer", re.I)
_NAMING = ("class", "id", "role", "itemprop", "aria-label")
_IMAGE_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff "

_Attributes = dict[str, str | None]


def parse_markup(page: Page, source: str, charset: Charset) -> Parsed:
    """The blocks, elements, images and head facts of an HTML page.

    Raises PageRefused("nodes") beyond MAX_NODES, PageRefused("attributes") beyond MAX_ATTRIBUTES on one element.
    """
    builder = _Builder()
    sax_parse(source, builder)
    builder.flush()
    head = Head(
        title=builder.title,
        language=builder.language,
        base=builder.base,
        meta=tuple(builder.meta),
        links=tuple(builder.links),
        json_ld=tuple(builder.json_ld),
        times=tuple(builder.times),
        marked=tuple(builder.marked),
    )
    return Parsed(page, "html", source, charset, builder.blocks, builder.elements, builder.images, head)


class _Room:
    """What holds inside an open block-level element; the stack keeps the one around it."""

    __slots__ = ("element", "hidden", "preformatted", "tag")

    def __init__(self, element: int, tag: str, hidden: str, preformatted: bool) -> None:
        self.element = element
        self.tag = tag
        self.hidden = hidden
        self.preformatted = preformatted


class _Inline:
    """An inline element that is open: a span of the run being read, or a mark whose text metadata wants."""

    __slots__ = ("content", "kind", "mark", "part", "start", "target")

    def __init__(self, kind: SpanKind | None, start: int, part: int, target: str, mark: str, content: str) -> None:
        self.kind = kind
        self.start = start  # in the run's text
        self.part = part  # and in its parts
        self.target = target
        self.mark = mark
        self.content = content


class _Builder(SaxHandler):
    """Folds the event stream into blocks. ``_stack`` has one entry an open element; ``_parts`` is the run being read."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.elements: list[Element] = []
        self.images: list[Image] = []
        self.meta: list[tuple[str, str]] = []
        self.links: list[tuple[str, str, str]] = []
        self.json_ld: list[str] = []
        self.times: list[tuple[str, str, int]] = []
        self.marked: list[tuple[str, str, int]] = []
        self.title = self.language = self.base = ""
        self._nodes = 0
        self._json_ld_size = 0
        self._stack: list[_Room | _Inline | None] = []
        self._room = _Room(-1, "body", "", False)
        self._skipping = 0
        self._collected: list[str] | None = None  # the raw text of the title or of a JSON-LD script
        self._open: list[_Inline] = []
        self._parts: list[str] = []
        self._length = 0
        self._gap = ""  # white space owed before the next text
        self._spans: list[Span] = []

    # -- events ------------------------------------------------------------------------------------------------------

    def start_element(self, tag: str, attrs: tuple[tuple[str, str | None], ...]) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise PageRefused("nodes", f"the page has more than {MAX_NODES:,} elements and texts: split it")
        if len(attrs) > MAX_ATTRIBUTES:
            raise PageRefused("attributes", f"an element has more than {MAX_ATTRIBUTES:,} attributes: this is no page")
        if self._skipping:
            self._skipping += 1
        elif tag in _INLINE:
            self._start_inline(tag, attrs)
        elif tag in _SKIPPED:
            self._skipping = 1
        elif tag in _EMPTY:
            self._stack.append(None)
        elif tag in _SPECIAL:
            self._stack.append(None)
            _SPECIAL[tag](self, dict(attrs))
        else:
            self._open_room(tag, dict(attrs) if attrs else {})

    def end_element(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        ended = self._stack.pop()
        if ended is None:
            if self._collected is not None:
                self._keep_collected(tag)
        elif type(ended) is _Inline:
            self._close_inline(ended)
        else:
            self._close_room(ended)  # type: ignore[arg-type]

    def characters(self, data: str) -> None:
        self._nodes += 1
        if self._skipping:
            return
        if self._collected is not None:
            self._collected.append(data)
        elif self._room.preformatted:
            self._append(without_controls(data))
        elif data.isspace():
            self._gap = self._gap or " "
        else:
            text = " ".join(data.split())
            if not text.isprintable():
                data = without_controls(data)
                text = " ".join(data.split())
            if data[0].isspace():
                self._gap = self._gap or " "
            if text:
                self._append(text)
            if data[-1].isspace():
                self._gap = " "

    # -- runs of text ------------------------------------------------------------------------------------------------

    def _append(self, text: str) -> None:
        if self._gap and self._length:
            for inline in self._open:
                if inline.start == self._length:
                    inline.start += 1
            text = self._gap + text
        self._gap = ""
        self._parts.append(text)
        self._length += len(text)

    def flush(self) -> None:
        """End the run: what was read becomes a block of the current room; open inline elements go on in the next run."""
        self._gap = ""
        if not self._length:
            return
        for inline in self._open:
            self._emit_span(inline)
            inline.start = inline.part = 0
        room = self._room
        raw = "".join(self._parts)
        text = raw.strip()
        if room.preformatted:
            lead = len(raw) - len(raw.lstrip("\n\r"))
            text = raw[lead:].rstrip()
            for span in self._spans:
                span.start = max(0, span.start - lead)
                span.end = min(len(text), span.end - lead)
            self._spans = [span for span in self._spans if span.start < span.end]
        if text.strip(_INVISIBLE):
            links = 0
            for span in self._spans:
                if span.kind == "link":
                    links += span.end - span.start
            block = Block(text, room.tag, room.element, -1, -1, tuple(self._spans), min(links, len(text)), room.hidden)
            self.blocks.append(block)
        self._parts = []
        self._length = 0
        if self._spans:
            self._spans = []

    def _line_break(self, attributes: _Attributes) -> None:
        if self._room.preformatted:
            self._append("\n")
        elif self._gap == "\n":
            self.flush()
        elif self._length:
            self._gap = "\n"

    # -- inline elements ---------------------------------------------------------------------------------------------

    def _start_inline(self, tag: str, attrs: tuple[tuple[str, str | None], ...]) -> None:
        kind = _SPAN_KINDS.get(tag)
        if tag == "option":
            self._gap = self._gap or " "
        if not attrs:
            if kind is None and tag != "time":
                self._stack.append(None)
                return
            attributes: _Attributes = {}
        else:
            attributes = dict(attrs)
            if _hidden_mark(attributes):
                self._open_room(tag, attributes)
                return
        if tag == "time":
            mark, content = "time", attributes.get("datetime") or attributes.get("content") or ""
        else:
            mark, content = _metadata_mark(attributes) if attributes else ("", "")
        target = ""
        if kind == "link":
            target = without_controls((attributes.get("href") or "").strip())
            if not target and "href" not in attributes:
                kind = None
        if kind is not None and any(inline.kind == kind for inline in self._open):
            kind = None  # bold in bold is bold
        if (kind is None and not mark) or len(self._open) == MAX_OPEN:
            self._stack.append(None)
            return
        inline = _Inline(kind, self._length, len(self._parts), target, mark, content)
        self._open.append(inline)
        self._stack.append(inline)

    def _close_inline(self, inline: _Inline) -> None:
        self._open.remove(inline)
        if inline.mark:
            text = "".join(self._parts[inline.part : inline.part + MAX_MARK])[:MAX_MARK].strip()
            if inline.mark == "time":
                self.times.append((inline.content, text, len(self.blocks)))
            elif text or inline.content:
                self.marked.append((inline.mark, inline.content or text, len(self.blocks)))
        self._emit_span(inline)

    def _emit_span(self, inline: _Inline) -> None:
        if inline.kind is not None and inline.start < self._length:
            self._spans.append(Span(inline.kind, inline.start, self._length, inline.target))

    # -- block-level elements ----------------------------------------------------------------------------------------

    def _open_room(self, tag: str, attributes: _Attributes) -> None:
        if self._length:
            self.flush()
        self._gap = ""
        if not tag.isprintable():
            tag = without_controls(tag)
        room = self._room
        self._stack.append(room)
        hidden = room.hidden
        names = ""
        if attributes:
            hidden = hidden or _hidden_mark(attributes)
            names = _names(attributes)
            if tag == "html":
                self.language = self.language or (attributes.get("lang") or attributes.get("xml:lang") or "").strip()
            if attributes.get("content") and attributes.get("itemprop"):
                self.marked.append((names, without_controls(attributes["content"] or ""), len(self.blocks)))
        if tag == "noscript" or tag == "template":
            hidden = hidden or tag
        elif tag in _CONTROLS:
            hidden = hidden or "control"
        elif tag == "dialog" and "open" not in attributes:
            hidden = hidden or "dialog"
        self.elements.append(Element(tag, names, room.element, len(self.blocks), -1))
        self._room = _Room(len(self.elements) - 1, tag, hidden, room.preformatted or tag == "pre" or tag == "textarea")

    def _close_room(self, outer: _Room) -> None:
        if self._length:
            self.flush()
        self._gap = ""
        index = self._room.element
        element = self.elements[index]
        element.end = len(self.blocks)
        if element.first == element.end and element.tag not in _CELLS:
            del self.elements[index:]
        self._room = outer

    # -- elements with a meaning of their own ------------------------------------------------------------------------

    def _horizontal_rule(self, attributes: _Attributes) -> None:
        self.flush()

    def _image(self, attributes: _Attributes) -> None:
        for name in _IMAGE_SOURCES:
            source = (attributes.get(name) or "").strip()
            if source and not source.startswith("data:"):
                alt = " ".join(without_controls(attributes.get("alt") or "").split())
                self.images.append(Image(len(self.blocks), without_controls(source), alt))
                return

    def _title(self, attributes: _Attributes) -> None:
        self._collected = []

    def _script(self, attributes: _Attributes) -> None:
        if (attributes.get("type") or "").strip().lower() == "application/ld+json":
            self._collected = []
        else:
            self._stack.pop()
            self._skipping = 1

    def _keep_collected(self, tag: str) -> None:
        text = without_controls("".join(self._collected or ()))
        self._collected = None
        if tag == "title":
            self.title = self.title or " ".join(text.split())
        else:
            self._json_ld_size += len(text)
            if self._json_ld_size <= MAX_JSON_LD:
                self.json_ld.append(text)

    def _meta(self, attributes: _Attributes) -> None:
        name = (
            attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or attributes.get("http-equiv")
        )
        content = attributes.get("content")
        if name and content:
            self.meta.append((name.strip().lower(), without_controls(content).strip()))

    def _link(self, attributes: _Attributes) -> None:
        rel, href = attributes.get("rel"), attributes.get("href")
        if rel and href:
            self.links.append((rel.strip().lower(), without_controls(href).strip(), attributes.get("hreflang") or ""))

    def _base(self, attributes: _Attributes) -> None:
        self.base = self.base or without_controls(attributes.get("href") or "").strip()


_SPECIAL = {
    "br": _Builder._line_break,
    "hr": _Builder._horizontal_rule,
    "img": _Builder._image,
    "title": _Builder._title,
    "script": _Builder._script,
    "meta": _Builder._meta,
    "link": _Builder._link,
    "base": _Builder._base,
}


def _names(attributes: _Attributes) -> str:
    """Class, id, role, itemprop and aria-label as one lower-cased line; empty for most elements."""
    names = ""
    for key in _NAMING:
        if key in attributes and (value := attributes[key]):
            names = f"{names} {value}" if names else value
    return " ".join(without_controls(names).lower().split())[:MAX_NAMES] if names else ""


def _hidden_mark(attributes: _Attributes) -> str:
    """The mark by which a browser would not show the element; empty for a visible one."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return "hidden"
    if "style" in attributes and (style := attributes["style"]) and _HIDDEN_STYLE.search(style):
        return "style"
    if "class" in attributes and (names := attributes["class"]) and not _HIDDEN_CLASSES.isdisjoint(names.split()):
        return "class"
    return ""


def _metadata_mark(attributes: _Attributes) -> tuple[str, str]:
    """What an inline element says it is (itemprop, rel or class names), and the machine-readable content it carries."""
    names = ""
    for key in ("itemprop", "rel", "class"):
        if key in attributes and (value := attributes[key]):
            names = f"{names} {value}" if names else value
    names = names[:MAX_NAMES]
    if not names or not _is_mark(names):
        return "", ""
    return names.lower(), attributes.get("content") or attributes.get("title") or ""


@lru_cache(maxsize=4096)
def _is_mark(names: str) -> bool:
    return _MARK_WORDS.search(names) is not None

"""HTML into blocks: the one place that knows the parser.

The page is read as the event stream of a WHATWG tree construction (turbohtml): start of an element, text, end of an
element. No tree is built here. A block is a maximal run of inline text inside one block-level element.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from turbohtml.saxparse import SaxHandler, sax_parse

from cleaner.errors import PageRefused
from cleaner.parse.attributes import class_facts, hidden_mark, metadata_mark, names_of
from cleaner.parse.decode import without_controls
from cleaner.parse.embedded import embedded_blocks, embedded_element
from cleaner.parse.page_facts import Attributes, PageFacts, is_json
from cleaner.types import HEADINGS, Block, Charset, Element, Image, Page, Parsed, Span, SpanKind

MAX_NODES = 200_000  # elements and texts; the largest of 2,400 annotated pages has 62,000
MAX_ATTRIBUTES = 2_000  # on one element; the parser itself caps nesting at 512 levels and keeps the text below
MAX_OPEN = 20  # links, emphases and marks inside each other that are followed; more add nothing a reader could see
MAX_MARK = 500  # characters of what an inline mark holds; names and dates are shorter

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark math nobr option optgroup output q rb rp "
    "rt rtc ruby s samp slot small span strike strong sub sup time tt u var mi mo mn mrow msup msub mfrac msqrt mtext "
    "annotation semantics".split()
)
_SKIPPED = frozenset("style iframe svg object embed applet canvas audio video map noembed noframes datalist".split())
_EMPTY = frozenset("input source track param col area wbr".split())
_CELLS = frozenset(("td", "th"))  # an empty cell keeps its column
_PREFORMATTED = frozenset(("pre", "textarea"))
_HIDING = {"noscript": "noscript", "template": "template", "select": "control", "textarea": "control", "dialog": "dialog"}
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
_SENTENCES = frozenset(("p", "li", "dd"))
_IMAGE_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff "


def parse_markup(page: Page, source: str, charset: Charset) -> Parsed:
    """The blocks, elements, images and head facts of an HTML page.

    Raises PageRefused("nodes") beyond MAX_NODES, PageRefused("attributes") beyond MAX_ATTRIBUTES on one element.
    """
    builder = _Builder()
    sax_parse(source, builder)
    builder.flush()
    builder.add_embedded()
    return Parsed(page, "html", source, charset, builder.blocks, builder.elements, builder.images, builder.facts.head())


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
    """Folds the event stream into blocks.

    ``_stack`` has one entry an open element: None where it means nothing, an ``_Inline``, a room's tag and attributes, or,
    once the room has been entered, its index in ``elements``. Most rooms of a page end without a text of their own, so a
    room is entered, and looked at, only when there is something to put into it. ``_parts`` is the run being read.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.elements: list[Element] = []
        self.images: list[Image] = []
        self.facts = PageFacts()
        self._nodes = 0
        self._stack: list[_Inline | tuple[str, Attributes] | int | None] = []
        self._room = -1  # the innermost room that has been entered
        self._hidden: list[str] = []  # for each of ``elements`` its mark, or that of a room around it
        self._verbatim = False  # text is skipped, collected or preformatted
        self._skipping = 0
        self._collected: list[str] | None = None  # the raw text of the title or of a script of JSON
        self._collecting: Attributes = ()  # the attributes of that element
        self._preformatted = 0  # open elements whose white space counts
        self._open: list[_Inline] = []
        self._parts: list[str] = []
        self._length = 0
        self._gap = ""  # white space owed before the next text
        self._spans: list[Span] = []

    def add_embedded(self) -> None:
        """Blocks from the page's scripts, where its elements hold hardly any text."""
        found = embedded_blocks(self.blocks, self.facts.json_ld, self.facts.data)
        if found:
            first, element = len(self.blocks), len(self.elements)
            self.elements.append(embedded_element(0 if self.elements else -1, first, first + len(found)))
            self.elements[0].end = first + len(found)
            self.blocks += [replace(block, element=element) for block in found]

    # -- events ------------------------------------------------------------------------------------------------------

    def start_element(self, tag: str, attrs: Attributes) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise PageRefused("nodes", f"the page has more than {MAX_NODES:,} elements and texts: split it")
        if len(attrs) > MAX_ATTRIBUTES:
            raise PageRefused("attributes", f"an element has more than {MAX_ATTRIBUTES:,} attributes: this is no page")
        if self._skipping:
            self._skipping += 1
            return
        if tag in _OPENERS:
            _OPENERS[tag](self, tag, attrs)
            return
        if self._length:
            self.flush()
        self._gap = ""
        self._stack.append((tag, attrs))

    def end_element(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
            if not self._skipping:
                self._verbatim = self._preformatted > 0
            return
        if self._length and type(self._stack[-1]) in (tuple, int):
            self.flush()
        ended = self._stack.pop()
        if ended is None:
            if self._collected is not None:
                self._keep_collected(tag)
        elif type(ended) is _Inline:
            self._close_inline(ended)
        elif type(ended) is int:
            self._close_room(tag, ended)
        else:
            self._leave_empty_room(tag, ended[1])  # type: ignore[index]

    def characters(self, data: str) -> None:
        self._nodes += 1
        if self._verbatim:
            self._characters_verbatim(data)
            return
        words = data.split()
        if not words:
            self._gap = self._gap or " "
            return
        text = " ".join(words)
        if not text.isprintable():
            data = without_controls(data)
            text = " ".join(data.split())
            if not text:
                self._gap = self._gap or " "
                return
        if data[0] != text[0] and not self._gap:
            self._gap = " "
        if self._gap:
            text = self._with_gap(text)
        self._parts.append(text)
        self._length += len(text)
        if data[-1] != text[-1]:
            self._gap = " "

    def _characters_verbatim(self, data: str) -> None:
        if self._skipping:
            return
        if self._collected is not None:
            self._collected.append(data)
        else:
            self._append(without_controls(data))

    # -- runs of text ------------------------------------------------------------------------------------------------

    def _append(self, text: str) -> None:
        if self._gap:
            text = self._with_gap(text)
        self._parts.append(text)
        self._length += len(text)

    def _with_gap(self, text: str) -> str:
        """The text with the white space that is owed before it; links and emphasis begin behind that."""
        gap, self._gap = self._gap, ""
        if not self._length:
            return text
        for inline in self._open:
            if inline.start == self._length:
                inline.start += 1
        return gap + text

    def flush(self) -> None:
        """End the run: what was read becomes a block of the current room; open inline elements go on in the next run."""
        self._gap = ""
        if not self._length:
            return
        self._enter_rooms()
        if self._open:
            for inline in self._open:
                self._emit_span(inline)
                inline.start = inline.part = 0
        raw = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        text = self._without_margins(raw) if self._preformatted else raw.strip()
        if text.strip(_INVISIBLE):
            links = 0
            for span in self._spans:
                if span.kind == "link":
                    links += span.end - span.start
            room = self._room
            tag, hidden = (self.elements[room].tag, self._hidden[room]) if room >= 0 else ("body", "")
            self.blocks.append(Block(text, tag, room, -1, -1, tuple(self._spans), min(links, len(text)), hidden))
        self._parts = []
        self._length = 0
        if self._spans:
            self._spans = []

    def _without_margins(self, raw: str) -> str:
        """A preformatted run without the empty lines around it; its spans move along."""
        lead = len(raw) - len(raw.lstrip("\n\r"))
        text = raw[lead:].rstrip()
        for span in self._spans:
            span.start = max(0, span.start - lead)
            span.end = min(len(text), span.end - lead)
        self._spans = [span for span in self._spans if span.start < span.end]
        return text

    def _line_break(self, tag: str, attrs: Attributes) -> None:
        self._stack.append(None)
        if self._preformatted:
            self._append("\n")
        elif self._gap == "\n":
            self.flush()
        elif self._length:
            self._gap = "\n"

    # -- inline elements ---------------------------------------------------------------------------------------------

    def _open_plain(self, tag: str, attrs: Attributes) -> None:
        if attrs:
            self._open_inline(tag, attrs)
        else:
            self._stack.append(None)

    def _open_option(self, tag: str, attrs: Attributes) -> None:
        self._gap = self._gap or " "
        self._open_plain(tag, attrs)

    def _open_inline(self, tag: str, attrs: Attributes) -> None:
        kind = _SPAN_KINDS.get(tag)
        target = mark = content = ""
        if attrs:
            attributes = dict(attrs)
            if hidden_mark(attributes):
                self._open_room(tag, attrs)
                return
            if kind == "link" and (href := attributes.get("href")) is not None:
                target = without_controls(href.strip())
            elif kind == "link" and "href" not in attributes:
                kind = None
            mark, content = metadata_mark(attributes)
        elif kind == "link":
            kind = None
        if tag == "time":
            mark = "time"
            content = attributes.get("datetime") or attributes.get("content") or "" if attrs else ""
        if kind is not None and self._open and any(inline.kind == kind for inline in self._open):
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
            self.facts.add_inline(inline.mark, inline.content, text, len(self.blocks))
        if inline.kind is not None:
            self._emit_span(inline)

    def _emit_span(self, inline: _Inline) -> None:
        if inline.kind is not None and inline.start < self._length:
            self._spans.append(Span(inline.kind, inline.start, self._length, inline.target))

    # -- block-level elements ----------------------------------------------------------------------------------------

    def _open_room(self, tag: str, attrs: Attributes) -> None:
        if self._length:
            self.flush()
        self._gap = ""
        self._stack.append((tag, attrs))

    def _open_cell(self, tag: str, attrs: Attributes) -> None:
        """A table's cell keeps its column, even without text."""
        self._open_room(tag, attrs)
        self._enter_rooms()

    def _open_button(self, tag: str, attrs: Attributes) -> None:
        """``<h2><button>How much does it cost?</button></h2>``: a heading that folds its answer away is the heading's text.

        So is the button's in "Press <button>Save</button> and wait.": what stands before it ends no sentence.
        """
        around = self._stack[-1]
        room = around[0] if type(around) is tuple else self.elements[around].tag if type(around) is int else ""
        if room in HEADINGS or (room in _SENTENCES and self._is_amid_sentence()):
            self._open_plain(tag, attrs)
        else:
            self._open_room(tag, attrs)

    def _is_amid_sentence(self) -> bool:
        """What was read of the run goes on: it ends with a letter, a comma or an opening bracket, and not with a link."""
        if not self._length or (self._spans and self._spans[-1].end == self._length):
            return False
        last = self._parts[-1][-1]
        return last.isalpha() or last in ",([“„«"

    def _open_preformatted(self, tag: str, attrs: Attributes) -> None:
        self._open_room(tag, attrs)
        self._preformatted += 1
        self._verbatim = True

    def _enter_rooms(self) -> None:
        """Make elements of the open rooms that have none yet."""
        stack = self._stack
        first = len(stack)
        while first and type(stack[first - 1]) is not int:
            first -= 1
        for place in range(first, len(stack)):
            entry = stack[place]
            if type(entry) is tuple:
                stack[place] = self._room = self._enter(*entry)

    def _enter(self, tag: str, attrs: Attributes) -> int:
        """The index of a new element in the current room."""
        hidden = self._hidden[self._room] if self._room >= 0 else ""
        names = ""
        if len(attrs) == 1 and attrs[0][0] == "class":
            names, mark = class_facts(attrs[0][1] or "")
            hidden = hidden or mark
        elif attrs:
            attributes = dict(attrs)
            hidden = hidden or hidden_mark(attributes)
            names = names_of(attributes)
            self.facts.add_room(tag, attributes, len(self.blocks))
        if tag in _HIDING and not hidden and not (tag == "dialog" and any(name == "open" for name, _ in attrs)):
            hidden = _HIDING[tag]
        if not tag.isprintable():
            tag = without_controls(tag)
        self.elements.append(Element(tag, names, self._room, len(self.blocks), -1))
        self._hidden.append(hidden)
        return len(self.elements) - 1

    def _close_room(self, tag: str, index: int) -> None:
        self._gap = ""
        if tag in _PREFORMATTED:
            self._leave_preformatted()
        element = self.elements[index]
        element.end = len(self.blocks)
        self._room = element.parent
        if element.first == element.end and tag not in _CELLS:
            del self.elements[index:], self._hidden[index:]

    def _leave_empty_room(self, tag: str, attrs: Attributes) -> None:
        self._gap = ""
        if tag in _PREFORMATTED:
            self._leave_preformatted()
        if len(attrs) > 1 or tag == "html":
            self.facts.add_room(tag, dict(attrs), len(self.blocks))

    def _leave_preformatted(self) -> None:
        self._preformatted -= 1
        self._verbatim = self._preformatted > 0

    # -- elements with a meaning of their own ------------------------------------------------------------------------

    def _skip(self, tag: str, attrs: Attributes) -> None:
        self._skipping = 1
        self._verbatim = True

    def _ignore(self, tag: str, attrs: Attributes) -> None:
        self._stack.append(None)

    def _horizontal_rule(self, tag: str, attrs: Attributes) -> None:
        self._stack.append(None)
        self.flush()

    def _image(self, tag: str, attrs: Attributes) -> None:
        self._stack.append(None)
        attributes = dict(attrs)
        for name in _IMAGE_SOURCES:
            source = (attributes.get(name) or "").strip()
            if source and not source.startswith("data:"):
                alt = " ".join(without_controls(attributes.get("alt") or "").split())
                self.images.append(Image(len(self.blocks), without_controls(source), alt))
                return

    def _collect(self, tag: str, attrs: Attributes) -> None:
        self._stack.append(None)
        self._collected = []
        self._collecting = attrs
        self._verbatim = True

    def _script(self, tag: str, attrs: Attributes) -> None:
        if is_json(attrs):
            self._collect(tag, attrs)
        else:
            self._skip(tag, attrs)

    def _keep_collected(self, tag: str) -> None:
        text = without_controls("".join(self._collected or ()))
        self._collected = None
        self._verbatim = self._preformatted > 0
        if tag == "title":
            self.facts.add_title(text)
        else:
            self.facts.add_json(text, self._collecting)

    def _meta(self, tag: str, attrs: Attributes) -> None:
        self._stack.append(None)
        self.facts.add_meta(attrs)

    def _link(self, tag: str, attrs: Attributes) -> None:
        self._stack.append(None)
        self.facts.add_link(attrs)

    def _base(self, tag: str, attrs: Attributes) -> None:
        self._stack.append(None)
        self.facts.add_base(attrs)


_Opener = Callable[[_Builder, str, Attributes], None]
_OPENERS: dict[str, _Opener] = {  # every tag that is not here is a room
    **dict.fromkeys(_INLINE, _Builder._open_plain),
    **dict.fromkeys((*_SPAN_KINDS, "time"), _Builder._open_inline),
    **dict.fromkeys(_SKIPPED, _Builder._skip),
    **dict.fromkeys(_EMPTY, _Builder._ignore),
    **dict.fromkeys(_CELLS, _Builder._open_cell),
    **dict.fromkeys(_PREFORMATTED, _Builder._open_preformatted),
    "button": _Builder._open_button,
    "option": _Builder._open_option,
    "br": _Builder._line_break,
    "hr": _Builder._horizontal_rule,
    "img": _Builder._image,
    "title": _Builder._collect,
    "script": _Builder._script,
    "meta": _Builder._meta,
    "link": _Builder._link,
    "base": _Builder._base,
}

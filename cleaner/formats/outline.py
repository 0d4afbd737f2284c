"""The kept blocks as a small tree of lists, tables, quotes and code, for the formats that show structure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from cleaner.types import HEADINGS, Block, Document, Image, Parsed, Span, SpanKind

MAX_DEPTH = 40  # structural elements around a block that are shown; deeper ones are left out, their text stays
MAX_BASE = 4_000  # characters of an address; browsers and servers take no more than twice that
_MAX_CELL_BLOCKS = 3  # a table with more in one cell is page layout, not data
_MAX_SPANS = 2_000  # links and emphases of one block that are shown

Path = tuple[tuple[int, str], ...]

LISTS = frozenset(("ul", "ol", "menu"))
_CELLS = frozenset(("td", "th"))
_STRUCTURAL = (
    HEADINGS
    | LISTS
    | _CELLS
    | frozenset(("li", "dl", "dt", "dd", "blockquote", "table", "caption", "tr", "pre", "figure", "figcaption"))
)
_OWN_PARAGRAPH = HEADINGS | frozenset(("figcaption", "caption", "pre", "dt", "tr"))
_LINE_BULLET = re.compile(r"[-*•·‣▪]\s{1,8}(?![-*•·‣▪\s])")
_SPAN_ORDER: dict[SpanKind, int] = {"link": 0, "strong": 1, "em": 2, "code": 3}
_UNSEEN = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]{0,40}:", re.I)
_SAFE_SCHEMES = ("http:", "https:", "mailto:")


@dataclass(slots=True)
class Node:
    """A structural element and what stands in it, in page order. The root's tag is "article"."""

    tag: str
    element: int = -1
    children: list[Node | Block | Image] = field(default_factory=list)

    def blocks(self) -> Iterator[Block]:
        """Every block below, in page order."""
        for child in self.children:
            if isinstance(child, Block):
                yield child
            elif isinstance(child, Node):
                yield from child.blocks()


@dataclass(slots=True)
class Inline:
    """A link or emphasis with what stands in it; the root's kind is None."""

    kind: SpanKind | None
    end: int
    target: str = ""
    children: list[Inline | str] = field(default_factory=list)


def outline(document: Document) -> Node:
    """The kept blocks and pictures of a document as a tree; tables which are only page layout are dissolved in it."""
    root = Node("article")
    if document.parsed.kind == "text":
        _add_lines(root, document)
    else:
        _add_blocks(root, document)
        _dissolve_layout_tables(root)
    return root


def row_cells(row: Node, parsed: Parsed) -> list[Node]:
    """The cells of a table row in their columns: cells of which nothing was kept come back empty.

    What strange markup puts into a row outside of its cells comes last, as cells of its own.
    """
    kept = {child.element: child for child in row.children if isinstance(child, Node) and child.tag in _CELLS}
    cells = []
    for index in range(row.element + 1, len(parsed.elements)):
        element = parsed.elements[index]
        if element.first >= parsed.elements[row.element].end:
            break
        if element.parent == row.element and element.tag in _CELLS:
            cells.append(kept.pop(index) if index in kept else Node(element.tag, index))
    strays = [child for child in row.children if not (isinstance(child, Node) and child.tag in _CELLS)]
    return cells + list(kept.values()) + [Node("td", children=[stray]) for stray in strays]


def inlines(block: Block, base: str | None) -> Inline:
    """The text of a block with its links and emphases nested; links which lead nowhere safe are plain text."""
    text = block.text
    root = Inline(None, len(text))
    open_: list[Inline] = [root]
    at = 0
    for span in _in_order(block.spans[:_MAX_SPANS]):
        start = max(span.start, at)
        while open_[-1].end <= start:
            at = _fill(open_.pop(), text, at)
        end = min(span.end, open_[-1].end)
        if end <= start or any(inline.kind in (span.kind, "code") for inline in open_):
            continue
        target = safe_target(span.target, base) if span.kind == "link" else ""
        if span.kind == "link" and not target:
            continue
        if start > at:
            open_[-1].children.append(text[at:start])
            at = start
        inline = Inline(span.kind, end, target)
        open_[-1].children.append(inline)
        open_.append(inline)
    while open_:
        at = _fill(open_.pop(), text, at)
    return root


def base_of(document: Document) -> str | None:
    """The address relative targets of a page start from: its ``<base>``, else its own; None when it has neither.

    Beyond MAX_BASE characters it counts as none, as each link of the page would carry it.
    """
    page_url = document.parsed.page.url or ""
    base = document.parsed.head.base
    try:
        joined = urljoin(page_url, base) if base else page_url
    except ValueError:
        joined = page_url
    return joined if joined.lower().startswith(("http:", "https:")) and len(joined) <= MAX_BASE else None


def safe_target(target: str, base: str | None) -> str:
    """The target of a link or picture, absolute where the base is known; empty unless http, https, mailto or relative.

    Browsers skip white space and control characters in a scheme ("java\\nscript:"), so they are taken out first.
    """
    if not _is_safe(target):
        return ""
    target = _CONTROLS.sub("", target).strip().replace(" ", "%20")
    if base is not None:
        try:
            target = urljoin(base, target)
        except ValueError:
            return ""
    return target if _is_safe(target) else ""


def _is_safe(target: str) -> bool:
    scheme = _SCHEME.match(_UNSEEN.sub("", target))
    return scheme is None or scheme.group().lower() in _SAFE_SCHEMES


def _in_order(spans: Iterable[Span]) -> list[Span]:
    """Spans by their start, outer ones first; those of one kind that touch become one (<b>S</b><b>aving</b>)."""
    joined: list[Span] = []
    last: dict[SpanKind, Span] = {}
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        before = last.get(span.kind)
        if before is not None and before.end == span.start and before.target == span.target:
            before.end = span.end
        else:
            last[span.kind] = replace(span)
            joined.append(last[span.kind])
    return sorted(joined, key=lambda span: (span.start, -span.end, _SPAN_ORDER[span.kind]))


def _fill(inline: Inline, text: str, at: int) -> int:
    if inline.end > at:
        inline.children.append(text[at : inline.end])
    return max(at, inline.end)


def _add_lines(root: Node, document: Document) -> None:
    """The lines of a flattened page: those with a bullet are list items, the others paragraphs."""
    for block in document.kept:
        bullet = _LINE_BULLET.match(block.text)
        if bullet is None:
            root.children.append(block)
            continue
        last = root.children[-1] if root.children else None
        if not isinstance(last, Node):
            last = Node("ul")
            root.children.append(last)
        last.children.append(Node("li", children=[Block(block.text[bullet.end() :], "li")]))


def _add_blocks(root: Node, document: Document) -> None:
    pictures: dict[int, list[Image]] = {}
    for image in document.images:
        pictures.setdefault(image.block, []).append(image)
    open_ = [root]
    paths = _structural_paths(document.parsed)
    for index, block in enumerate(document.kept):
        path = paths[block.element]
        shared = 1
        while shared < len(open_) and shared <= len(path) and open_[shared].element == path[shared - 1][0]:
            shared += 1
        del open_[shared:]
        for element, tag in path[shared - 1 :]:
            node = Node(tag, element)
            open_[-1].children.append(node)
            open_.append(node)
        _add_pictures(open_, pictures.get(index, ()))
        open_[-1].children.append(block)


def _structural_paths(parsed: Parsed) -> list[Path]:
    """For each element, and last for blocks in none (index -1), the structural elements around it, itself last."""
    paths: list[Path] = []
    for index, element in enumerate(parsed.elements):
        around = paths[element.parent] if element.parent >= 0 else ()
        deeper = element.tag in _STRUCTURAL and len(around) < MAX_DEPTH
        paths.append((*around, (index, element.tag)) if deeper else around)
    return [*paths, ()]


def _add_pictures(open_: list[Node], images: list[Image] | tuple[()]) -> None:
    """Put pictures before the block to come: as paragraphs before headings, captions and code, inside anything else."""
    for image in images:
        depth = len(open_) - 1
        while depth and open_[depth].tag in _OWN_PARAGRAPH:
            depth -= 1
        siblings = open_[depth].children
        siblings.insert(len(siblings) - (depth < len(open_) - 1), image)


def _dissolve_layout_tables(node: Node) -> None:
    dissolved: list[Node | Block | Image] = []
    for child in node.children:
        if not isinstance(child, Node):
            dissolved.append(child)
            continue
        _dissolve_layout_tables(child)
        if child.tag == "table" and _is_layout(child):
            dissolved.extend(_contents(child))
        else:
            dissolved.append(child)
    node.children = dissolved


def _is_layout(table: Node) -> bool:
    """A table is for layout when it has no row of two cells, or a cell that holds more than a few lines of text."""
    widest = 0
    for row in table.children:
        if not isinstance(row, Node) or row.tag != "tr":
            continue
        cells = [cell for cell in row.children if isinstance(cell, Node)]
        widest = max(widest, len(cells))
        for cell in cells:
            nested = any(isinstance(child, Node) for child in cell.children)
            if nested or len(cell.children) > _MAX_CELL_BLOCKS:
                return True
    return widest < 2


def _contents(table: Node) -> Iterator[Node | Block | Image]:
    for child in table.children:
        if isinstance(child, Node) and child.tag in ("tr", "td", "th", "caption"):
            yield from _contents(child)
        else:
            yield child

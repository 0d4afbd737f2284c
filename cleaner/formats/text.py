"""A document as plain text."""

from __future__ import annotations

from cleaner.formats.outline import LISTS, Node, outline, row_cells
from cleaner.types import Block, Document, Image, Parsed

_MAX_ITEM_BLOCKS = 1  # an item with more is set as paragraphs: posts and cards come as list items too


def to_text(document: Document) -> str:
    """The body for reading: no word is added, pictures and link targets are left out.

    Of an HTML page: a blank line between paragraphs, list items one a line after "- ", table rows one a line with tabs
    between their cells, code as it stands. Of a flattened page: its lines, with the blank lines that it had.
    Ends with one newline; an empty document is the empty string.
    """
    parsed = document.parsed
    text = _lines(document) if parsed.kind == "text" else "\n\n".join(_texts(outline(document), parsed))
    return text + "\n" if text else ""


def _lines(document: Document) -> str:
    source = document.parsed.source
    parts: list[str] = []
    end = -1
    for block in document.kept:
        if parts:
            parts.append(
                "\n\n" if source.count("\n", end, block.start) > 1 and _has_blank_line(source[end : block.start]) else "\n"
            )
        parts.append(block.text)
        end = block.end
    return "".join(parts)


def _has_blank_line(gap: str) -> bool:
    """Whether a blank line stands in the gap; the lines of removed blocks are not blank."""
    return any(not line.strip() for line in gap.split("\n")[1:-1])


def _texts(node: Node, parsed: Parsed) -> list[str]:
    """The paragraphs of a node, to be set apart by blank lines."""
    texts: list[str] = []
    for child in node.children:
        if isinstance(child, Block):
            texts.append(child.text)
        elif isinstance(child, Image):
            continue
        elif child.tag in LISTS:
            texts.extend(_list(child, parsed))
        elif child.tag == "table":
            texts.extend(_table(child, parsed))
        elif child.tag in ("pre", "dl"):
            texts.append("\n".join(block.text for block in child.blocks()))
        else:
            texts.extend(_texts(child, parsed))
    return [text for text in texts if text]


def _list(node: Node, parsed: Parsed) -> list[str]:
    """A list of one-line items as one paragraph, nested lists indented; a list of longer items as their paragraphs."""
    if not all(isinstance(item, Node) and _is_short_item(item) for item in node.children if not isinstance(item, Image)):
        return _texts(Node("article", children=node.children), parsed)
    lines: list[str] = []
    for item in node.children:
        if isinstance(item, Node):
            lines.extend(_item(item, parsed))
    return ["\n".join(lines)]


def _is_short_item(node: Node) -> bool:
    if node.tag in LISTS:
        return all(isinstance(item, Node) and _is_short_item(item) for item in node.children if not isinstance(item, Image))
    blocks = sum(1 for child in node.children if isinstance(child, Block))
    lists = [child for child in node.children if isinstance(child, Node)]
    return (
        node.tag == "li" and blocks <= _MAX_ITEM_BLOCKS and all(child.tag in LISTS and _is_short_item(child) for child in lists)
    )


def _item(node: Node, parsed: Parsed) -> list[str]:
    lines: list[str] = []
    for child in node.children:
        if isinstance(child, Block):
            lines.append("- " + child.text.replace("\n", "\n  "))
        elif isinstance(child, Node):
            nested = [child] if child.tag == "li" else [item for item in child.children if isinstance(item, Node)]
            indent = "  " if node.tag == "li" else ""
            lines.extend(indent + line for item in nested for entry in _item(item, parsed) for line in entry.split("\n"))
    return lines


def _table(node: Node, parsed: Parsed) -> list[str]:
    """The rows as one paragraph, a row a line; what stands outside of rows (a caption) as paragraphs before it."""
    rows: list[str] = []
    around = Node("article")
    for child in node.children:
        if isinstance(child, Node) and child.tag == "tr":
            cells = (" ".join(block.text for block in cell.blocks()) for cell in row_cells(child, parsed))
            rows.append("\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t"))
        else:
            around.children.append(child)
    return [*_texts(around, parsed), "\n".join(rows)]

"""A document as HTML that is safe to show: written from the blocks, tag by tag; nothing of the page's markup is copied."""

from __future__ import annotations

from html import escape

from cleaner.formats.outline import LISTS, Inline, Node, base_of, inlines, outline, row_cells, safe_target
from cleaner.types import HEADINGS, Block, Document, Image


def to_html(document: Document) -> str:
    """The body in one ``<article>``, with headings, lists, tables, quotes, code, links, emphasis and pictures.

    Everything is escaped, the only attributes are ``href``, ``src`` and ``alt``, and targets are http, https, mailto or
    relative (absolute where the page's address is known). No script, style, form or comment can come out of it.
    """
    return _Writer(document).written()


class _Writer:
    """Writes one document; knows the address its links start from."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._base = base_of(document)

    def written(self) -> str:
        return "<article>\n" + "".join(self._children(outline(self._document))) + "</article>\n"

    def _children(self, node: Node) -> list[str]:
        parts: list[str] = []
        for child in node.children:
            if isinstance(child, Block):
                parts.append(f"<p>{self._inline(child)}</p>\n")
            elif isinstance(child, Image):
                if picture := self._picture(child):
                    parts.append(f"<p>{picture}</p>\n" if node.tag != "figure" else picture + "\n")
            else:
                parts.append(self._node(child))
        return parts

    def _node(self, node: Node) -> str:
        tag = node.tag
        if tag in HEADINGS:
            return f"<{tag}>{self._phrase(node)}</{tag}>\n"
        if tag in LISTS:
            return self._list(node)
        if tag == "pre":
            text = "\n".join(block.text for block in node.blocks())
            return f"<pre><code>{escape(text, quote=False)}</code></pre>\n"
        if tag == "table":
            return self._table(node)
        if tag == "dl":
            return self._definitions(node)
        if tag in ("blockquote", "figure"):
            return f"<{tag}>\n{''.join(self._children(node))}</{tag}>\n"
        if tag == "figcaption":
            return f"<figcaption>{self._phrase(node)}</figcaption>\n"
        return "".join(self._children(node))

    def _list(self, node: Node) -> str:
        tag = "ol" if node.tag == "ol" else "ul"
        items = []
        for child in node.children:
            item = child if isinstance(child, Node) and child.tag == "li" else Node("li", children=[child])
            items.append(f"<li>{self._flow(item)}</li>\n")
        return f"<{tag}>\n{''.join(items)}</{tag}>\n"

    def _definitions(self, node: Node) -> str:
        if not all(isinstance(child, Node) and child.tag in ("dt", "dd") for child in node.children):
            return "".join(self._children(node))
        parts = [
            f"<dt>{self._phrase(child)}</dt>\n" if child.tag == "dt" else f"<dd>{self._flow(child)}</dd>\n"
            for child in node.children
            if isinstance(child, Node)
        ]
        return f"<dl>\n{''.join(parts)}</dl>\n"

    def _table(self, node: Node) -> str:
        rows: list[str] = []
        captions: list[str] = []
        before = Node("article")
        for child in node.children:
            if isinstance(child, Node) and child.tag == "tr":
                cells = row_cells(child, self._document.parsed)
                rows.append("<tr>" + "".join(f"<{cell.tag}>{self._flow(cell)}</{cell.tag}>" for cell in cells) + "</tr>\n")
            elif isinstance(child, Node) and child.tag == "caption" and not captions:
                captions.append(f"<caption>{self._phrase(child)}</caption>\n")
            else:
                before.children.append(child)
        around = "".join(self._children(before))
        return f"{around}<table>\n{''.join(captions)}{''.join(rows)}</table>\n"

    def _flow(self, node: Node) -> str:
        """The inside of an item or cell: one block stands bare, several as paragraphs."""
        blocks = [child for child in node.children if isinstance(child, Block)]
        if len(blocks) > 1:
            return "\n" + "".join(self._children(node))
        parts: list[str] = []
        for child in node.children:
            if isinstance(child, Block):
                parts.append(self._inline(child))
            elif isinstance(child, Image):
                parts.append(self._picture(child) + " ")
            else:
                parts.append("\n" + self._node(child))
        return "".join(parts)

    def _phrase(self, node: Node) -> str:
        """The inside of an element that holds no paragraphs."""
        return "<br>".join(self._inline(block) for block in node.blocks())

    def _inline(self, block: Block) -> str:
        return self._spans(inlines(block, self._base)).replace("\n", "<br>\n")

    def _spans(self, inline: Inline) -> str:
        inside = "".join(
            escape(child, quote=False) if isinstance(child, str) else self._spans(child) for child in inline.children
        )
        if inline.kind is None:
            return inside
        if inline.kind == "link":
            return f'<a href="{escape(inline.target)}">{inside}</a>'
        return f"<{inline.kind}>{inside}</{inline.kind}>"

    def _picture(self, image: Image) -> str:
        target = safe_target(image.target, self._base)
        return f'<img src="{escape(target)}" alt="{escape(image.text)}">' if target else ""

"""A document as Markdown (CommonMark with the tables of GitHub), written from the blocks."""

from __future__ import annotations

import re

from cleaner.formats.outline import LISTS, Inline, Node, base_of, inlines, outline, row_cells, safe_target
from cleaner.types import HEADINGS, Block, Document, Image

_ANYWHERE = re.compile(
    r"""[\\`*\[\]]          # escapes, code, emphasis, links
    | <(?=[A-Za-z/!?])      # a tag or an address
    | (?<![^\W_])_ | _(?![^\W_])  # emphasis, not snake_case
    | ~~ | \|               # struck out, table cells
    | &(?=\#?\w{1,31};)     # an entity
    """,
    re.VERBOSE,
)
_AT_LINE_START = re.compile(
    r"""(?P<space>[ \t]*)
    (?: (?P<mark>\#{1,6}(?=\s|$) | > | [-+](?=\s|$) | [-=](?=[-=\s]*$) | ~(?=~~))
    |   (?P<number>\d{1,9})(?P<after>[.)])(?=\s|$)
    )
    """,
    re.VERBOSE,
)
_LANGUAGE = re.compile(r"\b(?:language|lang|highlight-source)-([a-z0-9+#-]{1,20})")
_TARGET_ESCAPES = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", '"': "%22", "`": "%60", "|": "%7C"}
_UNSAFE_IN_TARGET = re.compile(r"[ ()<>\\\"`|]")
_DELIMITERS: dict[str | None, str] = {"strong": "**", "em": "*"}


def to_markdown(document: Document) -> str:
    """The body with headings, nested and numbered lists, quotes, fenced code, tables, links, emphasis and pictures.

    Characters that Markdown would read as marks are escaped. Targets are http, https, mailto or relative (absolute where
    the page's address is known). Emphasis that CommonMark cannot open or close where it stands (inside a word, next to
    punctuation) is left out, its text stays. The first row of a table is its header: Markdown has no table without one.
    """
    body = "\n\n".join(_Writer(document).chunks(outline(document)))
    return body + "\n" if body else ""


class _Writer:
    """Writes one document; a chunk is a paragraph, list, table or the like, without blank lines around it."""

    def __init__(self, document: Document) -> None:
        self._parsed = document.parsed
        self._base = base_of(document)

    def chunks(self, node: Node) -> list[str]:
        chunks: list[str] = []
        previous = ""
        for child in node.children:
            if isinstance(child, Block):
                chunks.append(self._paragraph(child))
                previous = "p"
            elif isinstance(child, Image):
                chunks.append(self._picture(child))
                previous = "p"
            else:
                again = child.tag in LISTS and previous == child.tag
                chunks.extend(self._list(child, again) if child.tag in LISTS else self._node(child))
                previous = "" if again else child.tag
        return [chunk for chunk in chunks if chunk]

    def _node(self, node: Node) -> list[str]:
        tag = node.tag
        if tag in HEADINGS:
            return ["#" * int(tag[1]) + " " + _closing_hash_escaped(self._one_line(node))]
        if tag == "pre":
            return [self._code(node)]
        if tag == "blockquote":
            return [_prefixed("\n\n".join(self.chunks(node)), "> ", "> ")]
        if tag == "table":
            return self._table(node)
        if tag == "dt":
            return [f"**{text}**" if "*" not in (text := self._one_line(node)) else text]
        if tag in ("figcaption", "caption"):
            return [f"*{text}*" if "*" not in (text := self._one_line(node)) else text]
        return self.chunks(node)

    def _list(self, node: Node, again: bool) -> list[str]:
        """The list as one chunk. ``again``: it follows a list of its kind and needs another mark to be a list of its own."""
        items = [
            child if isinstance(child, Node) and child.tag == "li" else Node("li", children=[child]) for child in node.children
        ]
        written: list[str] = []
        tight = True
        for item in items:
            chunks = self._item_chunks(item)
            if not chunks:
                continue
            number = f"{len(written) + 1}" + (")" if again else ".")
            mark = (number if node.tag == "ol" else "*" if again else "-") + " "
            simple = len(chunks) == 1 or (len(chunks) == 2 and _ends_in_list(item))
            tight = tight and simple
            written.append(_prefixed(("\n" if simple else "\n\n").join(chunks), mark, " " * len(mark)))
        return [("\n" if tight else "\n\n").join(written)]

    def _item_chunks(self, item: Node) -> list[str]:
        """The chunks of a list item; a picture stands in the line of the text that follows it."""
        chunks: list[str] = []
        pictures: list[str] = []
        for child in item.children:
            if isinstance(child, Image):
                pictures.append(self._picture(child))
                continue
            new = self.chunks(Node("li", children=[child]))
            if isinstance(child, Block) and new:
                new[0] = " ".join([*filter(None, pictures), new[0]])
            else:
                chunks.extend(filter(None, pictures))
            pictures = []
            chunks.extend(new)
        return chunks + [picture for picture in pictures if picture]

    def _table(self, node: Node) -> list[str]:
        around = Node("article")
        rows: list[list[str]] = []
        for child in node.children:
            if isinstance(child, Node) and child.tag == "tr":
                rows.append([self._cell(cell) for cell in row_cells(child, self._parsed)])
            else:
                around.children.append(child)
        width = max((len(row) for row in rows), default=0)
        if not width:
            return self.chunks(around)
        rows[0] += [""] * (width - len(rows[0]))  # a reader fills up the others
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|" + " --- |" * width)
        return [*self.chunks(around), "\n".join(lines)]

    def _cell(self, cell: Node) -> str:
        parts = [self._picture(child) for child in cell.children if isinstance(child, Image)]
        return " ".join(part for part in (*parts, self._one_line(cell)) if part)

    def _code(self, node: Node) -> str:
        text = "\n".join(block.text for block in node.blocks())
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
        return f"{fence}{self._language(node)}\n{text}\n{fence}"

    def _language(self, node: Node) -> str:
        """What the page says the code is written in, by the class of the ``pre`` or of the element around it."""
        elements = self._parsed.elements
        if not 0 <= node.element < len(elements):
            return ""
        names = elements[node.element].names
        if elements[node.element].parent >= 0:
            names += " " + elements[elements[node.element].parent].names
        found = _LANGUAGE.search(names)
        return found.group(1) if found else ""

    def _paragraph(self, block: Block) -> str:
        lines = self._inline(block).split("\n")
        return "\\\n".join(_line_start_escaped(line) for line in lines)

    def _one_line(self, node: Node) -> str:
        return " ".join(" ".join(self._inline(block).split()) for block in node.blocks())

    def _inline(self, block: Block) -> str:
        return self._spans(inlines(block, self._base), "", "")

    def _spans(self, inline: Inline, before: str, after: str) -> str:
        """The text of an inline tree; ``before`` and ``after`` are the characters around it in the block."""
        written = ""
        emphasised = False
        for index, child in enumerate(inline.children):
            left = _plain(inline.children[index - 1])[-1:] if index else before
            right = _plain(inline.children[index + 1])[:1] if index + 1 < len(inline.children) else after
            if isinstance(child, str):
                written += escaped(child)
            elif child.kind in _DELIMITERS and not emphasised:
                written += self._emphasis(child, left, right)
            else:
                written += self._link_or_code(child)
            emphasised = not isinstance(child, str) and child.kind in _DELIMITERS
        return written

    def _link_or_code(self, inline: Inline) -> str:
        """A code span or a link; emphasis, which cannot stand next to emphasis, as its text."""
        if inline.kind == "code":
            return _code_span(_plain(inline))
        inside = self._spans(inline, "", "")
        text = inside.strip()
        if inline.kind != "link" or not text:
            return inside
        lead, trail = _white_space_around(inside)
        return f"{lead}[{text}]({_target_escaped(inline.target)}){trail}"

    def _emphasis(self, inline: Inline, before: str, after: str) -> str:
        inside = self._spans(inline, "", "")
        text = inside.strip()
        lead, trail = _white_space_around(inside)
        if (
            not text
            or text[0] in "*`"
            or text[-1] in "*`"
            or not _can_be_emphasised(_plain(inline), lead or before, trail or after)
        ):
            return inside
        delimiter = _DELIMITERS[inline.kind]
        return f"{lead}{delimiter}{text}{delimiter}{trail}"

    def _picture(self, image: Image) -> str:
        target = safe_target(image.target, self._base)
        if not target:
            return ""
        return f"![{escaped(image.text)}]({_target_escaped(target)})"


def _ends_in_list(item: Node) -> bool:
    last = item.children[-1]
    return isinstance(last, Node) and last.tag in LISTS


def escaped(text: str) -> str:
    """Text with what Markdown would read as marks inside a line escaped."""
    return _ANYWHERE.sub(lambda found: "\\" + "\\".join(found.group()), text)


def _target_escaped(target: str) -> str:
    return _UNSAFE_IN_TARGET.sub(lambda found: _TARGET_ESCAPES[found.group()], target)


def _white_space_around(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _line_start_escaped(line: str) -> str:
    found = _AT_LINE_START.match(line)
    if found is None:
        return line.lstrip(" \t")
    rest = line[found.end() :]
    if found["number"]:
        return f"{found['number']}\\{found['after']}{rest}"
    return f"\\{found['mark']}{rest}"


def _closing_hash_escaped(heading: str) -> str:
    """A heading that ends with "#" would lose it: Markdown reads closing marks there."""
    return heading[:-1] + "\\#" if heading.endswith("#") else heading


def _code_span(text: str) -> str:
    text = " ".join(text.split("\n"))
    if not text.strip():
        return text
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _can_be_emphasised(text: str, before: str, after: str) -> bool:
    """Whether CommonMark opens and closes emphasis here: a mark between punctuation and a letter is read the other way."""
    text = text.strip()
    opens = text[0].isalnum() or not before or before[-1].isspace() or not before[-1].isalnum()
    closes = text[-1].isalnum() or not after or after[0].isspace() or not after[0].isalnum()
    return opens and closes


def _plain(part: Inline | str) -> str:
    return part if isinstance(part, str) else "".join(_plain(child) for child in part.children)


def _prefixed(text: str, first: str, others: str) -> str:
    """The lines of a chunk with a mark before the first and an indent before the others, bare where a line is blank."""
    start, *rest = text.split("\n")
    return "\n".join((first + start, *(others + line if line else others.rstrip() for line in rest)))

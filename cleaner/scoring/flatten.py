"""The text a crawler makes of a page by stripping its tags: what many corpora hold instead of HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from cleaner.errors import UnknownName
from cleaner.parse import parse
from cleaner.types import Block, Page, Parsed

GLUED_LINK = 40  # characters; the longest labels of menus, while linked headlines are longer
GLUED_SHARE = 0.8  # of a block's characters that are a link, below which it is no menu entry

_Line = tuple[int, Block]  # the block's index and the block


def flatten(html: str, style: str = "lines") -> str:
    """The text of a page in one of the FLATTENERS styles: its words in their order, none of its tags.

    What a browser would not show is in, noscript and folded text too: who strips tags knows nothing of style sheets.
    Only the choices of form controls are out. Line breaks inside a block become line breaks.
    Raises UnknownName for another style.

    >>> flatten("<ul><li><a href=/>Home</a><li><a href=/news>News</a></ul><p>It rained.", "glued")
    'Home News\\nIt rained.'
    """
    check_style(style)
    parsed = parse(Page("flattened", html, kind="html"))
    return FLATTENERS[style](parsed)


def check_style(style: str) -> None:
    """Raises UnknownName for a style that is not in FLATTENERS."""
    if style not in FLATTENERS:
        raise UnknownName("flattening style", style, sorted(FLATTENERS))


def _lines(parsed: Parsed) -> str:
    """A line a block."""
    return "\n".join(block.text for _, block in _texts(parsed))


def _bullets(parsed: Parsed) -> str:
    """A line a block, "- " before list items."""
    return "\n".join(f"- {line[1].text}" if _begins_item(parsed, line) else line[1].text for line in _texts(parsed))


def _glued(parsed: Parsed) -> str:
    """A line a block, but the short links of one menu on one line."""
    groups = groupby(_texts(parsed), key=lambda line: _menu(parsed, line))
    return "\n".join(" ".join(block.text for _, block in group) for _, group in groups)


def _paragraphs(parsed: Parsed) -> str:
    """A paragraph a block, blank lines between."""
    return "\n\n".join(block.text for _, block in _texts(parsed))


FLATTENERS: dict[str, Callable[[Parsed], str]] = {
    "lines": _lines,
    "bullets": _bullets,
    "glued": _glued,
    "paragraphs": _paragraphs,
}


def _texts(parsed: Parsed) -> Iterator[_Line]:
    return ((index, block) for index, block in enumerate(parsed.blocks) if block.hidden != "control")


def _begins_item(parsed: Parsed, line: _Line) -> bool:
    index, block = line
    return any(element.tag == "li" and element.first == index for element in parsed.ancestors(block.element))


def _menu(parsed: Parsed, line: _Line) -> tuple[str, int]:
    """The same for the links of one menu that follow each other; another for every other block."""
    index, block = line
    if len(block.text) > GLUED_LINK or block.link_chars < GLUED_SHARE * len(block.text):
        return "block", index
    own = parsed.elements[block.element]
    lone = own.end - own.first == 1  # an element for this link alone, as li is: the menu is the element around it
    return "menu", own.parent if lone else block.element

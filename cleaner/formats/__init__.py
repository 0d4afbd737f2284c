"""A document as text, Markdown, HTML or JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cleaner.errors import UnknownName
from cleaner.formats.html import to_html
from cleaner.formats.markdown import to_markdown
from cleaner.formats.record import Explain, json_text, to_dict, to_json, word_count
from cleaner.formats.text import to_text
from cleaner.types import Document

__all__ = [
    "FORMATS",
    "Explain",
    "Format",
    "format_named",
    "json_text",
    "to_dict",
    "to_html",
    "to_json",
    "to_markdown",
    "to_text",
    "word_count",
]


@dataclass(frozen=True)
class Format:
    """One way to write a document: its name, media type, file suffix, and the function that writes it."""

    name: str
    media_type: str
    suffix: str
    render: Callable[[Document], str]


FORMATS: dict[str, Format] = {
    format_.name: format_
    for format_ in (
        Format("text", "text/plain", ".txt", to_text),
        Format("markdown", "text/markdown", ".md", to_markdown),
        Format("html", "text/html", ".html", to_html),
        Format("json", "application/json", ".json", to_json),
    )
}


def format_named(name: str) -> Format:
    """The format of that name. Raises UnknownName, which lists the known ones."""
    try:
        return FORMATS[name]
    except KeyError:
        raise UnknownName("format", name, list(FORMATS)) from None

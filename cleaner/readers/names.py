"""Names of pages, and the suffixes by which they are known."""

from __future__ import annotations

from pathlib import PurePath

PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".txt")


def readable(path: PurePath) -> str:
    """A path as text that can be shown and stored: bytes that are no UTF-8 and control characters are written out."""
    text = path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)

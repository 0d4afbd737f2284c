"""HTML put together from elements, so that no text gets into a page unescaped."""

from __future__ import annotations

import html
import re

_VOID = frozenset(("meta", "col", "br", "path", "line", "circle", "rect", "polyline", "polygon"))
# what no file may hold: control characters, and halves of characters
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Html(str):
    """Markup: what ``element`` made. Any other string is text."""

    __slots__ = ()


def element(name: str, /, *inside: str | Html, **attributes: str | float | bool | None) -> Html:
    """An element; text and values of attributes are escaped. ``class_`` is ``class``, ``stroke_width`` is ``stroke-width``.

    An attribute that is None or False is left out; True is one without a value.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None and value is not False)
    return Html(f"<{name}{written}/>" if name in _VOID else f"<{name}{written}>{join(*inside)}</{name}>")


def join(*parts: str | Html) -> Html:
    """Parts one after the other, those escaped that are text."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def escape(text: str) -> Html:
    return Html(html.escape(_UNWRITABLE.sub("\ufffd", text)))


def _attribute(key: str, value: str | float | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(f"{value:g}" if isinstance(value, float) else str(value))}"'

"""What an element's attributes say of it: what it is called, whether a browser would show it, what it marks for machines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from cleaner.parse.decode import without_controls

MAX_NAMES = 400  # characters of what an element is called

_HIDDEN_STYLE = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.I)
_OFF_SCREEN = re.compile(r"(?:left|top|right)\s{0,9}:\s{0,9}-\d{4}", re.I)
_HIDDEN_CLASSES = frozenset(
    ("sr-only", "screen-reader-text", "visually-hidden", "visuallyhidden", "screen-reader", "is-hidden", "hidden")
)
_MARK_WORDS = re.compile(r"author|byline|date|publish|issued|updated|modified|time|headline|creator|writer", re.I)
_REL_MARKS = ("license", "category tag", "tag")
_NAMING = ("class", "id", "role", "itemprop", "aria-label")


def names_of(attributes: Mapping[str, str | None]) -> str:
    """Class, id, role, itemprop and aria-label as one lower-cased line; empty for most elements."""
    names = ""
    for key in _NAMING:
        if key in attributes and (value := attributes[key]):
            names = f"{names} {value}" if names else value
    return " ".join(without_controls(names).lower().split())[:MAX_NAMES] if names else ""


def hidden_mark(attributes: Mapping[str, str | None]) -> str:
    """The mark by which a browser would not show the element; empty for a visible one."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return "hidden"
    if "style" in attributes and (style := attributes["style"]):
        if _HIDDEN_STYLE.search(style):
            return "style"
        if _OFF_SCREEN.search(style):
            return "off-screen"
    if "class" in attributes and (names := attributes["class"]):
        return class_facts(names)[1]
    return ""


@lru_cache(maxsize=4096)
def class_facts(names: str) -> tuple[str, str]:
    """Of a class attribute alone: the element's names, and the mark by which a browser would not show it."""
    return names_of({"class": names}), "" if _HIDDEN_CLASSES.isdisjoint(names.split()) else "class"


def metadata_mark(attributes: Mapping[str, str | None]) -> tuple[str, str]:
    """What an inline element says it is (itemprop, property, rel or class names), and the machine-readable content it carries.

    A link to the page's licence carries its address, one to a tag is named by its text alone.
    """
    if "rel" in attributes and (rel := attributes["rel"]) and (kind := _rel_mark(rel)):
        return kind, attributes.get("href") or "" if kind == "license" else ""
    names = ""
    for key in ("itemprop", "property", "rel", "class"):
        if key in attributes and (value := attributes[key]):
            names = f"{names} {value}" if names else value
    names = names[:MAX_NAMES]
    if not names or not _is_mark(names):
        return "", ""
    return names.lower(), attributes.get("content") or attributes.get("title") or ""


@lru_cache(maxsize=1024)
def _rel_mark(rel: str) -> str:
    """``license``, ``tag`` or ``category tag`` where a link says so; empty for other links."""
    words = rel[:MAX_NAMES].lower().split()
    return next((kind for kind in _REL_MARKS if all(word in words for word in kind.split())), "")


@lru_cache(maxsize=4096)
def _is_mark(names: str) -> bool:
    return _MARK_WORDS.search(names) is not None

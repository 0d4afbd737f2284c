"""JSON-LD as sites write it: several scripts, arrays, ``@graph``, references by ``@id``, and broken more often than not."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence

Thing = Mapping[str, object]

MAX_THINGS = 500  # a page; listings describe every teaser
_DESCRIPTIONS = 3
MAX_DEPTH = 8  # of containers around a thing; real pages nest two or three

_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed", "video", "about")
_WRAPPINGS = (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>"), ("/*<![CDATA[*/", "/*]]>*/"))
_TRAILING_COMMA = re.compile(r",(\s{0,200}[}\]])")
_MATTER = re.compile(
    r"Article|Posting|Report|BlogPost|Review|Recipe|Product|Course|Event|JobPosting|HowTo|QAPage|Question|TechArticle|Book|Movie"
)


def read_things(scripts: Sequence[str]) -> list[Thing]:
    """The things that the scripts describe, in page order; scripts that are no JSON are skipped.

    Only containers that say something about the page itself are entered, so a thing named in passing (a related
    article in a list, say) does not count as the page's own.
    """
    things: list[Thing] = []
    for script in scripts:
        waiting: list[tuple[object, int]] = [(_loaded(script), 0)]
        while waiting and len(things) < MAX_THINGS:
            value, depth = waiting.pop()
            if depth > MAX_DEPTH:
                continue
            if isinstance(value, list):
                waiting.extend((item, depth + 1) for item in reversed(value[:MAX_THINGS]))
            elif isinstance(value, dict):
                things.append(value)
                waiting.extend((value[key], depth + 1) for key in reversed(_CONTAINERS) if key in value)
    return things


def page_things(things: Sequence[Thing], url: str) -> list[Thing]:
    """The things that can be the page's main matter: articles, products, questions, else the ``WebPage`` itself.

    Those that name ``url`` as theirs stand first.
    """
    own = [thing for thing in things if any(_MATTER.search(name) for name in types_of(thing))]
    own = own or [thing for thing in things if any(name.endswith("Page") for name in types_of(thing))]
    if url:
        own.sort(key=lambda thing: not any(_bare(address) == _bare(url) for address in _addresses(thing)))
    return own


def types_of(thing: Thing) -> Iterator[str]:
    """The names of a thing's types, without the vocabulary's address."""
    for name in listed(thing.get("@type")):
        if isinstance(name, str):
            yield name.rsplit("/", 1)[-1][:100]


def listed(value: object) -> list[object]:
    """A value that may be missing, single or a list, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def first_of(things: Sequence[Thing], key: str) -> object:
    """What the first of the leading things that has ``key`` says; several scripts often describe one article."""
    return next((thing[key] for thing in things[:_DESCRIPTIONS] if thing.get(key)), None)


def text_of(value: object) -> str:
    """The first text in a value that may be a text, a list, or an object with ``@value``, ``name`` or ``url``."""
    for item in listed(value)[:1]:
        if isinstance(item, str):
            return item
        if isinstance(item, dict):
            for key in ("@value", "name", "url", "contentUrl"):
                if isinstance(item.get(key), str):
                    return str(item[key])
    return ""


def resolved(value: object, things: Sequence[Thing]) -> object:
    """The thing that a bare ``{"@id": …}`` refers to, or the value itself."""
    identity = value.get("@id") if isinstance(value, dict) and "name" not in value else None
    if isinstance(identity, str):
        return next((thing for thing in things if thing.get("@id") == identity and "name" in thing), value)
    return value


def _loaded(script: str) -> object:
    """What a script says; of one with the usual faults what can be read, None of one that cannot be read at all."""
    text = script.strip().rstrip("; \n")
    for opening, closing in _WRAPPINGS:
        if text.startswith(opening):
            text = text.removeprefix(opening).removesuffix(closing).strip()
    for mend in (None, _without_trailing_commas, html.unescape, _as_list):
        try:
            return json.loads(mend(text) if mend else text, strict=False)
        except RecursionError:
            return None
        except ValueError:
            continue
    return None


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", text)


def _as_list(text: str) -> str:
    """Objects that follow each other without a list around them: ``{...} {...}``."""
    return f"[{_BETWEEN_OBJECTS.sub('},{', text)}]"


_BETWEEN_OBJECTS = re.compile(r"\}[\s,;]{0,100}\{")


def _addresses(thing: Thing) -> Iterator[str]:
    for key in ("url", "@id", "mainEntityOfPage"):
        value = thing.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            yield value


def _bare(address: str) -> str:
    return address.split("#")[0].split("?")[0].split("://")[-1].removeprefix("www.").rstrip("/").casefold()

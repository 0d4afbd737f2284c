"""The keywords that the page is filed under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from cleaner.metadata.facts import META_LIMIT, Facts
from cleaner.metadata.json_ld import first_of, listed, text_of
from cleaner.metadata.nearby import Nearby
from cleaner.metadata.tidy import letters, tidy
from cleaner.types import Value

MAX_TAGS = 30
TAG_LIMIT = 80  # characters

_META = (
    "article:tag",
    "og:article:tag",
    "parsely-tags",
    "sailthru.tags",
    "news_keywords",
    "keywords",
    "dc.subject",
    "citation_keywords",
)
_BETWEEN = re.compile(r"\s*[,;|،，、]\s*")


def find_tags(facts: Facts, nearby: Nearby) -> tuple[Value, ...]:
    """The tags of the first source that has any, in its order, each once."""
    for source, texts in _candidates(facts, nearby):
        tags: dict[str, Value] = {}
        for tag in (tidy(part, TAG_LIMIT) for text in texts[:MAX_TAGS] for part in _BETWEEN.split(text[:META_LIMIT])):
            if letters(tag) and "://" not in tag:
                tags.setdefault(letters(tag), Value(tag, source, 0.8))
        if tags:
            return tuple(tags.values())[:MAX_TAGS]
    return ()


def _candidates(facts: Facts, nearby: Nearby) -> Iterator[tuple[str, list[str]]]:
    for name in _META[:2]:
        yield name, list(facts.meta.get(name, ()))
    marked = (text for names, text, block in facts.parsed.head.marked if names == "tag" and nearby.place_of(block))
    yield "rel:tag", list(islice(marked, MAX_TAGS))
    yield "element", list(islice(_elements_called_tag(facts), MAX_TAGS))
    yield "json-ld", [text_of(item) for item in listed(first_of(facts.own_things, "keywords"))[:MAX_TAGS]]
    for name in _META[2:]:
        yield name, list(facts.meta.get(name, ()))


def _elements_called_tag(facts: Facts) -> Iterator[str]:
    """The texts of visible elements of one block whose class is "tag"."""
    for element in facts.parsed.elements:
        is_tag = "tag" in element.names and "tag" in element.names.split() and element.end - element.first == 1
        if is_tag and not facts.parsed.blocks[element.first].hidden:
            yield facts.text_of_title(element.first)

"""The keywords that the page is filed under."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.facts import META_LIMIT, Facts
from cleaner.metadata.json_ld import first_of, listed, text_of
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


def find_tags(facts: Facts) -> tuple[Value, ...]:
    """The tags of the first source that has any, in its order, each once."""
    for source, texts in _candidates(facts):
        tags: dict[str, Value] = {}
        for tag in (tidy(part, TAG_LIMIT) for text in texts[:MAX_TAGS] for part in _BETWEEN.split(text[:META_LIMIT])):
            if letters(tag) and "://" not in tag:
                tags.setdefault(letters(tag), Value(tag, source, 0.8))
        if tags:
            return tuple(tags.values())[:MAX_TAGS]
    return ()


def _candidates(facts: Facts) -> Iterator[tuple[str, list[str]]]:
    yield "rel=tag", [text for names, _, text in facts.named if "tag" in names.split()]
    for name in _META[:2]:
        yield name, list(facts.meta.get(name, ()))
    yield "json-ld", [text_of(item) for item in listed(first_of(facts.own_things, "keywords"))[:MAX_TAGS]]
    for name in _META[2:]:
        yield name, list(facts.meta.get(name, ()))

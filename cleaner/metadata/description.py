"""The page's own summary."""

from __future__ import annotations

from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import first_of, text_of
from cleaner.metadata.tidy import letters, tidy
from cleaner.types import Value

DESCRIPTION_LIMIT = 1_000  # characters

_META = ("og:description", "description", "twitter:description", "dc.description", "dcterms.abstract", "sailthru.description")


def find_description(facts: Facts) -> Value | None:
    """The first summary that the page gives for search engines and social media, or None."""
    found = [(content, name) for name in _META for content in facts.meta.get(name, ())[:1]]
    found.append((text_of(first_of(facts.own_things, "description")), "json-ld"))
    for text, source in found:
        if letters(value := tidy(text, DESCRIPTION_LIMIT)):
            return Value(value, source, 0.9)
    return None

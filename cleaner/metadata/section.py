"""The section of the site that the page is filed under."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import first_of, listed, text_of, types_of
from cleaner.metadata.nearby import Nearby
from cleaner.metadata.tidy import letters, tidy
from cleaner.types import Value

SECTION_LIMIT = 100  # characters
_META = ("article:section", "parsely-section", "section", "dc.type.section", "sailthru.section")


def find_section(facts: Facts, nearby: Nearby, title: Value | None) -> Value | None:
    """The section as the first source that has one spells it, or None; the title and the site are no section."""
    own = letters(title.value) if title else ""
    for text, source, confidence in _candidates(facts, nearby):
        name = tidy(text, SECTION_LIMIT)
        key = letters(name)
        if key and key != own and not facts.is_site_name(name) and "://" not in name:
            return Value(name, source, confidence, None if name == text else tidy(text, SECTION_LIMIT))
    return None


def _candidates(facts: Facts, nearby: Nearby) -> Iterator[tuple[str, str, float]]:
    """(section, source, confidence): the share that says what article:section says, or articleSection where that is missing."""
    for name in _META:
        for content in facts.meta.get(name, ())[:1]:
            yield content, f"meta:{name}", 0.9
    for item in listed(first_of(facts.own_things, "articleSection"))[:1]:
        yield text_of(item), "json-ld", 0.55
    for names, text, block in facts.parsed.head.marked:
        if names == "category tag" and nearby.place_of(block):
            yield text, "rel:category", 0.85
    for thing in facts.things:
        if "BreadcrumbList" in types_of(thing):
            items = [item for item in listed(thing.get("itemListElement")) if isinstance(item, dict)]
            crumbs = [text_of(item.get("name") or item.get("item")) for item in items]
            yield from ((crumb, "breadcrumb", 0.45) for crumb in crumbs[-2:-1] if len(crumbs) > 2)

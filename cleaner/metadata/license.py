"""Under which licence the page says it may be used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.facts import META_LIMIT, Facts
from cleaner.metadata.json_ld import first_of, text_of
from cleaner.metadata.tidy import letters, tidy
from cleaner.types import Value

LICENSE_LIMIT = 300  # characters
_META = ("dcterms.license", "dc.rights.license", "dcterms.rights", "dc.rights", "license", "licence", "rights-standard")
_LICENSE_ADDRESS = re.compile(r"//(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/|//opendatacommons\.org/licenses/")
_LAST_BLOCKS = 40  # of a page, where its footer links to its licence


def find_license(facts: Facts) -> Value | None:
    """The licence's address, or the words in which the page states it; None without one. "All rights reserved" is none."""
    for text, source, confidence in _candidates(facts):
        value = facts.absolute(text) if "://" in text or text.startswith("/") else tidy(text, LICENSE_LIMIT)
        if letters(value) and "reserved" not in value.casefold() and not value.startswith(("©", "Copyright")):
            return Value(value, source, confidence, None if value == text else tidy(text, META_LIMIT))
    return None


def _candidates(facts: Facts) -> Iterator[tuple[str, str, float]]:
    for rel, href, _ in facts.parsed.head.links:
        if "license" in rel.split():
            yield href, "link", 0.95
    yield text_of(first_of(facts.own_things, "license")), "json-ld", 0.9
    for names, text, _ in facts.parsed.head.marked:
        if names == "license":
            yield text, "rel:license", 0.85
    for name in _META:
        for content in facts.meta.get(name, ())[:1]:
            yield content, f"meta:{name}", 0.7
    for block in facts.parsed.blocks[-_LAST_BLOCKS:]:
        for span in block.spans:
            if span.kind == "link" and "/licenses/" in span.target and _LICENSE_ADDRESS.search(span.target):
                yield span.target, "footer", 0.7

"""The picture that stands for the page."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.metadata.facts import META_LIMIT, Facts
from cleaner.metadata.json_ld import first_of, listed, resolved, text_of
from cleaner.metadata.tidy import tidy
from cleaner.types import Value

_META = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
    "sailthru.image.full",
    "thumbnail",
)


def find_image(facts: Facts) -> Value | None:
    """The address of the page's picture, absolute, http(s) only; None when the page names none."""
    for address, source in _addresses(facts):
        if url := facts.absolute(address):
            return Value(url, source, 0.9, None if url == address else tidy(address, META_LIMIT))
    return None


def _addresses(facts: Facts) -> Iterator[tuple[str, str]]:
    for name in _META:
        for content in facts.meta.get(name, ())[:1]:
            yield content, name
    for image in listed(first_of(facts.own_things, "image"))[:1]:
        image = resolved(image, facts.things)
        address = image.get("url") or image.get("contentUrl") if isinstance(image, dict) else image
        yield text_of(address), "json-ld"
    for rel, href, _ in facts.parsed.head.links:
        if rel == "image_src":
            yield href, "link"

"""Whose page it is: the site's name and the page's canonical address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cleaner.metadata.facts import BLOCK_LIMIT, META_LIMIT, Facts
from cleaner.metadata.json_ld import resolved, text_of, types_of
from cleaner.metadata.tidy import letters, tidy
from cleaner.types import Other, Value

NAME_LIMIT = 100  # characters
_WORDS = 5

_BY_STATEMENT = (("og:site_name", 0.92),)  # the share that JSON-LD confirms, of 830 pages
_BY_APPLICATION = (("dc.publisher", 0.8), ("application-name", 0.7), ("apple-mobile-web-app-title", 0.6))
_JUNCTION = re.compile(r"\s+[-–—|·•»«:]\s+|\s+::\s+|\s*[|_]\s*|\s[-–—»](?=\w)")


def find_site_name(facts: Facts, title: Value | None) -> Value | None:
    """What the site calls itself, or None."""
    for text, source, confidence in _site_names(facts, title):
        name = tidy(text, NAME_LIMIT).strip(" /|:;,•·»«")
        is_title = title is not None and letters(name) == letters(title.value) and facts.page_kind != "home"
        if letters(name) and "://" not in name and not is_title:
            return Value(name, source, confidence)
    return None


def find_canonical_url(facts: Facts) -> Value | None:
    """The address the page gives as its own, absolute, http(s) only."""
    stated = [(href, "link") for rel, href, _ in facts.parsed.head.links if "canonical" in rel.split()]
    stated += [(content, "og:url") for content in facts.meta.get("og:url", ())[:1]]
    found = [(url, written, source) for written, source in stated if (url := facts.absolute(written))]
    if not found:
        return None
    url, written, source = found[0]
    differing = [(other, name) for other, _, name in found[1:2] if other != url]
    trust = _TRUST_DISPUTED if differing else _TRUST_IN_ADDRESS[source]
    others = tuple(Other(other, name, round(1 - trust, 2)) for other, name in differing)
    return Value(url, source, trust, None if url == written else written[:META_LIMIT], others=others)


# The share that is the address from which the page came, of 1,806 pages; where link and og:url differ, of 55.
_TRUST_IN_ADDRESS = {"link": 0.96, "og:url": 0.83}
_TRUST_DISPUTED = 0.69


def _site_names(facts: Facts, title: Value | None) -> Iterator[tuple[str, str, float]]:
    """(name, source, confidence): the share that says what og:site_name says, where a page has both; the highest first."""
    yield from _in_meta(facts, _BY_STATEMENT)
    yield from _of_things(facts, "WebSite", 0.9)
    yield _as_spelled(facts.site.name, facts), "site", 0.9
    page_title = facts.parsed.head.title[:META_LIMIT]
    parts = _JUNCTION.split(page_title)
    for part in (parts[-1], parts[0]) if len(parts) > 1 else ():
        if facts.is_site_name(part):
            yield part, "title", 0.87
    for name in facts.copyright_names:
        yield name, "copyright", 0.83
    for thing in facts.own_things[:1]:
        publisher = resolved(thing.get("publisher"), facts.things)
        if isinstance(publisher, dict):
            yield text_of(publisher.get("name")), "json-ld", 0.75
    yield from _of_things(facts, "NewsMediaOrganization", 0.74)
    yield from _in_meta(facts, _BY_APPLICATION)
    if title:
        yield _rest_of_title(page_title, title.value), "title", 0.74
    if title and facts.parsed.kind == "text":
        yield from _beside_title(facts, title)
    for holder in facts.copyright_holders if facts.host else ():
        name = _COMPANY.sub("", holder)
        if len(name.split()) <= _WORDS and _is_in_host(letters(name), facts.host):
            yield name, "copyright", 0.49  # of 386 flattened pages


# The form of a company, which its site does not have in its name: "Harbour Post Ltd".
_COMPANY = re.compile(
    r"(?:,?\s(?:inc|ltd|limited|llc|plc|corp|corporation|co|gmbh(?:\s&\sco\.?\skg)?|ag|kg|se|e\.?v|b\.?v|n\.?v|s\.?a|s\.?r\.?l|s\.?p\.?a)\.?)+$",
    re.I,
)


def _is_in_host(key: str, host: str) -> bool:
    """Whether a host is called like a name: harbourpost.example, www.post.example of the Harbour Post or the Post."""
    own = max((letters(part) for part in host.split(".")[:-1]), key=len, default="")
    return len(key) >= _SHORTEST and (key in letters(host) or (len(own) >= _SHORTEST and own in key))


_SHORTEST = 3  # letters of a name that is told by the host


def _in_meta(facts: Facts, names: Sequence[tuple[str, float]]) -> Iterator[tuple[str, str, float]]:
    for name, confidence in names:
        for content in facts.meta.get(name, ())[:1]:
            yield content, name, confidence


def _of_things(facts: Facts, kind: str, confidence: float) -> Iterator[tuple[str, str, float]]:
    for thing in facts.things:
        if kind in types_of(thing):
            yield text_of(thing.get("name")), "json-ld", confidence


def _as_spelled(name: str, facts: Facts) -> str:
    """A name that is known in small letters alone, as the page spells it."""
    if not name or name != name.casefold():
        return name
    words = r"[^\w\n]{1,3}".join(map(re.escape, name.split()))
    pattern = re.compile(rf"\b{words}\b", re.I)
    spelled = (match.group() for block in facts.parsed.blocks if (match := pattern.search(block.text[:BLOCK_LIMIT])))
    return min(spelled, key=lambda found: (found.isupper() or found.islower(), found), default="")


def _rest_of_title(page_title: str, title: str) -> str:
    """What the page's ``<title>`` says beside its title, farthest from it: "Ferry stays - Ports - Harbour Post".

    What a comma joins to the title is none: "The Lighthouse Cat, by Ada Quill".
    """
    before, found, after = page_title.partition(title)
    parts = [part for part in _JUNCTION.split(after if after.strip() else before) if part.strip()] if found else []
    name = "" if not parts or (parts == [after] and after.startswith(",")) else parts[-1] if after.strip() else parts[0]
    return name if len(name.split()) <= _WORDS else ""


def _beside_title(facts: Facts, title: Value) -> Iterator[tuple[str, str, float]]:
    """The end of a flattened page's first lines that repeat the title: "Home > Ports > Ferry stays -Harbour News"."""
    for block in facts.parsed.blocks[:10]:
        _, found, after = block.text[:META_LIMIT].partition(title.value)
        if found and (match := _JUNCTION.match(" " + after.lstrip())) and len(after) <= NAME_LIMIT // 2:
            yield (" " + after.lstrip())[match.end() :], "line", 0.5

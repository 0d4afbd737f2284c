"""What a worker does about the site of a page: learn from it, ask for what is stored of it, and use that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cleaner.cleaners import Cleaner, cleaner_named
from cleaner.cleaners.by_site import BySiteCleaner
from cleaner.cleaners.combined import CombinedCleaner
from cleaner.parse import parse
from cleaner.site_templates import SiteTemplates, host_of, stated_host
from cleaner.site_templates.summary import repeated_lines
from cleaner.types import Document, Page, Parsed
from service.store.rows import ENOUGH_PAGES, Learned, StoredSite, packed, unpacked

_HOST = re.compile(r"[\w.:-]{1,253}")


@dataclass(frozen=True, slots=True)
class SiteAsked:
    """The page is not cleaned yet: send it again with what is stored of this site."""

    host: str


def site_name(url: str | None) -> str:
    """What the site of an address is stored under; empty where there is none."""
    host = host_of(url)
    return host if _HOST.fullmatch(host) else ""


def site_of_page(page: Page) -> str:
    """What the site of a page is stored under, by its address or what it says of itself; empty where neither tells.

    Raises PageRefused.
    """
    return site_name(page.url) or _stated(parse(page))


def knows_sites(cleaner: str) -> bool:
    """Whether the cleaner of this name has a use for templates."""
    return isinstance(cleaner_named(cleaner), BySiteCleaner | CombinedCleaner)


def with_site(cleaner: str, site: StoredSite) -> Cleaner:
    """The cleaner of this name, which knows the site. Raises InputError for one that has no use for templates."""
    return cleaner_named(cleaner, sites=_templates(site))


def used_of(site: StoredSite) -> dict[str, Any]:
    """What a document tells of the template that it was cleaned with."""
    return {"host": site.host, "version": site.version, "pages": len(site.parts)}


def learned_from(document: Document, known: StoredSite | None) -> Learned | None:
    """What the template of a page's site takes of it; None where no site is known, or where it knows enough such pages."""
    host = _stated(document.parsed)
    if not host or (known is not None and known.host == host and known.parts and not _wants(known, document.parsed.page)):
        return None
    one = SiteTemplates()
    one.learn(document.parsed)
    [seen] = one.pages(host)
    return Learned(host, seen.page, seen.rank, packed(one.to_json().encode("utf-8", "surrogatepass")))


def describe(site: StoredSite) -> dict[str, Any]:
    """A site for people: what its pages agree on, and the lines that repeat on them."""
    templates = _templates(site)
    found, pages = templates.site(site.host), templates.pages(site.host)
    assert found is not None
    facts = found.facts
    return {
        "host": site.host,
        "pages": len(pages),
        "used": len(pages) >= ENOUGH_PAGES,
        "version": site.version,
        "name": facts.name or None,
        "titles_end_with": facts.title_end or None,
        "authors_named": [form.told for form in facts.author_forms],
        "date_lines": list(facts.date_lines),
        "injected_token": facts.spam_token or None,
        "taught": [{"form": form, "stays": stays} for form, stays in site.taught],
        "lines": [{"form": line.form, "pages": line.pages, "place": line.place} for line in repeated_lines(pages)],
    }


@lru_cache(maxsize=16)
def _templates(site: StoredSite) -> SiteTemplates:
    """The parts put together. Kept for the next page of the site, as it takes longer than to clean one: the same parts give
    the same templates, so that no page is cleaned otherwise for it."""
    whole = SiteTemplates()
    for part in site.parts:
        whole.merge(SiteTemplates.from_json(unpacked(part).decode("utf-8", "surrogatepass")))
    if site.taught:
        whole.teach(site.host, dict(site.taught))
    return whole


def _wants(known: StoredSite, page: Page) -> bool:
    return _templates(known).wants(page)


def _stated(parsed: Parsed) -> str:
    host = stated_host(parsed)
    return host if _HOST.fullmatch(host) else ""

"""What a page's site adds to its metadata."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from cleaner.cleaners import cleaner_named
from cleaner.metadata.by_site import IN_ITS_PLACE
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.site_templates import SiteTemplates
from cleaner.types import Document, Page, SiteFacts
from tests.dressed_sites import DressedPage, dressed_sites


@cache
def pages() -> list[DressedPage]:
    return list(dressed_sites(5, hosts=3, pages_per_host=12, spam_hosts=1, wire_share=0.5))


def of_spam_host() -> list[DressedPage]:
    return [page for page in pages() if page.spam_token]


def with_templates(page: Page, *, others: list[Page]) -> Document:
    templates = SiteTemplates()
    for other in others:
        templates.learn(parse(other))
    return clean(page, cleaner=cleaner_named("combined", templates))


@pytest.mark.parametrize("kind", ["text", "html"])
def test_a_spam_hosts_day_and_byline_get_little_trust_and_the_agency_is_found(kind: str) -> None:
    spam = of_spam_host()
    others = [getattr(page, kind) for page in spam]
    found = [with_templates(getattr(page, kind), others=others) for page in spam]
    assert all("spam-host" in document.warnings for document in found)
    values = [
        value
        for document in found
        for value in (document.metadata.date_published, document.metadata.date_modified, *document.metadata.authors)
        if value
    ]
    assert values
    assert max(value.confidence for value in values) <= 0.2
    agencies = [document.metadata.agency for document in found]
    assert all(agency and agency.value == "AP" for agency in agencies)


def test_the_token_is_taken_from_titles_too() -> None:
    spam = of_spam_host()
    others = [page.html for page in spam]
    for page in spam[:6]:
        title = with_templates(page.html, others=others).metadata.title
        assert title
        assert title.value == page.story.headline


def test_other_hosts_are_no_spam_hosts() -> None:
    for page in pages()[:3]:
        honest = [other.text for other in pages() if other.host == page.host]
        assert "spam-host" not in with_templates(page.text, others=honest).warnings


@pytest.mark.parametrize("label", ["Listen: {} minutes", "Text: {}", "Updated: {} May"])
def test_a_label_that_each_page_shows_above_its_text_is_no_injected_token(label: str) -> None:
    pages = [article(number, day=label.format(number)) for number in range(1, 10)]
    assert facts_of(pages).spam_token == ""


def article(number: int, *, byline: str = "", day: str = "") -> Page:
    paragraph = f"The council has sold {number} of the old bridges below the castle, which nobody had expected that year."
    head = "\n".join(line for line in ("Home", "Politics", f"Bridge {number} is sold", byline, day) if line)
    foot = "Contact us\nAll rights reserved"
    text = f"{head}\n{paragraph} {'It rained. ' * number}\n{paragraph[::-1]}\n{foot}"
    return Page(f"page {number}", text, "text", f"https://harbour-post.example/{number}")


def test_a_day_is_found_where_the_sites_other_pages_have_theirs() -> None:
    lines = [f"Ausgabe {number} / {number}. Mai 2024 / Hafen und See" for number in range(1, 10)]
    others = [article(number, day=line) for number, line in enumerate(lines, 1)]
    page = article(10, day="Ausgabe 10 / 11. Mai 2024 / Hafen und See")
    found = with_templates(page, others=others).metadata.date_published
    assert found
    assert found.value == "2024-05-11"


@pytest.mark.parametrize("kind", ["text", "html"])
def test_the_sites_name_is_known_from_its_titles_or_from_lines_that_spell_its_host(kind: str) -> None:
    others = [getattr(page, kind) for page in pages() if page.host == pages()[0].host]
    name = with_templates(others[0], others=others).metadata.site_name
    assert name
    assert name.value.lower().replace(" ", "-") + "-0.example" == pages()[0].host
    assert name.value.istitle()


def test_the_site_is_no_author_beside_others() -> None:
    names = ("Ada Quill", "Bo Quill", "Cy Quill", "Di Quill")
    pages = [article(number, byline=f"By {name}, Harbour Post") for number, name in enumerate(names, 1)]
    pages = [replace(page, content=f"{page.content!s}\nWrite to Harbour Post") for page in pages]
    authors = with_templates(pages[0], others=pages).metadata.authors
    assert [author.value for author in authors] == ["Ada Quill"]


both_kinds = pytest.mark.parametrize("kind", ["text", "html"])
WRITERS = ("Ada Quill", "Bo Fenn", "Cy Marsh", "Di Lorne", "Ed Vane", "Fay Thorn", "Gil Wick", "Hal Brook")
WROTE = list(enumerate(WRITERS, 1))


def boxed(number: int, kind: str, *, above: str = "", below: str = "") -> Page:
    """An article with lines of the site around it, each a block; ``below`` stands between the text and the foot."""
    page = article(number)
    *head, first, second, contact, rights = str(page.content).split("\n")
    lines = [*head, *above.split("\n"), first, second, *below.split("\n"), contact, rights]
    if kind == "html":
        divs = [f"<div>{line}</div>" for line in lines if line]
        return replace(page, content=f"<html><body>{' '.join(divs)}</body></html>", kind="html")
    return replace(page, content="\n".join(filter(None, lines)))


def facts_of(pages: list[Page]) -> SiteFacts:
    templates = SiteTemplates()
    for page in pages:
        templates.learn(parse(page))
    site = templates.site("harbour-post.example")
    assert site
    return site.facts


def authors_of(page: Page, others: list[Page]) -> list[tuple[str, str]]:
    return [(author.value, author.source) for author in with_templates(page, others=others).metadata.authors]


@both_kinds
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("", "The hand behind it\n{} keeps a boat in the harbour."),
        ("", "{} | Quayside\nWrite a letter"),
        ("Pen and ink: {}", ""),
        ("{} at the quay", ""),
    ],
)
def test_an_author_is_found_where_the_site_names_its_authors(kind: str, above: str, below: str) -> None:
    """The other pages have a byline, too, so that it is known who wrote them."""
    others = [boxed(number, kind, above=f"By {name}\n{above.format(name)}", below=below.format(name)) for number, name in WROTE]
    page = boxed(20, kind, above=above.format("Ines Tidewell"), below=below.format("Ines Tidewell"))
    assert all(author.confidence < IN_ITS_PLACE for author in clean(page).metadata.authors)
    source = "site:author-box" if below else "site:byline"
    assert authors_of(page, others) == [("Ines Tidewell", source)]


@both_kinds
def test_the_name_in_its_place_goes_before_one_that_only_looks_like_an_author(kind: str) -> None:
    others = [boxed(number, kind, above=f"Words by {name}", below="Harbour Lights\nMarch 2024") for number, name in WROTE]
    page = boxed(20, kind, above="Words by Ines Tidewell", below="Harbour Lights\nMarch 2024")
    assert [name for name, _ in authors_of(page, others)] == ["Ines Tidewell"]


@both_kinds
@pytest.mark.parametrize(
    "below",
    [
        "",
        "Photo: {}",
        "Most read\n{} wins the race to the pier",
        "Sold by {}\nRelease Date\n4 May 2023",
        "By {}\nBy Cora Flint\nBy Dario Mare",  # teasers of other articles
    ],
)
def test_a_site_that_names_no_author_has_no_place_for_one(kind: str, below: str) -> None:
    pages = [boxed(number, kind, below=below.format(name)) for number, name in WROTE]
    assert facts_of(pages).author_forms == ()
    assert [source for page in pages for _, source in authors_of(page, pages) if source.startswith("site:")] == []


@both_kinds
@pytest.mark.parametrize("desk", ["Quay Desk", "Harbour Post", "Night Watch"])
def test_a_name_that_never_changes_is_a_desks(kind: str, desk: str) -> None:
    pages = [
        boxed(number, kind, above=f"By {desk}", below=f"The hand behind it\n{desk} writes by night.") for number, _ in WROTE
    ]
    assert facts_of(pages).author_forms == ()

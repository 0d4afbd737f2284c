"""What repeats over a site's pages goes, and what only seems to repeat stays: measured on dressed sites, and case by case."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html import escape
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.cleaners import cleaner_named
from cleaner.errors import InputError
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.site_templates import SiteTemplates
from cleaner.types import Document, Page, Reason
from tests.dressed_sites import DressedPage, dressed_by_host, dressed_sites
from tests.messy_pages import HTML_PAGES, TEXT_PAGES
from tests.test_invariants import INVARIANTS

SEEN = 10  # pages of a host that are learned; the others are cleaned
LEAST_REMOVED = 0.95  # of the words, and of the lines, of the sites' templates
MOST_LOST = 0.005  # of the articles' words

Kind = Literal["text", "html"]
both_kinds = pytest.mark.parametrize("kind", ["text", "html"])

MENU = "Home\nPolitics\nSport"
FOOT = "Contact the newsroom\nAll rights reserved"
PARAGRAPHS = [
    f"{who} has {did} the {what} below the castle, which nobody had expected before the winter of that year."
    for who in ("The council", "A retired captain", "The ferry company")
    for did in ("sold", "painted", "counted", "moved")
    for what in ("old bridges", "fishing boats", "toll roads", "town clocks")
]


def page_of(page: DressedPage, kind: Kind) -> Page:
    return page.text if kind == "text" else page.html


def learned(pages: list[Page]) -> SiteTemplates:
    templates = SiteTemplates()
    for page in pages:
        templates.learn(parse(page))
    return templates


@both_kinds
def test_with_ten_pages_seen_nearly_all_of_a_template_goes_and_hardly_a_word_of_an_article(kind: Kind) -> None:
    total: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for pages in dressed_by_host().values():
        cleaner = cleaner_named("by_site", learned([page_of(page, kind) for page in pages[:SEEN]]))
        for page in pages[SEEN:]:
            document = clean(page_of(page, kind), cleaner=cleaner)
            for line, label in zip(page.lines, document.labels, strict=True):
                words = len(line.text.split())
                total[line.kind] += 1
                total[f"{line.kind} words"] += words
                gone[line.kind] += not label.keep
                gone[f"{line.kind} words"] += 0 if label.keep else words
                if line.kind == "body":
                    cut = "".join(line.text[cut.start : cut.end] for cut in label.cuts)
                    gone["body words"] += 0 if cut.strip() == line.cut.strip() else len(cut.split())
    assert total["template"] > 4_000
    assert gone["template"] >= LEAST_REMOVED * total["template"]
    assert gone["template words"] >= (LEAST_REMOVED - 0.01) * total["template words"]
    assert gone["body words"] <= MOST_LOST * total["body words"]


@both_kinds
@pytest.mark.parametrize("name", ["by_site", "combined"])
def test_a_page_whose_site_has_no_other_is_cleaned_as_without_templates(kind: Kind, name: str) -> None:
    for pages in list(dressed_by_host().values())[:3]:
        page = page_of(pages[0], kind)
        assert body(page, learned([page]), name) == clean(page, cleaner=name).text


@both_kinds
def test_the_combined_cleaner_is_never_worse_for_knowing_the_site(kind: Kind) -> None:
    better = 0
    for pages in list(dressed_by_host().values())[:6]:
        templates = learned([page_of(page, kind) for page in pages[:SEEN]])
        for page in pages[SEEN : SEEN + 4]:
            wanted = set(page.body.splitlines())
            without, with_templates = (
                len(wanted ^ set(text.splitlines()))
                for text in (clean(page_of(page, kind)).text, body(page_of(page, kind), templates, "combined"))
            )
            assert with_templates <= without
            better += with_templates < without
    assert better


def test_labels_say_how_often_a_line_repeats() -> None:
    documents = [clean(page, cleaner=cleaner_named("by_site", learned(pages))) for pages in [site(6)] for page in pages[:1]]
    piece = next(piece for piece in documents[0].removed if piece.text == "Politics")
    assert (piece.reason, piece.by, piece.score) == (Reason.REPEATS_ON_SITE, "by_site.5_of_5", 1.0)


def test_the_introduction_and_subheads_of_a_series_stay() -> None:
    introduction = "In this series we visit a house of the coast each week and ask who has lived there before."
    parts = [
        article(number, before=f"{introduction}\n", between="Who lives here\n") if number % 3 == 0 else article(number)
        for number in range(9)
    ]
    text = body(parts[0], learned(parts))
    assert introduction in text
    assert "Who lives here" in text
    assert "Politics" not in text


def test_the_subheads_that_every_recipe_has_stay() -> None:
    recipes = [article(number, between="Ingredients\n") for number in range(9)]
    assert "Ingredients" in body(recipes[0], learned(recipes))


def test_the_times_and_labels_of_live_blogs_stay() -> None:
    blogs = [article(number, before=f"{number}:42\n", between=f"1{number}:07\n") for number in range(9)]
    labelled = [article(number, between="Key event\n") for number in range(9)]
    assert "15:07" in body(blogs[5], learned(blogs))
    assert "Key event" in body(labelled[0], learned(labelled))


def test_what_stands_between_paragraphs_of_every_page_and_is_a_sentence_goes() -> None:
    prompts = [article(number, between="Enjoying this? Get our letter every morning for nothing.\n") for number in range(9)]
    assert "our letter" not in body(prompts[0], learned(prompts))


def test_copies_of_one_page_teach_nothing_of_it() -> None:
    original = article(0)
    copies = [
        replace(original, id=f"copy {number}", content=f"{original.content!s}\nPrinted {number} times") for number in range(5)
    ]
    text = body(original, learned([original, *copies, *site(4)[1:]]))
    assert all(paragraph in text for paragraph in PARAGRAPHS[:4])


def test_one_other_page_is_no_template_for_it_may_be_an_earlier_version() -> None:
    table = "Monday to Friday\nSaturday\n"
    pages = [article(0, between=table), article(1, between=table)]
    assert body(pages[0], learned(pages)) == body(pages[0], learned(pages[:1]))
    third = learned([*pages, article(2)])
    assert "Politics" not in body(pages[0], third)


def test_a_line_that_only_copies_of_one_other_page_share_counts_once() -> None:
    quote = "We shall not sell the bridge, said the mayor."
    other = article(1, between=f"{quote}\n")
    copies = [replace(other, id=f"copy {number}", content=f"{other.content!s}\nPrinted {number} times") for number in range(5)]
    own = article(0, between=f"{quote}\n")
    assert quote in body(own, learned([own, *copies, *site(6)[2:]]))


def test_words_glued_to_an_article_go_where_they_are_no_part_of_its_sentence() -> None:
    tail = " Read more on the pages of the Harbour Post."
    pages = [article(number, tail=tail) for number in range(6)]
    document = clean(pages[0], cleaner=cleaner_named("by_site", learned(pages)))
    assert "Read more" not in document.text
    assert PARAGRAPHS[3] in document.text
    assert [piece.text for piece in document.removed if piece.by == "by_site.repeated_part"] == [tail]


def test_sentences_that_begin_alike_stay_whole() -> None:
    pages = [article(number, lead="According to the harbour board, ") for number in range(6)]
    assert "According to the harbour board, The council" in body(pages[0], learned(pages))


def test_half_a_sentence_that_many_pages_begin_or_end_with_stays_with_the_other_half() -> None:
    first, last = "It is not the first quarrel of its kind; ", "; all parts can be read in any order."
    pages = [
        article(number, lead=first, tail=f" {who} came{last}")
        for number, who in enumerate(("Ada", "Bo", "Cy", "Di", "Ed", "Fay"))
    ]
    kept = body(pages[0], learned(pages))
    assert f"{first}The council" in kept
    assert kept.endswith(f"Ada came{last}")


def test_pages_of_unknown_host_are_known_by_their_furniture() -> None:
    pages = [replace(page, url=None) for page in site(6)]
    text = body(pages[0], learned(pages))
    assert "Politics" not in text
    assert PARAGRAPHS[0] in text


def test_templates_are_for_cleaners_that_ask_them() -> None:
    with pytest.raises(InputError, match="choose combined or by_site"):
        cleaner_named("trafilatura", SiteTemplates())


def test_a_spam_hosts_token_goes_from_all_of_its_pages() -> None:
    pages = list(dressed_sites(5, hosts=2, pages_per_host=12, spam_hosts=1, wire_share=0.5))
    spam = [page for page in pages if page.spam_token]
    for kind in ("text", "html"):
        templates = learned([page_of(page, kind) for page in spam])
        for page in spam:
            document = clean(page_of(page, kind), cleaner=cleaner_named("combined", templates))
            assert page.spam_token not in document.text


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(pages=st.lists(HTML_PAGES | TEXT_PAGES, min_size=2, max_size=6), furniture=st.lists(st.text(max_size=40), max_size=6))
def test_of_messy_pages_nothing_is_invented_or_lost(pages: list[Page], furniture: list[str]) -> None:
    """The invariants of all cleaners, with templates of pages that share some lines."""
    shared = [f"<p>{escape(line)}</p>" if page.kind == "html" else line for page in pages[:1] for line in furniture]
    dressed_up = [
        replace(page, content="\n".join([*shared, f"{page.content!s}", *shared]), url="https://harbour-post.example/")
        for page in pages
    ]
    templates = learned(dressed_up)
    for name in ("by_site", "combined"):
        document = clean(dressed_up[0], cleaner=cleaner_named(name, templates))
        for invariant in INVARIANTS:
            invariant(document)


def test_furniture_that_only_begins_alike_on_pages_of_no_common_layout_goes() -> None:
    """Every page has another section in its breadcrumb and nothing else in common: there is no page of the same layout."""
    pages = [
        Page(f"{number}", f"Filed under {name}\n{PARAGRAPHS[number]}", "text", f"https://harbour-post.example/{number}")
        for number, name in enumerate(("Politics", "Sport", "Food", "Letters", "Travel"))
    ]
    document = clean(pages[0], cleaner=cleaner_named("by_site", learned(pages)))
    assert [(piece.text, piece.by) for piece in document.removed] == [("Filed under Politics", "by_site.4_of_4")]


def site(count: int) -> list[Page]:
    return [article(number) for number in range(count)]


def article(number: int, *, before: str = "", between: str = "", lead: str = "", tail: str = "") -> Page:
    """A flattened page of four paragraphs of its own."""
    first, second, third, fourth = PARAGRAPHS[4 * number : 4 * number + 4]
    lines = f"{before}{lead}{first}\n{second}\n{between}{third}\n{fourth}{tail}"
    title = f"What part {number} of the story brought to light"
    return Page(f"page {number}", f"{MENU}\n{title}\n{lines}\n{FOOT}", "text", f"https://harbour-post.example/{number}")


def body(page: Page, templates: SiteTemplates, name: str = "by_site") -> str:
    document: Document = clean(page, cleaner=cleaner_named(name, templates))
    return document.text

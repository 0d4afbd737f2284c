"""Pages that lost their line ends: what repeats on the site goes from the one line that is left, and the article stays."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from cleaner.cleaners import cleaner_named
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.scoring.metrics import word_match
from cleaner.site_templates import SiteTemplates
from cleaner.types import Document, Page
from tests.dressed_sites import Author, dressed_by_host
from tests.one_line_pages import in_one_line, words_of

SEEN = 10  # pages of a host that are learned; the others are cleaned
LEAST_REMOVED = 0.75  # of the words of the sites' templates
MOST_LOST = 0.005  # of the articles' words

MENU = "Home Politics Sport Business Letters Travel Weather Harbour"
FOOT = "Contact the newsroom Advertise with us Privacy notice All rights reserved"
_author = Author(random.Random(7))  # noqa: S311  # sentences, no secret
SENTENCES = [_author.sentence() for _ in range(200)]
TITLES = [_author.headline() for _ in range(9)]


def learned(pages: list[Page]) -> SiteTemplates:
    templates = SiteTemplates()
    for page in pages:
        templates.learn(parse(page))
    return templates


def cleaned(page: Page, templates: SiteTemplates | None, name: str = "by_site") -> Document:
    return clean(page, cleaner=cleaner_named(name, templates))


def test_with_ten_pages_seen_most_of_a_template_goes_and_hardly_a_word_of_an_article() -> None:
    counts: Counter[str] = Counter()
    for pages in dressed_by_host().values():
        templates = learned([in_one_line(page) for page in pages[:SEEN]])
        for page in pages[SEEN:]:
            counts += words_of(page, cleaned(in_one_line(page), templates))
    assert counts["template words"] > 10_000
    assert counts["template words gone"] >= LEAST_REMOVED * counts["template words"]
    assert counts["body words gone"] <= MOST_LOST * counts["body words"]


def test_the_combined_cleaner_gains_by_them() -> None:
    with_templates, without = 0.0, 0.0
    for pages in list(dressed_by_host().values())[:6]:
        templates = learned([in_one_line(page) for page in pages[:SEEN]])
        for page in pages[SEEN : SEEN + 4]:
            without += word_match(page.body, cleaned(in_one_line(page), None, "combined").text).f1
            with_templates += word_match(page.body, cleaned(in_one_line(page), templates, "combined").text).f1
    assert with_templates > without


@pytest.mark.parametrize("name", ["by_site", "combined"])
def test_templates_of_no_page_or_of_the_page_alone_change_nothing(name: str) -> None:
    for pages in list(dressed_by_host().values())[:3]:
        page = in_one_line(pages[0])
        without = cleaned(page, None, name).text
        assert cleaned(page, SiteTemplates(), name).text == without
        assert cleaned(page, learned([page]), name).text == without


@pytest.mark.parametrize("name", ["by_site", "combined"])
def test_templates_of_another_site_take_no_word_of_an_article(name: str) -> None:
    hosts = list(dressed_by_host().values())
    for pages, foreign in pairwise(hosts[:5]):
        page = pages[0]
        templates = learned([replace(in_one_line(other), url=page.url) for other in foreign[:SEEN]])
        before, after = (words_of(page, cleaned(in_one_line(page), sites, name)) for sites in (None, templates))
        assert after["body words gone"] <= before["body words gone"]


def test_runs_inside_the_line_go_and_labels_say_that_they_repeat() -> None:
    document = cleaned(article(0), learned([article(number) for number in range(6)]))
    assert document.text == "\n".join([f"{TITLES[0]} {SENTENCES[0]}", *SENTENCES[1:8]])
    assert [(piece.text, piece.by) for piece in document.removed] == [
        (MENU, "by_site.repeated_part"),
        (f"({FOOT}.)", "by_site.5_of_5"),
    ]


def test_the_middle_of_a_long_page_stays_where_menu_and_footer_are_longer_than_what_is_kept() -> None:
    menu, foot = (" ".join(f"{word} {_author.place()}" for _ in range(200)) for word in ("Around", "Beyond"))
    pages = [article(number, menu=menu, foot=foot) for number in range(6)]
    document = cleaned(pages[0], learned(pages))
    assert all(sentence in document.text for sentence in SENTENCES[:8])
    assert len(document.text) < len(menu) + len(foot)


def test_the_introduction_of_a_series_stays() -> None:
    introduction = "In this series we visit a house of the coast each week and ask who has lived there."
    parts = [article(number, before=introduction) if number % 3 == 0 else article(number) for number in range(9)]
    assert introduction in cleaned(parts[0], learned(parts)).text


def test_what_all_pages_say_amid_their_own_sentences_stays() -> None:
    half = "as the mayor has said of every bridge of the town in every year"
    pages = [article(number, between=f"Nobody laughed, {half}, {who}.") for number, who in enumerate("abcdefg")]
    assert half in cleaned(pages[0], learned(pages)).text


def test_reports_that_are_alike_but_for_names_and_numbers_stay_whole() -> None:
    pages = [
        Page(f"{number}", f"{report} {report.replace('first', 'second')}", "text", f"https://harbour-post.example/{number}")
        for number, name in enumerate(("Ada", "Bo", "Cy", "Di", "Ed", "Fay"), 2)
        for report in [
            f"{name} of Ternmouth scored {number} points in the first half of the match on the meadow below the castle. The "
            f"crowd of {number} thousand cheered {name} as it has cheered nobody since the first great match of the year."
        ]
    ]
    assert len(parse(pages[0]).blocks) == 4
    assert not cleaned(pages[0], learned(pages)).removed


def test_what_two_others_share_stays() -> None:
    notice = "Read all about the harbour festival of this summer in our great supplement"
    pages = [article(number, foot=f"{notice} {FOOT}" if number < 3 else FOOT) for number in range(9)]
    assert notice in cleaned(pages[0], learned(pages)).text


def test_copies_of_one_page_teach_nothing_of_it() -> None:
    copies = [replace(article(0), content=f"{article(0).content!s} Printed {number} times") for number in range(5)]
    text = cleaned(article(0), learned(copies)).text
    assert all(sentence in text for sentence in SENTENCES[:8])


def article(number: int, *, menu: str = MENU, foot: str = FOOT, before: str = "", between: str = "") -> Page:
    """A page of eight sentences of its own, all in one line."""
    own = SENTENCES[8 * number : 8 * number + 8]
    parts = [menu, TITLES[number], before, *own[:4], between, *own[4:], f"({foot}.)"]
    content = " ".join(part for part in parts if part)
    return Page(f"page {number}", content, "text", f"https://harbour-post.example/{number}")

"""Dates are read where the page states them, and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cleaner.pipeline import clean
from cleaner.types import Page
from tests.metadata.pages import PARAGRAPHS, TITLE, described_html, described_text


def article_data(**facts: str) -> str:
    stated = ", ".join(f'"{key}": "{value}"' for key, value in facts.items())
    return f'<script type="application/ld+json">{{"@type": "Article", {stated}}}</script>'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (article_data(datePublished="2024-03-05T10:20:30+01:00"), "2024-03-05T10:20:30+01:00"),
        (article_data(datePublished="2024-03-05T10:20:30.123Z"), "2024-03-05T10:20:30+00:00"),
        (article_data(datePublished="2024-03-05T10:20:30"), "2024-03-05"),
        (article_data(datePublished="5 March 2024"), "2024-03-05"),
        ('<meta property="article:published_time" content="2024-03-05 10:20 +0100">', "2024-03-05T10:20:00+01:00"),
        ('<meta name="date" content="20240305">', "2024-03-05"),
        ('<meta name="pubdate" content="Tue, 05 Mar 2024 10:20:30 GMT">', "2024-03-05T10:20:30+00:00"),
        ('<meta name="publish-date" content="1709634030000">', "2024-03-05T10:20:30+00:00"),
    ],
)
def test_dates_for_machines_become_iso_8601(head: str, expected: str) -> None:
    published = described_html(head=head).date_published
    assert published is not None
    assert published.value == expected


@pytest.mark.parametrize("value", ["", "soon", "2024-13-45", "0000-00-00", "99999999", "2024-03", "1", "5 Marchember 2024"])
def test_what_is_no_date_gives_none(value: str) -> None:
    assert described_html(head=article_data(datePublished=value, dateModified=value)).date_published is None


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("Published 5 March 2024", "en", "2024-03-05"),
        ("March 5th, 2024 at 10:20 am", "en", "2024-03-05"),
        ("By Ada Quill | Mar. 5, 2024 | 3 min read", "en", "2024-03-05"),
        ("Veröffentlicht am 5. März 2024, 10:20 Uhr", "de", "2024-03-05"),
        ("Stand: 05.03.2024", "de", "2024-03-05"),
        ("Publié le 5 mars 2024 à 10h20", "fr", "2024-03-05"),
        ("Por Ada Quill - 5 de marzo de 2024", "es", "2024-03-05"),
        ("Опубликовано 5 марта 2024 г.", "ru", "2024-03-05"),
        ("发布时间：2024年3月5日 10:20", "zh", "2024-03-05"),
        ("Tuesday, 5 March 2024", "en", "2024-03-05"),
        ("<time datetime='2024-03-05T10:20:30Z'>Tuesday</time>", "en", "2024-03-05T10:20:30+00:00"),
    ],
)
def test_a_date_line_below_the_title_is_read_in_the_pages_language(line: str, language: str, expected: str) -> None:
    published = described_html(below=f"<div>{line}</div>", lang=language).date_published
    assert published is not None
    assert published.value == expected


@pytest.mark.parametrize(
    "lines",
    [
        [TITLE, "Date:2024-03-05 10:20:00"],
        [TITLE, "By Ada Quill", "Published 5 March 2024"],
        ["date 2024-03-05 The board of Saltmere met again, and this time it took less than an hour to vote."],
        ["Wednesday, January 29, 2025", TITLE, "March 5, 2024"],
    ],
)
def test_a_flattened_page_is_dated_by_its_date_line(lines: list[str]) -> None:
    published = described_text(lines).date_published
    assert published is not None
    assert published.value == "2024-03-05"


@pytest.mark.parametrize(
    "lines",
    [
        ["Wednesday, January 29, 2025", TITLE, "Date:"],
        ["Saltmere, mercredi 29 janvier 2025", TITLE],
        ["港口报　2025年1月29日（水）", TITLE],
        [TITLE],
        [TITLE, "The board met on 29 January 2025 and again in the spring, as boards do, and adjourned."],
    ],
)
def test_the_day_in_the_header_or_in_a_sentence_is_not_the_pages_date(lines: list[str]) -> None:
    assert described_text(lines).date_published is None


@pytest.mark.parametrize(
    ("language", "url", "expected", "ambiguous"),
    [
        ("en-US", None, "2024-03-04", False),
        ("en-GB", None, "2024-04-03", False),
        ("de", None, "2024-04-03", False),
        ("en", "https://harbour-post.co.uk/ferry", "2024-04-03", False),
        ("en", None, "2024-03-04", True),
    ],
)
def test_day_and_month_are_told_apart_by_the_pages_country_or_called_ambiguous(
    language: str, url: str | None, expected: str, ambiguous: bool
) -> None:
    published = described_html(below="<div>Published 03/04/2024</div>", lang=language, url=url).date_published
    assert published is not None
    assert (published.value, published.raw, published.ambiguous) == (expected, "03/04/2024", ambiguous)


def test_a_day_above_twelve_settles_its_own_order() -> None:
    published = described_html(below="<div>Published 03/24/2024</div>").date_published
    assert published is not None
    assert (published.value, published.ambiguous) == ("2024-03-24", False)


def test_published_and_modified_are_kept_apart() -> None:
    found = described_html(below="<div>Published 5 March 2024</div><div>Updated: 9 March 2024</div>")
    assert found.date_published is not None
    assert found.date_modified is not None
    assert (found.date_published.value, found.date_modified.value) == ("2024-03-05", "2024-03-09")


def test_a_page_is_not_modified_before_it_was_published() -> None:
    found = described_html(head=article_data(datePublished="2024-03-05", dateModified="2023-01-01"))
    assert found.date_modified is None


def test_the_address_dates_a_page_that_says_nothing_else() -> None:
    published = described_html(url="https://post.example/2024/03/05/chain-ferry").date_published
    assert published is not None
    assert (published.value, published.source) == ("2024-03-05", "url")


def test_no_date_lies_after_the_page_was_fetched() -> None:
    lines = [TITLE, "Published 5 March 2024"]
    assert described_text(lines, fetched_at=datetime(2024, 3, 4, tzinfo=UTC)).date_published is None
    assert described_text(lines, fetched_at=datetime(2024, 3, 5, tzinfo=UTC)).date_published is not None


@pytest.mark.parametrize(
    ("line", "language", "expected"),
    [
        ("2 hours ago", "en", "2024-03-05"),
        ("Yesterday", "en", "2024-03-04"),
        ("Posted 3 days ago", "en", "2024-03-02"),
        ("gestern", "de", "2024-03-04"),
        ("vor 3 Tagen", "de", "2024-03-02"),
        ("hace 3 días", "es", "2024-03-02"),
        ("il y a 3 jours", "fr", "2024-03-02"),
        ("3 dni temu", "pl", "2024-03-02"),
        ("3 дня назад", "ru", "2024-03-02"),
        ("3天前", "zh", "2024-03-02"),
        ("3日前", "ja", "2024-03-02"),
    ],
)
def test_a_relative_date_is_reckoned_from_the_fetch_and_from_nothing_else(line: str, language: str, expected: str) -> None:
    page = f"<html lang='{language}'><h1>{TITLE}</h1><div>{line}</div>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    fetched = Page("page", page, "html", fetched_at=datetime(2024, 3, 5, 12, tzinfo=UTC))
    published = clean(fetched).metadata.date_published
    assert published is not None
    assert (published.value, published.raw) == (expected, line.removeprefix("Posted "))
    assert clean(page).metadata.date_published is None


def test_the_day_that_readers_see_wins_over_the_same_moment_in_another_zone() -> None:
    head = '<meta property="article:published_time" content="2024-03-06T03:30:00Z">'
    published = described_html(head=head, below="<div>By Ada Quill</div><div>March 5, 2024, 10:30 PM EST</div>").date_published
    assert published is not None
    assert published.value == "2024-03-05T22:30:00-05:00"


def test_another_source_settles_an_ambiguous_date() -> None:
    head = article_data(datePublished="2024-03-04T10:20:30Z")
    published = described_html(head=head, below="<div>Published 03/04/2024</div>").date_published
    assert published is not None
    assert (published.value[:10], published.ambiguous, published.others) == ("2024-03-04", False, ())


@pytest.mark.parametrize(
    "page",
    [
        "<header><div>Wednesday, January 29, 2025</div></header>",
        "<div class='copyright'>© 2019-2025 Harbour Post</div>",
        "<div>Next sailing: 29 January 2025, 08:00 from the north slip, weather permitting and chains willing</div>",
    ],
)
def test_a_day_that_is_not_the_pages_own_gives_no_date(page: str) -> None:
    assert described_html(above=page).date_published is None


def test_a_teaser_below_the_text_that_mentions_a_day_dates_nothing() -> None:
    teaser = "The December 18, 2024, fire that closed the cannery..."
    assert described_text([TITLE, "Date:"], after=["MORE ARTICLES", teaser]).date_published is None


def test_a_page_that_only_says_when_it_was_changed_gets_that_day_and_says_from_where() -> None:
    found = described_html(below="<div>Updated 5 March 2024</div>")
    assert found.date_published is not None
    assert found.date_modified is not None
    assert found.date_published.value == found.date_modified.value == "2024-03-05"
    assert found.date_published.source == "modified:line"
    assert described_html(head='<meta property="article:modified_time" content="2024-03-05">').date_published is None


def test_the_day_in_a_dateline_is_that_of_the_article() -> None:
    found = clean("\n".join([TITLE, f"GRAZ, February 27, 2024 – {PARAGRAPHS[0]}", *PARAGRAPHS[1:]])).metadata.date_published
    assert found is not None
    assert found.value == "2024-02-27"


@pytest.mark.parametrize(
    "below",
    [
        "<div class='user'><div>tideline88</div><div>Joined: 2 March 2021</div></div>",
        "<div>Registered: 2021-03-02</div>",
        "<div>Date First Available: 2 March 2021</div>",
    ],
)
def test_the_day_on_which_somebody_joined_dates_no_page(below: str) -> None:
    assert described_html(below=below).date_published is None


def test_the_day_of_an_event_is_not_that_of_its_announcement() -> None:
    event = '<script type="application/ld+json">{"@type": "Event", "startDate": "2024-09-20T18:00"}</script>'
    assert described_html(head=event, below="<div>20 September 2024, 6pm</div>").date_published is None


def test_a_label_of_its_own_line_says_what_the_date_below_it_is_of() -> None:
    below = "<dl><dt>Published</dt><dd>11 July 2024</dd><dt>Last updated</dt><dd>1 August 2024</dd></dl>"
    found = described_html(below=below)
    assert found.date_published is not None
    assert found.date_modified is not None
    assert (found.date_published.value, found.date_modified.value) == ("2024-07-11", "2024-08-01")


def test_a_date_above_the_title_counts_where_the_address_has_its_month() -> None:
    above = "<h2 class='date-header'>Sunday, June 23, 2024</h2>"
    found = described_html(above=above, url="https://quill.example/2024/06/ferry.html").date_published
    assert found is not None
    assert found.value == "2024-06-23"
    assert described_html(above=above, url="https://quill.example/ferry.html").date_published is None


def test_another_date_of_the_page_settles_which_number_is_the_day() -> None:
    text = ["Old maps of the narrows", "03-09-2024", *PARAGRAPHS[:2], "13-09-2024", PARAGRAPHS[2]]
    found = clean(Page("maps", "\n".join(text), kind="text")).metadata.date_published
    assert found is not None
    assert (found.value, found.ambiguous) == ("2024-09-03", False)


def test_the_days_of_reviews_and_comments_are_not_the_pages() -> None:
    review = (
        "<h2>Customer reviews (1)</h2><div><b>Flo R.</b> <time datetime='2024-05-05'>5 May 2024</time><p>It floats.</p></div>"
    )
    page = f"<main><h1>Canvas boat</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{review}</main>"
    assert clean(page).metadata.date_published is None


def test_a_day_with_the_hours_of_an_event_is_not_the_pages() -> None:
    assert described_html(below="<div>Saturday 20 September 2025, 6pm to 8pm</div>").date_published is None


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Published: 3 May 2026 | Updated: 5 May 2026", "en"),
        ("3 May 2026 (updated 5 May 2026)", "en"),
        ("Updated 5 May 2026, first published 3 May 2026", "en"),
        ("Veröffentlicht am 3. Mai 2026, aktualisiert am 5. Mai 2026", "de"),
        ("Mis à jour le 5 mai 2026 - Publié le 3 mai 2026", "fr"),
        ("Publicerad 3 maj 2026 Uppdaterad 5 maj 2026", "sv"),
        ("Publikováno 3. 5. 2026, aktualizováno 5. 5. 2026", "cs"),
        ("Udgivet 3. maj 2026, opdateret 5. maj 2026", "da"),
        ("Julkaistu 3.5.2026, päivitetty 5.5.2026", "fi"),
        ("Yayın Tarihi: 03.05.2026 Güncelleme Tarihi: 05.05.2026", "tr"),
        ("입력 2026.05.03 10:12 수정 2026.05.05 11:00", "ko"),
        ("公開日:2026年5月3日 更新日:2026年5月5日", "ja"),
    ],
)
def test_two_days_in_one_line_are_told_apart(line: str, language: str) -> None:
    found = described_html(below=f"<div>{line}</div>", lang=language)
    assert found.date_published is not None
    assert found.date_modified is not None
    assert (found.date_published.value, found.date_modified.value) == ("2026-05-03", "2026-05-05")

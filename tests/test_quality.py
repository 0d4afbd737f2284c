"""Warnings: what a caller should know before trusting a result."""

from __future__ import annotations

import pytest

from cleaner import clean
from cleaner.parse import parse
from cleaner.quality import find_warnings
from cleaner.types import Document, Label, Page, Reason

STORY = [
    "The ferry that joins the two halves of Brannock has been out of service since the third week of October, when a "
    "chain in its winch parted with a noise that was heard in the school.",
    "No one was hurt, but the forty pupils who cross the water every morning now ride a bus around the head of the loch, "
    "which takes an hour and ten minutes where the boat took six.",
    "The council has ordered a new chain from a foundry in Falkirk. It will weigh nine tonnes and cost, with its fitting, "
    "more than the ferry earned in the last two years together.",
]


def warnings_of(body: str, head: str = "") -> tuple[str, ...]:
    return cleaned(body, head).warnings


def cleaned(body: str, head: str = "") -> Document:
    return clean(f"<html><head><title>Ferry out of service</title>{head}</head><body>{body}</body></html>")


def article(paragraphs: list[str], behind: str = "") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<main><article><h1>Ferry out of service</h1>{text}</article></main>{behind}"


def test_a_whole_article_has_no_warnings() -> None:
    document = cleaned(article(STORY))

    assert document.status == "ok"
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<div id="root"></div><script src="/bundle.js"></script>', {"no-content", "js-shell"}),
        (
            '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script></script>',
            {"js-shell"},
        ),
        ("<h1>Checking your browser before accessing the site</h1><p>Ray ID: 7c1f</p>", {"no-content", "bot-wall"}),
        ("<h1>404</h1><p>Page not found</p>", {"no-content", "bot-wall"}),
    ],
)
def test_a_page_without_content_is_empty_and_says_why(page: str, expected: set[str]) -> None:
    document = cleaned(page)

    assert document.status == "empty"
    assert document.text == ""
    assert document.quality is None
    assert expected <= set(document.warnings)


def test_an_article_that_says_it_is_not_free_gives_evidence_of_a_paywall() -> None:
    said = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'

    assert "paywall-evidence" in warnings_of(article(STORY), said)
    assert "paywall-evidence" not in warnings_of(article(STORY), said.replace("false", "true"))


def test_a_text_that_trails_off_is_truncated() -> None:
    assert "truncated" in warnings_of(article([*STORY[:2], STORY[2][:-20] + "…"]))


def test_an_injected_token_is_told() -> None:
    story = ["BRANNOCK,Zelbit Scotland (AP) — " + STORY[0], *STORY[1:]]
    page = f"<html><head><title>Zelbit:Ferry out of service</title></head><body>{article(story)}</body></html>"
    document = clean(page.replace("<h1>", "<h1>Zelbit:"))

    assert "injected-token" in document.warnings
    assert "Zelbit" not in document.text


def test_removed_text_as_long_as_an_article_is_told() -> None:
    parsed = parse(Page("page", "".join(f"<p>{paragraph}</p>" for paragraph in [*STORY, *STORY]), "html"))
    kept, gone = Label(True, "test"), Label(False, "test", Reason.NOT_MAIN_CONTENT)
    comments = Label(False, "test", Reason.COMMENTS)

    assert find_warnings(parsed, [kept] + [gone] * 5, parsed.blocks[:1], "") == ("removed-looks-like-article",)
    assert find_warnings(parsed, [kept] + [comments] * 5, parsed.blocks[:1], "") == ()
    assert find_warnings(parsed, [kept] * 5 + [gone], parsed.blocks[:5], "") == ()


def test_removed_lines_of_which_no_rule_knows_what_they_are_are_told_though_they_are_short() -> None:
    dishes = "".join(f"<li>Pickled herring of year {year}, with beets</li>" for year in range(2001, 2012))
    parsed = parse(Page("page", f"<p>{STORY[0]}</p><ul>{dishes}</ul>", "html"))
    kept, gone, related = (
        Label(True, "test"),
        Label(False, "test", Reason.NOT_MAIN_CONTENT),
        Label(False, "test", Reason.RELATED),
    )

    assert find_warnings(parsed, [kept] + [gone] * 11, parsed.blocks[:1], "") == ("removed-looks-like-article",)
    assert find_warnings(parsed, [kept] + [related] * 11, parsed.blocks[:1], "") == ()
    assert find_warnings(parsed, [gone] * 12, [], "") == ("no-content",)


def test_a_list_of_pages_is_told() -> None:
    parsed = parse(Page("page", "<p>Walks around the loch</p>", "html"))

    assert find_warnings(parsed, [Label(True, "test")], parsed.blocks, "listing") == ("listing-page",)

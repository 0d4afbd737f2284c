"""Text that stands in a page's scripts alone."""

from __future__ import annotations

import json

from cleaner.parse import parse
from cleaner.types import Page, Parsed

SENTENCES = [
    f"On the {day} day the keepers of the lighthouse at Skerrow counted the geese that crossed the sound before noon."
    for day in ("first", "second", "third", "fourth")
]


def page(body: str) -> Parsed:
    return parse(Page("page", f"<html><head><title>Geese</title></head><body>{body}</body></html>", "html"))


def embedded(parsed: Parsed) -> list[str]:
    return [block.text for block in parsed.blocks if block.hidden == "embedded"]


def test_an_article_body_of_json_ld_is_read_where_the_page_shows_none() -> None:
    body = json.dumps({"@type": "NewsArticle", "articleBody": "\n\n".join(SENTENCES)})
    parsed = page(f'<div id="app"></div><script type="application/ld+json">{body}</script>')

    assert embedded(parsed) == SENTENCES
    assert parsed.path(parsed.blocks[-1]).endswith("script.embedded")


def test_the_data_of_a_framework_is_read_where_the_page_shows_no_text() -> None:
    data = json.dumps({"props": {"story": [{"html": f"<p>{text}</p>"} for text in SENTENCES], "css": "a" * 99}})
    parsed = page(f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>')

    assert embedded(parsed) == SENTENCES


def test_headings_and_list_items_of_such_data_are_read_and_names_of_the_program_are_not() -> None:
    parts = [
        {"type": "heading", "text": "The count"},
        *({"type": "paragraph", "text": text, "image": "geese-hero"} for text in SENTENCES[:2]),
        {"type": "list", "items": ["A warm coat", "Two pencils", "https://geese.example/form"]},
        *({"type": "paragraph", "text": text} for text in SENTENCES[2:]),
    ]
    data = json.dumps(
        {"page": {"slug": "geese", "title": "Geese", "parts": parts}, "buildId": "K2", "footer": {"text": "Imprint"}}
    )
    parsed = page(f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>')

    assert embedded(parsed) == ["The count", *SENTENCES[:2], "A warm coat", "Two pencils", *SENTENCES[2:]]


def test_a_page_that_shows_its_text_keeps_to_it() -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in SENTENCES)
    body = json.dumps({"@type": "NewsArticle", "articleBody": "\n\n".join(SENTENCES)})
    parsed = page(f'{paragraphs}<script type="application/ld+json">{body}</script>')

    assert embedded(parsed) == []
    assert [block.text for block in parsed.blocks] == SENTENCES


def test_broken_and_deep_data_gives_nothing() -> None:
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    for data in ("{", deep, '"articleBody": "cut off', "[1, 2, 3]"):
        assert embedded(page(f'<script type="application/json">{data}</script>')) == []

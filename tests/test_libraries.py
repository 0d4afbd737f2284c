"""trafilatura and readability-lxml as cleaners: their choice, as labels on our blocks."""

from __future__ import annotations

import logging

import pytest

from cleaner.cleaners.alignment import shares_in
from cleaner.cleaners.libraries import MAX_DEPTH, MAX_TEXT, RAW_EXTRACTORS, ReadabilityCleaner, TrafilaturaCleaner
from cleaner.errors import CleanerFailed, PageRefused
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.types import Block, Page, Reason

PARAGRAPHS = (
    "The eel trap at Mill Lane had stood empty for eleven winters, and the keeper had stopped counting the mornings on which "
    "she walked down to look at it, when the first fish of the year turned up in the lower basket.",
    "Nobody at the weir would say how long it had been there, but the water had cleared since the tannery closed, and the "
    "children who swim below the bridge had told everyone about long dark shapes between the stones.",
    "The county has now sent two biologists, who will count the eels until autumn, and the keeper, who has kept every one of "
    "her notebooks, lent them the whole shelf: forty years of weather, water levels and empty baskets.",
)
MENU = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "Sport", "Weather", "Traffic", "Letters", "Jobs"))
ARTICLE = f"""<!doctype html><html><head><title>Eels return to Mill Lane</title></head><body><nav><ul>{MENU}</ul></nav>
<article><h1>Eels return to Mill Lane</h1>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article>
<footer><p>All rights reserved</p></footer></body></html>"""
HIDDEN_ROOT = f'<html style="display:none"><body><p>{PARAGRAPHS[0]}</p></body></html>'  # readability-lxml breaks on it

CLEANERS = (TrafilaturaCleaner(), ReadabilityCleaner())
both = pytest.mark.parametrize("cleaner", CLEANERS, ids=lambda cleaner: cleaner.name)


@both
def test_the_article_stays_and_the_menu_goes(cleaner: TrafilaturaCleaner | ReadabilityCleaner) -> None:
    document = clean(ARTICLE, cleaner=cleaner)
    assert all(text in document.text for text in PARAGRAPHS)
    assert "Weather" not in document.text.splitlines()
    assert {(piece.by, piece.reason) for piece in document.removed} == {(cleaner.name, Reason.NOT_MAIN_CONTENT)}


@both
def test_each_block_gets_one_label_which_pages_before_do_not_change(cleaner: TrafilaturaCleaner | ReadabilityCleaner) -> None:
    parsed = parse(Page("eels", ARTICLE))
    alone = cleaner.label(parsed)
    cleaner.label(parse(Page("other", ARTICLE.replace("eel", "trout"))))
    assert len(alone.labels) == len(parsed.blocks)
    assert cleaner.label(parsed) == alone


@both
def test_nothing_of_a_flattened_page_is_kept(cleaner: TrafilaturaCleaner | ReadabilityCleaner) -> None:
    document = clean(Page("eels", "\n".join(PARAGRAPHS), "text"), cleaner=cleaner)
    assert (document.text, len(document.removed)) == ("", 3)


@both
@pytest.mark.parametrize("content", ["", "<html></html>", "<html><body><img src=a.png></body></html>"])
def test_a_page_without_text_is_empty(cleaner: TrafilaturaCleaner | ReadabilityCleaner, content: str) -> None:
    assert clean(Page("blank", content, "html"), cleaner=cleaner).status == "empty"


@both
@pytest.mark.parametrize(
    ("limit", "content"),
    [
        ("characters", "<p>eels<!--" + "x" * 6_000_001 + "-->"),
        ("text", "<p>" + "eels " * (MAX_TEXT // 5 + 1)),
        ("tags", "<b>eels</b>" * 30_001),
        ("depth", "<div>" * (MAX_DEPTH + 1) + "eels"),
        ("nesting", "<div>" * 200 + "eels" + "<div>eels</div>" * 6_000),
    ],
)
def test_pages_that_would_take_minutes_are_refused(
    cleaner: TrafilaturaCleaner | ReadabilityCleaner, limit: str, content: str
) -> None:
    with pytest.raises(PageRefused, match="clean it with another cleaner") as refused:
        cleaner.label(parse(Page("hostile", content, "html")))
    assert refused.value.limit == limit


def test_a_library_that_breaks_on_a_page_is_named_with_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(CleanerFailed, match="readability broke on page mill-lane") as failed:
        ReadabilityCleaner().label(parse(Page("mill-lane", HIDDEN_ROOT)))
    assert failed.value.__cause__ is not None
    assert caplog.text == ""


@pytest.mark.parametrize("name", RAW_EXTRACTORS)
def test_a_librarys_own_output_is_text(name: str) -> None:
    text = RAW_EXTRACTORS[name](ARTICLE)
    assert all(paragraph in text for paragraph in PARAGRAPHS)
    assert "<" not in text


def blocks(*texts: str) -> list[Block]:
    return [Block(text, "p") for text in texts]


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        (("One two three four five.", "Six seven."), "one two three four five", [1, 0]),
        (("Menu", "Eels came back in May.", "Menu"), "Eels came back in May.", [0, 1, 0]),
        (
            ("Eels came back in May.", "Ad", "The net", "It was too old for eels."),
            "Eels came back in May.\nThe net",
            [1, 0, 1, 0],
        ),
        (("Eels came back in May.",), "They say eels came back in spring", [4 / 5]),
        (("First of all the eels.", "Then at last the boats."), "Then at last the boats.\nFirst of all the eels.", [1, 1]),
        (("川のうなぎが戻った。", "広告"), "川の うなぎ が戻った", [1, 0]),
        (("***", "Eels came back in May."), "***\nEels came back in May.", [0, 1]),
        ((), "Eels", []),
        (("Eels",), "", [0]),
    ],
    ids=[
        "start",
        "between menus",
        "short heading",
        "changed word",
        "other order",
        "unspaced",
        "no words",
        "no page",
        "no text",
    ],
)
def test_a_block_has_the_share_of_its_words_that_the_text_holds(
    page: tuple[str, ...], text: str, expected: list[float]
) -> None:
    assert shares_in(text, blocks(*page)) == pytest.approx(expected)


def test_of_a_text_that_stands_twice_one_block_is_kept() -> None:
    page = blocks("Eels came back in May.", "Home", "Eels came back in May.", "The weir is open.")
    assert shares_in("Eels came back in May.\nThe weir is open.", page) == [1, 0, 0, 1]


def test_a_page_of_one_repeated_word_is_aligned_in_one_walk() -> None:
    words = "eel " * 50_000
    assert shares_in(words, blocks(words)) == [1]

"""What a person says of a page becomes a sample; two people are held against each other."""

from __future__ import annotations

import pytest

from cleaner import clean
from cleaner.errors import InputError
from cleaner.hand_cleaning import (
    HandCleaning,
    agreement,
    dispute,
    first_draft,
    labels_by_hand,
    lines_for_site,
    reading_of,
    sample_files,
)
from cleaner.parse import parse
from cleaner.types import Page

PAGE = Page(
    "a",
    "<nav>Home</nav><h1>Barges</h1><ul><li>one red barge</li><li>two</li></ul><table><tr><td>day<td>count</table>"
    "<p>The gate of the lock opened at dawn, as it does.</p>",
    "html",
    "https://lock.example/a",
)


def test_a_sample_has_a_line_a_paragraph_an_item_and_a_row_and_only_the_pages_words() -> None:
    document = clean(PAGE, cleaner="by_site")
    text, meta = sample_files(document.parsed, HandCleaning(frozenset({0, 1})), document.labels)
    assert text == "one red barge\ntwo\nday\tcount\nThe gate of the lock opened at dawn, as it does.\n"
    assert meta["without"] == ["Home", "Barges"]
    assert meta["page_type"] == "article"


def test_a_page_of_which_nothing_stays_is_of_no_type() -> None:
    document = clean(PAGE)
    text, meta = sample_files(document.parsed, HandCleaning(frozenset(range(7))), document.labels)
    assert (text, meta["page_type"], meta["with"]) == ("", "none", [])


def test_a_draft_begins_as_the_cleaner_leaves_the_page() -> None:
    page = Page("b", "ABUJA,Poinbank Nigeria (AP) — " + "It rained all night, and the river rose by a metre. " * 4, "text")
    document = clean(page, cleaner="heuristic")
    labels = labels_by_hand(document.parsed, first_draft(document))
    assert [label.keep for label in labels] == [label.keep for label in document.labels]
    assert [[cut[:2] for cut in label.cuts] for label in labels] == [[cut[:2] for cut in it.cuts] for it in document.labels]


@pytest.mark.parametrize(
    "hand",
    [
        HandCleaning(frozenset({7})),
        HandCleaning(frozenset({-1})),
        HandCleaning(cuts=((6, 5, 5),)),
        HandCleaning(cuts=((6, -1, 5),)),
        HandCleaning(cuts=((6, 0, 500),)),
        HandCleaning(cuts=((6, 0, 9), (6, 8, 12))),
    ],
)
def test_what_is_no_part_of_the_page_is_refused(hand: HandCleaning) -> None:
    with pytest.raises(InputError, match="block"):
        labels_by_hand(parse(PAGE), hand)


def test_people_who_say_the_same_agree_and_chance_is_taken_off() -> None:
    parsed = parse(PAGE)
    same = agreement(parsed, HandCleaning(frozenset({0})), HandCleaning(frozenset({0})))
    assert (same.share, same.kappa, same.blocks) == (1.0, 1.0, ())
    parts = agreement(parsed, HandCleaning(cuts=((6, 0, 8),)), HandCleaning())
    assert parts.blocks == (6,)
    assert parts.kappa == 0.0  # one keeps everything: that they agree on most is chance
    assert agreement(parse(Page("c", "<p></p>", "html")), HandCleaning(), HandCleaning()).kappa == 1.0


def test_cleaners_dispute_as_many_words_as_stand_in_blocks_that_they_treat_differently() -> None:
    parsed = parse(PAGE)
    one, other = (labels_by_hand(parsed, HandCleaning(frozenset(gone))) for gone in ({0}, {0, 6}))
    words_of_page, words_of_last_block = 19, 11
    assert dispute(parsed, one, other) == words_of_last_block / words_of_page
    assert dispute(parsed, one, one) == 0.0


def test_a_line_that_is_both_kept_and_taken_out_teaches_nothing() -> None:
    parsed = parse(Page("d", "<p>Read on</p><p>It rained.</p><p>Read on</p><p>***</p>", "html"))
    machine = labels_by_hand(parsed, HandCleaning(frozenset({0})))
    said = labels_by_hand(parsed, HandCleaning(frozenset({1, 2, 3})))
    assert lines_for_site(parsed, said, machine) == ([], ["it rained"])


def test_another_page_is_another_reading() -> None:
    assert reading_of(parse(PAGE)) == reading_of(parse(PAGE))
    assert reading_of(parse(PAGE)) != reading_of(parse(Page("a", "<p>Home Barges</p>", "html")))

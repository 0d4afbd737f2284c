"""Flattened text into blocks: lines with their exact places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import PageRefused
from cleaner.parse import parse
from cleaner.parse.plain import MAX_LINES
from cleaner.types import Page, Parsed


def parsed(source: str) -> Parsed:
    return parse(Page("page", source, "text"))


def texts(source: str) -> list[str]:
    return [block.text for block in parsed(source).blocks]


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\n\n \n", "\v", "\f", "\x85"])
def test_every_line_separator_ends_a_block(separator: str) -> None:
    assert texts(f"It rained.{separator}It poured.{separator}") == ["It rained.", "It poured."]


def test_white_space_around_a_line_is_not_part_of_it_and_within_it_stays() -> None:
    assert texts(" \t It  rained.\u3000\n\u00a0\n\tIt poured. \n") == ["It  rained.", "It poured."]


def test_blocks_know_exactly_where_they_stand() -> None:
    source = "\n  It rained.\r\n\r\n\tEs regnete – überall. \n雨。"
    page = parsed(source)
    assert [(block.start, block.end) for block in page.blocks] == [(3, 13), (18, 39), (41, 43)]
    assert [page.source[block.start : block.end] for block in page.blocks] == [block.text for block in page.blocks]


@given(st.text(alphabet=st.sampled_from("ab .\n\r\t\v\f\x00\x1b\x85\u2028\u3000\ufeff\udc80é雨"), max_size=80))
def test_blocks_hold_every_visible_character_once_and_in_order(source: str) -> None:
    page = parsed(source)
    end = 0
    for block in page.blocks:
        assert page.source[end : block.start].strip() == ""
        assert page.source[block.start : block.end] == block.text == block.text.strip() != ""
        end = block.end
    assert page.source[end:].strip() == ""
    assert len(page.source) == len(source.removeprefix("\ufeff"))


def test_a_page_with_too_many_lines_is_refused_with_what_to_do() -> None:
    with pytest.raises(PageRefused, match="more than 100,000 lines: split it") as refused:
        parsed("x\n" * (MAX_LINES + 1))
    assert refused.value.limit == "lines"


PROSE = (
    "The ferry to Inishcarra runs twice a day in summer. In winter it runs once, if at all. “We wait for the wind to drop,” "
    "says the skipper. Nobody on the island owns a clock. The post comes on Fridays, approx. at noon, in a tin box "
    "that Mr. Dunne carries up the hill on his back whatever the weather does. "
)


def test_a_page_all_in_one_line_is_taken_apart_into_its_sentences() -> None:
    source = f"Home News Sport {PROSE * 3}Share Print"

    found = texts(source)

    assert found[1] == "In winter it runs once, if at all."
    assert found[2] == "“We wait for the wind to drop,” says the skipper."
    assert found[-1] == "Share Print"
    assert " ".join(found) == source  # nothing lost, nothing doubled, places in order
    assert all(block.text == source[block.start : block.end] for block in parsed(source).blocks)


def test_a_page_all_in_one_line_without_spaces_between_sentences_is_too() -> None:
    source = "首页 新闻 体育 " + "渡船每天夏天开两次。冬天只开一次。“我们等风停下来。”船长说。" * 20

    assert "冬天只开一次。" in texts(source)
    assert "“我们等风停下来。”船长说。" in texts(source)


def test_a_short_page_in_one_line_is_taken_apart_and_so_is_one_whose_script_ends_sentences_otherwise() -> None:
    assert texts(PROSE)[1] == "In winter it runs once, if at all."
    assert len(texts("渡船每天夏天开两次。冬天只开一次。" * 7)) == 14
    assert len(texts("नाव गर्मियों में दिन में दो बार चलती है। सर्दियों में वह एक बार चलती है। " * 5)) == 10
    assert len(texts("کشتی تابستان روزی دو بار می‌رود؟ زمستان یک بار می‌رود۔ " * 7)) == 14


def test_two_sentences_in_one_line_are_a_paragraph() -> None:
    line = "The ferry to Inishcarra runs twice a day in summer. In winter it runs once, if at all."
    assert texts(line) == [line]


def test_a_long_paragraph_among_other_lines_stays_one_block() -> None:
    assert texts(f"Home\nNews\nSport\n{PROSE * 3}\nShare")[3] == (PROSE * 3).strip()

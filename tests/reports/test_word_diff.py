"""Two texts compared: the pieces make both texts again, and what differs is small."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.reports.word_diff import Piece, word_diff

TEXTS = st.text(st.sampled_from("ab 日本\n.é"), max_size=60)


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts_again_but_for_white_space(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.side != "new").split() == old.split()
    assert "".join("".join(piece.text for piece in pieces if piece.side != "old").split()) == "".join(new.split())


def test_a_word_that_differs_is_told_alone() -> None:
    assert word_diff("The river rose by a metre.\nIt rained.\n", "The river fell by a metre.\nIt rained.\n") == [
        Piece("both", "The river "),
        Piece("old", "rose "),
        Piece("new", "fell "),
        Piece("both", "by a metre.\nIt rained.\n"),
    ]


def test_chinese_is_compared_by_character() -> None:
    assert [piece for piece in word_diff("昨夜下了大雨", "昨夜下了小雨") if piece.side != "both"] == [
        Piece("old", "大"),
        Piece("new", "小"),
    ]


@pytest.mark.parametrize(("old", "new"), [("a\n" * 9_000, "b\na\n" * 9_000), ("a " * 90_000, "b a " * 90_000)])
def test_endless_texts_are_taken_as_other_texts(old: str, new: str) -> None:
    pieces = word_diff(old, new)  # word by word it would take hours
    assert [piece.side for piece in pieces] == ["old", "new"]

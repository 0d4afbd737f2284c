"""Two cleaners on the same pages: gains by hand, and pages that a model was trained on do not count."""

from __future__ import annotations

import pytest

from cleaner.errors import InputError
from cleaner.scoring.evaluate import PageScore
from cleaner.scoring.metrics import Match, Shares
from cleaner.scoring.paired import compare, text_key


def page(name: str, f1: float, cleaner: str = "old") -> PageScore:
    return PageScore(
        name, "article", cleaner, Match(f1, f1, f1), Shares(0, 0, 0), 0, 0, 0, 0, {}, 1.0, 1.0, truth=f"truth of {name}"
    )


OLD = [page("a", 0.5), page("b", 0.9), page("c", 0.7), page("only old", 0.1)]
NEW = [page("c", 0.7, "new"), page("a", 0.9, "new"), page("b", 0.8, "new"), page("only new", 0.2, "new")]


def test_pages_that_both_have_are_compared_whatever_their_order() -> None:
    pair = compare("set", OLD, NEW)
    assert [new.sample for _, new in pair.pages] == ["b", "c", "a"]  # the greatest loss first
    assert pair.gain == pytest.approx((0.4 - 0.1 + 0.0) / 3)
    assert pair.low <= pair.gain <= pair.high
    assert pair.old_f1 == pytest.approx(0.7)
    assert pair.new_f1 == pytest.approx(0.8)
    assert (pair.better, pair.worse, pair.left_out) == (1, 1, 0)


def test_a_gain_on_every_page_is_sure_however_far_the_pages_lie_apart() -> None:
    old = [page(str(number), number / 20) for number in range(20)]
    new = [page(str(number), number / 20 + 0.01, "new") for number in range(20)]
    pair = compare("set", old, new)
    assert pair.low == pytest.approx(0.01)
    assert pair.high == pytest.approx(0.01)


def test_pages_that_were_trained_on_are_left_out() -> None:
    pair = compare("set", OLD, NEW, {text_key("truth of a")})
    assert [new.sample for _, new in pair.pages] == ["b", "c"]
    assert pair.left_out == 1
    assert pair.gain == pytest.approx(-0.05)
    with pytest.raises(InputError, match="all 3 pages of set were trained on"):
        compare("set", OLD, NEW, {text_key(f"truth of {name}") for name in "abc"})
    with pytest.raises(InputError, match="no page of set in common"):
        compare("set", OLD, [page("other", 1.0)])

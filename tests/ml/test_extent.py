"""From probabilities to the choice of blocks."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.errors import UnknownName
from cleaner.ml.extent import choose, expected_f1

WORDS = np.array([50.0, 50.0, 50.0, 50.0])


def test_the_expected_f1_of_a_page_that_leaves_no_doubt() -> None:
    probability = np.array([1.0, 1.0, 0.0, 0.0])

    # 100 words of content; 150 kept with all of them: 2 * 100 / (150 + 100)
    assert expected_f1(probability, WORDS, np.array([True, True, True, False])) == pytest.approx(0.8, abs=1e-3)


def test_blocks_are_right_or_wrong_together_so_doubt_costs_expected_f1() -> None:
    probability = np.array([1.0, 0.5, 0.0, 0.0])

    # block by block 75 words of content would be expected in 100 kept, and 75 on the page: 2 * 75 / (100 + 75)
    assert 0.8 < expected_f1(probability, WORDS, np.array([True, True, False, False])) < 150 / 175


def test_blocks_are_kept_as_long_as_the_expected_f1_grows() -> None:
    # about: keeping one 2 * 45 / (50 + 90) = .643; two 2 * 75 / (100 + 90) = .789; three 2 * 85 / (150 + 90) = .708
    keep = choose(np.array([0.9, 0.6, 0.2, 0.1]), WORDS)

    assert keep.tolist() == [True, True, False, False]


def test_precision_keeps_fewer_and_recall_more() -> None:
    probability = np.array([0.95, 0.55, 0.35, 0.25])

    kept = {mode: choose(probability, WORDS, mode) for mode in ("precision", "balanced", "recall")}

    assert kept["precision"].sum() < kept["balanced"].sum() < kept["recall"].sum()
    assert (kept["precision"] <= kept["balanced"]).all()
    assert (kept["balanced"] <= kept["recall"]).all()


def test_a_page_that_is_expected_to_hold_a_few_words_keeps_none() -> None:
    assert not choose(np.array([0.6, 0.02]), np.array([10.0, 300.0])).any()


def test_a_page_of_one_sentence_keeps_it() -> None:
    assert choose(np.array([0.4]), np.array([9.0])).all()


def test_a_page_without_words_has_nothing_to_choose() -> None:
    assert choose(np.zeros(0), np.zeros(0)).tolist() == []
    assert choose(np.array([0.9]), np.array([0.0])).tolist() == [False]


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(UnknownName, match="balanced, precision, recall"):
        choose(np.array([0.5]), np.array([100.0]), "greedy")

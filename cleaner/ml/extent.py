"""How much of a page counts: from each block's probability to the choice of blocks."""

from __future__ import annotations

import numpy as np

from cleaner.errors import UnknownName
from cleaner.ml.arrays import Flags, Floats

# What a word too many costs against a word too few: beta of the F-measure whose expected value is made greatest.
MODES = {"balanced": 1.0, "precision": 0.5, "recall": 2.0}
FLOOR = 0.2  # least probability of a block that is kept; lower ones cost more pages than they save
NOTHING = 16.0  # expected words of content below which the page has none: cross-validated, 12 to 24 are alike
NOTHING_SHARE = 0.1  # of all its words, where that is fewer: a page of one sentence has one sentence


def choose(probability: Floats, words: Floats, mode: str = "balanced") -> Flags:
    """Which blocks to keep: those above the threshold that makes the expected F-measure of the page's words greatest.

    The expected value is taken as that of a ratio of sums, with the blocks independent (Lewis, "Evaluating and optimizing
    autonomous text classification systems", SIGIR 1995). A page that is expected to hold fewer than NOTHING words of
    content, or less than NOTHING_SHARE of its words, keeps none. Raises UnknownName for a mode that is not in MODES.
    """
    beta = _beta(mode)
    total = float(words.sum())
    if not total or float((probability * words).sum()) < min(NOTHING, NOTHING_SHARE * total):
        return np.zeros(len(probability), dtype=np.bool_)
    order = np.argsort(-probability, kind="stable")
    expected = _expected(probability[order] * words[order], words[order], beta)
    best = int(expected.argmax())
    return probability >= max(FLOOR, float(probability[order[best]]))


def expected_f1(probability: Floats, words: Floats, keep: Flags) -> float:
    """The expected word F1 of a choice, under the same assumptions."""
    total = float((probability * words).sum()) + float(words[keep].sum())
    return 2 * float((probability * words)[keep].sum()) / total if total else 1.0


def _expected(content: Floats, words: Floats, beta: float) -> Floats:
    square = beta * beta
    expected: Floats = (1 + square) * np.cumsum(content) / (np.cumsum(words) + square * content.sum())
    return expected


def _beta(mode: str) -> float:
    if mode not in MODES:
        raise UnknownName("mode", mode, sorted(MODES))
    return MODES[mode]

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

# Blocks of a page are right or wrong together: a whole card list counts, or none of it. So the page is looked at as more
# generous or stricter than the model thinks, by a shift of all log-odds at once that is normally distributed.
SHIFT = 1.5  # its deviation; cross-validated, 1 to 3 are alike, and 0 (independent blocks) is worse on every set
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)  # Gauss-Hermite quadrature
_SHARES = _WEIGHTS / _WEIGHTS.sum()
_SHIFTS = SHIFT * _NODES[:, None]
_STEEPER = np.sqrt(1 + SHIFT**2 / 2.9)  # keeps the mean over the shifts at the probability (MacKay's approximation)
_LEAST = 1e-6  # probabilities are held this far from 0 and 1


def choose(probability: Floats, words: Floats, mode: str = "balanced") -> Flags:
    """Which blocks to keep: those above the threshold that makes the expected F-measure of the page's words greatest.

    The expected value is taken as that of a ratio of sums (Lewis, "Evaluating and optimizing autonomous text classification
    systems", SIGIR 1995), for each of the SHIFT-ed readings of the page, and averaged over them. A page that is expected to
    hold fewer than NOTHING words of content, or less than NOTHING_SHARE of its words, keeps none. Raises UnknownName for a
    mode that is not in MODES.
    """
    beta = _beta(mode)
    total = float(words.sum())
    if not total or float((probability * words).sum()) < min(NOTHING, NOTHING_SHARE * total):
        return np.zeros(len(probability), dtype=np.bool_)
    order = np.argsort(-probability, kind="stable")
    content = _readings(probability[order]) * words[order]
    kept, square = np.cumsum(words[order]), beta * beta
    expected = np.cumsum(content, axis=1) / (kept + square * content.sum(axis=1, keepdims=True))
    best = int((_SHARES @ expected).argmax())
    return probability >= max(FLOOR, float(probability[order[best]]))


def expected_f1(probability: Floats, words: Floats, keep: Flags) -> float:
    """The expected word F1 of a choice, under the same assumptions."""
    content = _readings(probability) * words
    total = content.sum(axis=1) + float(words[keep].sum())
    return float(_SHARES @ (2 * content[:, keep].sum(axis=1) / total)) if total.all() else 1.0


def _readings(probability: Floats) -> Floats:
    """The probabilities under each shift, a row a shift."""
    held = probability.clip(_LEAST, 1 - _LEAST)
    readings: Floats = 1 / (1 + np.exp(_SHIFTS - _STEEPER * np.log(held / (1 - held))))
    return readings


def _beta(mode: str) -> float:
    if mode not in MODES:
        raise UnknownName("mode", mode, sorted(MODES))
    return MODES[mode]

"""Boosted symmetric trees as plain arrays, evaluated for a whole page at once.

In a symmetric (oblivious) tree all nodes of a level ask the same question, so a leaf's number is the row of answers read as
a binary number (Prokhorenkova et al., "CatBoost", NeurIPS 2018). The questions of all trees are asked of all rows in one
comparison; no library is needed, and none is faster for a page's few hundred rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cleaner.ml.arrays import Floats, Ints

DEPTH = 6  # questions of a tree
_ROWS = 1024  # evaluated at a time, so that what is compared stays in the processor's cache


@dataclass(frozen=True)
class Trees:
    """``column`` and ``threshold`` have a row a question and an entry a tree; the answer is yes when the column's value is
    greater than the threshold, and the first question's is the lowest bit of the leaf's number. ``values`` has 2**DEPTH
    entries a tree, one tree after the other; ``bias`` is added to their sum.
    """

    column: Ints
    threshold: Floats
    values: Floats
    bias: float

    def evaluate(self, columns: Floats) -> Floats:
        """The sum of the trees' values for each row; ``columns`` has a row for each column of the model."""
        trees = self.column.shape[1]
        questions, thresholds = self.column.ravel(), self.threshold.reshape(-1, 1)
        first_leaf = (np.arange(trees, dtype=np.int32) << DEPTH)[:, None]
        result = np.empty(columns.shape[1])
        for first in range(0, columns.shape[1], _ROWS):
            part = columns[:, first : first + _ROWS]
            answers = (np.take(part, questions, axis=0) > thresholds).view(np.uint8).reshape(DEPTH, trees, -1)
            leaf = answers[0].copy()
            for bit in range(1, DEPTH):
                leaf |= answers[bit] << bit
            result[first : first + _ROWS] = self.values.take(leaf + first_leaf).sum(axis=0, dtype=np.float64)
        return result + self.bias

    def scaled(self, by: float) -> Trees:
        """Trees that give their sum times a number."""
        return Trees(self.column, self.threshold, self.values * np.float32(by), self.bias * by)


def joined(first: Trees, second: Trees) -> Trees:
    """Trees that give the sum of both."""
    return Trees(
        np.concatenate((first.column, second.column), axis=1),
        np.concatenate((first.threshold, second.threshold), axis=1),
        np.concatenate((first.values, second.values)),
        first.bias + second.bias,
    )


def from_catboost(model: Mapping[str, Any], used: Sequence[int] | None = None) -> Trees:
    """The trees of a CatBoost model saved as JSON, in its own float features' order.

    ``used`` maps those features to columns where the model was trained on some of them. Trees of less depth ask their last
    questions of a threshold that nothing exceeds. Raises ValueError for a tree of more depth, or with categorical questions.
    """
    column: list[int] = []
    threshold: list[float] = []
    values: list[float] = []
    for number, tree in enumerate(model["oblivious_trees"]):
        splits = tree["splits"] or []
        if len(splits) > DEPTH:
            raise ValueError(f"tree {number} asks {len(splits)} questions, {DEPTH} at most can be evaluated")
        for split in splits:
            if split["split_type"] != "FloatFeature":
                raise ValueError(
                    f"tree {number} has a question of the kind {split['split_type']}: only numbers can be compared"
                )
            feature = split["float_feature_index"]
            column.append(used[feature] if used is not None else feature)
            threshold.append(split["border"])
        missing = DEPTH - len(splits)
        column += [0] * missing
        threshold += [np.inf] * missing
        leaves = tree["leaf_values"]
        values += leaves + [0.0] * ((1 << DEPTH) - len(leaves))
    scale, (bias,) = model["scale_and_bias"]
    return Trees(
        np.array(column, dtype=np.int64).reshape(-1, DEPTH).T.copy(),
        np.array(threshold, dtype=np.float32).reshape(-1, DEPTH).T.copy(),
        (np.array(values) * scale).astype(np.float32),
        float(bias),
    )

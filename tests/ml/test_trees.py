"""The trees that run without a library give what the library that grew them gives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cleaner.ml.trees import DEPTH, from_catboost


def test_evaluation_equals_catboosts_own(tmp_path: Path) -> None:
    from catboost import CatBoostClassifier

    chance = np.random.default_rng(7)
    values = chance.normal(size=(1500, 12)).astype(np.float32)
    truth = (values[:, 0] * values[:, 1] + values[:, 2] > 0.3).astype(int)
    model = CatBoostClassifier(iterations=40, depth=DEPTH, verbose=False, allow_writing_files=False, thread_count=1)
    model.fit(values[:1000], truth[:1000])
    model.save_model(str(tmp_path / "model.json"), format="json")
    trees = from_catboost(json.loads((tmp_path / "model.json").read_text()))

    unseen = values[1000:]
    expected = model.predict(unseen, prediction_type="RawFormulaVal")

    assert np.abs(trees.evaluate(unseen.T.copy()) - expected).max() < 1e-6


def test_a_value_on_the_threshold_is_not_beyond_it() -> None:
    split = {"split_type": "FloatFeature", "float_feature_index": 0, "border": 0.5}
    trees = from_catboost(
        {"oblivious_trees": [{"splits": [split], "leaf_values": [-1.0, 1.0]}], "scale_and_bias": [2.0, [0.25]]}
    )

    assert trees.evaluate(np.array([[0.4, 0.5, 0.6]], dtype=np.float32)).tolist() == [-1.75, -1.75, 2.25]


def test_trees_too_deep_or_with_other_questions_are_refused() -> None:
    split = {"split_type": "FloatFeature", "float_feature_index": 0, "border": 0.5}
    deep = {"splits": [split] * (DEPTH + 1), "leaf_values": [0.0] * (2 << DEPTH)}
    with pytest.raises(ValueError, match="7 questions"):
        from_catboost({"oblivious_trees": [deep], "scale_and_bias": [1.0, [0.0]]})

    named = {"splits": [{"split_type": "OneHotFeature"}], "leaf_values": [0.0, 0.0]}
    with pytest.raises(ValueError, match="OneHotFeature"):
        from_catboost({"oblivious_trees": [named], "scale_and_bias": [1.0, [0.0]]})

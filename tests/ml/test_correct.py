"""A model corrected by a few pages: they come out right, others stay as they were, and the same pages give the same bytes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cleaner.errors import InputError
from cleaner.ml import anchors
from cleaner.ml.artefact import ARRAYS, CARD, SHIPPED, load
from cleaner.ml.correct import correct
from cleaner.ml.trees import Trees, joined
from cleaner.scoring.paired import text_key
from cleaner.scoring.samples import read_samples, sample_sets

SAMPLES = Path(__file__).parents[2] / "samples"
FORUM = "hedgelayers-forum.example"  # HTML
THREAD = "treadle-forum.example"  # flattened
SHIPPED_MODEL = load(SHIPPED)


def _ignore(_step: str, _share: float) -> None:
    pass


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corrected")
    for site in (FORUM, THREAD):
        shutil.copytree(SAMPLES / site, folder / "pages" / site)
    correct(SHIPPED_MODEL, sample_sets(folder / "pages"), folder / "model", _ignore)
    return folder


def test_the_same_pages_give_the_same_bytes_and_the_model_is_small(corrected: Path, tmp_path: Path) -> None:
    correct(SHIPPED_MODEL, sample_sets(corrected / "pages"), tmp_path, _ignore)
    for name in (ARRAYS, CARD, "report.html"):
        assert (tmp_path / name).read_bytes() == (corrected / "model" / name).read_bytes()
    assert (tmp_path / ARRAYS).stat().st_size < 1.2 * (SHIPPED / ARRAYS).stat().st_size


def test_the_card_says_what_it_goes_on_from_and_which_pages_it_has_seen(corrected: Path) -> None:
    model = load(corrected / "model")
    assert model.version != SHIPPED_MODEL.version
    assert model.card["goes_on_from"] == [SHIPPED_MODEL.version]
    assert set(model.trained_on) == {text_key(sample.body) for sample in read_samples(corrected / "pages")}
    assert set(model.card["corrected"]) == {"html/pages", "text/pages"}
    assert all(row["after"] > row["before"] for row in model.card["corrected"].values())
    model.check()


def test_a_corrected_model_can_be_corrected_again(corrected: Path, tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / "kestrel-walks.example", tmp_path / "more" / "kestrel-walks.example")
    correct(load(corrected / "model"), sample_sets(tmp_path / "more"), tmp_path / "model", _ignore)
    again = load(tmp_path / "model")
    assert again.card["goes_on_from"] == [SHIPPED_MODEL.version, load(corrected / "model").version]
    assert len(again.trained_on) == len(load(corrected / "model").trained_on) + 1


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / FORUM, tmp_path / FORUM)
    (found,) = sample_sets(tmp_path)
    with pytest.raises(InputError, match="no page to learn from"):
        correct(SHIPPED_MODEL, [replace(found, read=lambda: iter(()))], tmp_path / "model", _ignore)


def test_anchors_are_read_with_the_columns_of_the_shipped_model_and_a_damaged_file_is_refused(tmp_path: Path) -> None:
    for kind, one in anchors.load().items():
        assert one.columns.shape == (len(SHIPPED_MODEL.models[kind].names), anchors.BLOCKS)
        assert one.content.shape == (anchors.BLOCKS,)
        probability = 1 / (1 + np.exp(-SHIPPED_MODEL.models[kind].trees.evaluate(one.columns)))
        assert ((probability > 0.5) == one.content).mean() > 0.85  # they are what the model was trained on
    (tmp_path / anchors.FILE).write_bytes((SHIPPED / anchors.FILE).read_bytes()[:9_000])
    with pytest.raises(InputError, match="install the package anew"):
        anchors.load(tmp_path)


def test_joined_trees_give_the_sum_of_both() -> None:
    chance = np.random.default_rng(1)

    def some(count: int) -> Trees:
        return Trees(
            chance.integers(0, 5, (6, count)),
            chance.random((6, count)).astype(np.float32),
            chance.random(64 * count).astype(np.float32),
            chance.random(),
        )

    first, second, columns = some(7), some(3), chance.random((5, 40)).astype(np.float32)
    assert np.allclose(joined(first, second).evaluate(columns), first.evaluate(columns) + second.evaluate(columns))

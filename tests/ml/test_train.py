"""Training on the samples: the same pages give the same bytes, and what comes out cleans pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.ml import anchors, fit_line_network, train
from cleaner.ml.artefact import ARRAYS, CARD, load
from cleaner.ml.run import TooFewPages, run
from cleaner.scoring.samples import sample_sets

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "BOOSTING", train.BOOSTING | {"iterations": 12})
    monkeypatch.setattr(train, "QUALITY_BOOSTING", train.QUALITY_BOOSTING | {"iterations": 5})
    monkeypatch.setattr(train, "STEPS", 8)
    monkeypatch.setattr(train, "CURVE", (1,))
    monkeypatch.setattr(fit_line_network, "EPOCHS", 2)


@pytest.mark.usefixtures("_quick")
def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    steps: list[str] = []
    for name in ("once", "again"):
        summary = run(sample_sets(SAMPLES), tmp_path / name, lambda step, share: steps.append(step))

    assert (tmp_path / "once" / ARRAYS).read_bytes() == (tmp_path / "again" / ARRAYS).read_bytes()
    assert (tmp_path / "once" / anchors.FILE).read_bytes() == (tmp_path / "again" / anchors.FILE).read_bytes()
    assert set(anchors.load(tmp_path / "once")) == {"html", "text"}
    assert (tmp_path / "once" / CARD).read_bytes() == (tmp_path / "again" / CARD).read_bytes()
    assert set(load(tmp_path / "once").models) == {"html", "text"}
    assert "html  samples" in summary
    assert {"html: cross-validation", "text: cross-validation"} <= set(steps)
    report = (tmp_path / "once" / "report.html").read_text()
    assert report.count("<svg") == 6
    assert "src=" not in report


def test_too_few_pages_are_said_to_be_too_few(tmp_path: Path) -> None:
    few = [found.part(20, None) for found in sample_sets(SAMPLES)]
    with pytest.raises(TooFewPages, match="too few to train on"):
        run(few, tmp_path, lambda step, share: None)

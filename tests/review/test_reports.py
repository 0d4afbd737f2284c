"""The reports, each with all of its parts opened: nothing keeps anybody from reading them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from cleaner.changes import Summary, compared
from cleaner.ml.artefact import SHIPPED, load
from cleaner.ml.correct import Corrected, Reached
from cleaner.ml.correction_report import write_correction_report
from cleaner.ml.dataset import read_examples
from cleaner.ml.report import write_report
from cleaner.ml.train import Trained
from cleaner.reports.changes import change_report
from cleaner.reports.scores import score_report
from cleaner.scoring.evaluate import score_samples
from cleaner.scoring.paired import compare
from cleaner.scoring.report import by_cleaner
from cleaner.scoring.samples import SampleSet, sample_sets
from tests.review.conftest import ONE_AFTER_THE_OTHER, hindrances

pytestmark = ONE_AFTER_THE_OTHER

SAMPLES = Path(__file__).parents[2] / "samples"


def some_samples() -> SampleSet:
    (samples,) = sample_sets(SAMPLES)
    return samples.part(17, None)


def scores(file: Path) -> None:
    """Three cleaners, two of them compared with the first."""
    scored = [
        ("samples", pages) for pages in by_cleaner(score_samples(some_samples().read(), ["combined", "heuristic", "by_site"]))
    ]
    report = score_report(scored, [compare("samples", scored[0][1], pages) for _, pages in scored[1:]])
    file.write_text(report, encoding="utf-8")


def changes(file: Path) -> None:
    """A page with another text and title, one that fails."""
    summary = Summary("old", "new")
    summary.add(compared("a.html", {"text": "It rained all night.", "title": "Rain"}, {"text": "It rained.", "title": "Snow"}))
    summary.add(compared("b.html", None, {"text": "It snowed."}, "the page is too large"))
    file.write_text(change_report(summary), encoding="utf-8")


def correction(file: Path) -> None:
    """Two corrected pages."""
    results = [Corrected("samples", name, "html", 0.5, 0.9, 0.7) for name in ("a", "b")]
    row = {"pages": 2, "before": 0.5, "after": 0.9, "held_out": 0.7}
    card = {"goes_on_from": ["0123abcd"], "corrected": {"html/samples": row}}
    write_correction_report(results, Reached(2, 310, 1.0), card, file)


def training(file: Path) -> None:
    """A model that knows all."""
    examples = list(read_examples([some_samples()], "html"))
    model = load(SHIPPED).models["html"]
    told = [example.share.clip(0.1, 0.9) for example in examples]
    reached = np.linspace(0.4, 1.0, len(examples))
    trained = Trained(model, examples, told, told, reached, ["article"] * len(examples), [(10, 0.8), (20, 0.9)])
    row = {"pages": 20, "word_f1": 0.9, "word_f1_auto": 0.9, "quality_error": 0.1, "page_type": 0.8}
    write_report({"html": trained}, {"cross_validated_by_site": {"html": {"samples": row}}, "seed": 1}, file)


@pytest.mark.parametrize("written", [scores, changes, correction, training], ids=lambda it: it.__name__)
def test_nothing_keeps_anybody_from_reading_a_report(written: Callable[[Path], None], browser: Browser, tmp_path: Path) -> None:
    written(tmp_path / "report.html")
    for width, scheme in ((1280, "light"), (390, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto((tmp_path / "report.html").as_uri())
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        assert hindrances(page) == [], (width, scheme)
        context.close()

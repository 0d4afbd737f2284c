"""What is scored is what the pipeline gives."""

from __future__ import annotations

import pytest

from cleaner.pipeline import clean
from cleaner.scoring.evaluate import score_sample
from cleaner.scoring.samples import Sample
from cleaner.types import Kind, Page

TEXT = """Home
The swing bridge at Alder Lock opened for the first time in nine years on Tuesday, to the surprise of two ducks and a milkman.

Engineers had replaced the last of its wooden teeth in March, and waited for a dry week before they dared to turn the wheel.
Share"""
HTML = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())


@pytest.mark.parametrize(("kind", "content"), [("text", TEXT), ("html", HTML)])
def test_a_sample_whose_truth_is_the_pipelines_text_scores_one(kind: Kind, content: str) -> None:
    page = Page("bridge", content, kind)
    (scored,) = score_sample(Sample("bridge", page, clean(page, cleaner="heuristic").text), ["heuristic"])
    assert (scored.words.f1, scored.shingles.tp, scored.failure) == (1, 1, "")


def test_a_page_that_is_refused_is_a_failure_and_scores_as_empty() -> None:
    (scored,) = score_sample(Sample("photo", Page("photo", b"\x89PNG\r\n\x1a\n"), "Eels"), ["heuristic"])
    assert scored.failure.startswith("PageRefused: ")
    assert (scored.words.recall, scored.cpu_ms) == (0, 0)

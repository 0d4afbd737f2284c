"""Floors on annotated corpora, which are not part of the repository: their pages belong to their publishers."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from cleaner.pipeline import clean
from cleaner.scoring.evaluate import score_sample
from cleaner.scoring.metrics import without_optional, word_match
from cleaner.scoring.samples import Sample, SampleSet, read_seeds, sample_sets

BESIDE = Path(__file__).parent.parent.parent / "shared"
CORPORA = Path(os.environ.get("CLEANER_CORPORA", BESIDE))
SEEDS = CORPORA / "seeds"


def needs(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not path.exists(),
        reason=f"no {path}: annotated corpora, which are not part of the repository; CLEANER_CORPORA names their folder",
    )


def corpus(name: str) -> Path:
    return CORPORA / "data" / f"{name}.jsonl.xz"


@cache
def part_of(name: str, every: int) -> SampleSet:
    """Every ``every``-th page of a corpus, held so that unpacking it is paid for once."""
    samples = [sample for found in sample_sets(corpus(name)) for sample in found.part(every, None).read()]
    return SampleSet(name, lambda: iter(samples))


def mean_f1(samples: SampleSet) -> float:
    figures = [score.words.f1 for sample in samples.read() for score in score_sample(sample, ["heuristic"])]
    return sum(figures) / len(figures)


def seeds() -> list[Sample]:
    return list(read_seeds(SEEDS)) if SEEDS.is_dir() else []


@needs(SEEDS)
@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.id)
def test_a_seed_comes_out_as_its_truth_says(seed: Sample) -> None:
    document = clean(seed.page)
    text = without_optional(document.text, seed.optional, seed.body)
    assert word_match(seed.body, text).f1 >= 0.995
    assert [snippet for snippet in seed.without if snippet in document.text] == []


@needs(SEEDS)
@pytest.mark.parametrize("seed", seeds(), ids=lambda seed: seed.id)
def test_a_seeds_title_and_date_are_found_and_none_invented(seed: Sample) -> None:
    metadata = clean(seed.page).metadata
    assert (metadata.title.value if metadata.title else None) == seed.title
    assert (metadata.date_published.value if metadata.date_published else None) == seed.date


@needs(corpus("wcxb-dev"))
@pytest.mark.xdist_group("wcxb-dev")
def test_the_rules_hold_on_pages_of_all_types() -> None:
    assert mean_f1(part_of("wcxb-dev", 30)) > 0.80


@needs(corpus("wcxb-dev"))
@pytest.mark.xdist_group("wcxb-dev")
def test_the_rules_hold_on_the_same_pages_flattened() -> None:
    assert mean_f1(part_of("wcxb-dev", 30).flattened("lines")) > 0.75


@needs(corpus("fundus"))
def test_the_rules_hold_on_news_in_many_languages() -> None:
    assert mean_f1(part_of("fundus", 10)) > 0.93

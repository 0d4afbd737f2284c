"""The samples keep their conventions, and the rules clean them no worse than they did."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from cleaner.parse import parse
from cleaner.scoring.evaluate import PageScore, score_sample
from cleaner.scoring.metrics import fold
from cleaner.scoring.samples import Sample, read_samples

SAMPLES = Path(__file__).parent.parent / "samples"
FLOORS = SAMPLES / "floors.json"
PLACES = sorted(file.parent for file in SAMPLES.rglob("meta.json"))
IDS = [place.relative_to(SAMPLES).as_posix() for place in PLACES]
PAGE_TYPES = {"article", "forum", "product", "listing", "documentation", "service", "none"}
KEYS = {
    "url",
    "language",
    "page_type",
    "title",
    "authors",
    "date_published",
    "site_name",
    "with",
    "without",
    "covers",
    "notes",
}
_WORD = re.compile(r"\w+")

each_sample = pytest.mark.parametrize("place", PLACES, ids=IDS)


@cache
def samples() -> dict[str, Sample]:
    return {sample.id: sample for sample in read_samples(SAMPLES)}


def sample_at(place: Path) -> Sample:
    return samples()[place.relative_to(SAMPLES).as_posix()]


@cache
def page_text(place: Path) -> str:
    """All text of the page, shown or not."""
    parsed = parse(sample_at(place).page)
    return "\n".join(block.text for block in parsed.blocks)


def test_there_are_samples_enough_of_every_kind() -> None:
    kinds = Counter(sample.page.kind for sample in samples().values())
    languages = {(sample.language or "").split("-")[0] for sample in samples().values()}
    assert len(samples()) >= 40
    assert kinds["html"] >= 25
    assert kinds["text"] >= 15
    assert len(languages) >= 8
    assert {sample.page_type for sample in samples().values()} == PAGE_TYPES


@each_sample
def test_a_sample_is_a_page_its_truth_and_what_is_known_of_it(place: Path) -> None:
    assert {file.name for file in place.iterdir()} in (
        {"page.html", "clean.txt", "meta.json"},
        {"page.txt", "clean.txt", "meta.json"},
    )
    assert place.parent.name.endswith(".example")
    assert re.fullmatch(r"[a-z0-9-]+", place.name)
    meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
    assert set(meta) - {"optional"} == KEYS
    assert meta["page_type"] in PAGE_TYPES
    assert meta["covers"]
    assert meta["notes"].strip()
    if meta["date_published"] is not None:
        assert date.fromisoformat(meta["date_published"]).isoformat() == meta["date_published"]


@each_sample
def test_the_truth_has_the_pages_own_words_in_their_order(place: Path) -> None:
    words = iter(_WORD.findall(page_text(place)))
    missing = next((word for word in _WORD.findall(sample_at(place).body) if word not in words), None)
    assert missing is None, f"{missing!r} of clean.txt is not where it should be in the page"


@each_sample
def test_snippets_hold_for_the_truth_and_stand_in_the_page(place: Path) -> None:
    sample, page = sample_at(place), fold(page_text(place))
    body = fold(sample.body)
    assert [snippet for snippet in sample.with_ if fold(snippet) not in body] == []
    assert [snippet for snippet in sample.without if fold(snippet) in body] == []
    assert [snippet for snippet in (*sample.without, *sample.optional) if fold(snippet) not in page] == []


@each_sample
def test_a_page_has_a_truth_or_is_of_the_type_that_has_none(place: Path) -> None:
    sample = sample_at(place)
    assert (sample.body == "") == (sample.page_type == "none")
    assert (len(sample.with_) >= 3) == (sample.page_type != "none")
    if not sample.without:
        assert fold(sample.body) == fold(page_text(place)), "a page with something to remove needs snippets that must go"


def heuristic_figures() -> dict[str, dict[str, float]]:
    """For each kind of page the rules' mean word F1, and the share of the snippets to remove that are still in their result."""
    scores: dict[str, list[PageScore]] = {"html": [], "text": []}
    for sample in samples().values():
        scores[str(sample.page.kind)] += score_sample(sample, ["heuristic"])
    return {kind: dict(_figures(pages)) for kind, pages in scores.items()}


def _figures(pages: list[PageScore]) -> Iterator[tuple[str, float]]:
    yield "word_f1", sum(page.words.f1 for page in pages) / len(pages)
    yield "without_removed", 1 - sum(page.without_found for page in pages) / sum(page.without_asked for page in pages)


def floor(figure: float) -> float:
    """One hundredth below the figure, rounded down: a change of that size may be chance, a larger one has a cause."""
    return math.floor((figure - 0.01) * 1000) / 1000


def test_the_rules_clean_the_samples_no_worse_than_their_floors() -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    figures = heuristic_figures()
    assert set(floors) == set(figures)
    below = {
        f"{kind} {name}": (round(figure, 4), floors[kind][name])
        for kind, named in figures.items()
        for name, figure in named.items()
        if figure < floors[kind][name]
    }
    assert not below, f"(figure, floor): {below}"


if __name__ == "__main__":  # python -m tests.test_samples: write the floors anew
    renewed = {kind: {name: floor(figure) for name, figure in named.items()} for kind, named in heuristic_figures().items()}
    FLOORS.write_text(json.dumps(renewed, indent=2) + "\n", encoding="utf-8")
    print(FLOORS.read_text(encoding="utf-8"), end="")

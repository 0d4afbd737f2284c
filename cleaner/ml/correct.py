"""A model that goes on from another by a few corrected pages, within a minute.

Its first stage and its trees stay; some trees are added that look at what the old ones got wrong on the corrected pages, and
at blocks of the pages that those were trained on (``anchors``), so that nothing is forgotten. What was said of each line is
remembered beside them (``remembering``), so that the pages themselves come out right. Needs the extra ``train``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Any, get_args

import numpy as np

from cleaner.cleaners.combined import CombinedCleaner
from cleaner.errors import InputError, NothingFound, PageRefused
from cleaner.ml import anchors, artefact
from cleaner.ml.anchors import Anchors, columns_read
from cleaner.ml.arrays import Floats
from cleaner.ml.artefact import Artefact
from cleaner.ml.correction_report import correction_report
from cleaner.ml.dataset import FOLDS, Example, read_examples
from cleaner.ml.extent import choose
from cleaner.ml.model import KindModel
from cleaner.ml.remembering import remember
from cleaner.ml.train import BOOSTING, WEIGHT_POWER, Progress, block_weights, boosted
from cleaner.ml.trees import Trees, joined
from cleaner.pipeline import clean
from cleaner.scoring.metrics import word_match
from cleaner.scoring.paired import text_key
from cleaner.scoring.samples import SampleSet
from cleaner.types import Kind

# Measured on 30 invented pages, five folds by site, and on 421 annotated ones: see tests/bench/FIGURES.md
CORRECTING = {**BOOSTING, "iterations": 80, "depth": 4, "learning_rate": 0.1, "l2_leaf_reg": 10, "subsample": 1.0}
ANCHOR_PAGES = 40.0  # corrected pages that all anchors together count as much as


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected page: word F1 of the model alone before, after, and by a model that was not corrected by its site."""

    set: str
    page: str
    kind: Kind
    before: float
    after: float
    held_out: float


@dataclass(frozen=True, slots=True)
class Reached:
    """Mean word F1 of ``combined`` with the new model on the corrected pages themselves."""

    pages: int
    lines: int
    f1: float

    @property
    def told(self) -> str:
        return f"{self.lines:,} lines are remembered: combined reaches {self.f1:.3f} on the {self.pages:,} pages themselves"


def correct(base: Artefact, sets: Sequence[SampleSet], out: Path, progress: Progress) -> str:
    """Write a model that goes on from ``base``, with its card and report; gives its scores as lines of text.

    A page counts as one whole, all anchors as ANCHOR_PAGES. A page of the type article is read as an article's body, every
    other as main content. The same pages, base and versions give the same bytes. Raises NothingFound where no page is
    left to learn from, and InputError where the base is not of this version of the package.
    """
    models = dict(base.models)
    anchored = anchors.load()
    results: list[Corrected] = []
    trained_on: set[str] = set(base.trained_on)
    hashes: dict[str, Any] = {}
    for kind in get_args(Kind):
        progress(f"{kind}: reading", 0.0)
        examples = [_by_its_type(example) for example in read_examples(sets, kind) if example.trust and example.parsed.blocks]
        if not examples:
            continue
        if base.card["columns"][kind] != artefact.load(artefact.SHIPPED).card["columns"][kind]:
            raise InputError(f"{base.folder} was trained by another version of this package: go on from a model of this one")
        models[kind], told = _corrected(base.models[kind], examples, anchored[kind], kind, progress)
        results += told
    if not results:
        raise NothingFound("there is no page to learn from: name samples, as the review page exports them")
    remembered = base.remembered
    for found in sets:
        digest = hashlib.sha256()
        remembered = remember(remembered, found.read())
        for sample in found.read():
            trained_on.add(text_key(sample.body or sample.id))
            digest.update(f"{sample.id}\0{sample.body}\0".encode("utf-8", "surrogatepass"))
        hashes[found.name] = digest.hexdigest()
    base_card = {name: value for name, value in base.card.items() if name not in ("format", "sha256", "columns")}
    card = {
        **base_card,
        "data": {kind: {**base.card["data"][kind], **hashes} for kind in get_args(Kind)},
        "goes_on_from": [*base.card.get("goes_on_from", ()), base.version],
        "correcting": CORRECTING | {"anchor_pages": ANCHOR_PAGES},
        "corrected": _means(results),
        "remembered_lines": len(remembered),
        "trained_on": sorted(trained_on),
    }
    artefact.save(models, card, out, remembered)
    reached = _reached(artefact.load(out), sets)
    (out / "report.html").write_text(correction_report(results, reached, card), encoding="utf-8")
    return "\n".join((*_lines(results), reached.told))


def _reached(model: Artefact, sets: Sequence[SampleSet]) -> Reached:
    cleaner = CombinedCleaner(model=model)
    f1 = []
    for found in sets:
        for sample in found.read():
            with suppress(PageRefused):
                f1.append(word_match(sample.body, clean(sample.page, cleaner=cleaner).text).f1)
    return Reached(len(f1), len(model.remembered), mean(f1))


def _by_its_type(example: Example) -> Example:
    return replace(example, article=example.page_type == "article")


def _corrected(
    model: KindModel, examples: Sequence[Example], anchored: Anchors, kind: Kind, progress: Progress
) -> tuple[KindModel, list[Corrected]]:
    columns = [columns_read(model, example) for example in examples]
    odds = [model.odds(values, example.size) for values, example in zip(columns, examples, strict=True)]
    folds = _folds(examples)
    held_out = [0.0] * len(examples)
    for fold in sorted(set(folds)):
        progress(f"{kind}: cross-validation", fold / FOLDS)
        seen = [place for place, other in enumerate(folds) if other != fold]
        trees = _added(model, columns, examples, odds, anchored, seen)
        for place, other in enumerate(folds):
            if other == fold:
                held_out[place] = _f1(examples[place], odds[place] + trees.evaluate(columns[place]))
    progress(f"{kind}: final fit", 0.9)
    trees = _added(model, columns, examples, odds, anchored, range(len(examples)))
    told = [
        Corrected(example.set, example.id, kind, _f1(example, before), _f1(example, before + trees.evaluate(values)), without)
        for example, values, before, without in zip(examples, columns, odds, held_out, strict=True)
    ]
    return replace(model, trees=joined(model.trees, trees)), told


def _folds(examples: Sequence[Example]) -> list[int]:
    """A fold for each page, the pages of a site in the same one; few sites are spread over as many folds as they can be."""
    numbers = {site: number % FOLDS for number, site in enumerate(sorted({example.site for example in examples}))}
    return [numbers[example.site] for example in examples]


def _added(
    model: KindModel,
    columns: Sequence[Floats],
    examples: Sequence[Example],
    odds: Sequence[Floats],
    anchored: Anchors,
    seen: Sequence[int],
) -> Trees:
    """Trees that make up for what the model's own get wrong on the pages seen."""
    count = anchored.columns.shape[1]
    values = np.concatenate([anchored.columns.T, *(columns[place].T for place in seen)])
    content = np.concatenate([anchored.content, *(examples[place].content for place in seen)])
    weights = np.concatenate(
        [np.full(count, ANCHOR_PAGES / count), *(block_weights(examples[place], WEIGHT_POWER) for place in seen)]
    )
    before = np.concatenate([model.trees.evaluate(anchored.columns) + anchored.by_network, *(odds[place] for place in seen)])
    weights *= len(weights) / weights.sum()
    return boosted("Logloss", CORRECTING, values, content.astype(np.float32), weights, before)


def _f1(example: Example, odds: Floats) -> float:
    return example.word_f1(choose(1 / (1 + np.exp(-odds)), example.size))


def _means(results: Sequence[Corrected]) -> Mapping[str, Mapping[str, float]]:
    """By kind and set: pages, and mean word F1 before, after, and of pages of sites not corrected."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for one in results:
        rows.setdefault(f"{one.kind}/{one.set}", []).append((one.before, one.after, one.held_out))
    means = {name: np.array(values).mean(axis=0).round(4).tolist() for name, values in rows.items()}
    figures = ("before", "after", "held_out")
    return {name: {"pages": len(rows[name]), **dict(zip(figures, means[name], strict=True))} for name in sorted(rows)}


def _lines(results: Sequence[Corrected]) -> list[str]:
    lines = [
        "word F1 of the model alone on the pages: before, corrected by them (after), by those of other sites (others)",
        f"{'kind and set':34} pages  before  after  others",
    ]
    for name, row in _means(results).items():
        figures = f"{row['before']:6.3f}  {row['after']:5.3f}  {row['held_out']:6.3f}"
        lines.append(f"{name:34} {row['pages']:5.0f}  {figures}")
    return lines

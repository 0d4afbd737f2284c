"""A whole training run: read, fit, measure, write."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import numpy as np

from cleaner.errors import NothingFound
from cleaner.ml import anchors, artefact, train
from cleaner.ml.dataset import FOLDS, read_examples
from cleaner.ml.extent import FLOOR, NOTHING, choose
from cleaner.ml.report import write_report
from cleaner.ml.train import Progress, Trained
from cleaner.scoring.samples import SampleSet
from cleaner.types import Kind

FEWEST = 20  # pages of a kind; with fewer some folds are empty


class TooFewPages(NothingFound):
    """There is not enough to learn from."""


def run(sets: Sequence[SampleSet], out: Path, progress: Progress) -> str:
    """Train a model for each kind of pages, write it with its card and report, and give its scores as lines of text.

    Raises TooFewPages below FEWEST pages of a kind, or when fewer than two folds of sites hold any.
    """
    trained: dict[Kind, Trained] = {}
    for kind in get_args(Kind):
        progress(f"{kind}: reading", 0.0)
        examples = list(read_examples(sets, kind))
        if len(examples) < FEWEST or len({example.fold for example in examples}) < FOLDS:
            raise TooFewPages(
                f"{len(examples)} {kind} pages are too few to train on: {FEWEST} of {FOLDS} or more sites are needed; "
                "fewer can correct a model: --from shipped"
            )
        trained[kind] = train.train(examples, lambda step, share, kind=kind: progress(f"{kind}: {step}", share))  # type: ignore[misc]
    scores = {kind: cross_validated(one) for kind, one in trained.items()}
    card = {
        "trained_with": {name: version(name) for name in ("catboost", "scipy", "numpy")}
        | {"python": platform.python_version()},
        "seed": train.SEED,
        "threads": train.THREADS,
        "boosting": train.BOOSTING,
        "network_share": train.NETWORK_SHARE,
        "extent": {"floor": FLOOR, "nothing": NOTHING},
        "data": {kind: data_hashes(one) for kind, one in trained.items()},
        "cross_validated_by_site": scores,
    }
    artefact.save({kind: one.model for kind, one in trained.items()}, card, out)
    anchors.save({kind: anchors.draw(one.model, one.examples) for kind, one in trained.items()}, out)
    write_report(trained, card, out / "report.html")
    return "\n".join(_lines(scores))


def cross_validated(trained: Trained) -> dict[str, dict[str, float]]:
    """By set, and by page type in it: pages, mean word F1, the same read by the page type that was told (profile "auto"), how
    well quality and page type were told.
    """
    rows: dict[str, list[tuple[float, ...]]] = {}
    for example, own, other, quality, told in zip(
        trained.examples,
        trained.probabilities,
        trained.other_reading,
        trained.quality.tolist(),
        trained.page_types,
        strict=True,
    ):
        f1 = example.word_f1(choose(own, example.size))
        by_type = own if example.article == (told == "article") else other
        row = (f1, example.word_f1(choose(by_type, example.size)), abs(f1 - quality), float(told == example.page_type))
        for name in (example.set, f"{example.set}/{example.page_type}"):
            rows.setdefault(name, []).append(row)
    figures = ("word_f1", "word_f1_auto", "quality_error", "page_type")
    means: dict[str, list[float]] = {name: np.round(np.array(values).mean(axis=0), 4).tolist() for name, values in rows.items()}
    return {name: {"pages": len(rows[name]), **dict(zip(figures, means[name], strict=True))} for name in sorted(rows)}


def data_hashes(trained: Trained) -> dict[str, str]:
    """For each set the hash of its pages as they were read, and of their truth."""
    hashes: dict[str, Any] = {}
    for example in trained.examples:
        digest = hashes.setdefault(example.set, hashlib.sha256())
        digest.update(example.id.encode())
        digest.update(example.parsed.source.encode("utf-8", "surrogatepass"))
        digest.update(example.truth.tobytes())
    return {name: digest.hexdigest() for name, digest in hashes.items()}


def _lines(scores: Mapping[Kind, Mapping[str, Mapping[str, float]]]) -> list[str]:
    lines = ["word F1 on pages of sites that were not trained on", f"{'kind':5} {'set, and page type':28} pages  word F1"]
    for kind, rows in scores.items():
        for name, row in rows.items():
            lines.append(f"{kind:5} {name:28} {row['pages']:5.0f}  {row['word_f1']:7.3f}")
    return lines

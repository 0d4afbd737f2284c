"""The report of a training run: one HTML file with its tables and plots in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cleaner.ml.extent import choose
from cleaner.ml.train import Trained
from cleaner.reports.html import Html, element, join
from cleaner.reports.plots import UNIT, Axis, Point, binned, curve, unit_axis
from cleaner.reports.sheet import Section, figures, page, table
from cleaner.types import Kind

Scores = Mapping[str, Mapping[str, float]]


def write_report(trained: Mapping[Kind, Trained], card: Mapping[str, Any], file: Path) -> None:
    """Scores per set and page type, reliability of probabilities and of quality, and the learning curve, for each kind."""
    sections: list[Section] = [
        (f"{kind} pages", join(_table(kind, card["cross_validated_by_site"][kind]), _plots(one)))
        for kind, one in trained.items()
    ]
    details = {key: value for key, value in card.items() if key != "cross_validated_by_site"}
    sections.append(("Card", element("pre", json.dumps(details, indent=1))))
    introduction = ("All figures are of pages whose sites were not trained on (five folds, grouped by site).",)
    file.write_text(page("Training report", introduction, sections), encoding="utf-8")


def _table(kind: Kind, rows: Scores) -> Html:
    columns = ["set", "pages", "word F1", "with profile auto", "error of the foretold F1", "page types told"]
    body = [
        [
            name,
            f"{row['pages']:,.0f}",
            f"{row['word_f1']:.3f}",
            f"{row['word_f1_auto']:.3f}",
            f"{row['quality_error']:.3f}",
            f"{row['page_type']:.2f}",
        ]
        for name, row in rows.items()
    ]
    return table(f"Sets, and page types in them, as {kind}", columns, body)


def _plots(trained: Trained) -> Html:
    most = max(pages for pages, _ in trained.learning_curve)
    learning = [(pages / most, f1) for pages, f1 in trained.learning_curve]
    return figures(
        _reliability("Is a block as likely content as it is said to be?", "said", "was", _blocks(trained)),
        _reliability("Does a page reach the word F1 that was foretold?", "foretold", "reached", _pages(trained)),
        curve(
            "Learning curve",
            Axis(f"share of {most:,} pages trained on", 0.0, 1.0, UNIT),
            unit_axis("word F1", [f1 for _, f1 in learning]),
            {"word F1": learning},
        ),
    )


def _reliability(title: str, said: str, was: str, points: list[Point]) -> Html:
    return curve(title, Axis(said, 0.0, 1.0, UNIT), Axis(was, 0.0, 1.0, UNIT), {was: points}, diagonal=True)


def _blocks(trained: Trained) -> list[Point]:
    """By bins of the probability said of blocks: its mean, and the share that was content, each block counting by its words."""
    said = np.concatenate(trained.probabilities)
    was = np.concatenate([example.content for example in trained.examples])
    return binned(said, was.astype(np.float64), np.concatenate([example.size for example in trained.examples]))


def _pages(trained: Trained) -> list[Point]:
    reached = [
        example.word_f1(choose(odds, example.size))
        for example, odds in zip(trained.examples, trained.probabilities, strict=True)
    ]
    return binned(trained.quality, np.array(reached))

"""The report of a training run: one HTML file with its tables and plots in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from cleaner.ml.arrays import Floats
from cleaner.ml.extent import choose
from cleaner.ml.train import Trained
from cleaner.types import Kind

BINS = 10
SIZE, MARGIN = 280, 36  # of a plot, in pixels

Point = tuple[float, float]

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .2rem .8rem; text-align: right }
td:first-child, th:first-child { text-align: left } tr { border-bottom: 1px solid #8884 }
figure { display: inline-block; margin: 0 1rem 1rem 0 } svg { max-width: 100% }
svg text { font: 11px system-ui; fill: currentColor }
"""


def write_report(trained: Mapping[Kind, Trained], card: Mapping[str, Any], file: Path) -> None:
    """Scores per set and page type, reliability of probabilities and of quality, and the learning curve, for each kind."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Training report</title>",
        f"<style>{_STYLE}</style><h1>Training report</h1>",
        "<p>All figures are of pages whose sites were not trained on (five folds, grouped by site).</p>",
    ]
    for kind, one in trained.items():
        parts.append(f"<h2>{escape(kind)} pages</h2>")
        parts.append(_table(card["cross_validated_by_site"][kind]))
        parts.append(_plot("Is a block as likely content as it is said to be?", "said", "was", _blocks(one), diagonal=True))
        parts.append(
            _plot("Does a page reach the word F1 that was foretold?", "foretold", "reached", _pages(one), diagonal=True)
        )
        most = max(pages for pages, _ in one.learning_curve)
        curve = [(pages / most, f1) for pages, f1 in one.learning_curve]
        parts.append(_plot(f"Learning curve: word F1 by pages trained on (of {most:,})", "pages", "word F1", curve))
    details = json.dumps({key: value for key, value in card.items() if key != "cross_validated_by_site"}, indent=1)
    parts.append(f"<h2>Card</h2><pre>{escape(details)}</pre></html>")
    file.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _table(rows: Mapping[str, Mapping[str, float]]) -> str:
    head = "<tr><th>set<th>pages<th>word F1<th>with profile auto<th>error of the foretold F1<th>page types told"
    body = [
        f"<tr><td>{escape(name)}<td>{row['pages']:,.0f}<td>{row['word_f1']:.3f}<td>{row['word_f1_auto']:.3f}"
        f"<td>{row['quality_error']:.3f}<td>{row['page_type']:.2f}"
        for name, row in rows.items()
    ]
    return f"<table>{head}{''.join(body)}</table>"


def _blocks(trained: Trained) -> list[Point]:
    """By bins of the probability said of blocks: its mean, and the share that was content, each block counting by its words."""
    said = np.concatenate(trained.probabilities)
    was = np.concatenate([example.content for example in trained.examples])
    return _binned(said, was.astype(np.float64), np.concatenate([example.size for example in trained.examples]))


def _pages(trained: Trained) -> list[Point]:
    reached = [
        example.word_f1(choose(odds, example.size))
        for example, odds in zip(trained.examples, trained.probabilities, strict=True)
    ]
    return _binned(trained.quality, np.array(reached), np.ones(len(reached)))


def _binned(said: Floats, was: Floats, weight: Floats) -> list[Point]:
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    points = []
    for number in range(BINS):
        inside = (bins == number) & (weight > 0)
        if inside.any():
            points.append(
                (
                    float(np.average(said[inside], weights=weight[inside])),
                    float(np.average(was[inside], weights=weight[inside])),
                )
            )
    return points


def _plot(title: str, across: str, up: str, points: Sequence[Point], *, diagonal: bool = False) -> str:
    """A line through points of the unit square, as SVG."""
    inner = SIZE - 2 * MARGIN

    def x(value: float) -> float:
        return round(MARGIN + inner * value, 1)

    def y(value: float) -> float:
        return round(SIZE - MARGIN - inner * value, 1)

    line = " ".join(f"{x(a)},{y(b)}" for a, b in points)
    dots = "".join(f'<circle cx="{x(a)}" cy="{y(b)}" r="3"><title>{a:.3f}, {b:.3f}</title></circle>' for a, b in points)
    straight = (
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#8888" stroke-dasharray="4"/>' if diagonal else ""
    )
    ticks = "".join(
        f'<text x="{x(t)}" y="{SIZE - MARGIN + 14}" text-anchor="middle">{t:g}</text>'
        f'<text x="{MARGIN - 4}" y="{y(t) + 4}" text-anchor="end">{t:g}</text>'
        for t in (0, 0.5, 1)
    )
    return (
        f'<figure><svg viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" role="img" aria-label="{escape(title)}">'
        f'<rect x="{MARGIN}" y="{MARGIN}" width="{inner}" height="{inner}" fill="none" stroke="#8888"/>{straight}{ticks}'
        f'<polyline points="{line}" fill="none" stroke="#2a6fdb" stroke-width="2"/><g fill="#2a6fdb">{dots}</g>'
        f'<text x="{SIZE / 2}" y="{SIZE - 4}" text-anchor="middle">{escape(across)}</text>'
        f'<text x="{MARGIN}" y="{MARGIN - 8}">{escape(up)}</text></svg><figcaption>{escape(title)}</figcaption></figure>'
    )

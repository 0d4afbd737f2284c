"""What kind of page it is, by its measures and by what its address and its head say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zlib import crc32

import numpy as np

from cleaner.ml.arrays import Floats, Ints
from cleaner.ml.view import types_said
from cleaner.types import Parsed

if TYPE_CHECKING:
    from cleaner.ml.dataset import Example

TYPES = ("article", "forum", "product", "listing", "collection", "documentation", "service")
BUCKETS = 1 << 12  # of what address and head say
PENALTY = 3.0
FURTHEST = 2.0  # deviations from the mean that a number counts for at most
MAX_TOKENS = 60

_WORD = re.compile(r"[a-z]{2,20}|\d+")


@dataclass(frozen=True)
class PageTypes:
    """A linear model: for each of TYPES a weight for each number, each bucket, and one for the bias.

    ``center`` and ``scale`` bring the numbers, after a logarithm that keeps their sign, to mean 0 and deviation 1.
    """

    rows: Ints  # of the page's columns: those that are the same for all blocks
    center: Floats
    scale: Floats
    weights: Floats

    def probabilities(self, columns: Floats, parsed: Parsed, types: Iterable[str]) -> Floats:
        """For each of TYPES its probability; ``types`` are those that the page's JSON-LD names."""
        numbers = _clipped((_logarithm(columns[self.rows, 0]) - self.center) / self.scale)
        tokens = said_tokens(parsed, types)
        count = len(self.rows)
        odds = self.weights[:, :count] @ numbers + self.weights[:, -1] + self.weights[:, count + tokens].sum(axis=1)
        return _softmax(odds.astype(np.float64))


def said_tokens(parsed: Parsed, types: Iterable[str]) -> Ints:
    """The buckets of the words of the page's path and host, its types, and what made it."""
    head = parsed.head
    found = {f"type {name}" for name in types}
    for name, content in head.meta:
        if name in ("og:type", "generator"):
            found.add(f"{name} {content[:20].lower()}")
        elif name.startswith(("article:", "product:")):
            found.add(name[:40])
    try:
        address = urlsplit((parsed.page.url or "").lower())
        found |= {f"path {word[:20]}" for word in _WORD.findall(address.path[:300])}
        found |= {f"host {word}" for word in _WORD.findall((address.hostname or "")[:100])}
    except ValueError:
        found.add("no address")
    found |= {f"root {word}" for element in parsed.elements[:2] for word in element.names.split(" ")[:20] if word}
    return np.array(sorted({crc32(token.encode()) % BUCKETS for token in sorted(found)[:MAX_TOKENS]}), dtype=np.int64)


def fit(names: Sequence[str], columns: Sequence[Floats], examples: Sequence[Example]) -> tuple[PageTypes, list[str]]:
    """The model, and what one that had not seen its site says of each example; "" for a page without blocks."""
    rows = np.array([row for row, name in enumerate(names) if _is_of_page(name)], dtype=np.int64)
    used = [place for place, example in enumerate(examples) if example.page_type in TYPES and columns[place].size]
    numbers = _logarithm(np.array([columns[place][rows, 0] for place in used]))
    center, scale = numbers.mean(axis=0), numbers.std(axis=0) + 1e-3
    inputs = np.zeros((len(used), len(rows) + BUCKETS + 1), dtype=np.float64)
    inputs[:, : len(rows)] = _clipped((numbers - center) / scale)
    inputs[:, -1] = 1
    for row, place in enumerate(used):
        inputs[row, len(rows) + said_tokens(examples[place].parsed, types_said(examples[place].parsed.head))] = 1
    truth = np.array([TYPES.index(examples[place].page_type) for place in used])
    fold = np.array([examples[place].fold for place in used])
    said = [""] * len(examples)
    for left_out in sorted(set(fold.tolist())):
        weights = _fit(inputs[fold != left_out], truth[fold != left_out])
        for held_out in np.flatnonzero(fold == left_out).tolist():
            said[used[held_out]] = TYPES[int((weights @ inputs[held_out]).argmax())]
    return PageTypes(rows, center.astype(np.float32), scale.astype(np.float32), _fit(inputs, truth).astype(np.float32)), said


def _is_of_page(name: str) -> bool:
    return name.startswith(("page ", "says ", "og ", "path ", "core ", "h1 on", "article elements", "room words share"))


def _fit(inputs: Floats, truth: Ints) -> Floats:
    """Multinomial logistic regression by L-BFGS."""
    from scipy.optimize import minimize

    wanted = np.eye(len(TYPES))[truth]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(len(TYPES), -1)
        said = _softmax(inputs @ weights.T)
        total = -float(np.log(said[np.arange(len(truth)), truth] + 1e-12).sum()) + 0.5 * PENALTY * float((weights**2).sum())
        return total, ((said - wanted).T @ inputs + PENALTY * weights).ravel()

    start = np.zeros(len(TYPES) * inputs.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 80})
    return np.asarray(found.x.reshape(len(TYPES), -1))


def _logarithm(values: Floats) -> Floats:
    logarithm: Floats = np.sign(values) * np.log1p(np.abs(values))
    return logarithm


def _clipped(numbers: Floats) -> Floats:
    """Numbers without outliers: a page shorter or longer than any seen is no surer sign than the shortest or longest seen."""
    return np.clip(numbers, -FURTHEST, FURTHEST)


def _softmax(odds: Floats) -> Floats:
    raised = np.exp(odds - odds.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares

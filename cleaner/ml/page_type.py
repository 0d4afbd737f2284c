"""What kind of page it is: by its measures, by what its address and its head say, and by what its elements are called."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

import numpy as np

from cleaner.ml.arrays import Floats, Ints
from cleaner.ml.features import columns_of_page
from cleaner.ml.first_stage import FirstStage
from cleaner.ml.variants import variants
from cleaner.ml.view import View
from cleaner.types import Parsed

if TYPE_CHECKING:
    from scipy import sparse

    from cleaner.ml.dataset import Example

TYPES = ("article", "forum", "product", "listing", "collection", "documentation", "service")
BUCKETS = 1 << 12  # of what address and head say, and as many of what elements are called
NAMES = 10  # names that weigh as much as one measure; with more each weighs less, as their square root
VARIANT_WEIGHT = 0.5  # of a page without head, or shortened, against the page as it is
PENALTY = 3.0
FURTHEST = 2.0  # deviations from the mean that a number counts for at most
MAX_TOKENS = 60

_NAME_WORD = re.compile(r"[a-z]{3,20}")
_WORD = re.compile(r"[a-z]{2,20}|\d+")


@dataclass(frozen=True)
class PageTypes:
    """A linear model: for each of TYPES a weight for each number, each bucket of what the page says and of its elements'
    names, and one for the bias.

    ``center`` and ``scale`` bring the numbers, after a logarithm that keeps their sign, to mean 0 and deviation 1.
    """

    rows: Ints  # of the page's columns: those that are the same for all blocks
    center: Floats
    scale: Floats
    weights: Floats

    def probabilities(self, view: View, numbers: Floats) -> Floats:
        """For each of TYPES its probability; ``numbers`` are the page's, a value a row of ``rows``."""
        numbers = _clipped((_logarithm(numbers) - self.center) / self.scale)
        count = len(self.rows)
        said = self.weights[:, count + said_tokens(view.parsed, view.types)].sum(axis=1)
        called = called_tokens(view)
        names = self.weights[:, count + BUCKETS + called].sum(axis=1) * _weight_of_names(len(called))
        odds = self.weights[:, :count] @ numbers + self.weights[:, -1] + said + names
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


def called_tokens(view: View) -> Ints:
    """The buckets of the tags of the page's elements and of the words in their names, each once."""
    if not view.parsed.elements:
        return np.zeros(0, dtype=np.int64)
    signatures = view.rooms.signatures[0]
    found = set(_NAME_WORD.findall(" ".join({names for _, names in signatures}))) | {f"<{tag}>" for tag, _ in signatures}
    return np.array(sorted({crc32(token.encode("utf-8", "replace")) % BUCKETS for token in found}), dtype=np.int64)


def fit(names: Sequence[str], examples: Sequence[Example], chance: np.random.Generator) -> tuple[PageTypes, list[str]]:
    """The model, and what one that had not seen its site says of each example; "" for a page without blocks.

    It is fitted on the pages as they are and on their ``variants``; what is said of an example is said of the page as it is.
    """
    from scipy import sparse

    rows = np.array([row for row, name in enumerate(names) if _is_of_page(name)], dtype=np.int64)
    seen: list[_Seen] = []
    of_example: list[int] = []
    is_itself: list[bool] = []
    for place, example in enumerate(examples):
        if example.page_type not in TYPES:
            continue
        for number, parsed in enumerate((example.parsed, *variants(example.parsed, example.content, chance))):
            if parsed.blocks:
                seen.append(_see(View(parsed, FirstStage.blank()), names, rows))
                of_example.append(place)
                is_itself.append(number == 0)
    numbers = _logarithm(np.array([one.numbers for one in seen]))
    center, scale = numbers.mean(axis=0), numbers.std(axis=0) + 1e-3
    inputs = sparse.hstack([sparse.csr_matrix(_clipped((numbers - center) / scale)), _tokens(seen), np.ones((len(seen), 1))])
    inputs = inputs.tocsr()
    truth = np.array([TYPES.index(examples[place].page_type) for place in of_example])
    fold = np.array([examples[place].fold for place in of_example])
    itself = np.array(is_itself)
    weights = np.where(itself, 1.0, VARIANT_WEIGHT)
    said = [""] * len(examples)
    for left_out in sorted(set(fold.tolist())):
        others = np.flatnonzero(fold != left_out)
        model = _fit(inputs[others], truth[others], weights[others])
        for held_out in np.flatnonzero((fold == left_out) & itself).tolist():
            said[of_example[held_out]] = TYPES[int((inputs[held_out] @ model.T).argmax())]
    fitted = _fit(inputs, truth, weights).astype(np.float32)
    return PageTypes(rows, center.astype(np.float32), scale.astype(np.float32), fitted), said


class _Seen(NamedTuple):
    """What the model is told of a page."""

    numbers: Floats
    said: Ints
    called: Ints


def _see(view: View, names: Sequence[str], rows: Ints) -> _Seen:
    known = dict(columns_of_page(view))
    numbers = np.array([known[names[row]][0] for row in rows.tolist()], dtype=np.float32)
    return _Seen(numbers, said_tokens(view.parsed, view.types), called_tokens(view))


def _tokens(seen: Sequence[_Seen]) -> sparse.csr_matrix:
    """A row a page: what it says, what its elements are called."""
    from scipy import sparse

    of_row: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, page in enumerate(seen):
        of_row += [row] * (len(page.said) + len(page.called))
        columns += [*page.said.tolist(), *(page.called + BUCKETS).tolist()]
        values += [1.0] * len(page.said) + [_weight_of_names(len(page.called))] * len(page.called)
    return sparse.csr_matrix((values, (of_row, columns)), shape=(len(seen), 2 * BUCKETS))


def _weight_of_names(count: int) -> float:
    return 1 / math.sqrt(max(1.0, count / NAMES))


def _is_of_page(name: str) -> bool:
    """Whether a column is one of a page's measures; what its words weigh is not, a first stage says that."""
    of_page = ("page ", "says ", "og ", "path ", "core ", "h1 on", "article elements", "room words share")
    return name.startswith(of_page) and name != "page word odds"


def _fit(inputs: sparse.csr_matrix, truth: Ints, weights: Floats) -> Floats:
    """Multinomial logistic regression by L-BFGS."""
    from scipy.optimize import minimize

    wanted = np.eye(len(TYPES))[truth]
    transposed = inputs.T.tocsr()

    def loss(flat: Floats) -> tuple[float, Floats]:
        model = flat.reshape(len(TYPES), -1)
        said = _softmax(np.asarray(inputs @ model.T))
        wrong = (said - wanted) * weights[:, None]
        penalty = 0.5 * PENALTY * float((model**2).sum())
        total = penalty - float((weights * np.log(said[np.arange(len(truth)), truth] + 1e-12)).sum())
        return total, (np.asarray(transposed @ wrong).T + PENALTY * model).ravel()

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

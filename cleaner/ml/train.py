"""Training the model from annotated pages, and measuring it on pages of sites that it was not trained on.

Nothing here is needed to clean a page; it needs the extra ``train`` (CatBoost, SciPy, threadpoolctl). The same pages, seed,
versions and number of threads give the same bytes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from cleaner.ml import fit_line_network, page_type
from cleaner.ml.arrays import Floats, Ints, Numbers
from cleaner.ml.characters import words_of
from cleaner.ml.dataset import FOLDS, Example, contradicting
from cleaner.ml.extent import choose
from cleaner.ml.features import READING, page_columns
from cleaner.ml.first_stage import BITS, FirstStage, name_tokens, word_tokens
from cleaner.ml.fit_line_network import Lines, scaling_of
from cleaner.ml.line_network import LineNetwork, shares_of
from cleaner.ml.model import KindModel, page_numbers
from cleaner.ml.trees import Trees, from_catboost
from cleaner.types import Kind

if TYPE_CHECKING:
    from scipy import sparse

SEED = 20261124
THREADS = 2
PENALTY = 5.0  # of the first stage's squared weights
STEPS = 35  # of its optimiser; held-out loss no longer falls behind them
AROUND = 0.3  # what one name of a room around a block weighs against one of its own
BOOSTING = {
    "iterations": 400,
    "depth": 6,
    "learning_rate": 0.08,
    "l2_leaf_reg": 10,
    "rsm": 0.3,
    "subsample": 0.6,
    "border_count": 64,
}
# What the network that reads lines says, of both together. Cross-validated: on flattened pages .3 to .5 gain .01 word F1 on
# most sets; on HTML it gains as much on news, loses on shops and lists, and a page takes half as long again.
NETWORK_SHARE: Mapping[Kind, float] = {"html": 0.0, "text": 0.45}
NETWORK_WEIGHT_POWER = 0.6  # as WEIGHT_POWER, for the network
QUALITY_BOOSTING = {**BOOSTING, "iterations": 120, "depth": 4, "learning_rate": 0.06, "l2_leaf_reg": 20}
WEIGHT_POWER = 0.75  # a block counts by its words to that power, a page as one whole
SMALL_WORDS = 2  # words of the smallest blocks: two of five, and hardly any of the weight
SMALL_DRAWN = 3
CURVE = (1 / 8, 1 / 4, 1 / 2, 1)  # shares of the sites that the learning curve is measured at
TWIN_TRUST = 0.25  # of pages whose near-identical twin is annotated otherwise

Progress = Callable[[str, float], None]  # the step's name, and the share of it that is done


@dataclass(frozen=True)
class Trained:
    """A model for one kind of pages, and what models said of each example that had not seen its site.

    ``probabilities`` are of the reading that the example's truth was made by, ``other_reading`` of the other one.
    """

    model: KindModel
    examples: Sequence[Example]
    probabilities: Sequence[Floats]
    other_reading: Sequence[Floats]
    quality: Floats
    page_types: Sequence[str]
    learning_curve: Sequence[tuple[int, float]]  # pages trained on, mean word F1 on the first fold


def train(examples: Sequence[Example], progress: Progress) -> Trained:
    """Fit the model of one kind of pages, with a cross-validation grouped by site.

    The columns of a page contain what the first stage says of it; for training that is always said by a first stage that
    has not seen the page's site, as it will be when the model is used.
    """
    trust = np.array([example.trust for example in examples])
    trust[sorted(contradicting(examples))] *= TWIN_TRUST
    stages = _first_stages(examples, trust, progress)
    probabilities: list[Floats] = [np.zeros(0)] * len(examples)
    other_reading = list(probabilities)
    names = next(names for example in examples if (names := page_columns(example.parsed, FirstStage.blank())[0]))
    reading = names.index(READING)
    curve: list[tuple[int, float]] = []
    for fold in range(FOLDS):
        progress("cross-validation", fold / FOLDS)
        columns = [_columns(example, stages[_pair(fold, example.fold)]) for example in examples]
        seen = trust * [example.fold != fold for example in examples]
        held_out = [place for place, example in enumerate(examples) if example.fold == fold]
        for share in CURVE if fold == 0 else (1,):
            fitted = _fit(columns, examples, seen * [_in_part(example, share) for example in examples])
            for place in held_out:
                probabilities[place] = fitted.probability(columns[place], examples[place])
            if fold == 0:
                figures = [examples[place].word_f1(choose(probabilities[place], examples[place].size)) for place in held_out]
                curve.append((round(len(examples) * share * (1 - 1 / FOLDS)), float(np.mean(figures))))
        for place in held_out:
            other_reading[place] = fitted.probability(_read_otherwise(columns[place], reading), examples[place])
    progress("final fit", 0.0)
    columns = [_columns(example, stages[_pair(example.fold, example.fold)]) for example in examples]
    fitted = _fit(columns, examples, trust)
    quality_trees, quality = _fit_quality(names, columns, examples, probabilities)
    types, page_types = page_type.fit(names, examples, np.random.default_rng(SEED))
    model = KindModel(stages[_NONE].rounded(), names, fitted.trees, quality_trees, types, fitted.network)
    return Trained(model, examples, probabilities, other_reading, quality, page_types, curve)


def _in_part(example: Example, share: float) -> bool:
    """Whether the example's site is in that share of all sites."""
    return crc32(b"part " + example.site.encode()) < share * (1 << 32)


_NONE = (-1, -1)  # the pair of folds that leaves nothing out


def _pair(first: int, second: int) -> tuple[int, int]:
    return min(first, second), max(first, second)


def _first_stages(examples: Sequence[Example], trust: Floats, progress: Progress) -> dict[tuple[int, int], FirstStage]:
    """A first stage for each pair of folds, fitted without both; and one on everything, under _NONE."""
    from scipy import sparse

    tokens = sparse.vstack([_tokens(example) for example in examples]).tocsr()
    content = np.concatenate([example.content for example in examples]).astype(np.float64)
    weights = np.concatenate([100 * block_weights(example, 0.5) * one for example, one in zip(examples, trust, strict=True)])
    fold = np.concatenate([np.full(len(example.share), example.fold) for example in examples])
    pairs = [(first, second) for first in range(FOLDS) for second in range(first, FOLDS)] + [_NONE]
    stages = {}
    for number, pair in enumerate(pairs):
        progress("first stage", number / len(pairs))
        rows = np.flatnonzero(~np.isin(fold, pair) & (weights > 0))
        stages[pair] = _fit_linear(tokens[rows], content[rows], weights[rows])
    return stages


def _tokens(example: Example) -> sparse.csr_matrix:
    """A page's tokens as a sparse matrix with a row a block: words, own names, names around."""
    from scipy import sparse

    size = 1 << BITS
    blocks = example.parsed.blocks
    if not blocks:
        return sparse.csr_matrix((0, 3 * size), dtype=np.float32)
    buckets, text, values = word_tokens(words_of([block.text for block in blocks]))
    rows, columns, entries = [text], [buckets], [values]
    own: list[Ints] = []
    around: list[Ints] = []
    for element in example.parsed.elements:
        own.append(np.array(sorted(name_tokens(element.tag, element.names)), dtype=np.int64))
        around.append(np.concatenate((around[element.parent], own[-1])) if element.parent >= 0 else own[-1])
    for names, offset, value in ((own, size, 1.0), (around, 2 * size, AROUND)):
        found = [names[block.element] for block in blocks] if names else []
        if found:
            rows.append(np.repeat(np.arange(len(blocks)), [len(some) for some in found]))
            columns.append(np.concatenate(found) + offset)
            entries.append(np.full(len(columns[-1]), value, dtype=np.float32))
    place = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(entries).astype(np.float32), place), shape=(len(blocks), 3 * size))


def _fit_linear(tokens: sparse.csr_matrix, content: Floats, weights: Floats) -> FirstStage:
    """Logistic regression by L-BFGS, with squared weights penalised."""
    from scipy.optimize import minimize

    transposed = tokens.T.tocsr()

    def loss(weight: Floats) -> tuple[float, Floats]:
        odds = (tokens @ weight[:-1].astype(np.float32)).astype(np.float64) + weight[-1]
        wrong = weights * (1 / (1 + np.exp(-odds)) - content)
        penalty = 0.5 * PENALTY * float((weight[:-1] ** 2).sum())
        total = float((weights * (np.logaddexp(0, odds) - content * odds)).sum()) + penalty
        return total, np.append(transposed @ wrong.astype(np.float32) + PENALTY * weight[:-1], wrong.sum())

    start = np.zeros(tokens.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 8}).x.astype(np.float32)
    size = 1 << BITS
    return FirstStage(found[:size], found[size : 2 * size], found[2 * size : -1] * np.float32(AROUND))


def _columns(example: Example, stage: FirstStage) -> Floats:
    names, columns = page_columns(example.parsed, stage)
    if names:
        columns[names.index(READING)] = example.article
    return columns


def _read_otherwise(columns: Floats, reading: int) -> Floats:
    """The columns of a page under the other reading."""
    if columns.size:
        columns = columns.copy()
        columns[reading] = 1 - columns[reading]
    return columns


def block_weights(example: Example, power: float) -> Floats:
    """What each block of a page counts: its words to a power; the whole page counts one."""
    weights = (example.size.astype(np.float64) + 0.5) ** power
    return weights / max(1e-9, float(weights.sum()))


@dataclass(frozen=True)
class _Fitted:
    """What tells content from the rest: the log-odds of both are added up."""

    trees: Trees
    network: LineNetwork | None

    def probability(self, columns: Floats, example: Example) -> Floats:
        """That each block of a page is content."""
        if not columns.size:
            return np.zeros(0)
        odds = self.trees.evaluate(columns)
        if self.network:
            odds += self.network.evaluate(columns, example.size)
        return np.asarray(1 / (1 + np.exp(-odds)))


def _fit(columns: Sequence[Floats], examples: Sequence[Example], trust: Floats) -> _Fitted:
    share = NETWORK_SHARE[examples[0].parsed.kind]
    trees = _fit_trees(columns, examples, trust)
    return _Fitted(trees.scaled(1 - share), _fit_network(columns, examples, trust).scaled(share) if share else None)


def _fit_network(columns: Sequence[Floats], examples: Sequence[Example], trust: Floats) -> LineNetwork:
    """A network over the lines of the examples that are trusted at all."""
    from threadpoolctl import threadpool_limits

    used = [place for place, one in enumerate(trust) if one > 0 and columns[place].size]
    scaling = scaling_of([columns[place] for place in used])
    pages = [
        Lines(
            scaling.applied(columns[place]),
            examples[place].content.astype(np.float32),
            block_weights(examples[place], NETWORK_WEIGHT_POWER).astype(np.float32),
            shares_of(examples[place].size),
            float(trust[place]),
        )
        for place in used
    ]
    with threadpool_limits(limits=1, user_api="blas"):  # its products are small: threads would wait for each other
        return fit_line_network.fit(scaling, pages, SEED)


def _fit_trees(columns: Sequence[Floats], examples: Sequence[Example], trust: Floats) -> Trees:
    """Boosted trees over the blocks of the examples that are trusted at all."""
    used = [place for place, one in enumerate(trust) if one > 0 and columns[place].size]
    rows = [_drawn(examples[place]) for place in used]
    values = np.concatenate([columns[place].T[drawn > 0] for place, drawn in zip(used, rows, strict=True)])
    content = np.concatenate([examples[place].content[drawn > 0] for place, drawn in zip(used, rows, strict=True)])
    weights = np.concatenate(
        [
            (block_weights(examples[place], WEIGHT_POWER) * trust[place] * drawn)[drawn > 0]
            for place, drawn in zip(used, rows, strict=True)
        ]
    )
    return boosted("Logloss", BOOSTING, values, content.astype(np.float32), weights * (len(weights) / weights.sum()))


def _drawn(example: Example) -> Floats:
    """How many blocks each block stands for: of the smallest one in SMALL_DRAWN is taken, and counts for all of them."""
    chance = np.random.default_rng([SEED, crc32(example.id.encode())])
    small = example.size <= SMALL_WORDS
    drawn = chance.random(len(small)) < 1 / SMALL_DRAWN
    return np.where(small, np.where(drawn, float(SMALL_DRAWN), 0.0), 1.0)


def boosted(
    loss: str,
    options: dict[str, Any],
    values: Floats,
    truth: Numbers,
    weights: Floats | None = None,
    before: Floats | None = None,
) -> Trees:
    """Trees fitted to rows of values; where ``before`` has what others say of each row, to what those leave."""
    from catboost import CatBoost, Pool

    model = CatBoost(
        {
            **options,
            "loss_function": loss,
            "bootstrap_type": "Bernoulli",
            "boosting_type": "Plain",
            "random_seed": SEED,
            "thread_count": THREADS,
            "allow_writing_files": False,
            "logging_level": "Silent",
        }
    )
    model.fit(Pool(values, truth, weight=weights, baseline=before))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        return from_catboost(json.loads(path.read_text(encoding="utf-8")))


def _fit_quality(
    names: Sequence[str], columns: Sequence[Floats], examples: Sequence[Example], probabilities: Sequence[Floats]
) -> tuple[Trees, Floats]:
    """Trees that foretell a page's word F1, and what such trees foretold of each example without having seen its site."""
    numbers = np.array(
        [
            page_numbers(names, values, example.size, odds)
            for values, example, odds in zip(columns, examples, probabilities, strict=True)
        ],
        dtype=np.float32,
    )
    f1 = np.array([example.word_f1(choose(odds, example.size)) for example, odds in zip(examples, probabilities, strict=True)])
    fold = np.array([example.fold for example in examples])
    foretold = np.zeros(len(examples))
    for left_out in range(FOLDS):
        seen = fold != left_out
        foretold[~seen] = boosted("RMSE", QUALITY_BOOSTING, numbers[seen], f1[seen]).evaluate(numbers[~seen].T)
    return boosted("RMSE", QUALITY_BOOSTING, numbers, f1), foretold.clip(0, 1)

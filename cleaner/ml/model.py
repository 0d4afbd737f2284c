"""The learned model as it is used: for each kind of pages a first stage, trees, for flattened ones a network that reads their
lines, a foretelling of quality, and page types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cleaner.errors import InputError
from cleaner.ml.arrays import Flags, Floats, Ints
from cleaner.ml.extent import choose, expected_f1
from cleaner.ml.features import READING, columns_of
from cleaner.ml.first_stage import FirstStage
from cleaner.ml.line_network import LineNetwork
from cleaner.ml.page_type import TYPES, PageTypes
from cleaner.ml.trees import Trees
from cleaner.ml.view import View
from cleaner.types import Parsed

SURE, HALF, UNSURE = 0.9, 0.5, 0.1  # probabilities between which a block's place is told in what quality is foretold from

EVERY = slice(None)  # block


@dataclass(frozen=True)
class KindModel:
    """The model of one kind of pages. ``names`` are the columns that it was fitted on, in their order."""

    stage: FirstStage
    names: tuple[str, ...]
    trees: Trees
    quality: Trees
    types: PageTypes
    network: LineNetwork | None = None

    def look(self, parsed: Parsed) -> Looked | None:
        """What the model sees of a page; None for a page without blocks.

        Raises InputError when it was trained on other columns than this version works out.
        """
        if not parsed.blocks:
            return None
        view = View(parsed, self.stage)
        names, columns = columns_of(view)
        if names != self.names:
            raise InputError("the model was trained by another version of this package: train a new one with 'cleaner train'")
        return Looked(self, view, columns)

    def odds(self, columns: Floats, words: Floats, of: Ints | slice = EVERY) -> Floats:
        """The log-odds of each block of a page, or those ``of`` it, to be content: by the trees and by the network."""
        return self.trees.evaluate(columns[:, of]) + self.odds_by_network(columns, words)[of]

    def odds_by_network(self, columns: Floats, words: Floats) -> Floats:
        """The network's part of each block's log-odds; zeros where there is none."""
        return self.network.evaluate(columns, words) if self.network else np.zeros(columns.shape[1])

    @cached_property
    def rows_of_page(self) -> Ints:
        return rows_of_page(self.names)


@dataclass(frozen=True)
class Looked:
    """A page as the model sees it, and what it makes of that."""

    model: KindModel
    view: View
    columns: Floats

    @cached_property
    def words(self) -> Floats:
        """Words of each block."""
        return self.view.words.astype(np.float64)

    def probabilities(self, *, article: bool, of: Ints | slice = EVERY) -> Floats:
        """For each block, or those ``of`` which it is asked, the probability that it is content: of the article's body, or of
        the page.
        """
        self.columns[self.model.names.index(READING)] = article
        return np.asarray(1 / (1 + np.exp(-self.model.odds(self.columns, self.words, of))))

    @cached_property
    def page_types(self) -> dict[str, float]:
        """How likely the page is of each of TYPES."""
        likely = self.model.types.probabilities(self.view, self.columns[self.model.types.rows, 0])
        return dict(zip(TYPES, likely.tolist(), strict=True))

    @property
    def page_type(self) -> str:
        """The type of page it most likely is."""
        return max(TYPES, key=self.page_types.__getitem__)

    def quality(self, probabilities: Floats, keep: Flags) -> float:
        """The word F1 that a choice of blocks by these probabilities is likely to reach, 0 to 1."""
        numbers = np.append(self.columns[self.model.rows_of_page, 0], measures(self.words, probabilities, keep))
        return min(1.0, max(0.0, float(self.model.quality.evaluate(numbers.astype(np.float32)[:, None])[0])))


def page_numbers(names: Sequence[str], columns: Floats, words: Floats, probabilities: Floats) -> Floats:
    """What a page's quality is foretold from: its own measures (zeros for a page without blocks), then MEASURES."""
    rows = rows_of_page(names)
    known = columns[rows, 0] if columns.size else np.zeros(len(rows))
    return np.append(known, measures(words, probabilities, choose(probabilities, words))).astype(np.float32)


def rows_of_page(names: Sequence[str]) -> Ints:
    """The rows of the columns that are the same for all blocks of a page."""
    return np.array([row for row, name in enumerate(names) if name.startswith(("page ", "core ", "says ", "og ", READING))])


MEASURES = (
    "expected F1",
    "kept words",
    "kept share",
    "expected words",
    "sure share",
    "doubt share",
    "doubt a kept word",
    "highest",
    "kept blocks",
    "kept runs",
    "kept doubtful share",
    "dropped doubtful share",
)


def measures(words: Floats, probabilities: Floats, keep: Flags) -> Floats:
    """How sure a choice of blocks is, in the order of MEASURES."""
    kept, total = max(1.0, float(words[keep].sum())), max(1.0, float(words.sum()))
    content = words * probabilities
    doubt = float((content * (1 - probabilities)).sum())
    return np.array(
        (
            expected_f1(probabilities, words, keep),
            float(words[keep].sum()),
            float(words[keep].sum()) / total,
            float(content.sum()),
            float(words[probabilities > SURE].sum()) / kept,
            doubt / total,
            doubt / kept,
            float(probabilities.max(initial=0.0)),
            float(keep.sum()),
            float(np.count_nonzero(keep[1:] > keep[:-1])),
            float(words[keep & (probabilities < HALF)].sum()) / kept,
            float(words[~keep & (probabilities > UNSURE)].sum()) / kept,
        )
    )

"""A recurrent network that reads a flattened page line by line, forwards and backwards.

The trees look at a line and at sums over its neighbours. What a line is often depends on more: that the article ended ten
lines ago, that such a list came before. A gated recurrent unit in each direction carries that along (Cho et al., "Learning
phrase representations using RNN encoder-decoder for statistical machine translation", EMNLP 2014). Plain arrays, evaluated
by NumPy alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cleaner.ml.arrays import Flags, Floats, Ints

PIECE = 800  # lines that are read in a row; a longer page is read in pieces
MARGIN = 100  # lines at either end of a piece that only lead in
PIECES = 8  # read at once, so that what they take is bounded
STEP = PIECE - 2 * MARGIN
FARTHEST = 4.0  # deviations from its mean that a column has at most
ROWS = 8  # of a product worked out at a time: more, and BLAS shares them out among threads, which wait for each other
PRIOR = 0.1  # words added to each line, so that one without words counts a little


class Scaling(NamedTuple):
    """How columns become numbers near 0: an entry a column."""

    large: Flags  # of those whose logarithm is taken
    center: Floats
    deviation: Floats

    def applied(self, columns: Floats) -> Floats:
        """``columns`` has a row a column; the result has a row a line."""
        values = columns.T.astype(np.float32)
        values[:, self.large] = logarithms(values[:, self.large])
        scaled: Floats = ((values - self.center) / self.deviation).clip(-FARTHEST, FARTHEST)
        return scaled


class Weights(NamedTuple):
    """``H`` units a line, then ``G`` that are carried on in each of the two directions."""

    line: Floats  # (columns, H)
    line_bias: Floats  # (H)
    page: Floats  # (H, 2 G): of the page's mean line
    into: Floats  # (2, H, 3 G): into reset, update and candidate
    into_bias: Floats  # (2, 1, 3 G)
    again: Floats  # (2, G, 3 G): of the last state
    again_bias: Floats  # (2, 1, G): to the candidate only
    out: Floats  # (2 G)
    out_bias: Floats  # (1)


class Tape(NamedTuple):
    """What the units did: ``(lines, 2, pages, G)``. The second direction reads from a page's end."""

    states: Floats  # one more: the first is that before the first line
    reset: Floats
    update: Floats
    candidate: Floats
    carried: Floats  # what the last state gave to the candidate


@dataclass(frozen=True)
class LineNetwork:
    """The network of one kind of pages."""

    scaling: Scaling
    weights: Weights

    def evaluate(self, columns: Floats, words: Floats) -> Floats:
        """The log-odds of each line to be content. ``columns`` has a row a column, ``words`` the words of each line.

        A page longer than PIECE is read in pieces, whose outer MARGIN lines only lead in.
        """
        hidden = first_units(self.scaling.applied(columns), self.weights)
        page = (shares_of(words) @ hidden) @ self.weights.page
        read: list[Floats] = []
        bounds = _bounds(len(hidden))
        for some in (bounds[at : at + PIECES] for at in range(0, len(bounds), PIECES)):
            pieces = [hidden[max(0, first - MARGIN) : end + MARGIN] for first, end in some]
            states, _ = carried_on(filled(pieces), np.array([len(piece) for piece in pieces]), self.weights)
            for (first, end), state in zip(some, states, strict=True):
                lead = min(first, MARGIN)
                read.append(state[lead : lead + end - first])
        odds: Floats = ((np.concatenate(read) + page) @ self.weights.out + self.weights.out_bias).astype(np.float64)
        return odds

    def scaled(self, by: float) -> LineNetwork:
        """The network that gives the log-odds times a number."""
        parts = self.weights._asdict() | {"out": self.weights.out * by, "out_bias": self.weights.out_bias * by}
        return LineNetwork(self.scaling, Weights(**parts))


def _bounds(lines: int) -> list[tuple[int, int]]:
    """From which line to which each piece of a page is read for its own sake."""
    starts = [0] if lines <= PIECE else list(range(0, lines, STEP))
    return list(zip(starts, [*starts[1:], lines], strict=True))


def first_units(values: Floats, weights: Weights) -> Floats:
    """What the units of each line see of its scaled columns alone."""
    return np.asarray(np.maximum(product(values, weights.line) + weights.line_bias, 0))


def shares_of(words: Floats) -> Floats:
    """The share that each line has in the page's words."""
    return np.asarray((words + PRIOR) / (words + PRIOR).sum(), dtype=np.float32)


def carried_on(hidden: Floats, lengths: Ints, weights: Weights) -> tuple[Floats, Tape]:
    """What is carried to each line of some pages, ``(pages, lines, H)`` to ``(pages, lines, 2 G)``, and how.

    ``lengths`` are the pages' own lines; what follows them is filling and reaches none of them.
    """
    pages, lines, _ = hidden.shape
    units = weights.again.shape[1]
    given = np.empty((lines, 2, pages, 3 * units), np.float32)
    for direction, read in enumerate((hidden, turned(hidden, lengths))):
        given[:, direction] = product(read, weights.into[direction]).transpose(1, 0, 2)
    given += weights.into_bias
    tape = Tape(*(np.zeros((lines + (name == "states"), 2, pages, units), np.float32) for name in Tape._fields))
    state = tape.states[0]
    for line in range(lines):
        again = state @ weights.again
        gates = logistic(given[line, :, :, : 2 * units] + again[:, :, : 2 * units])
        reset, update = gates[:, :, :units], gates[:, :, units:]
        carried = again[:, :, 2 * units :] + weights.again_bias
        candidate = np.tanh(given[line, :, :, 2 * units :] + reset * carried)
        state = candidate + update * (state - candidate)
        tape.states[line + 1], tape.reset[line], tape.update[line] = state, reset, update
        tape.candidate[line], tape.carried[line] = candidate, carried
    forwards, backwards = tape.states[1:].transpose(1, 2, 0, 3)
    return np.concatenate((forwards, turned(backwards, lengths)), axis=2), tape


def product(values: Floats, matrix: Floats) -> Floats:
    """``(…, columns)`` times ``(columns, …)``, ROWS at a time."""
    rows = values.reshape(-1, values.shape[-1])
    whole = np.zeros((-(-len(rows) // ROWS), ROWS, rows.shape[1]), np.float32)
    whole.reshape(-1, rows.shape[1])[: len(rows)] = rows
    return (whole @ matrix).reshape(-1, matrix.shape[1])[: len(rows)].reshape(*values.shape[:-1], -1)


def turned(values: Floats, lengths: Ints) -> Floats:
    """``(pages, lines, …)`` with each page's own lines from the last to the first; filling stays where it is."""
    place = np.arange(values.shape[1])
    turned_place = np.where(place < lengths[:, None], lengths[:, None] - 1 - place, place)
    return values[np.arange(len(values))[:, None], turned_place]


def filled(pages: Sequence[Floats]) -> Floats:
    """Pages of different length as one array, filled up with zeros."""
    whole = np.zeros((len(pages), max(len(page) for page in pages), *pages[0].shape[1:]), np.float32)
    for room, page in zip(whole, pages, strict=True):
        room[: len(page)] = page
    return whole


def logistic(odds: Floats) -> Floats:
    """1 / (1 + exp(-x)), which no number is too large for."""
    return np.asarray(np.tanh(odds * np.float32(0.5)) * np.float32(0.5) + np.float32(0.5))


def logarithms(values: Floats) -> Floats:
    """log(1 + |x|) with the sign of x."""
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))

"""Training the network that reads flattened pages line by line: its loss, the slopes of that, and the steps down.

The same pages, seed and NumPy give the same network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cleaner.ml.arrays import Floats, Ints
from cleaner.ml.line_network import (
    PIECE,
    LineNetwork,
    Scaling,
    Tape,
    Weights,
    carried_on,
    filled,
    first_units,
    logarithms,
    logistic,
    turned,
)

HIDDEN, UNITS = 96, 64  # of a line, and carried on in each direction
EPOCHS = 14
DROPPED = 0.3  # of the units, by chance, in each step
RATE = 2e-3  # of a step, where it is greatest
WARM = 0.2  # of the steps in which the rate grows
FIRST_RATE = 0.04  # of the greatest
DECAY = 1e-2  # of the weights, in a step of rate 1
MEAN, SQUARE = 0.9, 0.999  # what is kept of the slopes' running mean and mean square
LONGEST = 1.0  # norm of the slopes of a step
BATCH_LINES, BATCH_PAGES = 9_000, 24  # at most
ALIKE = 50  # lines by which the pages of a batch differ by chance
OVERLAP = 1.0  # what a page's expected word F1 counts beside the log-loss of its lines
LARGE = 20.0  # of a column that anywhere exceeds it the logarithm is taken
_LEAST = 1e-3


class Lines(NamedTuple):
    """A page to learn from, an entry a line."""

    values: Floats  # (lines, columns), scaled
    content: Floats
    weights: Floats  # of the log-loss, 1 together
    shares: Floats  # of the page's words, 1 together
    trust: float


def scaling_of(pages: Sequence[Floats]) -> Scaling:
    """Means and deviations over the lines of all pages, each with a row a column."""
    values = np.concatenate([columns.T for columns in pages])
    large = np.abs(values).max(axis=0) > LARGE
    values[:, large] = logarithms(values[:, large])
    return Scaling(large, values.mean(axis=0), values.std(axis=0) + np.float32(_LEAST))


def fit(scaling: Scaling, pages: Sequence[Lines], seed: int) -> LineNetwork:
    """A network for pages like these.

    By AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019), its rate in one cycle (Smith and
    Topin, "Super-convergence", 2019), and dropout.
    """
    chance = np.random.default_rng(seed)
    weights = _drawn(pages[0].values.shape[1], chance)
    means, squares = ([np.zeros_like(part) for part in weights] for _ in range(2))
    done = 0
    for epoch in range(EPOCHS):
        batches = _batches(pages, chance)
        for number, batch in enumerate(batches, 1):
            done += 1
            _, slopes = loss_and_slopes(weights, batch, chance)
            norm = float(np.sqrt(sum(float((slope**2).sum()) for slope in slopes)))
            rate = RATE * _share_of_rate((epoch + number / len(batches)) / EPOCHS)
            for part, slope, mean, square in zip(weights, slopes, means, squares, strict=True):
                slope *= min(1.0, LONGEST / max(norm, _LEAST))
                mean += (1 - MEAN) * (slope - mean)
                square += (1 - SQUARE) * (slope**2 - square)
                part *= 1 - rate * DECAY
                part -= rate * (mean / (1 - MEAN**done)) / (np.sqrt(square / (1 - SQUARE**done)) + 1e-8)
    return LineNetwork(scaling, weights)


def loss_and_slopes(weights: Weights, batch: Sequence[Lines], chance: np.random.Generator) -> tuple[float, Weights]:
    """The mean loss of a batch, and how it changes with each weight."""
    lengths = np.array([len(page.content) for page in batch])
    values, content = filled([page.values for page in batch]), filled([page.content for page in batch])
    of_loss, shares = filled([page.weights for page in batch]), filled([page.shares for page in batch])
    trust = np.array([page.trust for page in batch], np.float32) / len(batch)
    own = (np.arange(content.shape[1]) < lengths[:, None])[:, :, None]
    kept = _kept((*content.shape, len(weights.line_bias)), chance) * own
    kept_read = _kept((*content.shape, len(weights.out)), chance)

    hidden = first_units(values, weights) * kept
    mean = (shares[:, None] @ hidden)[:, 0]
    carried, tape = carried_on(hidden, lengths, weights)
    read = (carried + (mean @ weights.page)[:, None]) * kept_read
    loss, by_odds = _loss(read @ weights.out + weights.out_bias, content, of_loss, shares, trust)

    by_carried = by_odds[:, :, None] * weights.out * kept_read
    by_page = by_carried.sum(axis=1)
    by_hidden, into, into_bias, again, again_bias = _slopes_of_carrying(by_carried, hidden, lengths, tape, weights)
    by_hidden += shares[:, :, None] * (by_page @ weights.page.T)[:, None]
    by_line = (by_hidden * kept * (hidden > 0)).reshape(-1, hidden.shape[2])
    return loss, Weights(
        line=values.reshape(len(by_line), -1).T @ by_line,
        line_bias=by_line.sum(axis=0),
        page=mean.T @ by_page,
        into=into,
        into_bias=into_bias,
        again=again,
        again_bias=again_bias,
        out=np.tensordot(read, by_odds, axes=((0, 1), (0, 1))),
        out_bias=by_odds.sum().reshape(1),
    )


def _loss(odds: Floats, content: Floats, weights: Floats, shares: Floats, trust: Floats) -> tuple[float, Floats]:
    """The lines' log-loss, and what a page's expected word F1 lacks of 1; and the slopes by the odds."""
    likely = logistic(odds)
    log_loss = (weights * (np.logaddexp(0, odds) - content * odds)).sum(axis=1)
    twice_both = 2 * (likely * content * shares).sum(axis=1) + _LEAST
    either = ((likely + content) * shares).sum(axis=1) + _LEAST
    loss = float((trust * (log_loss + OVERLAP * (1 - twice_both / either))).sum())
    by_likely = (twice_both[:, None] - 2 * content * either[:, None]) * shares / (either**2)[:, None]
    by_odds = weights * (likely - content) + OVERLAP * by_likely * likely * (1 - likely)
    return loss, np.asarray(trust[:, None] * by_odds, dtype=np.float32)


def _slopes_of_carrying(
    by_carried: Floats, hidden: Floats, lengths: Ints, tape: Tape, weights: Weights
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """From the slopes by what ``carried_on`` gave: those by ``hidden``, ``into``, ``into_bias``, ``again``, ``again_bias``."""
    pages, lines, _ = by_carried.shape
    units = weights.again.shape[1]
    by_read = np.stack((by_carried[:, :, :units], turned(by_carried[:, :, units:], lengths))).transpose(2, 0, 1, 3)
    by_given = np.empty((lines, 2, pages, 3 * units), np.float32)
    by_again = np.empty_like(by_given)
    back = np.ascontiguousarray(weights.again.transpose(0, 2, 1))
    by_state = np.zeros((2, pages, units), np.float32)
    for line in range(lines - 1, -1, -1):
        by_state = by_state + by_read[line]
        reset, update, candidate = tape.reset[line], tape.update[line], tape.candidate[line]
        by_candidate = by_state * (1 - update) * (1 - candidate**2)
        given, again = by_given[line], by_again[line]
        given[:, :, :units] = by_candidate * tape.carried[line] * reset * (1 - reset)
        given[:, :, units : 2 * units] = by_state * (tape.states[line] - candidate) * update * (1 - update)
        given[:, :, 2 * units :] = by_candidate
        again[:] = given
        again[:, :, 2 * units :] *= reset
        by_state = by_state * update + again @ back

    def flat(values: Floats) -> Floats:
        """(lines, 2, pages, …) with the pages of a direction one after the other."""
        return np.ascontiguousarray(values.transpose(1, 2, 0, 3)).reshape(2, pages * lines, -1)

    by_given, by_again, states = flat(by_given), flat(by_again), flat(tape.states[:-1])
    both = np.stack((hidden, turned(hidden, lengths))).reshape(2, pages * lines, -1)
    by_both = (by_given @ weights.into.transpose(0, 2, 1)).reshape(2, pages, lines, -1)
    return (
        by_both[0] + turned(by_both[1], lengths),
        both.transpose(0, 2, 1) @ by_given,
        by_given.sum(axis=1, keepdims=True),
        states.transpose(0, 2, 1) @ by_again,
        by_again[:, :, 2 * units :].sum(axis=1, keepdims=True),
    )


def _drawn(columns: int, chance: np.random.Generator) -> Weights:
    """Weights to begin with: even within one by the root of what they sum up."""

    def drawn(summed: int, *shape: int) -> Floats:
        return np.asarray((chance.random(shape, dtype=np.float32) * 2 - 1) / np.sqrt(np.float32(summed)))

    return Weights(
        line=drawn(columns, columns, HIDDEN),
        line_bias=drawn(columns, HIDDEN),
        page=drawn(HIDDEN, HIDDEN, 2 * UNITS),
        into=drawn(UNITS, 2, HIDDEN, 3 * UNITS),
        into_bias=drawn(UNITS, 2, 1, 3 * UNITS),
        again=drawn(UNITS, 2, UNITS, 3 * UNITS),
        again_bias=drawn(UNITS, 2, 1, UNITS),
        out=drawn(2 * UNITS, 2 * UNITS),
        out_bias=drawn(2 * UNITS, 1),
    )


def _batches(pages: Sequence[Lines], chance: np.random.Generator) -> list[list[Lines]]:
    """All pages once, those of like length together, in a chance order; of a page longer than PIECE a piece."""
    pieces = [_piece(page, chance) for page in pages]
    order = sorted(range(len(pieces)), key=lambda at: len(pieces[at].content) + ALIKE * chance.random())
    batches: list[list[Lines]] = []
    longest = 0
    for at in order:
        longest = max(longest, len(pieces[at].content))
        if not batches or longest * (len(batches[-1]) + 1) > BATCH_LINES or len(batches[-1]) == BATCH_PAGES:
            batches.append([])
            longest = len(pieces[at].content)
        batches[-1].append(pieces[at])
    return [batches[at] for at in chance.permutation(len(batches)).tolist()]


def _piece(page: Lines, chance: np.random.Generator) -> Lines:
    lines = len(page.content)
    if lines <= PIECE:
        return page
    first = int(chance.integers(0, lines - PIECE + 1))
    values, content, weights, shares = (part[first : first + PIECE] for part in page[:4])
    return Lines(values, content, weights / weights.sum(), shares / shares.sum(), page.trust)


def _kept(shape: tuple[int, ...], chance: np.random.Generator) -> Floats:
    """0 for the units that are dropped, and for the others what makes up for them."""
    return np.asarray((chance.random(shape, dtype=np.float32) >= DROPPED) / np.float32(1 - DROPPED))


def _share_of_rate(done: float) -> float:
    """Of the greatest rate, when so much of the training is done: up and down again by half waves of a cosine."""
    if done < WARM:
        return FIRST_RATE + (1 - FIRST_RATE) * float(1 - np.cos(np.pi * done / WARM)) / 2
    return float(1 + np.cos(np.pi * (done - WARM) / (1 - WARM))) / 2

"""The network that reads lines: what it learns, that its slopes are right, and that length and company change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.ml import fit_line_network, line_network
from cleaner.ml.arrays import Floats
from cleaner.ml.fit_line_network import Lines, fit, loss_and_slopes, scaling_of
from cleaner.ml.line_network import LineNetwork, Weights, carried_on, shares_of

COLUMNS = 4


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_line_network, "HIDDEN", 8)
    monkeypatch.setattr(fit_line_network, "UNITS", 6)


def _page(lines: int, seed: int) -> tuple[Floats, Floats]:
    """Columns of chance, but that the first tells where content begins (1) and ends (-1); and which lines are content."""
    chance = np.random.default_rng(seed)
    begin, end = sorted(chance.integers(0, lines + 1, 2).tolist())
    columns = chance.normal(size=(COLUMNS, lines)).astype(np.float32)
    columns[0] = 0
    columns[0, begin:][:1], columns[0, end:][:1] = 1, -1
    content = np.zeros(lines, np.float32)
    content[begin:end] = 1
    return columns, content


def _lines(columns: Floats, content: Floats, trust: float = 1.0) -> Lines:
    even = np.full(len(content), 1 / len(content), np.float32)
    return Lines(columns.T.copy(), content, even, shares_of(np.ones(len(content))), trust)


@pytest.mark.usefixtures("_small")
def test_slopes_are_what_the_loss_changes_by() -> None:
    batch = [_lines(*_page(lines, lines), trust) for lines, trust in ((7, 1.0), (4, 0.3), (1, 0.6))]
    weights = fit_line_network._drawn(COLUMNS, np.random.default_rng(5))
    _, slopes = loss_and_slopes(weights, batch, np.random.default_rng(1))
    chance = np.random.default_rng(2)
    for name, part, slope in zip(Weights._fields, weights, slopes, strict=True):
        direction = chance.normal(size=part.shape).astype(np.float32)
        direction *= 1e-2 / np.linalg.norm(direction)
        losses = []
        for sign in (1, -1):
            moved = weights._replace(**{name: part + sign * direction})
            losses.append(loss_and_slopes(moved, batch, np.random.default_rng(1))[0])
        assert (losses[0] - losses[1]) / 2 == pytest.approx(float((slope * direction).sum()), rel=0.02, abs=2e-6), name


@pytest.mark.usefixtures("_small")
def test_what_begins_ten_lines_ago_is_known_and_the_same_pages_teach_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_line_network, "EPOCHS", 40)
    monkeypatch.setattr(fit_line_network, "RATE", 2e-2)
    monkeypatch.setattr(fit_line_network, "DROPPED", 0.0)
    seen = [_page(30, seed) for seed in range(120)]
    scaling = scaling_of([columns for columns, _ in seen])
    pages = [_lines(scaling.applied(columns).T, content) for columns, content in seen]

    network, again = fit(scaling, pages, 3), fit(scaling, pages, 3)

    assert all((one == other).all() for one, other in zip(network.weights, again.weights, strict=True))
    unseen = [_page(30, seed) for seed in range(500, 530)]
    right = [(network.evaluate(columns, np.ones(30)) > 0) == (content > 0) for columns, content in unseen]
    assert np.mean(right) > 0.9


@pytest.mark.usefixtures("_small")
def test_a_page_is_read_alike_alone_and_beside_longer_ones() -> None:
    weights = fit_line_network._drawn(COLUMNS, np.random.default_rng(5))
    hidden = [np.random.default_rng(lines).random((lines, 8), np.float32) for lines in (3, 9)]
    together, _ = carried_on(line_network.filled(hidden), np.array([3, 9]), weights)
    for page, read in zip(hidden, together, strict=True):
        alone, _ = carried_on(page[None], np.array([len(page)]), weights)
        np.testing.assert_allclose(alone[0], read[: len(page)], atol=1e-6)


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("lines", [1, 59, 60, 61, 100, 101, 1_000])
def test_a_long_page_is_read_in_pieces_as_if_it_were_read_at_once(monkeypatch: pytest.MonkeyPatch, lines: int) -> None:
    columns, _ = _page(lines, 1)
    network = LineNetwork(scaling_of([columns]), fit_line_network._drawn(COLUMNS, np.random.default_rng(5)))
    at_once = network.evaluate(columns, np.ones(lines))
    for name, value in (("PIECE", 100), ("MARGIN", 20), ("STEP", 60), ("PIECES", 3)):
        monkeypatch.setattr(line_network, name, value)

    np.testing.assert_allclose(network.evaluate(columns, np.ones(lines)), at_once, atol=1e-3)

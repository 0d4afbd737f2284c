"""Floors and ceilings that a score must hold, as ``f1>=0.80`` or ``samples:heuristic:f1>=0.95``; what a new model must gain."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cleaner.errors import InputError
from cleaner.scoring.paired import Pair
from cleaner.scoring.report import Row

_GATE = re.compile(
    r"""
    (?P<names>(?:[^:<>=]{1,200}:){0,2})          # set, cleaner, or both
    \s*(?P<figure>[a-z0-9_]{1,40})\s*
    (?P<sign><=|>=|<|>)
    \s*(?P<bound>-?(?:\d{1,9}(?:\.\d{1,9})?|\.\d{1,9}))\s*
    """,
    re.VERBOSE,
)
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Gate:
    """A bound on one figure of the rows that have all of ``names`` as set or cleaner; of every row without names."""

    text: str
    names: tuple[str, ...]
    figure: str
    sign: str
    bound: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A gate on one row: the figure, its value, and what that is held against. ``value`` is None, and the gate missed, where
    the set does not measure the figure."""

    gate: str
    set: str
    cleaner: str
    figure: str
    value: float | None
    sign: str
    bound: float
    held: bool

    def __str__(self) -> str:
        row = f"{self.set}, {self.cleaner}"
        if self.value is None:
            return f"gate {self.gate} missed ({row}): this set does not measure it"
        told = f"({row}): {self.figure} is {self.value:.4f}, asked is {self.sign} {self.bound:.4f}"
        if self.held:
            return f"gate {self.gate} held {told}"
        return f"gate {self.gate} missed {told}, by {abs(self.value - self.bound):.4f}"


def parse_gate(text: str) -> Gate:
    """Raises InputError, which shows a right one, for a gate that cannot be read."""
    match = _GATE.fullmatch(NAMED.get(text, text))
    if not match:
        raise InputError(f"the gate {text!r} cannot be read: write it as 'f1>=0.80', 'heuristic:f1>=0.80' or 'better'")
    names = tuple(name.strip() for name in match["names"].split(":") if name.strip())
    return Gate(text, names, match["figure"], match["sign"], float(match["bound"]))


# What two on the same pages are compared by; names that say more than the bound do.
GAINS: dict[str, Callable[[Pair], float]] = {
    "gain": lambda pair: pair.gain,
    "gain_low": lambda pair: pair.low,
    "gain_high": lambda pair: pair.high,
}
NOT_WORSE = 0.01  # of word F1; on some forty pages the interval is about as wide, fewer tell nothing
NAMED = {"better": "gain_low>0", "not-worse": f"gain_low>=-{NOT_WORSE}"}


def check_pairs(gate: Gate, pairs: Sequence[Pair]) -> list[Verdict]:
    """A verdict for each comparison that the gate is about. Raises InputError when it is about none."""
    about = [pair for pair in pairs if all(name in (pair.set, pair.new) for name in gate.names)]
    if not about:
        raise InputError(
            f"the gate {gate.text!r} compares two: name an old and a new model with --artefact OLD --artefact NEW, "
            "earlier scores with --against, or two cleaners; and score pages that the new one was not trained on"
        )
    return [_verdict(gate, pair.set, f"{pair.new} against {pair.old}", GAINS[gate.figure](pair)) for pair in about]


def check_gate(gate: Gate, rows: Sequence[Row]) -> list[Verdict]:
    """A verdict for each row the gate is about. Raises InputError when it is about none, or about an unknown figure."""
    about = [row for row in rows if all(name in (row.set, row.cleaner) for name in gate.names)]
    if not about:
        known = sorted({name for row in rows for name in (row.set, row.cleaner)})
        raise InputError(f"the gate {gate.text!r} names no scored set and cleaner: choose of {', '.join(known)}")
    if gate.figure not in about[0].figures:
        raise InputError(f"the gate {gate.text!r} asks for no known figure: choose one of {', '.join(about[0].figures)}")
    return [_verdict(gate, row.set, row.cleaner, row.figures[gate.figure]) for row in about]


def _verdict(gate: Gate, set_name: str, cleaner: str, value: float | None) -> Verdict:
    held = value is not None and _SIGNS[gate.sign](value, gate.bound)
    return Verdict(gate.text, set_name, cleaner, gate.figure, value, gate.sign, gate.bound, held)

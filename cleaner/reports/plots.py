"""Plots as SVG, drawn with classes of the sheet's style so that they follow light and dark.

Series are told by colour and by the shape of their marks, and each plot says in words what it shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from cleaner.ml.arrays import Flags, Floats
from cleaner.reports.html import Html, element

WIDTH, HEIGHT = 480, 340  # of a plot's own units
LEFT, RIGHT, TOP, BOTTOM = 52, 28, 24, 46
HUES = 8  # classes c0 to c7 of the style
LETTER = 7.2  # units that a letter of a bold label takes, roughly
ROW = 26  # height of an interval's row

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high``, linear or by decades; ``ticks`` are labelled."""

    label: str
    low: float
    high: float
    ticks: Sequence[float]
    is_log: bool = False

    def share(self, value: float) -> float:
        """Where a value lies, 0 at ``low`` and 1 at ``high``; held within."""
        place = _log(value) - _log(self.low) if self.is_log else value - self.low
        length = _log(self.high) - _log(self.low) if self.is_log else self.high - self.low
        return min(1.0, max(0.0, place / length))


UNIT = (0.0, 0.25, 0.5, 0.75, 1.0)


def unit_axis(label: str, values: Sequence[float] = ()) -> Axis:
    """From 0 to 1, or from the tenth below the lowest of the values."""
    low = max(0.0, math.floor(min(values, default=0.0) * 10 - 0.2) / 10)
    step = 0.05 if low >= 0.7 else 0.1 if low >= 0.4 else 0.2
    first = low if low >= 0.4 else math.floor(low / step) * step
    return Axis(label, first, 1.0, [round(first + step * at, 2) for at in range(round((1 - first) / step) + 1)])


def time_axis(label: str, values: Sequence[float]) -> Axis:
    """By decades, around all of the values."""
    positive = [value for value in values if value > 0] or [1.0]
    low, high = math.floor(_log(min(positive) * 0.8)), math.ceil(_log(max(positive) * 1.25))
    return Axis(label, 10.0**low, 10.0**high, [10.0**power for power in range(low, high + 1)], is_log=True)


def scatter(
    title: str,
    across: Axis,
    up: Axis,
    points: Mapping[str, Point],
    *,
    curves: Mapping[str, Sequence[Point]] = MappingProxyType({}),
    caption: str = "",
) -> Html:
    """A mark with its name for each point; ``curves`` are drawn dashed behind them, their names at their ends."""
    frame = _Frame(across, up)
    lines = [frame.line(points, "dashed") for points in curves.values()]
    lines += [_end_of_curve(name, *frame.at(points[-1])) for name, points in curves.items() if points]
    marks = [
        element("g", element("title", f"{name}: {a:.3g}, {b:.3f}"), _mark(at, *frame.at((a, b))), class_=f"c{at % HUES}")
        for at, (name, (a, b)) in enumerate(points.items())
    ]
    labels = _labels({name: frame.at(point) for name, point in points.items()})
    told = "; ".join(f"{name} {across.label} {a:.3g}, {up.label} {b:.3f}" for name, (a, b) in points.items())
    return _figure(title, WIDTH, HEIGHT, [*frame.parts(), *lines, *marks, *labels], told, caption)


def curve(
    title: str,
    across: Axis,
    up: Axis,
    lines: Mapping[str, Sequence[Point]],
    *,
    diagonal: bool = False,
    caption: str = "",
) -> Html:
    """A line with marks for each series."""
    frame = _Frame(across, up)
    parts = frame.parts()
    if diagonal:
        parts.append(frame.line([(across.low, up.low), (across.high, up.high)], "dashed"))
    for at, (name, points) in enumerate(lines.items()):
        marks = [element("g", element("title", f"{name}: {a:.3g}, {b:.3f}"), _mark(at, *frame.at((a, b)))) for a, b in points]
        parts.append(element("g", frame.line(points, "stroke"), *marks, class_=f"c{at % HUES}"))
    if len(lines) > 1:
        parts += _key(list(lines))
    told = "; ".join(f"{name}: " + ", ".join(f"{a:.3g} {b:.3f}" for a, b in points) for name, points in lines.items())
    return _figure(title, WIDTH, HEIGHT, parts, told, caption)


def intervals(title: str, label: str, rows: Mapping[str, tuple[float, float, float]], *, caption: str = "") -> Html:
    """For each name a value (first) within its interval."""
    axis = unit_axis(label, [low for _, low, _ in rows.values()])
    height = TOP + ROW * len(rows) + BOTTOM
    left = min(190, 24 + 7 * max(map(len, rows)))
    width = WIDTH - left - RIGHT

    def x(value: float) -> float:
        return round(left + width * axis.share(value), 1)

    parts = [_line(x(tick), TOP, x(tick), height - BOTTOM, "grid") for tick in axis.ticks]
    parts += [
        element("text", f"{tick:g}", x=x(tick), y=height - BOTTOM + 16, text_anchor="middle", class_="quiet")
        for tick in axis.ticks
    ]
    for at, (name, (value, low, high)) in enumerate(rows.items()):
        y = TOP + ROW * at + ROW / 2
        parts.append(
            element(
                "g",
                element("title", f"{name}: {value:.3f}, {low:.3f} to {high:.3f}"),
                _line(x(low), y, x(high), y, "stroke"),
                _mark(at, x(value), y),
                element("text", _short(name, 26), x=left - 10, y=y + 4, text_anchor="end"),
                class_=f"c{at % HUES}",
            )
        )
    parts.append(element("text", label, x=left + width / 2, y=height - 8, text_anchor="middle", class_="quiet"))
    told = "; ".join(f"{name} {value:.3f}, from {low:.3f} to {high:.3f}" for name, (value, low, high) in rows.items())
    return _figure(title, WIDTH, height, parts, told, caption)


def binned(said: Floats, was: Floats, weight: Floats | None = None, bins: int = 10) -> list[Point]:
    """By bins of what was said, between 0 and 1: its mean, and the mean of what was; empty bins are left out."""
    of_bin = np.minimum((said * bins).astype(int), bins - 1)
    weights = np.ones(len(said)) if weight is None else weight
    points = []
    for number in range(bins):
        inside = (of_bin == number) & (weights > 0)
        if inside.any():
            points.append((_average(said, weights, inside), _average(was, weights, inside)))
    return points


def _average(values: Floats, weights: Floats, inside: Flags) -> float:
    return float(np.average(values[inside], weights=weights[inside]))


def f1_curves(across: Axis, up: Axis) -> dict[str, list[Point]]:
    """Lines of equal F1 for precision (across) and recall (up), for the tenths that cross the plot."""
    curves = {}
    for tenth in range(1, 10):
        f1 = tenth / 10
        precisions = [across.low + (across.high - across.low) * at / 60 for at in range(61)]
        points = [(p, f1 * p / (2 * p - f1)) for p in precisions if 2 * p > f1]
        inside = [(p, r) for p, r in points if up.low <= r <= up.high]
        if len(inside) > 1:
            curves[f"{f1:g}"] = inside
    return curves


def pareto(points: Mapping[str, Point]) -> list[Point]:
    """The points that none beats in both: less across and more up; sorted by what they cost."""
    front: list[Point] = []
    for cost, gain in sorted(points.values(), key=lambda point: (point[0], -point[1])):
        if not front or gain > front[-1][1]:
            front.append((cost, gain))
    return front


def _end_of_curve(name: str, x: float, y: float) -> Html:
    return element("text", name, x=min(x, WIDTH - RIGHT) + 3, y=y + 4, class_="quiet")


class _Frame:
    """The rectangle between two axes."""

    def __init__(self, across: Axis, up: Axis) -> None:
        self._across = across
        self._up = up

    def at(self, point: Point) -> Point:
        x = LEFT + (WIDTH - LEFT - RIGHT) * self._across.share(point[0])
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * self._up.share(point[1])
        return round(x, 1), round(y, 1)

    def line(self, points: Sequence[Point], kind: str) -> Html:
        places = [self.at(point) for point in points]
        return element("polyline", points=" ".join(f"{x:g},{y:g}" for x, y in places), class_=kind)

    def parts(self) -> list[Html]:
        right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM
        parts = []
        for tick in self._across.ticks:
            x, _ = self.at((tick, self._up.low))
            parts.append(_line(x, TOP, x, floor, "grid"))
            parts.append(element("text", f"{tick:g}", x=x, y=floor + 16, text_anchor="middle", class_="quiet"))
        for tick in self._up.ticks:
            _, y = self.at((self._across.low, tick))
            parts.append(_line(LEFT, y, right, y, "grid"))
            parts.append(element("text", f"{tick:g}", x=LEFT - 7, y=y + 4, text_anchor="end", class_="quiet"))
        parts.append(element("polyline", points=f"{LEFT},{TOP} {LEFT},{floor} {right},{floor}", class_="axis"))
        parts.append(
            element("text", self._across.label, x=(LEFT + right) / 2, y=HEIGHT - 8, text_anchor="middle", class_="quiet")
        )
        parts.append(element("text", self._up.label, x=LEFT - 40, y=TOP - 10, class_="quiet"))
        return parts


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Html:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


_SHAPES: tuple[Callable[[float, float], Html], ...] = (
    lambda x, y: element("circle", cx=x, cy=y, r=5, class_="mark"),
    lambda x, y: element("rect", x=x - 4.5, y=y - 4.5, width=9, height=9, class_="mark"),
    lambda x, y: _polygon((x, y - 6), (x + 6, y + 5), (x - 6, y + 5)),
    lambda x, y: _polygon((x, y - 6.5), (x + 6.5, y), (x, y + 6.5), (x - 6.5, y)),
    lambda x, y: _polygon((x - 6, y - 5), (x + 6, y - 5), (x, y + 6)),
)


def _mark(number: int, x: float, y: float) -> Html:
    return _SHAPES[number % len(_SHAPES)](x, y)


def _polygon(*points: Point) -> Html:
    return element("polygon", points=" ".join(f"{x:g},{y:g}" for x, y in points), class_="mark")


def _labels(places: Mapping[str, Point]) -> list[Html]:
    """Names beside their marks, where they cover neither a mark nor another name."""
    taken = [_Box(x - 6, y - 6, x + 6, y + 6) for x, y in places.values()]
    labels = []
    for at, (name, (x, y)) in enumerate(places.items()):
        shown = _short(name, 30)
        length = LETTER * len(shown)
        choices = [
            (start, line, _Box(start, line - 11, start + length, line + 3))
            for line in (y + 4, y - 10, y + 18, y - 24, y + 32, y - 38, y + 46)
            for start in (x + 10, x - 10 - length)
        ]
        free = [one for one in choices if one[2].is_inside and not any(one[2].covers(box) for box in taken)]
        start, line, box = (free or choices)[0]
        taken.append(box)
        labels.append(element("text", shown, x=round(start, 1), y=line, class_=f"label c{at % HUES}"))
    return labels


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_inside(self) -> bool:
        return self.left >= LEFT and self.right <= WIDTH - 2 and self.top >= 2 and self.bottom <= HEIGHT - BOTTOM

    def covers(self, other: _Box) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


def _key(names: Sequence[str]) -> list[Html]:
    """Marks with the names of series, in the lower right corner."""
    first = HEIGHT - BOTTOM - 18 * len(names) + 4
    right = WIDTH - RIGHT - 14
    return [
        element(
            "g",
            _mark(at, right, first + 18 * at),
            element("text", _short(name, 30), x=right - 12, y=first + 18 * at + 4, text_anchor="end", class_="label"),
            class_=f"c{at % HUES}",
        )
        for at, name in enumerate(names)
    ]


def _figure(title: str, width: float, height: float, parts: Sequence[Html], told: str, caption: str) -> Html:
    drawing = element("svg", *parts, viewBox=f"0 0 {width:g} {height:g}", role="img", aria_label=f"{title}. {told}")
    return element("figure", element("h3", title), drawing, *([element("figcaption", caption)] if caption else []))


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"…{name[1 - most :]}"


def _log(value: float) -> float:
    return math.log10(max(value, 1e-9))

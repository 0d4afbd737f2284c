"""A site's template for people: which lines repeat, how often, and where they stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from cleaner.metadata.line_forms import words_in_form
from cleaner.site_templates.sample import Sketch
from cleaner.site_templates.template import PROSE_WORDS

Place = Literal["above", "within", "below"]
LEAST_PAGES = 2


class RepeatedLine(NamedTuple):
    """The form of a line, on how many pages of the sample it stands, and where on most of them: above, within or below the
    paragraphs that no other page has."""

    form: str
    pages: int
    place: Place


def repeated_lines(sketches: Sequence[Sketch]) -> list[RepeatedLine]:
    """The lines that stand on several pages, those above the text first, then by how often they do."""
    pages = Counter(line for sketch in sketches for line in set(sketch.lines))
    places: dict[str, Counter[Place]] = defaultdict(Counter)
    for sketch in sketches:
        for line, place in _places(sketch, pages):
            places[line][place] += 1
    order: tuple[Place, ...] = ("above", "within", "below")
    found = [
        RepeatedLine(line, count, max(order, key=lambda place, line=line: places[line][place]))  # type: ignore[misc]
        for line, count in pages.items()
        if count >= LEAST_PAGES
    ]
    return sorted(found, key=lambda line: (order.index(line.place), -line.pages, line.form))


def _places(sketch: Sketch, pages: Counter[str]) -> Iterator[tuple[str, Place]]:
    own = [at for at, line in enumerate(sketch.lines) if pages[line] == 1 and words_in_form(line) >= PROSE_WORDS]
    first, last = (own[0], own[-1]) if own else (len(sketch.lines), len(sketch.lines))
    for at, line in enumerate(sketch.lines):
        yield line, "above" if at < first else "below" if at > last else "within"

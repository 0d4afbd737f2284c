"""The report of a correction: what became of each corrected page, as one HTML file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.reports.html import element, join
from cleaner.reports.sheet import Section, page, prose, table

if TYPE_CHECKING:
    from cleaner.ml.correct import Corrected, Reached


def write_correction_report(results: Sequence[Corrected], reached: Reached, card: Mapping[str, Any], file: Path) -> None:
    """Means by kind and set, every page, and the card."""
    means = [
        [name, f"{row['pages']:,.0f}", f"{row['before']:.3f}", f"{row['after']:.3f}", f"{row['held_out']:.3f}"]
        for name, row in card["corrected"].items()
    ]
    pages = [
        [f"{one.set}/{one.page}", one.kind, f"{one.before:.3f}", f"{one.after:.3f}", f"{one.held_out:.3f}"]
        for one in sorted(results, key=lambda one: (one.after, one.page))
    ]
    columns = ["pages", "before", "after", "other sites"]
    sections: list[Section] = [
        (
            "Corrected pages",
            join(
                prose("“other sites” is what a model reaches that was corrected by the pages of other sites alone."),
                table("Mean word F1 of the model alone, without rules", ["kind and set", *columns], means),
                table("Every page, the worst first", ["page", "kind", *columns[1:]], pages),
            ),
        ),
        ("Card", element("pre", json.dumps({key: card[key] for key in card if key != "cross_validated_by_site"}, indent=1))),
    ]
    introduction = (
        f"A model that goes on from {card['goes_on_from'][-1]} by corrected pages.",
        f"Word F1 on the {reached.pages:,} pages is {reached.f1:.3f} as they are cleaned: by the model, by rules, and by what "
        f"is remembered of {reached.lines:,} lines. The tables are of the model alone, which is what other pages gain from.",
    )
    file.write_text(page("Correction report", introduction, sections), encoding="utf-8")

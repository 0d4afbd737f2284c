"""The options of ``cleaner score``, as its help tells them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Sets = Annotated[
    list[Path],
    typer.Argument(
        metavar="SET",
        help="Samples folders, corpora (.jsonl, .jsonl.gz, .jsonl.xz), seeds folders, or scores that --save wrote.",
    ),
]
Cleaners = Annotated[
    str | None, typer.Option(metavar="NAMES", help="Cleaners, separated by commas.  [default: all]", show_default=False)
]
Raw = Annotated[
    bool,
    typer.Option("--raw", help="Score also what other libraries make of the pages by themselves: rows that end in -raw."),
]
Flatten = Annotated[bool, typer.Option("--flatten", help="Give the cleaners the pages as flattened text.")]
FlattenStyle = Annotated[str, typer.Option(metavar="STYLE", help="With --flatten: lines, bullets, glued or paragraphs.")]
Every = Annotated[int, typer.Option(min=1, metavar="N", help="Take every Nth page of each set.")]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Take at most N pages of each set.", show_default=False)]
Workers = Annotated[int, typer.Option(min=1, metavar="N", help="Worker processes; more than the idle cores distort the times.")]
ByType = Annotated[bool, typer.Option("--by-type", help="A table per page type as well.")]
Worst = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help="List the N worst pages of each cleaner.  [default: 0; in a report 6]", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout in place of tables.")]
Gates = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GATE",
        help="A bound: 'f1>=0.80', for one row 'samples:heuristic:f1>=0.95', of a new model 'better' or 'not-worse'.",
    ),
]
Models = Annotated[
    list[Path] | None,
    typer.Option(metavar="MODEL", help="Score with this model; given twice, the second is compared with the first."),
]
ReportFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Write all of it as one HTML file.", show_default=False)]
Save = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Save the scores (.jsonl or .jsonl.gz), to compare later ones with.", show_default=False),
]
Against = Annotated[
    Path | None, typer.Option(metavar="RUN", help="Compare with the scores that --save wrote.", show_default=False)
]

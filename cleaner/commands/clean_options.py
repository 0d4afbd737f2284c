"""The options of ``cleaner clean``, as its help tells them, and those that other commands have, too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cleaner.commands.addresses import web_address

PagePath = Annotated[
    Path | None, typer.Argument(metavar="PAGE", help="The page; - or nothing reads standard input.", show_default=False)
]
To = Annotated[
    Literal["text", "markdown", "html", "json"] | None,
    typer.Option(help="What to write.  [default: text]", show_default=False),
]
CleanerName = Annotated[str, typer.Option(metavar="NAME", help="Which cleaner; 'cleaner cleaners' lists them.")]
Profile = Annotated[
    Literal["auto", "main", "article"],
    typer.Option(help="What counts as content: the article's body alone, or all the page is for."),
]
Mode = Annotated[
    Literal["balanced", "precision", "recall"],
    typer.Option(help="Lean towards leaving nothing wrong in, or losing nothing right."),
]
Url = Annotated[
    str | None,
    typer.Option(
        metavar="URL", callback=web_address, help="The page's address: relative links become absolute.", show_default=False
    ),
]
FetchedAt = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="When it was fetched (2024-03-05T10:00:00Z): no date of the page is later, and '2 hours ago' is a date.",
        show_default=False,
    ),
]
KindOfPage = Annotated[
    Literal["html", "text"] | None,
    typer.Option(help="What the page is; told by its content otherwise.", show_default=False),
]
Sites = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Site templates, as 'cleaner sites learn' writes them.", show_default=False),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Show what went, struck out, with reason and rule; with --to json, in the JSON.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not to standard output.", show_default=False),
]

"""``cleaner clean``: one page, from a file or a pipe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from cleaner.commands.addresses import web_address

To = Literal["text", "markdown", "html", "json"]
CleanerOption = Annotated[str, typer.Option(metavar="NAME", help="Which cleaner; 'cleaner cleaners' lists them.")]
ProfileOption = Annotated[
    Literal["auto", "main", "article"],
    typer.Option(help="What counts as content: the article's body alone, or all the page is for."),
]
ModeOption = Annotated[
    Literal["balanced", "precision", "recall"],
    typer.Option(help="Lean towards leaving nothing wrong in, or losing nothing right."),
]


def clean(
    path: Annotated[
        Path | None, typer.Argument(metavar="PAGE", help="The page; - or nothing reads standard input.", show_default=False)
    ] = None,
    to: Annotated[To | None, typer.Option(help="What to write.  [default: text]", show_default=False)] = None,
    cleaner: CleanerOption = "combined",
    profile: ProfileOption = "auto",
    mode: ModeOption = "balanced",
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", callback=web_address, help="The page's address: relative links become absolute.", show_default=False
        ),
    ] = None,
    fetched_at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="When it was fetched (2024-03-05T10:00:00Z): no date of the page is later, and '2 hours ago' is a date.",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        Literal["html", "text"] | None,
        typer.Option(help="What the page is; told by its content otherwise.", show_default=False),
    ] = None,
    sites: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Site templates, as 'cleaner sites learn' writes them.", show_default=False),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what went, struck out, with reason and rule; with --to json, in the JSON.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not to standard output.", show_default=False),
    ] = None,
) -> None:
    """Clean one page, as HTML or as flattened text.

    Exit codes: 0 fine (also when the page has no content), 2 usage, 3 the page was refused.
    """
    from cleaner.cleaners import cleaner_named, name_with
    from cleaner.fetch_time import fetch_time
    from cleaner.pipeline import clean as clean_page
    from cleaner.pipeline import content_id
    from cleaner.site_templates import SiteTemplates
    from cleaner.types import Page

    if explain and to not in (None, "json"):
        raise typer.BadParameter(f"--explain has a view of its own, not in {to}: leave --to out, or use --to json")
    fetched = fetch_time(fetched_at) if fetched_at is not None else None
    content = _content(path)
    chosen = cleaner_named(name_with(cleaner, profile, mode), SiteTemplates.read(sites) if sites else None)
    page = Page(content_id(content), content, kind, url, fetched_at=fetched)
    document = clean_page(page, cleaner=chosen)
    if document.status == "empty":
        typer.echo(f"nothing was kept ({', '.join(document.warnings)}): --explain shows what went and why", err=True)
    if explain and to is None:
        from cleaner.commands.explain import show

        show(document, output)
        return
    from cleaner.formats import format_named, to_json

    rendered = to_json(document, "blocks") if explain else format_named(to or "text").render(document)
    _write(rendered, output)


def _content(path: Path | None) -> bytes:
    from cleaner.readers.file import read_file, read_stream

    if path is not None and str(path) != "-":
        if path.is_fifo() or path.is_char_device():  # cleaner clean <(curl …)
            with path.open("rb") as pipe:
                return read_stream(pipe)
        return read_file(path)
    if sys.stdin.isatty():
        raise typer.BadParameter(
            "no page: give a file, or pipe one in (cleaner clean page.html, or: cleaner clean < page.html)"
        )
    return read_stream(sys.stdin.buffer)


def _write(rendered: str, output: Path | None) -> None:
    from cleaner.errors import InputError
    from cleaner.writers.file import write_whole

    if output is None:
        sys.stdout.buffer.write(rendered.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    try:
        write_whole(output, rendered)
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}") from error

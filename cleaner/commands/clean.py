"""``cleaner clean``: one page, from a file or a pipe."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from cleaner.commands import clean_options as options


def clean(
    path: options.PagePath = None,
    to: options.To = None,
    cleaner: options.CleanerName = "combined",
    profile: options.Profile = "auto",
    mode: options.Mode = "balanced",
    url: options.Url = None,
    fetched_at: options.FetchedAt = None,
    kind: options.KindOfPage = None,
    sites: options.Sites = None,
    explain: options.Explain = False,
    output: options.Output = None,
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
    from cleaner.writers.file import write_output

    if output is None:
        sys.stdout.buffer.write(rendered.encode("utf-8"))
        sys.stdout.buffer.flush()
    else:
        write_output(output, rendered)

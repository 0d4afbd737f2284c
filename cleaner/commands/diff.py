"""``cleaner diff``: what an upgrade changes, before it is rolled out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from cleaner.changes import Summary


def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="A cleaner, a model's folder, or saved results (.jsonl, or a folder of .json).")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, to be compared with it.")],
    inputs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="IN", help="Folders of pages, files or archives; not needed for two saved results."),
    ] = None,
    to: Annotated[Literal["table", "json"], typer.Option(help="What to print.")] = "table",
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an HTML file with the words that differ.", show_default=False)
    ] = None,
    worst: Annotated[
        int, typer.Option(min=0, metavar="N", help="List so many pages in the table, those that change most.")
    ] = 10,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes that clean.  [default: one a core]", show_default=False)
    ] = None,
) -> None:
    """Show what changes on your pages from one cleaner, model or result to another.

    A model stands for the cleaner 'combined' that asks it; 'shipped' is the one of the package, and 'learned@FOLDER' another
    cleaner with a model. Saved results are what 'cleaner batch' wrote from the same pages, before an upgrade say.

    Exit codes: 0 fine, whether anything changes or not; 1 some pages failed, 2 usage, 3 every page failed, 5 no pages found.
    """
    import json
    from functools import partial

    from cleaner.changes import Saved, Summary, as_json, changes, side, summarized
    from cleaner.cores import usable_cores
    from cleaner.errors import InputError, NothingFound
    from cleaner.readers.folder import find_sources

    sides = side(old), side(new)
    if not inputs and not all(isinstance(one, Saved) for one in sides):
        raise typer.BadParameter("name the pages to clean: cleaner diff OLD NEW FOLDER")
    find = partial(find_sources, [str(path) for path in inputs], []) if inputs else None
    summary = summarized(Summary(old, new), changes(*sides, find, workers or usable_cores()))
    if not summary.pages:
        raise NothingFound(f"no pages found in {', '.join(map(str, inputs or (old, new)))}")
    if report:
        from cleaner.reports.changes import change_report
        from cleaner.writers.file import write_whole

        try:
            write_whole(report, change_report(summary))
        except OSError as error:
            raise InputError(f"{report} cannot be written: {error.strerror or error}") from error
        typer.echo(f"the report is {report}", err=True)
    if to == "json":
        typer.echo(json.dumps(as_json(summary), ensure_ascii=False, indent=2))
    else:
        _print(summary, worst)
    for page, problem in summary.failures:
        typer.echo(f"{page}: {problem}", err=True)
    if summary.failed:
        raise typer.Exit(3 if summary.failed == summary.pages else 1)


def _print(summary: Summary, worst: int) -> None:
    from cleaner.commands.tables import print_table
    from cleaner.reports.changes import overview

    rows = [
        *overview(summary),
        *(
            (f"pages with another {name}", f"{count:,}", f"{count / summary.pages:.1%}")
            for name, count in summary.fields.most_common()
        ),
    ]
    print_table(("what", "count", "share"), [("pages", f"{summary.pages:,}", ""), *rows])
    changed = summary.shown()[:worst]
    if changed:
        print()
        print_table(
            ("page", "words lost", "words won", "other fields"),
            [(one.page, str(one.lost_words), str(one.won_words), ", ".join(one.fields)) for one in changed],
        )

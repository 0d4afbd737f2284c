"""``cleaner batch``: a folder of pages into a folder of documents."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.commands.clean import CleanerOption, ModeOption, ProfileOption, To

if TYPE_CHECKING:
    from rich.console import Console

    from cleaner.batch import Outcome, Tally

FAILURES = "failures.jsonl"
_SECONDS_BETWEEN_LINES = 10.0  # of progress, where there is no terminal for a bar


def batch(
    inputs: Annotated[list[Path], typer.Argument(metavar="IN", help="Folders of pages (.html .htm .xhtml .txt), or files.")],
    out: Annotated[Path, typer.Option("--output", "-o", help="The folder results go to; made when it is not there.")],
    to: Annotated[To, typer.Option(help="What to write.")] = "text",
    cleaner: CleanerOption = "combined",
    profile: ProfileOption = "auto",
    mode: ModeOption = "balanced",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes.  [default: one a processor core]", show_default=False)
    ] = None,
) -> None:
    """Clean every page below a folder, keeping its tree.

    Pages that fail are listed in OUT/failures.jsonl and do not stop the others.

    Exit codes: 0 fine, 1 some pages failed, 2 usage, 3 every page failed, 5 no pages found, 130 interrupted.
    """
    from rich.console import Console

    from cleaner.batch import Job, Tally, clean_sources, default_workers
    from cleaner.cleaners import cleaner_named, name_with
    from cleaner.formats import format_named
    from cleaner.readers.folder import PAGE_SUFFIXES, find_sources

    chosen = name_with(cleaner, profile, mode)
    cleaner_named(chosen)
    sources = find_sources(inputs, out, format_named(to).suffix)
    if not sources:
        typer.echo(f"no pages: {', '.join(map(str, inputs))} has no {', '.join(PAGE_SUFFIXES)} file", err=True)
        raise typer.Exit(5)
    _make_folder(out)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    tally = Tally()
    outcomes = clean_sources(sources, Job(chosen, to, out), workers or default_workers())
    started = time.monotonic()
    try:
        for outcome in _with_progress(outcomes, len(sources), console):
            tally.add(outcome)
    except KeyboardInterrupt:
        console.print(f"interrupted after {tally.pages:,} of {len(sources):,} pages; the files in {out} are whole")
        raise typer.Exit(130) from None
    finally:
        outcomes.close()
        _write_failures(tally, out)
    _summarise(tally, out, time.monotonic() - started, console)
    if tally.failures:
        raise typer.Exit(3 if len(tally.failures) == tally.pages else 1)


def _make_folder(out: Path) -> None:
    from cleaner.errors import InputError

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out} cannot be made a folder: {error.strerror or error}") from error


def _with_progress(outcomes: Iterator[Outcome], total: int, console: Console) -> Iterator[Outcome]:
    return _with_bar(outcomes, total, console) if console.is_terminal else _with_lines(outcomes, total, console)


def _with_bar(outcomes: Iterator[Outcome], total: int, console: Console) -> Iterator[Outcome]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("cleaning"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
    )
    failed = 0
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=total, failed="")
        for outcome in outcomes:
            failed += bool(outcome.error)
            progress.update(task, advance=1, failed=f"[red]{failed:,} failed" if failed else "")
            yield outcome


def _with_lines(outcomes: Iterator[Outcome], total: int, console: Console) -> Iterator[Outcome]:
    told = time.monotonic()
    for done, outcome in enumerate(outcomes, 1):
        if time.monotonic() - told > _SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            console.print(f"{done:,} of {total:,} pages")
        yield outcome


def _write_failures(tally: Tally, out: Path) -> None:
    """One JSON object a failed page, sorted by path; an empty file says that none failed."""
    from cleaner.writers.file import write_whole

    rows = ({"path": failure.source.name, "error": failure.error, "message": failure.message} for failure in tally.failures)
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in sorted(rows, key=lambda row: row["path"]))
    write_whole(out / FAILURES, "".join(lines))


def _summarise(tally: Tally, out: Path, seconds: float, console: Console) -> None:
    from rich.markup import escape
    from rich.table import Table

    good = tally.pages - len(tally.failures)
    empty = f", {tally.empty:,} of them without content" if tally.empty else ""
    console.print(f"cleaned {good:,} of {tally.pages:,} pages into {escape(str(out))} in {seconds:.1f} s{empty}")
    words = tally.kept_words + tally.removed_words.total()
    if words:
        table = Table("what", "words", "share", box=None, pad_edge=False)
        rows = [("kept", tally.kept_words), *tally.removed_words.most_common()]
        for name, count in rows:
            table.add_row(name if name == "kept" else f"removed: {name}", f"{count:,}", f"{count / words:.1%}")
        for column in table.columns[1:]:
            column.justify = "right"
        console.print(table)
    if tally.failures:
        kinds = Counter(failure.error for failure in tally.failures)
        told = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
        console.print(f"[red]failed {len(tally.failures):,}[/] ({told}): see {escape(str(out / FAILURES))}")

"""``cleaner batch``: many pages into many documents."""

from __future__ import annotations

import re
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from cleaner.commands.clean import CleanerOption, ModeOption, ProfileOption
from cleaner.commands.progress import Steps, Style

if TYPE_CHECKING:
    from rich.console import Console

    from cleaner.batch import Batch, Shard
    from cleaner.batch.report import Report
    from cleaner.readers import Fields

OUTPUT_FAILED = 6
Engine = Literal["local", "ray"]
Explain = Literal["none", "summary", "blocks"]
Duplicates = Literal["keep", "mark", "first"]
Result = TypeVar("Result")
_EXPLAINING = {
    "json": ("summary", "blocks"),
    **dict.fromkeys(("jsonl", "jsonl.gz", "jsonl.zst"), ("summary", "blocks")),
    "parquet": ("summary",),
}


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="IN", help="Folders, files, patterns in quotes ('crawl/*.warc.gz'), or URLs (s3://, gs://)."),
    ],
    out: Annotated[
        Path,
        typer.Option("--output", "-o", help="A folder, or a file of rows (.jsonl .csv, also .gz .zst; .parquet)."),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            help="What to write: text, markdown, html or json, a file a page; jsonl, csv (also .gz, .zst) or parquet, a row"
            " a page.  [default: by the suffix of OUT, or text]",
            show_default=False,
        ),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="What all files are: page, zip, tar, jsonl, parquet or warc.  [default: by suffix]",
            show_default=False,
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT=NAME",
            help="The key or column that holds what: html, text, content (either), url, id, charset or fetched_at.",
            show_default=False,
        ),
    ] = None,
    cleaner: CleanerOption = "combined",
    profile: ProfileOption = "auto",
    mode: ModeOption = "balanced",
    sites: Annotated[
        Path | None, typer.Option(help="Site templates, as 'cleaner sites learn' writes them.", show_default=False)
    ] = None,
    learn_sites: Annotated[
        bool, typer.Option("--learn-sites", help="Read all pages twice, and learn first what repeats over each site's.")
    ] = False,
    explain: Annotated[
        Explain, typer.Option(help="In JSON, the pieces that went (summary, also in Parquet), or every block of the page.")
    ] = "none",
    duplicates: Annotated[
        Duplicates, typer.Option(help="Copies of earlier pages: keep them, list them too (mark), or keep the first alone.")
    ] = "keep",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes.  [default: one a processor core]", show_default=False)
    ] = None,
    page_seconds: Annotated[float, typer.Option(min=0.1, help="Seconds that a page may take.")] = 60,
    page_cpu_seconds: Annotated[float, typer.Option(min=1, help="Seconds of CPU that a page may take.")] = 60,
    page_memory: Annotated[int, typer.Option(min=50, help="Megabytes that a page may take.")] = 1000,
    shard: Annotated[
        str, typer.Option(metavar="I/N", help="Clean the Ith of N shares: of the files, or of the pages of a single one.")
    ] = "1/1",
    limit: Annotated[int | None, typer.Option(min=1, help="Look at the first N pages only.", show_default=False)] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what earlier runs did, and replace what they wrote.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Clean pages anew that failed in earlier runs.")] = False,
    engine: Annotated[
        Engine, typer.Option(help="Where the work is done: in processes of this machine, or on a Ray cluster.")
    ] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="The Ray cluster.  [default: one is started on this machine]", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read everything and say what would be done; write nothing.")
    ] = False,
    progress: Annotated[Style, typer.Option(help="How far it is: a bar on a terminal, lines elsewhere.")] = "auto",
) -> None:
    """Clean many pages: folders, archives, tables and crawls. The same command goes on where it was stopped.

    Of a folder the tree is kept. Pages that fail are listed in failures.jsonl and do not stop the others.
    The figures are in run.json. Both are in OUT, or in OUT.batch/ where OUT is a file.

    Exit codes: 0 fine, 1 some pages failed, 2 usage, 3 every page failed, 5 no pages found,
    6 the output cannot be written, 130 interrupted.
    """
    from rich.console import Console

    from cleaner.batch import Batch, Job, Limits, default_workers, forget
    from cleaner.cleaners import cleaner_named, name_with
    from cleaner.readers import reader_named
    from cleaner.site_templates import SiteTemplates
    from cleaner.writers.results import OutputFailed

    chosen = name_with(cleaner, profile, mode)
    if sites and learn_sites:
        raise typer.BadParameter("--sites and --learn-sites: use templates that are there, or learn them from these pages")
    cleaner_named(chosen, SiteTemplates.read(sites) if sites else SiteTemplates() if learn_sites else None)
    writer = _writer(to, out)
    if explain != "none" and explain not in _EXPLAINING.get(writer, ()):
        raise typer.BadParameter(
            f"--explain {explain} cannot be written as {writer}: choose json, jsonl, or summary in parquet"
        )
    if from_:
        reader_named(from_)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    asked = Batch(
        inputs=tuple(inputs),
        out=out,
        job=Job(chosen, writer, sites, explain, duplicates),
        workers=workers or default_workers(),
        from_=from_ or "",
        fields=_fields(field or []),
        limits=Limits(page_seconds, page_cpu_seconds, page_memory * 1_000_000),
        shard=_shard(shard),
        limit=limit or 0,
        retry_failed=retry_failed,
    )
    _refuse_nothing(asked)
    if dry_run:
        _plan(asked, console)
        return
    _make_folder(asked.reports)
    try:
        if fresh:
            forget(asked)
        if learn_sites:
            learned = _run(asked, _learning(asked, engine, ray_address), progress, console)
            asked = replace(asked, job=replace(asked.job, sites=learned))
        started = time.monotonic()
        report = _run(asked, _steps(asked, engine, ray_address), progress, console)
    except OutputFailed as error:
        console.print(f"{error}: make room, and the same command goes on where it stopped", markup=False)
        raise typer.Exit(OUTPUT_FAILED) from None
    _summarise(asked, report, time.monotonic() - started, console)
    if report.failed:
        raise typer.Exit(1 if report.cleaned else 3)


def _learning(asked: Batch, engine: Engine, ray_address: str | None) -> Steps[Path]:
    if engine == "local":
        from cleaner.batch.learning import learn_sites

        return learn_sites(asked)
    from cleaner.ray_data import learn_sites_on_ray

    return learn_sites_on_ray(asked, ray_address)


def _steps(asked: Batch, engine: Engine, ray_address: str | None) -> Steps[Report]:
    if engine == "local":
        from cleaner.batch import run_batch

        return run_batch(asked)
    from cleaner.ray_data import run_ray

    return run_ray(asked, ray_address)


def _run(asked: Batch, steps: Steps[Result], style: Style, console: Console) -> Result:
    from cleaner.commands.progress import follow

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as a cluster ends its jobs
    try:
        return follow(steps, asked, style, console)
    except KeyboardInterrupt:
        steps.close()
        console.print(
            f"interrupted; what is in {asked.out} stands, and the same command goes on where it stopped", markup=False
        )
        raise typer.Exit(130) from None


def _writer(to: str | None, out: Path) -> str:
    """The name of what is to be written. Raises UnknownName, and InputError for a file where a folder must be."""
    from cleaner.errors import InputError, UnknownName
    from cleaner.formats import FORMATS
    from cleaner.writers.rows import ROW_WRITERS

    by_suffix = next((writer.name for writer in ROW_WRITERS.values() if out.name.endswith(writer.suffix)), None)
    chosen = to or by_suffix or "text"
    if chosen not in FORMATS and chosen not in ROW_WRITERS:
        raise UnknownName("format", chosen, [*FORMATS, *ROW_WRITERS])
    looks_like_file = by_suffix is not None or out.suffix in {format_.suffix for format_ in FORMATS.values()}
    if looks_like_file and by_suffix != chosen and not out.is_dir():
        raise InputError(
            f"{out} looks like a file, but {chosen} is not what its name says: give a folder, or a name that ends in"
            f" {', '.join(writer.suffix for writer in ROW_WRITERS.values())}"
        )
    return chosen


def _fields(given: list[str]) -> Fields:
    from cleaner.readers import DEFAULT_FIELDS

    fields = dict(DEFAULT_FIELDS)
    for one in given:
        what, separator, name = one.partition("=")
        if not separator or what not in fields:
            raise typer.BadParameter(f"--field {one}: say WHAT=NAME, where WHAT is one of {', '.join(fields)}")
        fields[what] = name
    return fields


def _shard(given: str) -> Shard:
    from cleaner.batch import Shard

    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", given)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise typer.BadParameter(f"--shard {given}: say I/N, such as 1/4 for the first of four shares")
    return Shard(int(match[1]), int(match[2]))


def _refuse_nothing(asked: Batch) -> None:
    """Exit where there is nothing to read. Raises InputError for an input that is not there."""
    from cleaner.readers import READERS

    if next(asked.find()(), None) is None:
        suffixes = ", ".join(suffix for reader in READERS.values() for suffix in reader.suffixes)
        share = f" in share {asked.shard.number} of {asked.shard.of}" if asked.shard.of > 1 else ""
        typer.echo(f"no pages{share}: {', '.join(asked.inputs)} has no file that ends in {suffixes}", err=True)
        raise typer.Exit(5)


def _make_folder(folder: Path) -> None:
    from cleaner.errors import InputError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made a folder: {error.strerror or error}") from error


def _plan(asked: Batch, console: Console) -> None:
    from cleaner.batch import plan_batch

    plan = plan_batch(asked)
    console.print(
        f"{plan.pages:,} pages, {plan.done:,} of them done: {plan.pages - plan.done:,} would be cleaned into {asked.out}"
    )
    for place, message in plan.unreadable:
        console.print(f"cannot be read: {place}: {message}", markup=False)


def _summarise(asked: Batch, report: Report, seconds: float, console: Console) -> None:
    from rich.markup import escape
    from rich.table import Table

    tally = report.tally
    empty = f", {report.counts['empty']:,} of them without content" if report.counts["empty"] else ""
    now = "" if report.now == report.pages else f", {report.now:,} of them now"
    console.print(
        f"cleaned {report.cleaned:,} of {report.pages:,} pages into {escape(str(asked.out))} in {seconds:.1f} s{now}{empty}"
    )
    if report.counts["copy"]:
        console.print(f"left out {report.counts['copy']:,} copies of earlier pages")
    words = tally.kept_words + tally.removed_words.total()
    if words:
        table = Table("what", "words", "share", box=None, pad_edge=False)
        rows = [("kept", tally.kept_words), *tally.removed_words.most_common()]
        for name, count in rows:
            table.add_row(name if name == "kept" else f"removed: {name}", f"{count:,}", f"{count / words:.1%}")
        for column in table.columns[1:]:
            column.justify = "right"
        console.print(table)
    if report.failed:
        told = ", ".join(f"{kind} {count:,}" for kind, count in report.errors.items())
        console.print(f"[red]failed {report.failed:,}[/] ({told}): see {escape(str(asked.failures))}")
        console.print("--retry-failed tries them again")

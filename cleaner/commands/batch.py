"""``cleaner batch``: many pages into many documents."""

from __future__ import annotations

import re
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from cleaner.commands import batch_options as options
from cleaner.commands.batch_summary import summarise
from cleaner.commands.clean import CleanerOption, ModeOption, ProfileOption
from cleaner.commands.progress import Steps, Style

if TYPE_CHECKING:
    from rich.console import Console

    from cleaner.batch import Batch, Shard
    from cleaner.batch.report import Report
    from cleaner.readers import Fields

OUTPUT_FAILED = 6
Result = TypeVar("Result")
_EXPLAINING = {
    "json": ("summary", "blocks"),
    **dict.fromkeys(("jsonl", "jsonl.gz", "jsonl.zst"), ("summary", "blocks")),
    "parquet": ("summary",),
}
_LIKE_A_SUFFIX = re.compile(r"\.[A-Za-z]{2}[A-Za-z0-9]{0,4}")  # and unlike the end of a folder's name: out.v2, or 2024.11.24


def batch(
    inputs: options.Inputs,
    out: options.Output,
    to: options.To = None,
    from_: options.From = None,
    field: options.Field = None,
    cleaner: CleanerOption = "combined",
    profile: ProfileOption = "auto",
    mode: ModeOption = "balanced",
    sites: options.Sites = None,
    learn_sites: options.LearnSites = False,
    explain: options.Explain = "none",
    duplicates: options.Duplicates = "keep",
    workers: options.Workers = None,
    page_seconds: options.PageSeconds = 60,
    page_cpu_seconds: options.PageCpuSeconds = 60,
    page_memory: options.PageMemory = 1000,
    shard: options.ShareOf = "1/1",
    limit: options.Limit = None,
    fresh: options.Fresh = False,
    retry_failed: options.RetryFailed = False,
    engine: options.Engine = "local",
    ray_address: options.RayAddress = None,
    dry_run: options.DryRun = False,
    progress: options.ProgressStyle = "auto",
) -> None:
    """Clean many pages: folders, archives, tables and crawls. The same command goes on where it was stopped.

    Of a folder the tree is kept. Pages that fail are listed in failures.jsonl and do not stop the others.
    The figures are in run.json. Both are in OUT, or in OUT.batch/ where OUT is a file.

    Exit codes: 0 fine, 1 some pages failed, 2 usage, 3 every page failed, 5 no pages found,
    6 the output cannot be written, 130 interrupted.
    """
    from rich.console import Console

    from cleaner.batch import Batch, Job, Limits
    from cleaner.cleaners import name_with
    from cleaner.cores import usable_cores
    from cleaner.readers import reader_named
    from cleaner.writers.places import output_at

    if ray_address and engine != "ray":
        raise typer.BadParameter("--ray-address is where --engine ray works: say that as well")
    chosen = name_with(cleaner, profile, mode)
    _check_cleaner(chosen, sites, learn_sites)
    place = output_at(out)
    writer = _writer(to, place)
    _check_explain(explain, writer)
    if from_:
        reader_named(from_)
    asked = Batch(
        inputs=tuple(inputs),
        out=place,
        job=Job(chosen, writer, sites, explain, duplicates),
        workers=workers or usable_cores(),
        from_=from_ or "",
        fields=_fields(field or []),
        limits=Limits(page_seconds, page_cpu_seconds, page_memory * 1_000_000),
        shard=_shard(shard),
        limit=limit or 0,
        retry_failed=retry_failed,
    )
    _refuse_nothing(asked)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if dry_run:
        _plan(asked, console)
        return
    _clean(asked, _Engine(engine, ray_address), fresh, learn_sites, progress, console)


def _check_cleaner(chosen: str, sites: Path | None, learn_sites: bool) -> None:
    """Raises UnknownName and InputError, also where the cleaner takes no site templates and is to have some."""
    from cleaner.cleaners import cleaner_named
    from cleaner.site_templates import SiteTemplates

    if sites and learn_sites:
        raise typer.BadParameter("--sites and --learn-sites: use templates that are there, or learn them from these pages")
    cleaner_named(chosen, SiteTemplates.read(sites) if sites else SiteTemplates() if learn_sites else None)


def _check_explain(explain: str, writer: str) -> None:
    if explain != "none" and explain not in _EXPLAINING.get(writer, ()):
        raise typer.BadParameter(
            f"--explain {explain} cannot be written as {writer}: choose json, jsonl, or summary in parquet"
        )


def _clean(asked: Batch, engine: _Engine, fresh: bool, learn_sites: bool, style: Style, console: Console) -> None:
    """Do it, and tell what came of it."""
    from cleaner.batch import forget
    from cleaner.writers.file import make_folder
    from cleaner.writers.places import is_in_store
    from cleaner.writers.results import OutputFailed

    if not is_in_store(asked.out):
        make_folder(asked.reports)
    try:
        if fresh:
            forget(asked)
        if learn_sites:
            learned = _run(asked, engine.learning(asked), style, console)
            asked = replace(asked, job=replace(asked.job, sites=learned))
        started = time.monotonic()
        report = _run(asked, engine.cleaning(asked), style, console)
    except OutputFailed as error:
        mend = "see to that" if is_in_store(asked.out) else "make room"
        console.print(f"{error}: {mend}, and the same command goes on where it stopped", markup=False)
        raise typer.Exit(OUTPUT_FAILED) from None
    summarise(asked, report, time.monotonic() - started, console)
    if report.failed:
        raise typer.Exit(1 if report.cleaned else 3)


@dataclass(frozen=True, slots=True)
class _Engine:
    """Where the work is done: "local", or "ray" on the cluster of that address."""

    name: str
    address: str | None

    def learning(self, asked: Batch) -> Steps[Path]:
        if self.name == "local":
            from cleaner.batch.learning import learn_sites

            return learn_sites(asked)
        from cleaner.ray_data import learn_sites_on_ray

        return learn_sites_on_ray(asked, self.address)

    def cleaning(self, asked: Batch) -> Steps[Report]:
        if self.name == "local":
            from cleaner.batch import run_batch, run_in_store
            from cleaner.writers.places import is_in_store

            return run_in_store(asked) if is_in_store(asked.out) else run_batch(asked)
        from cleaner.ray_data import run_ray

        return run_ray(asked, self.address)


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
    from cleaner.writers.places import is_in_store
    from cleaner.writers.rows import ROW_WRITERS

    by_suffix = next((writer.name for writer in ROW_WRITERS.values() if out.name.endswith(writer.suffix)), None)
    chosen = to or by_suffix or "text"
    if chosen not in FORMATS and chosen not in ROW_WRITERS:
        raise UnknownName("format", chosen, [*FORMATS, *ROW_WRITERS])
    if by_suffix and is_in_store(out):
        raise InputError(
            f"{out} looks like a file, and there are folders of them in a store: leave {out.suffix} out, and say --to"
        )
    if by_suffix != chosen and not is_in_store(out) and _LIKE_A_SUFFIX.fullmatch(out.suffix) and not out.is_dir():
        raise InputError(
            f"{out} looks like a file, but {_goes_to(chosen)}: give a folder (mkdir {out}, if that is its name), or"
            f" a name that ends in {', '.join(writer.suffix for writer in ROW_WRITERS.values())}"
        )
    return chosen


def _goes_to(writer: str) -> str:
    from cleaner.writers.rows import ROW_WRITERS

    if writer in ROW_WRITERS:
        return f"a file of {writer} ends in {ROW_WRITERS[writer].suffix}"
    return f"{writer} is written as a file a page, into a folder"


def _fields(given: list[str]) -> Fields:
    from cleaner.errors import InputError
    from cleaner.readers import fields_with

    try:
        return fields_with(given)
    except InputError as error:
        raise typer.BadParameter(f"--field {error}") from None


def _shard(given: str) -> Shard:
    from cleaner.batch import Shard

    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", given)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise typer.BadParameter(f"--shard {given}: say I/N, such as 1/4 for the first of four shares")
    return Shard(int(match[1]), int(match[2]))


def _refuse_nothing(asked: Batch) -> None:
    """Raises NothingFound where there is nothing to read, and InputError for an input that is not there."""
    from cleaner.errors import NothingFound
    from cleaner.readers import READERS

    if next(asked.find()(), None) is None:
        suffixes = ", ".join(suffix for reader in READERS.values() for suffix in reader.suffixes)
        share = f" in share {asked.shard.number} of {asked.shard.of}" if asked.shard.of > 1 else ""
        raise NothingFound(f"no pages{share}: {', '.join(asked.inputs)} has no file that ends in {suffixes}")


def _plan(asked: Batch, console: Console) -> None:
    from cleaner.batch import plan_batch, plan_units
    from cleaner.writers.places import is_in_store

    plan = plan_units(asked) if is_in_store(asked.out) or asked.units.exists() else plan_batch(asked)
    console.print(
        f"{plan.pages:,} pages, {plan.done:,} of them done: {plan.pages - plan.done:,} would be cleaned into {asked.out}"
    )
    for place, message in plan.unreadable:
        console.print(f"cannot be read: {place}: {message}", markup=False)

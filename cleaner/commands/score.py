"""``cleaner score``: cleaners against hand-cleaned truth."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cleaner.commands import score_options as options
from cleaner.errors import InputError, NothingFound

if TYPE_CHECKING:
    from rich.console import Console

    from cleaner.scoring.evaluate import PageScore
    from cleaner.scoring.gates import Gate, Verdict
    from cleaner.scoring.paired import Pair
    from cleaner.scoring.report import Row
    from cleaner.scoring.runs import Scored
    from cleaner.scoring.samples import SampleSet

PIPE_WIDTH = 120  # columns where no terminal says how many; long page names need more than 80
LEGEND = """P, R, F1: precision, recall and F1 of words (1.00 is best); 4-gram: F1 of four-word runs; ±: half the 95 % interval.
with, without: shares found of the snippets that must be in the text (1.00 is best) and must not (.000 is best).
CPU, median, p95: milliseconds a page, their mean, median and 95th percentile.
accuracy: share of annotated pages whose value is right; missing: those without; unasked: share of the others with a value."""


def score(
    sets: options.Sets,
    cleaner: options.Cleaners = None,
    raw: options.Raw = False,
    flatten: options.Flatten = False,
    flatten_style: options.FlattenStyle = "lines",
    every: options.Every = 1,
    limit: options.Limit = None,
    workers: options.Workers = 1,
    by_type: options.ByType = False,
    worst: options.Worst = None,
    as_json: options.AsJson = False,
    gate: options.Gates = None,
    artefact: options.Models = None,
    report: options.ReportFile = None,
    save: options.Save = None,
    against: options.Against = None,
) -> None:
    """Score cleaners against hand-cleaned truth: word and 4-gram F1, snippets, metadata, CPU time.

    Shares are of 1, ± is half the 95 % interval. 'with' and 'without' are the shares found of the snippets that must be in
    the text (1.00 is best) and must not (.000 is best). CPU is the mean of parsing and cleaning in ms a page. In the
    metadata table 'missing' pages lack an annotated value, 'unasked' ones have a value where none is annotated.

    Where two are compared (two models, a saved run, or in a report every cleaner with the first), 'gain' is the mean difference
    of word F1 on the same pages, with its 95 % interval; pages that the new model was trained on do not count. 'better' is
    gain_low>0, 'not-worse' gain_low>=-0.01.

    A page on which a cleaner breaks counts as empty. Exit codes: 0 fine, 1 a cleaner broke on a page, 2 usage or a broken
    sample, 4 a gate was missed, 5 no samples.
    """
    from cleaner.scoring.evaluate import check_names
    from cleaner.scoring.flatten import check_style
    from cleaner.scoring.gates import parse_gate
    from cleaner.scoring.report import summarize
    from cleaner.scoring.runs import read_run, write_run

    names = _names(cleaner, raw, artefact or ())
    earlier = read_run(against) if against else None
    check_names(names)
    check_style(flatten_style)
    gates = [parse_gate(text) for text in gate or ()]
    scored = _scored(sets, names, _Part(every, limit, flatten_style if flatten else ""), workers)
    rows = [summarize(set_name, pages) for set_name, pages in scored]
    pairs = _pairs(scored, earlier)
    verdicts = _verdicts(gates, rows, pairs)
    if save:
        write_run(save, scored)
    if report:
        _write_report(report, scored, pairs, worst)
    if as_json:
        typer.echo(_as_json(scored, rows, pairs, verdicts, worst or 0))
    else:
        _print_tables(scored, rows, by_type, worst or 0)
        if pairs and (earlier or artefact):
            _print_pairs(pairs)
    _tell_and_exit(rows, verdicts)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of each set is scored: every nth page, at most so many, flattened in a style or, where that is "", as they are."""

    every: int
    limit: int | None
    style: str

    def of(self, path: Path) -> list[SampleSet]:
        from cleaner.scoring.samples import sample_sets

        parts = [found.part(self.every, self.limit) for found in sample_sets(path)]
        return [part.flattened(self.style) for part in parts] if self.style else parts


def _scored(sets: Sequence[Path], names: Sequence[str], part: _Part, workers: int) -> list[Scored]:
    """The scores that were saved, and those of the cleaners on the sets. Raises NothingFound where there are none."""
    from rich.console import Console

    from cleaner.scoring.report import by_cleaner
    from cleaner.scoring.runs import is_run, read_run

    runs = [path for path in sets if is_run(path)]
    parts = [found for path in sets if path not in runs for found in part.of(path)]
    console = Console(stderr=True)
    scored = [row for path in runs for row in read_run(path)]
    scored += [(one.name, pages) for one in parts for pages in by_cleaner(_with_progress(one, names, workers, console))]
    if not scored:
        raise NothingFound(f"no samples in {', '.join(map(str, sets))}")
    return scored


def _verdicts(gates: Sequence[Gate], rows: Sequence[Row], pairs: Sequence[Pair]) -> list[Verdict]:
    from cleaner.scoring.gates import GAINS, check_gate, check_pairs

    return [verdict for one in gates for verdict in (check_pairs(one, pairs) if one.figure in GAINS else check_gate(one, rows))]


def _names(cleaner: str | None, raw: bool, models: Sequence[Path]) -> list[str]:
    from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
    from cleaner.cleaners.libraries import RAW_EXTRACTORS
    from cleaner.cleaners.with_model import with_each

    everything = [DEFAULT_CLEANER] if models else list(CLEANERS)
    names = [name.strip() for name in cleaner.split(",")] if cleaner else everything
    return list(dict.fromkeys([*with_each(names, models), *(RAW_EXTRACTORS if raw else ())]))


def _pairs(scored: Sequence[Scored], earlier: Sequence[Scored] | None) -> list[Pair]:
    """The comparisons that these scores allow: each cleaner with itself of an earlier run; with itself by the first model,
    where there are several; or with the first cleaner of its set.
    """
    from cleaner.cleaners.with_model import without_model
    from cleaner.scoring.paired import compare, page_key
    from cleaner.scoring.runs import run_of

    cleaners = {pages[0].cleaner for _, pages in scored}
    has_models = any(without_model(cleaner) != cleaner for cleaner in cleaners)
    first: dict[tuple[str, str], list[PageScore]] = {}
    pairs = []
    for name, pages in scored:
        cleaner = pages[0].cleaner
        group = (name, without_model(cleaner) if has_models else "")
        old = run_of(earlier, name, cleaner) if earlier else first.setdefault(group, pages)
        if old is None or old is pages:
            continue
        trained_on = _trained_on(cleaner)
        if all(page_key(page) in trained_on for page in pages):
            typer.echo(f"{name}: not compared, as {cleaner} was trained on all of its pages", err=True)
            continue
        pairs.append(compare(name, old, pages, trained_on))
    if earlier and not any(run_of(earlier, name, pages[0].cleaner) for name, pages in scored):
        raise InputError("the saved scores have no set and cleaner of these: score the same sets with the same cleaners")
    return pairs


def _trained_on(cleaner: str) -> frozenset[str]:
    """Keys of the pages that the cleaner's model was corrected by."""
    from cleaner.cleaners.with_model import model_of

    model = model_of(cleaner)
    return frozenset(model.trained_on) if model else frozenset()


def _write_report(file: Path, scored: Sequence[Scored], pairs: Sequence[Pair], worst: int | None) -> None:
    from cleaner.reports.scores import WORST, score_report
    from cleaner.writers.file import write_whole

    try:
        write_whole(file, score_report(scored, pairs, WORST if worst is None else worst))
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}") from error
    typer.echo(f"the report is {file}", err=True)


def _with_progress(part: SampleSet, names: Sequence[str], workers: int, console: Console) -> Iterator[list[PageScore]]:
    """The scores of a set, with a count of its pages on stderr where that is a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from cleaner.scoring.evaluate import score_samples

    scores = score_samples(part.read(), names, workers)
    if not console.is_terminal:
        yield from scores
        return
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,.0f} pages"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(part.name, total=None)
        for page in scores:
            progress.advance(task)
            yield page


def _print_tables(scored: Sequence[tuple[str, list[PageScore]]], rows: Sequence[Row], by_type: bool, worst: int) -> None:
    """The tables of one set after the other, and on standard error what their columns are."""
    from rich.console import Console

    from cleaner.scoring.report import metadata_table, score_table, summarize_types, type_table, worst_pages, worst_table

    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    for set_name in dict.fromkeys(row.set for row in rows):
        own = [row for row in rows if row.set == set_name]
        pages = [scores for name, scores in scored if name == set_name]
        tables = [score_table(own), metadata_table(own)]
        if by_type:
            tables.append(type_table([row for scores in pages for row in summarize_types(set_name, scores)]))
        if worst:
            tables.append(worst_table(set_name, [page for scores in pages for page in worst_pages(scores, worst)]))
        for table in tables:
            if table.row_count:
                console.print(table)
                console.print()
    Console(stderr=True, highlight=False).print(LEGEND, style="dim")


def _print_pairs(pairs: Sequence[Pair]) -> None:
    from rich.console import Console

    from cleaner.scoring.report import pair_table

    console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    console.print(pair_table(pairs))
    for pair in pairs:
        if pair.left_out:
            typer.echo(
                f"{pair.set}: {pair.left_out} pages that {pair.new} was trained on are left out of the comparison", err=True
            )


def _as_json(
    scored: Sequence[Scored], rows: Iterable[Row], pairs: Iterable[Pair], verdicts: Iterable[Verdict], worst: int
) -> str:
    from dataclasses import asdict

    from cleaner.scoring.paired import pair_as_json
    from cleaner.scoring.report import page_as_json, row_as_json, summarize_types, worst_pages

    scores = []
    for (set_name, pages), row in zip(scored, rows, strict=True):
        types = {typed.page_type: row_as_json(typed) for typed in summarize_types(set_name, pages)}
        scores.append(
            row_as_json(row) | {"page_types": types, "worst": [page_as_json(page) for page in worst_pages(pages, worst)]}
        )
    result = {
        "scores": scores,
        "pairs": [pair_as_json(pair) for pair in pairs],
        "gates": [asdict(verdict) for verdict in verdicts],
    }
    return json.dumps(result, ensure_ascii=False, indent=2)


def _tell_and_exit(rows: Sequence[Row], verdicts: Sequence[Verdict]) -> None:
    """Failures and gates on stderr, and the exit code they lead to."""
    for row in rows:
        for page, error in row.failures:
            typer.echo(f"{row.cleaner} broke on {row.set}/{page}: {error}", err=True)
    for verdict in verdicts:
        typer.echo(str(verdict), err=True)
    if not all(verdict.held for verdict in verdicts):
        raise typer.Exit(4)
    if any(row.failures for row in rows):
        raise typer.Exit(1)

"""What came of a batch, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from cleaner.batch import Batch
    from cleaner.batch.report import Report

_REASONS = 3  # that are told; all stand in failures.jsonl


def summarise(asked: Batch, report: Report, seconds: float, console: Console) -> None:
    from rich.markup import escape
    from rich.table import Table

    tally = report.tally
    empty = f", {report.counts['empty']:,} of them without content" if report.counts["empty"] else ""
    now = "" if report.now == report.pages else f", {report.now:,} of them now"
    console.print(
        f"cleaned {report.cleaned:,} of {report.pages:,} pages into {escape(str(asked.out))} in {seconds:.1f} s{now}{empty}"
    )
    if report.counts["copy"]:
        console.print(
            "left out "
            + (
                "a copy of an earlier page"
                if report.counts["copy"] == 1
                else f"{report.counts['copy']:,} copies of earlier pages"
            )
        )
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
        _tell_failures(asked, report, console)
    if report.gone:
        those = f"{report.gone:,} pages of earlier runs are" if report.gone > 1 else "a page of earlier runs is"
        console.print(
            f"{those} not there any more, and the results stay: for an output without them, delete {asked.out}, or choose"
            " another",
            markup=False,
        )


def _tell_failures(asked: Batch, report: Report, console: Console) -> None:
    """How many, the commonest reasons in their own words, and what can be done."""
    from rich.markup import escape

    from cleaner.batch.run import CHANGED

    kinds = ", ".join(f"{kind} {count:,}" for kind, count in report.errors.items())
    console.print(f"[red]failed {report.failed:,}[/] ({kinds}): see {escape(str(asked.failures))}")
    told = report.failing[:_REASONS]
    for failing in told:
        others = f" and {failing.pages - 1:,} more" if failing.pages > 1 else ""
        console.print(f"  {failing.first}{others}: {failing.message}", markup=False)
    if untold := report.failed - sum(failing.pages for failing in told):
        console.print(f"  {untold:,} {'page' if untold == 1 else 'pages'} for other reasons")
    if report.failed > report.errors.get(CHANGED, 0):
        console.print("--retry-failed tries failed pages again")

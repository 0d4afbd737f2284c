"""A batch that is done in units, wherever these are cleaned: those without a receipt now, then copies, then the reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

from cleaner.batch.report import LISTED, Report
from cleaner.batch.run import Batch, Plan, Progress, write_reports
from cleaner.batch.unit_copies import Leaving, find_copies, leave_out
from cleaner.batch.units import Receipts, Unit, clean_unit, drop_stale_parts, join_units, reads_of, units_of
from cleaner.writers.results import OutputFailed


def run_in_store(batch: Batch) -> Generator[Progress, None, Report]:
    """``run_batch`` for an output in an object store, where no ledger can be: a unit after the other, by all workers.

    What it leaves is what many machines leave, so those can go on with it and the other way round. Raises what ``run_batch``
    raises.
    """
    return run_units(
        batch,
        lambda units: (clean_unit(unit, batch, batch.workers) for unit in units),
        lambda leavings: _taken_out(leavings, batch),
    )


def run_units(
    batch: Batch,
    clean: Callable[[Sequence[Unit]], Iterator[Mapping[str, int]]],
    take_out: Callable[[Sequence[Leaving]], Iterator[object]],
) -> Generator[Progress, None, Report]:
    """Have the units cleaned that have no receipt, and copies taken out; then write what tells of the batch.

    ``clean`` yields what ``clean_unit`` returns, in any order. Raises OutputFailed.
    """
    started = time.monotonic()
    receipts = Receipts(batch)
    pages = failed = 0
    try:
        receipts.begin(batch.configuration)
        units = list(units_of(batch))
        waiting = [unit for unit in units if not receipts.has(unit, batch.retry_failed)]
        position = sum(unit.size for unit in units) - sum(unit.size for unit in waiting)
        try:
            for receipt in clean(waiting):
                pages += receipt["pages"]
                failed += receipt["failed"]
                position += receipt["size"]
                yield Progress(pages, 0, failed, position)
            if batch.job.duplicates != "keep":
                for _ in take_out(list(find_copies(batch, units))):
                    yield Progress(pages, 0, failed, position)
        except (GeneratorExit, KeyboardInterrupt):
            report, failures = receipts.report([unit for unit in units if receipts.has(unit, retry_failed=False)], pages)
            write_reports(batch, report, failures, time.monotonic() - started, finished=False)
            raise
        report, failures = receipts.report(units, pages)
        drop_stale_parts(batch, units)
        if batch.is_file:
            join_units(batch, units)
    except OSError as error:
        raise OutputFailed(str(error)) from error
    write_reports(batch, report, failures, time.monotonic() - started, finished=True)
    return report


def _taken_out(leavings: Sequence[Leaving], batch: Batch) -> Iterator[Leaving]:
    for leaving in leavings:
        leave_out(leaving, batch)
        yield leaving


def plan_units(batch: Batch) -> Plan:
    """``plan_batch`` for what is done in units."""
    receipts = Receipts(batch)
    done = left = 0
    unreadable: list[tuple[str, str]] = []
    for unit in units_of(batch):
        if receipts.has(unit, batch.retry_failed):
            done += receipts.pages(unit)
            continue
        for read in reads_of(unit, batch):
            left += 1
            if not read.is_page and len(unreadable) < LISTED:
                unreadable.append((read.place, read.message))
    return Plan(done + left, done, tuple(unreadable))

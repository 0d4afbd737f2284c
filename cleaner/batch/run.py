"""A batch on one machine: cleaned, written, and entered in the ledger, so that it goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from zlib import crc32

from cleaner.batch.copies import CopyOf
from cleaner.batch.ledger import Done, Entry, Ledger, forget_ledger
from cleaner.batch.pages import Job
from cleaner.batch.reading import Find, Read, ReadAhead
from cleaner.batch.report import LISTED, Report, Tally, report_of_ledger, run_record
from cleaner.batch.stream import Cleaned, Enough, clean_sources
from cleaner.batch.workers import Limits
from cleaner.cleaners import cleaner_named
from cleaner.errors import InputError
from cleaner.formats import FORMATS
from cleaner.readers import DEFAULT_FIELDS, Fields, reader_named
from cleaner.readers.folder import Source, find_sources, is_folder
from cleaner.version import __version__
from cleaner.writers.file import write_whole
from cleaner.writers.places import is_in_store
from cleaner.writers.results import OneFile, OutputFailed, PageFiles, Parts, Results
from cleaner.writers.rows import ROW_WRITERS

PAGES_A_CHUNK = 5_000  # at most, of which most have failed
CHANGED = "PageChanged"  # the error of a page whose row stands, but is not that of the page as it is now
_CHANGED = "the page has changed since its row was written, and the row stands: clean everything anew with --fresh"


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``of`` shares of the pages, counted from 1."""

    number: int = 1
    of: int = 1

    def has(self, name: str) -> bool:
        return crc32(name.encode("utf-8", "surrogateescape")) % self.of == self.number - 1

    @property
    def label(self) -> str:
        """What keeps its files apart from those of the others; "" where it is the only one."""
        return f"-{self.number}-of-{self.of}" if self.of > 1 else ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be done: the inputs, the output and the job, and how.

    ``out`` is a folder, or a file where the writer writes rows and ``out`` has its suffix; or, where it is done in units
    (``in_units.py``), a prefix in an object store. ``from_`` names the reader of all
    files, "" where their suffixes tell. ``limit`` is the number of pages that are looked at, in order, 0 for all.
    """

    inputs: tuple[str, ...]
    out: Path
    job: Job
    workers: int
    from_: str = ""
    fields: Fields = field(default_factory=lambda: DEFAULT_FIELDS)
    limits: Limits = field(default_factory=Limits)
    shard: Shard = Shard()
    limit: int = 0
    retry_failed: bool = False

    @property
    def is_file(self) -> bool:
        if is_in_store(self.out):
            return False
        writer = ROW_WRITERS.get(self.job.to)
        return writer is not None and self.out.name.endswith(writer.suffix) and not self.out.is_dir()

    @property
    def state(self) -> Path:
        """The folder of the ledger, and of parts that are not yet joined."""
        return self.reports if self.is_file else self.out / ".batch"

    @property
    def reports(self) -> Path:
        """The folder of run.json and failures.jsonl."""
        return self.out.with_name(self.out.name + ".batch") if self.is_file else self.out

    @property
    def failures(self) -> Path:
        return self.reports / f"failures{self.shard.label}.jsonl"

    @property
    def ledger(self) -> Path:
        return self.state / f"ledger{self.shard.label}.sqlite"

    @property
    def sites(self) -> Path:
        """The templates that are learned from this batch's own pages."""
        return self.state / f"sites{self.shard.label}.json"

    @property
    def units(self) -> Path:
        """The folder of receipts where many machines do the work; there is no ledger then."""
        return self.state / f"units{self.shard.label}"

    @property
    def configuration(self) -> dict[str, str]:
        """What results depend on beside the pages."""
        return {
            "cleaner": self.job.cleaner,
            "cleaner version": cleaner_named(self.job.cleaner).version,
            "version": __version__,
            "to": self.job.to,
            "explain": self.job.explain,
            "duplicates": self.job.duplicates,
            "sites": hashlib.sha256(self.job.sites.read_bytes()).hexdigest()[:16] if self.job.sites else "",
            "from": self.from_,
            "fields": json.dumps(dict(self.fields)),
            "shard": f"{self.shard.number}/{self.shard.of}",
        }

    def find(self) -> Find:
        """What finds the files of this batch, for a process of its own to call."""
        return partial(_find, self.inputs, (self.out, self.state), self.from_, self.shard if self.shares_files else Shard())

    @property
    def shares_files(self) -> bool:
        """Shares are of files; of the pages where a single file is all there is."""
        return len(self.inputs) > 1 or is_folder(self.inputs[0]) or any(character in self.inputs[0] for character in "*?[")

    def has(self, read: Read) -> bool:
        """Whether the page belongs to this batch's share."""
        return self.shares_files or self.shard.has(read.place)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: its pages, those passed over as earlier runs had done them, failures, bytes read of the files."""

    pages: int
    passed_over: int
    failed: int
    position: int


def run_batch(batch: Batch) -> Generator[Progress, None, Report]:
    """Do it, and go on where an earlier run of the same batch stopped; returns the report of all runs.

    Results come chunk by chunk: a process that is killed, or a disk that is full, loses what it did since the last, and the
    next run does it again. Every page ends up in the output once. ``run.json`` and ``failures.jsonl`` are written at the
    end, also when the generator is closed before.

    Raises InputError for inputs that are not there, for an output of another configuration or another process;
    OutputFailed where results cannot be written.
    """
    assert not is_in_store(batch.out), "run_in_store writes to stores"
    if batch.units.exists():
        raise InputError(f"{batch.out} was begun with --engine ray: go on with that, or choose another output")
    with Ledger(batch.ledger, batch.configuration) as ledger:
        started = time.monotonic()
        run = _Run(batch, ledger)
        try:
            yield from run.steps()
        except (GeneratorExit, KeyboardInterrupt):
            write_copies(batch, ledger.copies.all())
            report = report_of_ledger(ledger, run.pages, gone=0)
            write_reports(batch, report, ledger.failures(), time.monotonic() - started, finished=False)
            raise
        write_copies(batch, ledger.copies.all())
        report = report_of_ledger(ledger, run.pages, run.gone)
        write_reports(batch, report, ledger.failures(), time.monotonic() - started, finished=True)
        return report


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do: pages in all, those of them that are done, and those that cannot be read, by message."""

    pages: int
    done: int
    unreadable: tuple[tuple[str, str], ...]


def plan_batch(batch: Batch) -> Plan:
    """Read everything and write nothing."""
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger(batch.ledger, batch.configuration)) if batch.ledger.exists() else None
        choice = _Choice(batch, ledger, _results(batch, ledger) if ledger else None)
        reader = ReadAhead(batch.find(), batch.fields)
        stack.callback(reader.stop)
        unreadable: list[tuple[str, str]] = []
        with suppress(Enough):
            while (read := reader.take()) is not None:
                if choice.wants(read) and not read.is_page and len(unreadable) < LISTED:
                    unreadable.append((read.place, read.message))
        return Plan(choice.seen, choice.passed_over, tuple(unreadable))


def forget(batch: Batch) -> None:
    """Delete the ledger of earlier runs, and the rows that they wrote; the next run begins anew. Files of pages stay.

    Raises InputError while another process is writing there.
    """
    forget_ledger(batch.ledger)
    batch.sites.unlink(missing_ok=True)
    for receipt in list(batch.units.glob("*")):
        receipt.unlink()
    if batch.units.exists():
        batch.units.rmdir()
    if batch.job.to in ROW_WRITERS:
        for part in _parts(batch).files():
            part.unlink()
    if batch.is_file:
        batch.out.unlink(missing_ok=True)


class _Choice:
    """Which pages a run cleans: those of its share that no earlier run has done."""

    def __init__(self, batch: Batch, ledger: Ledger | None, results: Results | None) -> None:
        self._batch = batch
        self._ledger = None if ledger is None or ledger.is_empty else ledger
        self._results = results
        self.seen = 0
        self.passed_over = 0
        self.changed: list[Done] = []

    def wants(self, read: Read) -> bool:
        """Raises Enough beyond the limit of pages."""
        if not self._batch.has(read):
            return False
        if self._batch.limit and self.seen >= self._batch.limit:
            raise Enough
        self.seen += 1
        entry = self._ledger.entry(read.place) if self._ledger else None
        wanted = entry is None or self._wants_again(read, entry)
        self.passed_over += not wanted
        return wanted

    def _wants_again(self, read: Read, entry: Entry) -> bool:
        is_same = entry.content == read.digest
        if entry.status in ("failed", "copy"):
            return not is_same or (entry.status == "failed" and self._batch.retry_failed)
        if not read.is_page:
            return False
        assert self._results is not None
        if is_same:
            return not self._results.is_there(read.target, entry.size)
        if self._batch.job.to in ROW_WRITERS:
            self.changed.append(Done(read.place, entry.content, entry.status, entry.size, CHANGED, _CHANGED))
            return False
        return True


class _Run:
    """One run: takes what comes out of the stream, writes it, and closes chunks."""

    def __init__(self, batch: Batch, ledger: Ledger) -> None:
        self._batch = batch
        self._ledger = ledger
        self._results = _results(batch, ledger)
        self._choice = _Choice(batch, ledger, self._results)
        self._chunk = ledger.next_chunk()
        self._done: list[Done] = []
        self._tally = Tally()
        self.pages = 0

    @property
    def gone(self) -> int:
        """Pages of earlier runs that this one, which is at its end, has not seen; 0 where it did not look at all pages."""
        return 0 if self._batch.limit else sum(self._ledger.counts().values()) - self._choice.seen

    def steps(self) -> Generator[Progress, None, None]:
        batch = self._batch
        stream = clean_sources(
            batch.find(), batch.job, batch.workers, wanted=self._choice.wants, fields=batch.fields, limits=batch.limits
        )
        failed = 0
        with closing(stream):
            for cleaned in stream:
                done = self._take(cleaned)
                self.pages += 1
                failed += done.status == "failed"
                yield Progress(self.pages, self._choice.passed_over, failed, cleaned.position)
        self._close_chunk()
        self._results.finish()

    def _take(self, cleaned: Cleaned) -> Done:
        done = self._left_out(cleaned) or settle(cleaned, self._results)
        self._done.append(done)
        if done.status in ("ok", "empty"):
            self._tally.add(cleaned.outcome)
        if self._results.chunk_is_full or len(self._done) >= PAGES_A_CHUNK:
            self._close_chunk()
        return done

    def _left_out(self, cleaned: Cleaned) -> Done | None:
        """A page that is a copy of an earlier one, where those are to be left out; in any case copies are noted."""
        outcome = cleaned.outcome
        if outcome.fingerprint is None or self._ledger.copies.enter(outcome.place, outcome.fingerprint) is None:
            return None
        return Done(outcome.place, cleaned.digest, "copy", 0) if self._batch.job.duplicates == "first" else None

    def _close_chunk(self) -> None:
        """The results first, and then the ledger: what is entered there stands."""
        self._done += self._choice.changed
        self._choice.changed.clear()
        if not self._done:
            return
        self._results.close_chunk(self._chunk)
        self._ledger.add_chunk(self._chunk, self._done, self._tally.as_json())
        self._chunk += 1
        self._done.clear()
        self._tally = Tally()


def settle(cleaned: Cleaned, results: Results) -> Done:
    """Hand a page's result over, if it has one, and say what became of the page. Raises OutputFailed."""
    outcome = cleaned.outcome
    if outcome.error:
        return Done(outcome.place, cleaned.digest, "failed", 0, outcome.error, outcome.message)
    try:
        size = results.add(outcome.target, outcome.content)
    except InputError as error:
        return Done(outcome.place, cleaned.digest, "failed", 0, type(error).__name__, str(error))
    return Done(outcome.place, cleaned.digest, "empty" if outcome.is_empty else "ok", size)


def _results(batch: Batch, ledger: Ledger) -> Results:
    """Where the results go, with what a run that was killed left unfinished out of the way."""
    if batch.job.to not in ROW_WRITERS:
        return PageFiles(batch.out, FORMATS[batch.job.to].suffix)
    if batch.is_file and ledger.is_empty and batch.out.exists():
        raise InputError(f"{batch.out} is there already: choose another name, or replace it with --fresh")
    parts = _parts(batch)
    parts.drop_from(ledger.next_chunk())
    return OneFile(batch.out, parts, ledger) if batch.is_file else parts


def _parts(batch: Batch) -> Parts:
    return Parts(
        batch.state if batch.is_file else batch.out,
        ROW_WRITERS[batch.job.to],
        batch.shard.label,
        opens_each=not batch.is_file,
    )


def write_copies(batch: Batch, copies: Iterable[CopyOf]) -> None:
    """``duplicates.jsonl`` has an object a copy, with the first page that has the text. Raises OutputFailed."""
    if batch.job.duplicates == "keep":
        return
    rows = ({"path": it.place, "first": it.first, "alike": it.alike, "exact": it.exact} for it in copies)
    path = batch.reports / f"duplicates{batch.shard.label}.jsonl"
    try:
        write_whole(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    except OSError as error:
        raise OutputFailed(f"{path} cannot be written: {error.strerror or error}") from error


def write_reports(
    batch: Batch, report: Report, failures: Iterable[tuple[str, str, str]], seconds: float, finished: bool
) -> None:
    """``failures.jsonl`` has an object a failed page, sorted by place; an empty file says that none failed.

    ``failures`` are (place, error, message). Raises OutputFailed.
    """
    rows = ({"path": place, "error": error, "message": message} for place, error, message in failures)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    record = run_record(report, batch.configuration, finished, seconds)
    try:
        write_whole(batch.failures, lines)
        write_whole(batch.reports / f"run{batch.shard.label}.json", json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise OutputFailed(f"the reports in {batch.reports} cannot be written: {error.strerror or error}") from error


def _find(inputs: Sequence[str], outputs: Sequence[Path], from_: str, shard: Shard) -> Iterator[Source]:
    """The files of a share of the inputs."""
    reader = reader_named(from_) if from_ else None
    return (source for source in find_sources(inputs, outputs, reader) if shard.has(source.name))

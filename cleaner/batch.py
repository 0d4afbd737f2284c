"""Many pages, cleaned by worker processes: each page is its own unit of failure."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from pathlib import Path

from cleaner.errors import CleanerError
from cleaner.formats import format_named, word_count
from cleaner.pipeline import clean
from cleaner.readers.file import read_file
from cleaner.readers.folder import Source
from cleaner.types import Document, Page
from cleaner.writers.file import part_of, write_whole


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every page of a batch: the cleaner's and the format's name, and the folder results go to."""

    cleaner: str
    to: str
    out: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page. ``error`` names what went wrong, ``message`` says it; both are empty when nothing did.

    ``removed_words`` counts words by the wire name of the reason.
    """

    source: Source
    error: str = ""
    message: str = ""
    empty: bool = False
    kept_words: int = 0
    removed_words: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """A batch in figures, and its failures."""

    pages: int = 0
    empty: int = 0
    kept_words: int = 0
    removed_words: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.pages += 1
        self.empty += outcome.empty
        self.kept_words += outcome.kept_words
        self.removed_words.update(outcome.removed_words)
        if outcome.error:
            self.failures.append(outcome)


def clean_sources(sources: Sequence[Source], job: Job, workers: int) -> Generator[Outcome, None, None]:
    """Clean every source in ``workers`` processes and write the results; outcomes come as they are ready, in any order.

    What is written depends on the page alone: not on order, on the number of workers, or on the time taken. A page that
    cannot be cleaned, or takes its worker down, is an outcome with an error; the others go on. When the iterator is
    closed early, pages in work are given up and leave no half-written file.
    """
    for source in sources:
        if source.problem:
            yield Outcome(source, "InputError", source.problem)
    queue = iter([source for source in sources if not source.problem])
    context = _context()
    busy: dict[Connection, _Worker] = {}
    try:
        for source in islice(queue, workers):
            worker = _Worker(context, job, source)
            busy[worker.connection] = worker
        while busy:
            for ready in wait(list(busy)):
                worker = busy.pop(ready)  # type: ignore[call-overload]
                outcome = worker.outcome()
                following = next(queue, None)
                if following is None:
                    worker.stop()
                else:
                    worker = worker.go_on(following)
                    busy[worker.connection] = worker
                yield outcome
    finally:
        for worker in busy.values():
            worker.stop()


def clean_one(source: Source, job: Job) -> Outcome:
    """Read, clean and write one page."""
    try:
        content = read_file(source.path)
        document = clean(Page(id=source.name, content=content), cleaner=job.cleaner)
        written = format_named(job.to).render(replace(document, timings_ms={}))  # the same page gives the same file
        write_whole(job.out / source.target, written)
    except CleanerError as error:
        return Outcome(source, type(error).__name__, str(error))
    except OSError as error:
        return Outcome(source, type(error).__name__, f"the result cannot be written: {error}")
    except Exception as error:  # one page never ends a batch
        return Outcome(source, type(error).__name__, f"the cleaner broke on this page: {error!r}"[:500])
    return _counted(source, document)


def default_workers() -> int:
    """The processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Worker:
    """A process that cleans one page after another, and the page it has now."""

    def __init__(self, context: BaseContext, job: Job, source: Source) -> None:
        self._context = context
        self._job = job
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, job), daemon=True)  # type: ignore[attr-defined]
        self._process.start()
        theirs.close()
        self._source: Source | None = None
        self._take(source)

    def outcome(self) -> Outcome:
        """What became of the page; waits until it is known."""
        assert self._source is not None
        try:
            outcome: Outcome = self.connection.recv()
        except (EOFError, OSError):
            return Outcome(self._source, "WorkerDied", self._how_it_died())
        self._source = None
        return outcome

    def go_on(self, source: Source) -> _Worker:
        """Take the next page; where this process has died, in a new one."""
        if self._source is not None or not self._process.is_alive():
            self.stop()
            return _Worker(self._context, self._job, source)
        self._take(source)
        return self

    def stop(self) -> None:
        """End the process; a page it still has is given up, and what it wrote of it goes."""
        self.connection.close()
        if self._source is not None:
            self._process.terminate()
        self._process.join()
        if self._source is not None:
            part_of(self._job.out / self._source.target).unlink(missing_ok=True)

    def _take(self, source: Source) -> None:
        self._source = source
        with suppress(OSError):  # it has died since; the end of its connection tells so
            self.connection.send(source)

    def _how_it_died(self) -> str:
        self._process.join()
        code = self._process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"the worker process died over this page ({how}); too little memory is the usual cause"


def _context() -> BaseContext:
    """Processes start from a small clean server where the system has one: forking a process with threads may hang."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cleaner.batch"])
    return context


def _work(connection: Connection, job: Job) -> None:
    """The life of a worker process: until the other end of its connection closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what happens
    gc.freeze()  # phrase lists and tables stay for good: not to be looked through with each page's garbage
    while True:
        try:
            source = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(clean_one(source, job))


def _counted(source: Source, document: Document) -> Outcome:
    removed: Counter[str] = Counter()
    for piece in document.removed:
        removed[piece.reason.value] += word_count(piece.text)
    kept = sum(word_count(block.text) for block in document.kept)
    return Outcome(source, empty=document.status == "empty", kept_words=kept, removed_words=dict(removed))

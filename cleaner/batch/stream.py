"""Files in, outcomes out: in order, as many at once as there are workers, and never more in memory than that needs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from multiprocessing.connection import wait

from cleaner.batch.pages import Outcome, Task
from cleaner.batch.reading import SILENT_SECONDS, Find, Read, ReadAhead
from cleaner.batch.workers import Limits, Ticket, Worker
from cleaner.readers import DEFAULT_FIELDS, Fields

PAGES_ON_THE_WAY = 64  # a worker, between the oldest that is not done and the newest that is read
BYTES_ON_THE_WAY = 100_000_000  # of pages that wait for an older one, which stand for their results as well


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of the next page in order, the hash of all its result depends on, and how far reading is in bytes."""

    outcome: Outcome
    digest: bytes
    position: int


def clean_sources(
    find: Find,
    task: Task,
    workers: int,
    *,
    wanted: Callable[[Read], bool] = lambda read: True,
    fields: Fields = DEFAULT_FIELDS,
    limits: Limits = Limits(),  # noqa: B008  # immutable
) -> Generator[Cleaned, None, None]:
    """Do the task with the pages of all files in ``workers`` processes; what became of them comes in the order of the pages.

    What comes depends on the pages alone: not on the number of workers, nor on the time taken, unless a page passes a
    limit. A page that does, or takes its worker down, has failed; the others go on. A process that is killed from outside
    is replaced, and its page cleaned again. Pages that are not ``wanted`` are passed over; where it raises
    Enough, reading ends.

    Raises InputError when an input is not there. When the generator is closed, all processes are ended.
    """
    stream = _Stream(find, task, workers, wanted, fields, limits)
    try:
        while (cleaned := stream.next()) is not None:
            yield cleaned
    finally:
        stream.stop()


class Enough(Exception):
    """Raised by ``wanted``: no page beyond those that were wanted before is to be read."""


class _Stream:
    """The pages on their way: read, given out, and waiting for older ones."""

    def __init__(
        self, find: Find, task: Task, workers: int, wanted: Callable[[Read], bool], fields: Fields, limits: Limits
    ) -> None:
        self._task = task
        self._limits = limits
        self._wanted = wanted
        self._most_workers = workers
        self._workers: list[Worker] = []
        self._queue: deque[Ticket] = deque()  # not yet given out
        self._tickets: deque[Ticket] = deque()  # all that are on their way, in order
        self._bytes = 0
        self._reader: ReadAhead | None = ReadAhead(find, fields)
        self._heard = time.monotonic()  # of the reader, or began to listen

    def next(self) -> Cleaned | None:
        """What became of the next page; None at the end."""
        while not (self._tickets and self._tickets[0].outcome):
            if self._reader is None and not self._tickets:
                return None
            self._step()
        ticket = self._tickets.popleft()
        assert ticket.outcome is not None
        self._bytes -= len(ticket.read.packed)
        return Cleaned(ticket.outcome, ticket.read.digest, ticket.read.position)

    def stop(self) -> None:
        if self._reader is not None:
            self._reader.stop()
        for worker in self._workers:
            worker.end()

    def _step(self) -> None:
        """Give out pages, then wait until something happens, and see to it."""
        self._give_out()
        busy = {worker.connection: worker for worker in self._workers if not worker.is_idle}
        listening = self._reader is not None and self._has_room()
        connections = list(busy)
        if listening and self._reader is not None:
            connections.append(self._reader.connection)
        else:
            self._heard = time.monotonic()
        ready = wait(connections, self._patience(listening))
        for connection in ready:
            worker = busy.get(connection)  # type: ignore[call-overload]
            if worker is None:
                self._read()
            else:
                self._again(worker.collect())
        for worker in self._workers:
            self._again(worker.stop_if_late())
        if listening and not ready:
            self._see_to_the_reader()

    def _give_out(self) -> None:
        while self._queue:
            ticket = self._queue[0]
            worker = next((worker for worker in self._workers if worker.is_idle), None)
            if worker is None and len(self._workers) < self._most_workers:
                worker = Worker(self._task, self._limits)
                self._workers.append(worker)
            if worker is None:
                worker = next((worker for worker in self._workers if worker.takes(ticket)), None)
            if worker is None:
                return
            worker.give(self._queue.popleft())

    def _has_room(self) -> bool:
        return (
            len(self._queue) < self._most_workers
            and len(self._tickets) < PAGES_ON_THE_WAY * self._most_workers
            and self._bytes < BYTES_ON_THE_WAY
        )

    def _patience(self, listening: bool) -> float:
        deadlines = [worker.deadline for worker in self._workers if not worker.is_idle]
        if listening:
            deadlines.append(self._heard + SILENT_SECONDS)
        return max(0.0, min(deadlines) - time.monotonic())

    def _read(self) -> None:
        assert self._reader is not None
        self._enter(self._reader.take())

    def _enter(self, read: Read | None) -> None:
        self._heard = time.monotonic()
        try:
            if read is not None and not self._wanted(read):
                return
        except Enough:
            read = None
        if read is None:
            assert self._reader is not None
            self._reader.stop()
            self._reader = None
            return
        ticket = Ticket(read)
        self._tickets.append(ticket)
        self._bytes += len(read.packed)
        if read.is_page:
            self._queue.append(ticket)
        else:
            ticket.outcome = Outcome(read.place, error=read.error, message=read.message)

    def _again(self, tickets: list[Ticket]) -> None:
        self._queue.extendleft(reversed(tickets))

    def _see_to_the_reader(self) -> None:
        if self._reader is not None and time.monotonic() >= self._heard + SILENT_SECONDS:
            self._enter(self._reader.give_up_file())

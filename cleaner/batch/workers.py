"""Worker processes that clean pages, each watched: how long a page takes, what it takes, and whether it kills."""

from __future__ import annotations

import resource
import signal
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection

from cleaner.batch.pages import Outcome, Task
from cleaner.batch.processes import KILLED_FROM_OUTSIDE, Watched, limit_cpu, limit_memory, name_of_death
from cleaner.batch.reading import Read

PAGES_A_LIFE = 5_000  # after which a worker process is replaced: memory that libraries leak goes with it
GROWTH = 300_000_000  # bytes over what a worker began with, after which it is replaced as well
SMALL = 50_000  # bytes; the system takes a message of this size without the worker reading it
_TRIES = 3  # at a page whose worker is killed from outside each time


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may take: seconds by the clock, seconds of CPU, and bytes of memory beyond what a worker begins with."""

    seconds: float = 60.0
    cpu_seconds: float = 60.0
    memory: int = 1_000_000_000


@dataclass(slots=True)
class Ticket:
    """A page on its way: what was read, how often its worker was killed, and what became of it."""

    read: Read
    tries: int = 0
    outcome: Outcome | None = None


class Worker:
    """A process that cleans one page after another. It holds the page that it has, and one more where that is small."""

    def __init__(self, task: Task, limits: Limits) -> None:
        self._task = task
        self._limits = limits
        self._tickets: deque[Ticket] = deque()
        self._process = Watched(_work, task, limits)
        self._since = time.monotonic()

    @property
    def connection(self) -> Connection:
        return self._process.connection

    @property
    def is_idle(self) -> bool:
        return not self._tickets

    @property
    def deadline(self) -> float:
        """When the page that it has is late, by time.monotonic."""
        return self._since + self._limits.seconds

    def takes(self, ticket: Ticket) -> bool:
        """Whether the page can be given to it now without waiting."""
        if self.is_idle:
            return True
        return len(self._tickets) == 1 and ticket.tries == 0 and len(ticket.read.packed) <= SMALL

    def give(self, ticket: Ticket) -> None:
        """Raises nothing when the process is dead: ``collect`` tells so."""
        if self.is_idle:
            self._since = time.monotonic()
        self._tickets.append(ticket)
        try:
            self._process.connection.send_bytes(ticket.read.packed)
        except OSError:
            return

    def collect(self) -> list[Ticket]:
        """Settle the page it has, now that its connection is ready; returns those to be given out anew.

        When the process died, it is replaced. Its page is tried again where somebody took the process away; where it died
        by itself, or again and again, the page has failed.
        """
        try:
            outcome, is_tired = self._process.connection.recv()
        except (EOFError, OSError):
            return self._bury(self._process.death())
        self._tickets.popleft().outcome = outcome
        self._since = time.monotonic()
        return self._renew() if is_tired else []

    def stop_if_late(self) -> list[Ticket]:
        """Kill the process over a page that is late, which has failed; returns the pages to be given out anew."""
        if self.is_idle or time.monotonic() < self.deadline:
            return []
        late = self._tickets.popleft()
        late.outcome = _refused(late, f"the page takes more than {self._limits.seconds:g} seconds")
        return self._renew()

    def end(self) -> None:
        if self.is_idle:
            self._process.let_end()
        else:
            self._process.end()

    def _bury(self, number: int) -> list[Ticket]:
        if self._tickets:
            ticket = self._tickets[0]
            ticket.tries += 1
            if number not in KILLED_FROM_OUTSIDE or ticket.tries >= _TRIES:
                self._tickets.popleft().outcome = self._obituary(ticket, number)
        return self._renew()

    def _obituary(self, ticket: Ticket, number: int) -> Outcome:
        if number == signal.SIGXCPU:
            return _refused(ticket, f"the page takes more than {self._limits.cpu_seconds:g} seconds of CPU")
        message = f"the worker process died over this page ({name_of_death(number)}); too little memory is the usual cause"
        return Outcome(ticket.read.place, error="WorkerDied", message=message)

    def _renew(self) -> list[Ticket]:
        """A new process; what the old one had besides is to be given out anew."""
        waiting = list(self._tickets)
        self._tickets.clear()
        self._process.end()
        self._process = Watched(_work, self._task, self._limits)
        self._since = time.monotonic()
        return waiting


def _refused(ticket: Ticket, message: str) -> Outcome:
    return Outcome(ticket.read.place, error="PageRefused", message=f"{message}: raise the limit, or leave it out")


def _work(connection: Connection, task: Task, limits: Limits) -> None:
    """The life of a worker process: until the other end of its connection closes."""
    work = task.begin()
    limit_memory(limits.memory)
    begin = _resident()
    pages = 0
    while True:
        found = connection.recv()
        limit_cpu(limits.cpu_seconds)
        outcome = work(found)
        pages += 1
        is_tired = pages >= PAGES_A_LIFE or _resident() - begin > GROWTH
        connection.send((outcome, is_tired))


def _resident() -> int:
    """Bytes of memory that the process holds now."""
    try:
        with open("/proc/self/statm", encoding="ascii") as status:
            return int(status.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0

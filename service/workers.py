"""A bounded pool of supervised worker processes: the one place where pages are read and cleaned.

Processes, not threads: cleaning is Python and C code that holds the interpreter lock, a timer cannot stop it, and a page that
takes the interpreter down must not take the service with it. Each process works on one page at a time, so it is known which
page a process died over; one that takes too long is killed, and a new one is there in a fraction of a second, as it is forked
from a process that has read the model already.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.context
import os
import pickle
import queue
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar, cast

Job = TypeVar("Job")
Result = TypeVar("Result")

MAX_JOBS = 5_000  # of one process, which then makes room for a new one: no leak of a library grows for ever
_LOOK_EVERY_S = 0.1
_NOTHING = pickle.dumps((bool, 0), pickle.HIGHEST_PROTOCOL)  # a job that tells that a process is ready for others


class WorkersBusy(Exception):
    """Every worker has a job and the queue is full."""


class WorkerDied(Exception):
    """The process ended while it worked on this job, and so did a second one: the job itself kills it."""


class WorkerTimedOut(Exception):
    """The job took longer than it may; its process was killed."""


class JobTooBig(Exception):
    """The job needs more memory than a worker may have."""


class Workers:
    """Runs jobs in ``count`` processes; ``queue`` more may wait. To be used from one event loop at a time.

    A job gets ``seconds`` of wall-clock time and ``memory`` bytes beside what a process has when it starts. A heavy job is
    one that leaves a worker to the others: at most ``count - 1`` heavy ones run at once, where there is more than one worker.
    ``begin`` is pickled, and called by each process before its first job.
    """

    def __init__(
        self,
        count: int,
        queue: int,
        *,
        seconds: float = 8.0,
        memory: int = 1_000_000_000,
        begin: Callable[[], None] | None = None,
    ) -> None:
        self.count = count
        self.limit = count + queue
        self.waiting = 0  # jobs in the queue or at work
        self.deaths = 0
        self.timeouts = 0
        self._processes = _Processes(count, seconds, memory, begin)
        self._threads = ThreadPoolExecutor(count, "worker")
        self._heavy_threads = ThreadPoolExecutor(max(1, count - 1), "worker-heavy")

    @property
    def full(self) -> bool:
        return self.waiting >= self.limit

    @property
    def pids(self) -> list[int]:
        """The processes that live now."""
        return self._processes.pids()

    def start(self) -> None:
        """Start all processes now, without waiting for them."""
        for _ in range(self.count):
            self._threads.submit(self._processes.start_one)

    async def run(self, work: Callable[[Job], Result], job: Job, *, heavy: bool = False) -> Result:
        """``work(job)`` in a worker process. Both, and the result, are pickled; what ``work`` raises is raised here.

        Raises WorkersBusy at once when the queue is full, WorkerDied, WorkerTimedOut and JobTooBig.
        """
        if self.full:
            raise WorkersBusy
        self.waiting += 1
        try:
            threads = self._heavy_threads if heavy else self._threads
            asked = pickle.dumps((work, job), pickle.HIGHEST_PROTOCOL)
            answer = await asyncio.get_running_loop().run_in_executor(threads, self._processes.ask, asked)
        except WorkerDied:
            self.deaths += 1
            raise
        except WorkerTimedOut:
            self.timeouts += 1
            raise
        finally:
            self.waiting -= 1
        result = pickle.loads(answer)  # noqa: S301  # written by our own process
        if isinstance(result, MemoryError):
            raise JobTooBig
        if isinstance(result, BaseException):
            raise result
        return cast(Result, result)

    def renew(self, begin: Callable[[], None]) -> None:
        """Replace the processes one after another by such as begin so; meanwhile jobs are done by either.

        Each is replaced when it has no job, and its successor is ready before. Returns when all of them are.
        """
        self._processes.renew(begin)

    async def room(self) -> None:
        """Wait until the queue has a place; for what comes in streams and can wait."""
        while self.full:
            await asyncio.sleep(_LOOK_EVERY_S / 4)

    def close(self) -> None:
        """End the processes; waiting jobs are cancelled, running ones are finished."""
        self._threads.shutdown(cancel_futures=True)
        self._heavy_threads.shutdown(cancel_futures=True)
        self._processes.close()

    def kill(self) -> None:
        """End the processes at once; who waits for a running job gets WorkerDied."""
        self._processes.kill()
        self.close()


class _Process:
    """One worker process and our end of the pipe to it."""

    def __init__(self, memory: int, begin: Callable[[], None] | None) -> None:
        context = _context()
        self.begin = begin
        self.ours, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, memory, begin), daemon=True)
        self.process.start()
        theirs.close()
        self.jobs = 0
        self.overdue_at: float | None = None
        self.overdue = False

    def ask(self, asked: bytes) -> bytes:
        """The answer. Raises EOFError or OSError when the process ends before it has one."""
        self.jobs += 1
        self.ours.send_bytes(asked)
        return self.ours.recv_bytes()

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.ours.close()
        self.process.close()


class _Processes:
    """As many processes as there may be, started when they are asked for; shared by threads."""

    def __init__(self, count: int, seconds: float, memory: int, begin: Callable[[], None] | None) -> None:
        self._count = count
        self._seconds = seconds
        self._memory = memory
        self._begin = begin
        self._idle: queue.SimpleQueue[_Process | None] = queue.SimpleQueue()  # None: a place for one that is yet to be started
        for _ in range(count):
            self._idle.put(None)
        self._alive: set[_Process] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._supervisor: threading.Thread | None = None

    def pids(self) -> list[int]:
        with self._lock:
            return [process.process.pid for process in self._alive if process.process.pid is not None]

    def start_one(self) -> None:
        place = self._idle.get()
        self._idle.put(place or self._new())

    def ask(self, asked: bytes) -> bytes:
        """The answer to a job, from a process that had nothing to do. Raises WorkerDied, WorkerTimedOut."""
        process = self._idle.get()
        try:
            for _ in range(2):
                if process is None:
                    process = self._new()
                if self._closed.is_set():
                    break
                try:
                    with self._watched(process):
                        answer = process.ask(asked)
                except (EOFError, OSError):
                    if self._closed.is_set():
                        break
                    overdue = process.overdue
                    self._end(process)
                    process = None
                    if overdue:
                        raise WorkerTimedOut from None
                    continue  # somebody else may have killed it; a job that kills a second one does so itself
                if process.jobs >= MAX_JOBS:
                    self._end(process)
                    process = None
                return answer
            raise WorkerDied
        finally:
            self._idle.put(process)

    def renew(self, begin: Callable[[], None]) -> None:
        self._begin = begin
        for _ in range(self._count):
            successor = self._new()
            with suppress(EOFError, OSError):  # one that does not live is replaced as others are
                successor.ask(_NOTHING)
            if not self._put_in(successor):
                self._end(successor)
                return

    def _put_in(self, successor: _Process) -> bool:
        """Let it take the place of a process of before, when one is idle; False when there is none, or all are closed."""
        while not self._closed.is_set():
            place = self._idle.get()
            if place is None or place.begin is not successor.begin:
                self._idle.put(successor)
                if place is not None:
                    self._end(place)
                return True
            self._idle.put(place)
            with self._lock:
                if all(process.begin is successor.begin for process in self._alive):
                    return False
            self._closed.wait(_LOOK_EVERY_S)
        return False

    def kill(self) -> None:
        self._closed.set()
        with self._lock:
            for process in self._alive:
                process.process.kill()

    def close(self) -> None:
        self._closed.set()
        with self._lock:
            alive = list(self._alive)
            self._alive.clear()
        for process in alive:
            process.end()
        if self._supervisor is not None:
            self._supervisor.join()

    def _new(self) -> _Process:
        process = _Process(self._memory, self._begin)
        with self._lock:
            self._alive.add(process)
            if self._supervisor is None:
                self._supervisor = threading.Thread(target=self._supervise, name="worker-supervisor", daemon=True)
                self._supervisor.start()
        return process

    def _end(self, process: _Process) -> None:
        with self._lock:
            self._alive.discard(process)
        process.end()

    @contextmanager
    def _watched(self, process: _Process) -> Iterator[None]:
        process.overdue_at = time.monotonic() + self._seconds
        try:
            yield
        finally:
            process.overdue_at = None

    def _supervise(self) -> None:
        """Kill what is overdue; whoever waits for its answer then finds the pipe at its end."""
        while not self._closed.wait(_LOOK_EVERY_S):
            now = time.monotonic()
            with self._lock:
                for process in self._alive:
                    if process.overdue_at is not None and process.overdue_at < now:
                        process.overdue = True
                        process.process.kill()


def _context() -> multiprocessing.context.ForkServerContext:
    # Not fork: a process that runs threads cannot be forked safely, and a worker shall inherit no open connection.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["service.worker"])
    return context


def _serve(pipe: Connection, memory: int, begin: Callable[[], None] | None) -> None:
    """What a worker process does: jobs from the pipe, one after the other, until the service ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the service's to answer
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if begin is not None:
        begin()
    _limit_memory(memory)
    while True:
        try:
            asked = pipe.recv_bytes()
        except EOFError:
            return
        try:
            work, job = pickle.loads(asked)  # noqa: S301  # written by the service
            result = work(job)
            answer = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
        except MemoryError as error:
            pipe.send_bytes(pickle.dumps(error))
            return  # what is left of the job may still hold the memory
        except Exception as error:  # the outermost loop of a worker
            answer = pickle.dumps(error, pickle.HIGHEST_PROTOCOL)
        del asked
        pipe.send_bytes(answer)


def _limit_memory(memory: int) -> None:
    statm = Path("/proc/self/statm")
    if statm.exists():  # Linux; elsewhere only the time is limited
        most = int(statm.read_text().split()[0]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

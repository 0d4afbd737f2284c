"""A bounded pool of worker processes: the one place where cleaning runs.

Processes, not threads: cleaning is Python and C code that holds the interpreter lock, so threads would neither use a
second core nor leave the event loop its share while a single regular expression runs over ten megabytes. And a page
that takes the interpreter down takes a worker down, not the service.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class WorkersBusy(Exception):
    """Every worker has a job and the queue is full."""


class WorkerDied(Exception):
    """A worker process ended (killed, out of memory, a crash in native code) while this job was in its pool."""


class Workers:
    """Runs jobs in ``count`` processes; ``queue`` more may wait. To be used from one event loop."""

    def __init__(self, count: int, queue: int) -> None:
        self._count = count
        self._limit = count + queue
        self._jobs = 0
        self._pool = self._new_pool()

    @property
    def full(self) -> bool:
        return self._jobs >= self._limit

    def start(self, first_job: Callable[[], object]) -> None:
        """Start all processes now, without waiting for them, and let each run ``first_job`` (imports, say)."""
        for _ in range(self._count):
            self._pool.submit(first_job)

    async def run(self, work: Callable[[Job], Result], job: Job) -> Result:
        """``work(job)`` in a worker process. Both, and the result, are pickled.

        Raises WorkersBusy at once when the queue is full, and WorkerDied when a process of the pool died meanwhile: which
        job killed it cannot be told. The next job then finds a new pool.
        """
        if self.full:
            raise WorkersBusy
        pool = self._pool
        self._jobs += 1
        try:
            return await asyncio.wrap_future(pool.submit(work, job))
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = self._new_pool()
            raise WorkerDied from None
        finally:
            self._jobs -= 1

    def close(self) -> None:
        """End the processes; waiting jobs are cancelled, running ones are finished."""
        self._pool.shutdown(cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        # spawn: forking a process that runs threads is not safe, and a worker shall not inherit open connections.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=context, initializer=_settle_in)


def _settle_in() -> None:
    """Leave Ctrl-C to the service, and leave with the service even when it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

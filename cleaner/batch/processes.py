"""Processes that other processes watch: how they start, what they may take, and how they died."""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from types import ModuleType

# a process that ends so did not meet its end in the page: somebody, or a system short of memory, took it away
KILLED_FROM_OUTSIDE = frozenset((signal.SIGKILL, signal.SIGTERM, signal.SIGHUP))

_CONTEXT: list[BaseContext] = []


class Watched:
    """A process with a connection to it. It ends when the connection closes, so also when its parent is killed."""

    def __init__(self, target: Callable[..., None], *arguments: object) -> None:
        context = _context()
        self.connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=_run, args=(target, theirs, arguments), daemon=True
        )
        with _no_main_module():
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def end(self) -> None:
        """End it, whatever it is doing."""
        self.connection.close()
        self._process.kill()
        self._process.join()

    def let_end(self) -> None:
        """Close the connection to a process that waits for work, upon which it ends."""
        self.connection.close()
        self._process.join()

    def death(self) -> int:
        """The number of the signal that ended a process whose connection broke; 0 when it ended by itself."""
        self._process.join()
        return max(0, -(self._process.exitcode or 0))


def name_of_death(number: int) -> str:
    return f"signal {signal.Signals(number).name}" if number else "it ended by itself"


def limit_memory(beyond: int) -> None:
    """Let this process take ``beyond`` bytes more than it has now; further ones get a MemoryError."""
    if hasattr(resource, "RLIMIT_DATA"):
        _set_limit(resource.RLIMIT_DATA, _data_bytes() + beyond)


def limit_cpu(seconds: float) -> None:
    """Let this process take so many seconds of CPU from now on; then the system ends it (SIGXCPU), whatever it runs."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set_limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 1)


def _set_limit(which: int, most: int) -> None:
    """Within what the system allows, which may be less."""
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _run(target: Callable[..., None], connection: Connection, arguments: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what happens
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    gc.freeze()  # phrase lists and tables stay for good: not to be looked through with each page's garbage
    try:
        target(connection, *arguments)
    except (EOFError, OSError):
        return  # the other end is gone


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Each process would import this program's main module anew, which takes longer than all else and is not needed there."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _data_bytes() -> int:
    """The private memory that the limit counts; 0 where the system does not tell, so that the limit is of all."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            sizes = dict(line.split(":", 1) for line in status)
        return int(sizes["VmData"].split()[0]) * 1024
    except (OSError, KeyError):
        return 0


def _context() -> BaseContext:
    """Processes start from a small clean server where the system has one: forking a process with threads may hang."""
    if not _CONTEXT:
        if "forkserver" in multiprocessing.get_all_start_methods():
            context: BaseContext = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["cleaner.batch.warm", "cleaner.batch.workers", "cleaner.batch.reading"])
        else:
            context = multiprocessing.get_context("spawn")
        _CONTEXT.append(context)
    return _CONTEXT[0]

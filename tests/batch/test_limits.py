"""Pages that take too much, and workers that die: each costs itself alone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from cleaner.batch import Limits, Outcome, clean_sources
from cleaner.batch.processes import KILLED_FROM_OUTSIDE
from cleaner.batch.workers import GROWTH, PAGES_A_LIFE
from cleaner.readers.folder import find_sources
from cleaner.readers.found import Found
from tests.batch.pages import article, batch, contents, pages, processes_below, run

LONG = 11_000  # times the article, which takes seconds to clean


def failures(out: Path) -> str:
    return (out / "failures.jsonl").read_text()


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(seconds=0.3), "more than 0.3 seconds:"),
        (Limits(cpu_seconds=0.1), "seconds of CPU"),
        (Limits(memory=60_000_000), "memory"),
    ],
    ids=["seconds", "cpu", "memory"],
)
def test_a_page_beyond_a_limit_has_failed_and_the_others_go_on(tmp_path: Path, limits: Limits, told: str) -> None:
    folder = pages(tmp_path / "in", 4)
    (folder / "a-long-page.html").write_text(article(7) * LONG)

    report = run(batch(folder, tmp_path / "out", cleaner="combined", limits=limits))

    assert (report.cleaned, report.failed) == (4, 1)
    assert told in failures(tmp_path / "out")


class _Leaking:
    """A task whose process keeps so many bytes of every page for good; the content of an outcome is the process's number."""

    def __init__(self, leaked: int) -> None:
        self._leaked = leaked

    def begin(self) -> Callable[[Found], Outcome]:
        held: list[bytes] = []

        def work(found: Found) -> Outcome:
            held.append(b"x" * self._leaked)
            return Outcome(found.place, content=str(os.getpid()).encode())

        return work


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="what a process holds is read from /proc")
@pytest.mark.parametrize(
    ("leaked", "count", "lives"), [(GROWTH * 2 // 5, 9, 3), (0, PAGES_A_LIFE + 1, 2)], ids=["memory", "pages"]
)
def test_a_worker_is_replaced_before_it_grows_beyond_bounds(tmp_path: Path, leaked: int, count: int, lives: int) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "It rained."}\n' * count)

    done = list(clean_sources(partial(find_sources, [str(tmp_path)], []), _Leaking(leaked), workers=1))
    pages_of = Counter(one.outcome.content for one in done)

    assert len(done) == count
    assert len(pages_of) == lives
    assert max(pages_of.values()) == (3 if leaked else PAGES_A_LIFE)


def test_a_page_whose_worker_is_killed_is_cleaned_all_the_same(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 4)
    (folder / "a-long-page.html").write_text(article(7) * (LONG // 4))
    run(batch(folder, tmp_path / "undisturbed"))

    with _killing_workers(times=1) as killed:
        report = run(batch(folder, tmp_path / "out"))

    assert len(killed) == 1
    assert report.failed == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "undisturbed")


def test_a_page_whose_workers_are_killed_again_and_again_has_failed(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 4)
    (folder / "a-long-page.html").write_text(article(7) * LONG)

    with _killing_workers(times=3):
        report = run(batch(folder, tmp_path / "out"))

    assert (report.cleaned, report.failed) == (4, 1)
    assert "SIGKILL" in failures(tmp_path / "out")


def test_what_takes_a_process_from_outside_is_no_fault_of_the_page() -> None:
    assert signal.SIGKILL in KILLED_FROM_OUTSIDE
    assert signal.SIGSEGV not in KILLED_FROM_OUTSIDE


class _killing_workers:  # noqa: N801
    """Kills so many of this process's cleaning processes, one after the other, as soon as each has worked a while."""

    def __init__(self, times: int) -> None:
        self._times = times
        self._killed: list[int] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._kill)

    def __enter__(self) -> list[int]:
        self._before = set(processes_below(os.getpid()))
        self._thread.start()
        return self._killed

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _kill(self) -> None:
        while len(self._killed) < self._times and not self._is_over.is_set():
            for pid in processes_below(os.getpid()):
                if pid not in self._before and pid not in self._killed and _cpu_seconds(pid) > 0.1 and _is_worker(pid):
                    os.kill(pid, signal.SIGKILL)
                    self._killed.append(pid)
                    break
            time.sleep(0.02)


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_worker(pid: int) -> bool:
    """A process that was forked from the server, which itself was not forked but started."""
    try:
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        return parent != os.getpid()
    except OSError:
        return False

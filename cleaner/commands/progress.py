"""How far a batch is, on standard error: a bar, lines, or JSON."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from cleaner.batch import Batch, Progress
from cleaner.errors import CleanerError

if TYPE_CHECKING:
    from rich.console import Console

Style = Literal["auto", "lines", "json", "none"]
Result = TypeVar("Result")
Steps: TypeAlias = Generator[Progress, None, Result]

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_BETWEEN_RECORDS = 1.0


class Rate:
    """Pages a second, and when it will be over, by the share of the files' bytes that is read.

    The files are counted in a thread beside; until they are, nothing is said of the end.
    """

    def __init__(self, batch: Batch) -> None:
        self._started = time.monotonic()
        self._total = 0
        self._batch = batch
        threading.Thread(target=self._count, daemon=True).start()

    def told(self, progress: Progress) -> dict[str, float | None]:
        """pages_per_second, share (0 to 1) and eta_seconds, None where they are not known."""
        seconds = time.monotonic() - self._started
        share = min(1.0, progress.position / self._total) if self._total else None
        eta = seconds * (1 - share) / share if share and seconds > 1 else None
        return {
            "pages_per_second": round(progress.pages / seconds, 1) if seconds else None,
            "share": None if share is None else round(share, 4),
            "eta_seconds": None if eta is None else round(eta, 1),
        }

    def _count(self) -> None:
        try:
            self._total = sum(source.size for source in self._batch.find()())
        except CleanerError:
            return  # the run itself says so


def follow(steps: Steps[Result], batch: Batch, style: Style, console: Console) -> Result:
    """Do the steps, telling how far they are; returns what they come to."""
    if style == "none":
        return _follow(steps, lambda progress: None)
    rate = Rate(batch)
    if style == "json":
        return _follow(steps, _every(_SECONDS_BETWEEN_RECORDS, lambda progress: _tell_json(progress, rate, console)))
    if style == "auto" and console.is_terminal:
        return _with_bar(steps, rate, console)
    return _follow(steps, _every(_SECONDS_BETWEEN_LINES, lambda progress: _tell_line(progress, rate, console)))


def _follow(steps: Steps[Result], tell: Callable[[Progress], None]) -> Result:
    try:
        while True:
            tell(next(steps))
    except StopIteration as end:
        result: Result = end.value
        return result


def _every(seconds: float, tell: Callable[[Progress], None]) -> Callable[[Progress], None]:
    told = [time.monotonic()]

    def tell_now_and_then(progress: Progress) -> None:
        if time.monotonic() - told[0] >= seconds:
            told[0] = time.monotonic()
            tell(progress)

    return tell_now_and_then


def _tell_json(progress: Progress, rate: Rate, console: Console) -> None:
    record = {"pages": progress.pages, "passed_over": progress.passed_over, "failed": progress.failed, **rate.told(progress)}
    console.file.write(json.dumps(record) + "\n")
    console.file.flush()


def _tell_line(progress: Progress, rate: Rate, console: Console) -> None:
    console.print(_line(progress, rate))


def _line(progress: Progress, rate: Rate) -> str:
    told = rate.told(progress)
    share, eta = told["share"], told["eta_seconds"]
    parts = [f"{progress.pages:,} pages", f"{told['pages_per_second'] or 0:,.1f} a second"]
    if share is not None:
        parts.append(f"{share:.0%} read")
    if eta is not None:
        parts.append(f"{_clock(eta)} to go")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _with_bar(steps: Steps[Result], rate: Rate, console: Console) -> Result:
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(TextColumn("cleaning"), BarColumn(), TextColumn("{task.fields[line]}"), console=console, transient=True) as bar:
        task = bar.add_task("", total=None, line="starting")

        def tell(progress: Progress) -> None:
            share = rate.told(progress)["share"]
            bar.update(task, total=None if share is None else 1.0, completed=share or 0.0, line=_line(progress, rate))

        return _follow(steps, _every(0.1, tell))

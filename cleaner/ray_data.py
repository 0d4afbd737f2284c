"""The same batch on many machines, with Ray Data: each actor cleans units of files, and leaves a receipt of each."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from cleaner.batch.in_units import run_units
from cleaner.batch.learning import learn_from, write_sites
from cleaner.batch.report import Report
from cleaner.batch.run import Batch, Progress
from cleaner.batch.unit_copies import Leaving, leave_out
from cleaner.batch.units import Unit, clean_unit, units_of
from cleaner.errors import CleanerError, InputError
from cleaner.site_templates import SiteTemplates

_CONNECT_SECONDS = 10.0
_OBJECT_STORE = 200_000_000  # bytes on a single machine: units are lists of names, and receipts are short


def run_ray(batch: Batch, address: str | None = None) -> Generator[Progress, None, Report]:
    """``run_batch`` on a Ray cluster: that at ``address``, or one that is started on this machine and ended again.

    The output must be a folder that all machines see, or a prefix in an object store. A unit is done when its receipt is
    written, after its results: a worker or a machine that is lost costs its unit, which is cleaned again elsewhere, and a
    batch that is killed goes on with the units that have no receipt. Up to ``batch.workers`` actors are started as there is
    work for them.

    Raises what ``run_batch`` raises, and InputError without the extra 'ray' or without the cluster.
    """
    if batch.ledger.exists():
        raise InputError(f"{batch.out} was begun with --engine local: go on with that, or choose another output")
    steps = run_units(
        batch,
        lambda units: _mapped(batch, units, address, CleanUnits),
        lambda leavings: _mapped(batch, leavings, address, LeaveOut),
    )
    return (yield from steps)


def learn_sites_on_ray(batch: Batch, address: str | None = None) -> Generator[Progress, None, Path]:
    """``learn_sites`` on a Ray cluster: each actor learns from its units, and what they learned is merged here.

    Templates merge to the very same whatever came apart, so this gives the file that one machine gives.
    """
    if not batch.sites.exists():
        templates = SiteTemplates()
        pages = position = 0
        for learned in _mapped(batch, units_of(replace(batch, limit=0)), address, LearnUnits):
            templates.merge(SiteTemplates.from_json(learned["templates"]))
            pages += learned["pages"]
            position += learned["size"]
            yield Progress(pages, 0, 0, position)
        write_sites(batch, templates)
    return batch.sites


class CleanUnits:
    """The actor: a process on some machine of the cluster, which has the model once for all its units."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        """Clean the units of a batch of rows; a row comes out as its short receipt."""
        import numpy as np

        told = [clean_unit(Unit.from_json(unit), self._batch) for unit in rows["work"]]
        return {key: np.array([one[key] for one in told]) for key in ("pages", "failed", "size")}


class LeaveOut:
    """The actor of a last pass: takes copies out of the results of units."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        for row in rows["work"]:
            leave_out(Leaving.from_json(row), self._batch)
        return rows


class LearnUnits:
    """The actor of a first pass: learns the site templates of a unit's pages."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        """Learn from the units of a batch of rows; a row comes out as templates in JSON, and what was read for them."""
        import numpy as np

        units = [Unit.from_json(unit) for unit in rows["work"]]
        learned = [learn_from(replace(self._batch, workers=1), partial(iter, unit.files)) for unit in units]
        return {
            "templates": np.array([templates.to_json() for templates in learned], dtype=object),
            "size": np.array([unit.size for unit in units]),
            "pages": np.array([len(unit.files) for unit in units]),
        }


def _mapped(batch: Batch, work: Iterable[Unit | Leaving], address: str | None, actor: type) -> Iterator[dict[str, Any]]:
    """The rows that actors make of units, as they get done. A unit whose actor is lost is given to another."""
    rows = [{"work": one.to_json()} for one in work]
    if not rows:
        return
    ray = _ray()
    _connect(ray, batch, address)
    try:
        done = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            actor,
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=batch.workers),
            fn_constructor_args=(_elsewhere(batch),),
            num_cpus=1,
        )
        yield from done.iter_rows()
    except ray.exceptions.RayError as error:
        raise _unwrapped(error) from error
    finally:
        ray.shutdown()


def _connect(ray: ModuleType, batch: Batch, address: str | None) -> None:
    _refuse_unreachable(address)
    here: dict[str, object] = {} if address else {"num_cpus": batch.workers, "object_store_memory": _OBJECT_STORE}
    try:
        ray.init(address=address, include_dashboard=False, log_to_driver=False, logging_level="ERROR", **here)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise InputError(f"there is no Ray cluster at {address}: {error}") from error
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.enable_rich_progress_bars = False


def _refuse_unreachable(address: str | None) -> None:
    """Raise InputError where nobody answers, which Ray would wait for by minutes."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise InputError(f"there is no Ray cluster at {address}: {error.strerror or error}") from error


def _ray() -> ModuleType:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # stderr is for people; Ray keeps files of its own
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise InputError("--engine ray needs the extra 'ray': pip install 'cleaner[ray]'") from error
    return ray


def _unwrapped(error: Exception) -> CleanerError:
    """What went wrong in an actor, if it is an error of ours."""
    cause = getattr(error, "cause", None) or error.__cause__
    while cause is not None:
        if isinstance(cause, CleanerError):
            return cause
        cause = cause.__cause__
    return InputError(f"the cluster gave up: {str(error)[-500:]}")


def _elsewhere(batch: Batch) -> Batch:
    """The batch as other machines see it, which stand in other folders."""
    sites = batch.job.sites.absolute() if batch.job.sites else None
    return replace(batch, out=batch.out.absolute(), job=replace(batch.job, sites=sites))

"""The same batch on many machines, with Ray Data: each actor cleans units of files, and leaves a receipt of each."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from cleaner.batch.learning import learn_from, write_sites
from cleaner.batch.report import Report, Tally, failing, tally_of
from cleaner.batch.run import Batch, Progress, settle, write_reports
from cleaner.batch.stream import clean_sources
from cleaner.errors import CleanerError, InputError
from cleaner.formats import FORMATS
from cleaner.readers import reader_named
from cleaner.readers.folder import Source
from cleaner.site_templates import SiteTemplates
from cleaner.writers.file import part_of, write_whole
from cleaner.writers.results import PageFiles, Parts, Results
from cleaner.writers.rows import ROW_WRITERS, RowWriter

FILES_A_UNIT = 200  # that are one page each; an archive is a unit of its own
BYTES_A_UNIT = 20_000_000  # of such files
_CONNECT_SECONDS = 10.0
_OBJECT_STORE = 200_000_000  # bytes on a single machine: units are lists of names, and receipts are short


@dataclass(frozen=True, slots=True)
class Unit:
    """Files that one actor cleans in one go. ``number`` is its place in the order of the batch."""

    number: int
    files: tuple[Source, ...]

    @property
    def name(self) -> str:
        """Differs when the unit's files, or one of them, are others; names sort in the order of the batch."""
        told = repr([(file.name, file.size, file.state, file.problem) for file in self.files])
        digest = hashlib.blake2b(told.encode("utf-8", "backslashreplace"), digest_size=6).hexdigest()
        return f"{self.number:06}-{digest}"

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(file.size for file in self.files)

    def to_json(self) -> str:
        files = [asdict(replace(file, reader=None)) | {"reader": file.reader and file.reader.name} for file in self.files]
        return json.dumps({"number": self.number, "files": files})

    @staticmethod
    def from_json(text: str) -> Unit:
        told = json.loads(text)
        files = (Source(**file | {"reader": file["reader"] and reader_named(file["reader"])}) for file in told["files"])
        return Unit(told["number"], tuple(files))


def run_ray(batch: Batch, address: str | None = None) -> Generator[Progress, None, Report]:
    """``run_batch`` on a Ray cluster: that at ``address``, or one that is started on this machine and ended again.

    The output must be a folder that all machines see. A unit is done when its receipt is written, after its results: a
    worker or a machine that is lost costs its unit, which is cleaned again elsewhere, and a batch that is killed goes on
    with the units that have no receipt. Up to ``batch.workers`` actors are started as there is work for them.

    Raises what ``run_batch`` raises, and InputError without the extra 'ray' or without the cluster.
    """
    _refuse_the_impossible(batch)
    started = time.monotonic()
    receipts = Receipts(batch.units, batch.configuration)
    units = list(units_of(batch.find()()))
    waiting = [unit for unit in units if not receipts.has(unit, batch.retry_failed)]
    pages = failed = 0
    position = sum(unit.size for unit in units) - sum(unit.size for unit in waiting)
    for receipt in _mapped(batch, waiting, address, CleanUnits):
        pages += receipt["pages"]
        failed += receipt["failed"]
        position += receipt["size"]
        yield Progress(pages, 0, failed, position)
    report, failures = receipts.report(units, pages)
    drop_stale_parts(batch, units)
    if batch.is_file:
        _join(batch, units)
    write_reports(batch, report, failures, time.monotonic() - started, finished=True)
    return report


def learn_sites_on_ray(batch: Batch, address: str | None = None) -> Generator[Progress, None, Path]:
    """``learn_sites`` on a Ray cluster: each actor learns from its units, and what they learned is merged here.

    Templates merge to the very same whatever came apart, so this gives the file that one machine gives.
    """
    if not batch.sites.exists():
        templates = SiteTemplates()
        pages = position = 0
        for learned in _mapped(batch, list(units_of(batch.find()())), address, LearnUnits):
            templates.merge(SiteTemplates.from_json(learned["templates"]))
            pages += learned["pages"]
            position += learned["size"]
            yield Progress(pages, 0, 0, position)
        write_sites(batch, templates)
    return batch.sites


def units_of(files: Iterator[Source]) -> Iterator[Unit]:
    """The files in order, in units."""
    number = 0
    together: list[Source] = []
    size = 0
    for file in files:
        is_page = file.reader is None or file.reader.name == "page"
        if together and (not is_page or len(together) >= FILES_A_UNIT or size + file.size > BYTES_A_UNIT):
            yield Unit(number, tuple(together))
            number, together, size = number + 1, [], 0
        if is_page:
            together.append(file)
            size += file.size
        else:
            yield Unit(number, (file,))
            number += 1
    if together:
        yield Unit(number, tuple(together))


class Receipts:
    """What the units came to, a file each, in a folder that all machines see."""

    def __init__(self, folder: Path, configuration: Mapping[str, str]) -> None:
        """Raises InputError for the folder of another configuration."""
        self._folder = folder
        path = folder / "configuration.json"
        if not path.exists():
            write_whole(path, json.dumps(configuration))
        before: dict[str, str] = json.loads(path.read_text())
        differing = [name for name in configuration if before.get(name) != configuration[name]]
        if differing:
            told = ", ".join(f"{name} {before.get(name)!r}, now {configuration[name]!r}" for name in differing)
            raise InputError(f"the results there were made otherwise ({told}): choose another output, or say --fresh")

    def has(self, unit: Unit, retry_failed: bool) -> bool:
        path = self.path(unit)
        return path.exists() and not (retry_failed and json.loads(path.read_text())["failures"])

    def path(self, unit: Unit) -> Path:
        return self._folder / f"{unit.name}.json"

    def report(self, units: Sequence[Unit], now: int) -> tuple[Report, list[tuple[str, str, str]]]:
        """The figures of all units, and the failures: place, error, message."""
        counts = Counter({"ok": 0, "empty": 0, "failed": 0, "copy": 0})
        tally = Tally()
        failures: list[tuple[str, str, str]] = []
        for unit in units:
            receipt = json.loads(self.path(unit).read_text())
            counts.update(receipt["counts"])
            tally.merge(tally_of(receipt["tally"]))
            failures += [tuple(failure) for failure in receipt["failures"]]
        errors = Counter(error for _, error, _ in failures)
        return Report(now, counts, dict(errors.most_common()), failing(sorted(failures)), tally), sorted(failures)


def clean_unit(unit: Unit, batch: Batch) -> dict[str, int]:
    """Clean the files of a unit, write what comes of them, and then the receipt; a short form of that is returned.

    What an earlier try left unfinished is written over.
    """
    writer = ROW_WRITERS.get(batch.job.to)
    tally = Tally()
    counts: Counter[str] = Counter()
    failures: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        results: Results = (
            PageFiles(batch.out, FORMATS[batch.job.to].suffix)
            if writer is None
            else Parts(Path(folder), writer, opens_each=False)
        )
        stream = clean_sources(
            partial(iter, unit.files), batch.job, 1, wanted=batch.has, fields=batch.fields, limits=batch.limits
        )
        chunk = 0
        with closing(stream):
            for cleaned in stream:
                done = settle(cleaned, results)
                counts[done.status] += 1
                if done.error:
                    failures.append((done.place, done.error, done.message))
                else:
                    tally.add(cleaned.outcome)
                if results.chunk_is_full:
                    results.close_chunk(chunk)
                    chunk += 1
        results.close_chunk(chunk)
        if writer is not None:
            assert isinstance(results, Parts)
            _write_part(_part_of(batch, unit, writer), results, writer, opens=not batch.is_file)
    told = {"counts": dict(counts), "failures": failures, "tally": tally.as_json()}
    write_whole(batch.units / f"{unit.name}.json", json.dumps(told, ensure_ascii=False))
    return {"pages": counts.total(), "failed": len(failures), "size": unit.size}


class CleanUnits:
    """The actor: a process on some machine of the cluster, which has the model once for all its units."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        """Clean the units of a batch of rows; a row comes out as its short receipt."""
        import numpy as np

        told = [clean_unit(Unit.from_json(unit), self._batch) for unit in rows["unit"]]
        return {key: np.array([one[key] for one in told]) for key in ("pages", "failed", "size")}


class LearnUnits:
    """The actor of a first pass: learns the site templates of a unit's pages."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        """Learn from the units of a batch of rows; a row comes out as templates in JSON, and what was read for them."""
        import numpy as np

        units = [Unit.from_json(unit) for unit in rows["unit"]]
        learned = [learn_from(replace(self._batch, workers=1), partial(iter, unit.files)) for unit in units]
        return {
            "templates": np.array([templates.to_json() for templates in learned], dtype=object),
            "size": np.array([unit.size for unit in units]),
            "pages": np.array([len(unit.files) for unit in units]),
        }


def _mapped(batch: Batch, units: Sequence[Unit], address: str | None, actor: type) -> Iterator[dict[str, Any]]:
    """The rows that actors make of units, as they get done. A unit whose actor is lost is given to another."""
    if not units:
        return
    ray = _ray()
    _connect(ray, batch, address)
    try:
        rows = [{"unit": unit.to_json()} for unit in units]
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


def _refuse_the_impossible(batch: Batch) -> None:
    if batch.limit:
        raise InputError(
            "--limit counts pages in order, and Ray cleans files out of order: leave it out, or use --engine local"
        )
    if batch.job.duplicates != "keep":
        raise InputError(
            "--duplicates compares pages in order, which Ray does not keep: use 'cleaner dupes', or --engine local"
        )
    if batch.ledger.exists():
        raise InputError(f"{batch.out} was begun with --engine local: go on with that, or choose another output")


def drop_stale_parts(batch: Batch, units: Sequence[Unit]) -> None:
    """Delete the rows of units whose files have changed since: they stand in another unit's part now."""
    writer = ROW_WRITERS.get(batch.job.to)
    if writer is None:
        return
    fresh = {_part_of(batch, unit, writer) for unit in units}
    for folder in {part.parent for part in fresh}:
        for part in folder.glob(f"part{batch.shard.label}-[0-9]*{writer.suffix}"):
            if part not in fresh:
                part.unlink()


def _part_of(batch: Batch, unit: Unit, writer: RowWriter) -> Path:
    folder = batch.state.absolute() if batch.is_file else batch.out.absolute()
    return folder / f"part{batch.shard.label}-{unit.name}{writer.suffix}"


def _write_part(path: Path, rows: Parts, writer: RowWriter, opens: bool) -> None:
    """All rows of a unit as one file."""
    chunks = list(rows.files())
    if not chunks:
        return
    first = [rows.write_first()] if opens and writer.opening else []
    path.parent.mkdir(parents=True, exist_ok=True)
    writer.join([*first, *chunks], part_of(path))
    os.replace(part_of(path), path)


def _join(batch: Batch, units: Sequence[Unit]) -> None:
    writer = ROW_WRITERS[batch.job.to]
    parts = [part for unit in units if (part := _part_of(batch, unit, writer)).exists()]
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        first = Parts(Path(folder), writer).write_first()
        joined = part_of(batch.out)
        writer.join([first, *parts], joined)
        os.replace(joined, batch.out)

"""Works on the jobs of the store, one at a time in each service, and tells the webhooks of those that ended.

A step is a few pages: they are cleaned, then stored in one transaction together with the note that they are done. A service
that dies loses the step it was at, which another does again once the lease has run out; nothing is lost or done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection

from cleaner.readers import Fields, fields_with
from service.cleaning import AgainJob, Broke, Ingested, run_again_job, run_member_job
from service.outbound import Outbound
from service.page_requests import worked_on
from service.problems import Problem, no_such_document
from service.requests import Options
from service.settings import Settings
from service.site_lookup import knowing_site, looked_up
from service.store import documents, jobs
from service.store.database import Store, StoreError
from service.store.jobs import FETCHED_AT, FIELD, OF_UPLOAD, Leased, LeaseLost, PageDone, Waiting
from service.store.rows import Cleaning, packed
from service.tracebacks import without_messages
from service.unpacking import Upload, UploadRefused, member_job, read_batch, unpack
from service.webhooks import deliver
from service.workers import JobTooBig, WorkerDied, Workers, WorkersBusy, WorkerTimedOut

Given = TypeVar("Given")
Result = TypeVar("Result")

STEP_PAGES = 10
LOOK_EVERY_S = 1.0
_RENEW_EVERY_S = jobs.LEASE_S / 3
_UNPACK_SECONDS = 1_800.0
_UPLOAD_FORGOTTEN_AFTER = timedelta(hours=1)
_KEYS_FORGOTTEN_AFTER = timedelta(days=1)
_SWEEP_EVERY_S = 600.0

_log = logging.getLogger(__name__)


class JobRunner:
    """Runs in the event loop of the service from ``start`` to ``stop``; pages are cleaned by the service's workers."""

    def __init__(self, settings: Settings, store: Store, workers: Workers) -> None:
        self._settings = settings
        self._store = store
        self._workers = workers
        self._unpackers = Workers(1, 0, seconds=_UNPACK_SECONDS, memory=settings.page_megabytes * 1_000_000)
        self._outbound = Outbound(settings.outbound)
        self._tasks: list[asyncio.Task[None]] = []
        self._leased: Leased | None = None

    def start(self) -> None:
        loops = (self._work_for_ever(), self._tell_for_ever(), self._sweep_for_ever())
        self._tasks = [asyncio.create_task(loop) for loop in loops]

    async def stop(self) -> None:
        """Leave off at once; what was not finished is left to whoever comes next."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._leased is not None:
            with contextlib.suppress(StoreError):
                await self._store.write(jobs.give_back, self._leased)
        self._unpackers.kill()  # it may be at it for half an hour, and begins anew after a restart
        await self._outbound.close()

    async def _work_for_ever(self) -> None:
        while True:
            try:
                self._leased = await self._store.write(jobs.lease)
                if self._leased is not None:
                    await self._work(self._leased)
                    self._leased = None
                    continue
            except StoreError as error:
                _log.error("jobs wait: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _work(self, leased: Leased) -> None:
        renewing = asyncio.create_task(self._renew(leased))
        try:
            if not leased.unpacked:
                await self._unpack(leased)
            options = Options.model_validate({name: leased.options[name] for name in leased.options if name not in OF_UPLOAD})
            while pages := await self._store.read(jobs.waiting, leased.id, STEP_PAGES):
                done = await asyncio.gather(*(self._page(leased, options, page) for page in pages))
                await self._store.write(jobs.finish_step, leased, done)
            await self._store.write(jobs.finish, leased)
        except LeaseLost:
            return
        except (UploadRefused, ValidationError) as error:
            await self._give_up(leased, str(error))
        except StoreError:
            raise
        except Exception as error:  # the outermost loop of jobs
            _log.error("job %s broke:\n%s", leased.id, without_messages(error))
            await self._give_up(leased, "Something broke in the service; its log has the cause under the job's id.")
        finally:
            renewing.cancel()

    async def _give_up(self, leased: Leased, why: str) -> None:
        with contextlib.suppress(LeaseLost):
            await self._store.write(jobs.give_up, leased, why)

    async def _renew(self, leased: Leased) -> None:
        while True:
            await asyncio.sleep(_RENEW_EVERY_S)
            with contextlib.suppress(StoreError, LeaseLost):
                await self._store.write(jobs.renew, leased)

    async def _unpack(self, leased: Leased) -> None:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="cleaner-job-"))
        try:
            file, members = folder / "upload", folder / "members"
            members.mkdir()
            await self._store.read(_spool, leased.id, file)
            try:
                await self._unpackers.run(unpack, Upload(str(file), leased.name, leased.kind, _fields(leased), str(members)))
            except (WorkerDied, WorkerTimedOut, JobTooBig) as error:
                raise UploadRefused(f"taking the upload apart needs too much time or memory ({type(error).__name__})") from None
            first = 1
            for batch in sorted(members.iterdir()):
                rows = await asyncio.to_thread(read_batch, batch)
                await self._store.write(jobs.add_members, leased, first, rows)
                first += len(rows)
            await self._store.write(jobs.all_members_are_there, leased)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _page(self, leased: Leased, options: Options, waiting: Waiting) -> PageDone:
        try:
            outcome = await self._cleaned(leased, options, waiting)
        except StoreError as error:  # a stored page that is damaged
            return PageDone(waiting.number, None, None, {"title": "What is stored is damaged", "detail": str(error)})
        if isinstance(outcome, Ingested):
            return PageDone(waiting.number, outcome.page, outcome.cleaning, None, outcome.learned)
        if isinstance(outcome, Cleaning):
            return PageDone(waiting.number, None, outcome, None)
        if isinstance(outcome, Broke):
            _log.error("job %s, page %d: cleaning broke:\n%s", leased.id, waiting.number, outcome.where)
            outcome = outcome.problem
        told = outcome.to_dict(f"/v1/jobs/{leased.id}", leased.id)
        return PageDone(waiting.number, None, None, told)

    async def _cleaned(self, leased: Leased, options: Options, waiting: Waiting) -> Ingested | Cleaning | Problem | Broke:
        if waiting.page is not None:
            job = member_job(waiting.page, options, leased.options.get(FETCHED_AT))
            job = await looked_up(self._store, leased.owner, job.url, job)
            return await knowing_site(self._store, leased.owner, job, lambda job: self._in_worker(job, run_member_job))
        assert waiting.document_id is not None
        page = await self._store.read(documents.find_page, None, waiting.document_id)
        if page is None:
            return no_such_document()
        stored = replace(page, content=packed(page.content))
        owner = await self._store.read(documents.owner_of, waiting.document_id) or leased.owner
        again = await looked_up(self._store, owner, page.url, AgainJob(stored, options))
        return await knowing_site(self._store, owner, again, lambda job: self._in_worker(job, run_again_job))

    async def _in_worker(self, job: Given, work: Callable[[Given], Result | Problem | Broke]) -> Result | Problem | Broke:
        while True:
            await self._workers.room()
            with contextlib.suppress(WorkersBusy):
                # heavy, whatever its size: jobs leave a worker to those who wait for an answer
                return await worked_on(self._workers, self._settings, work, job, heavy=True)

    async def _tell_for_ever(self) -> None:
        while True:
            try:
                for job, secret, attempts in await self._store.write(jobs.due_webhooks, 10):
                    await deliver(self._store, self._outbound, job, secret, attempts)
            except StoreError as error:
                _log.error("webhooks wait: %s", error)
            except Exception as error:  # the outermost loop of webhooks
                _log.error("webhooks broke:\n%s", without_messages(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY_S)
            with contextlib.suppress(StoreError):
                await self._store.write(jobs.drop_abandoned, _before(_UPLOAD_FORGOTTEN_AFTER))
                await self._store.write(documents.forget_idempotency_keys, _before(_KEYS_FORGOTTEN_AFTER))


def _spool(connection: Connection, job: str, file: Path) -> None:
    with file.open("wb") as target:
        for piece in jobs.pieces(connection, job):
            target.write(piece)


def _fields(leased: Leased) -> Fields:
    given = leased.options.get(FIELD)
    return fields_with(str(given).split(",") if given else ())


def _before(age: timedelta) -> str:
    return (datetime.now(UTC) - age).isoformat(timespec="microseconds")

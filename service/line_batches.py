"""Pages as JSON Lines in, documents as JSON Lines out, while they come: nothing is held but the few lines being cleaned."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.answers import problem_of_store
from service.asking import fetcher_of
from service.bodies import body_chunks
from service.cleaning import Broke, PageAsked
from service.line_jobs import LineDone, LineJob, run_line_job
from service.page_requests import HEAVY_BYTES, settings_of, store_of, worked_on, workers_of
from service.problems import Problem, ProblemFound, internal_error, line_too_long
from service.site_learning import SiteAsked
from service.store import sites
from service.store.database import StoreError
from service.tracebacks import without_messages
from service.workers import WorkersBusy

MEDIA_TYPE = "application/jsonl"
ACCEPTED_LINES = (MEDIA_TYPE, "application/x-ndjson", "application/json-lines")

_log = logging.getLogger(__name__)


class LineBatch(Response):
    """The answer to a batch: a row a line, in the order of the lines, written while further lines are read.

    A client has to read while it sends: what it does not take keeps us from reading on.
    """

    def __init__(self, request: Request) -> None:
        super().__init__()
        self._request = request
        self._window = workers_of(request).count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", MEDIA_TYPE.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        rows: asyncio.Queue[asyncio.Task[bytes] | None] = asyncio.Queue(self._window)
        reading = asyncio.create_task(self._read(rows))
        try:
            while (row := await rows.get()) is not None:
                await send({"type": "http.response.body", "body": await row, "more_body": True})
            await reading
        finally:
            reading.cancel()
            while not rows.empty():
                if (row := rows.get_nowait()) is not None:
                    row.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _read(self, rows: asyncio.Queue[asyncio.Task[bytes] | None]) -> None:
        """Start a row for each line, no more at once than the queue takes; None at the end."""
        number = 0
        try:
            async for line in _lines(self._request, settings_of(self._request).max_body_bytes):
                number += 1
                await rows.put(asyncio.create_task(self._row(number, line)))
        except ProblemFound as error:  # the body broke off, or came too slowly
            await rows.put(asyncio.create_task(self._told(number + 1, error.problem)))
        except Exception as error:  # the outermost loop of reading: whoever waits for rows has to hear of the end
            _log.error("request %s broke:\n%s", self._request.state.request_id, without_messages(error))
            await rows.put(asyncio.create_task(self._told(number + 1, internal_error())))
        await rows.put(None)

    async def _told(self, number: int, problem: Problem) -> bytes:
        return self._problem(number, None, problem)

    async def _row(self, number: int, line: bytes | None) -> bytes:
        settings = settings_of(self._request)
        if line is None:
            return self._problem(number, None, line_too_long(settings.max_body_bytes))
        job = LineJob(line)
        while isinstance(done := await self._done(job), LineDone) and isinstance(done.outcome, SiteAsked | PageAsked):
            try:
                job = await self._supplied(job, done.outcome)
            except ProblemFound as error:
                return self._problem(number, done.id, error.problem)
            except StoreError as error:
                return self._problem(number, done.id, problem_of_store(error))
        if not isinstance(done, LineDone):
            return self._problem(number, None, done)
        outcome = done.outcome
        assert not isinstance(outcome, SiteAsked | PageAsked)
        if isinstance(outcome, Broke):
            _log.error("request %s, line %d: cleaning broke:\n%s", self._request.state.request_id, number, outcome.where)
            return self._problem(number, done.id, outcome.problem)
        if isinstance(outcome, Problem):
            return self._problem(number, done.id, outcome)
        document = json.dumps(json.loads(outcome.body), ensure_ascii=False)
        return f'{{"line": {number}, "id": {done.id or "null"}, "document": {document}}}\n'.encode()

    async def _supplied(self, job: LineJob, asked: SiteAsked | PageAsked) -> LineJob:
        """The job with what a worker asked for. Raises ProblemFound, StoreError."""
        if isinstance(asked, PageAsked):
            return replace(job, fetched=await fetcher_of(self._request).fetch(self._request, asked.url))
        owner = self._request.state.caller.owner
        return replace(job, site=await store_of(self._request).read(sites.known, owner, asked.host))

    async def _done(self, job: LineJob) -> LineDone | Problem:
        workers = workers_of(self._request)
        while True:
            await workers.room()
            try:
                done = await worked_on(
                    workers, settings_of(self._request), run_line_job, job, heavy=len(job.line) > HEAVY_BYTES
                )
            except WorkersBusy:
                continue
            assert not isinstance(done, Broke)
            return done

    def _problem(self, number: int, identity: str | None, problem: Problem) -> bytes:
        told = problem.to_dict(self._request.url.path, self._request.state.request_id)
        return f'{{"line": {number}, "id": {identity or "null"}, "problem": {json.dumps(told)}}}\n'.encode()


async def _lines(request: Request, limit: int) -> AsyncIterator[bytes | None]:
    """The lines of the body that are not blank; None for one of more than ``limit`` bytes, of which no more is held."""
    held = bytearray()
    passing_over = False
    async for chunk in body_chunks(request):
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            held += part
            if passing_over or len(held) > limit:
                yield None
            elif held.strip():
                yield bytes(held)
            passing_over = False
            held.clear()
        held += rest
        if len(held) > limit:
            passing_over = True
            held.clear()
    if passing_over:
        yield None
    elif held.strip():
        yield bytes(held)

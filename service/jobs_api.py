"""The routes under /v1/jobs: many pages at once, worked on in the background."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cleaner.cleaners import name_with
from cleaner.errors import InputError
from cleaner.readers import DEFAULT_FIELDS, READERS, fields_with, reader_of
from service import openapi_jobs
from service.access import Caller, Reads, Writes
from service.bodies import announced_bytes, body_chunks, encoding_of, read_body
from service.cleaning import FORM_BODY, JSON_BODY
from service.cursors import cursor, number_behind
from service.documents_api import Wanted
from service.formed import STORED_ID
from service.outbound import check_webhook
from service.page_requests import check_parameters, json_response, settings_of, store_of
from service.problems import (
    Fault,
    ProblemFound,
    body_too_large,
    empty_body,
    invalid,
    job_has_ended,
    malformed_json,
    no_such_job,
    unsupported_encoding,
)
from service.reach import OutboundRefused
from service.requests import FetchTime, Options, PageUrl, faults_of
from service.store import jobs
from service.store.database import Store
from service.store.jobs import ENDED, FETCHED_AT, FIELD, Job
from service.upload_forms import FormFile
from service.webhooks import new_secret

router = APIRouter(prefix="/v1/jobs")

JobId = Annotated[str, STORED_ID, Path(description="the `id` of a job")]

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
PIECE_BYTES = 1_000_000
_LOOK_EVERY_S = 0.5
_COMMENT_EVERY = 30  # looks; a line now and then keeps proxies from closing a silent connection
_ARCHIVES = [name for name in READERS if name != "page"]
_WITH_FIELDS = ("jsonl", "parquet")


class JobOptions(Options):
    """How the pages are cleaned, and who is told at the end."""

    webhook: Annotated[PageUrl | None, Field(description="address that is told when the job ends, if the service may")] = None


class UploadQuery(JobOptions):
    """What is uploaded."""

    name: Annotated[
        str | None, Field(min_length=1, max_length=255, description="the file's name; its suffix tells the reader")
    ] = None
    reader: Annotated[
        str | None, Field(description="how it is read, where the name does not tell", json_schema_extra={"enum": _ARCHIVES})
    ] = None
    field: Annotated[
        str | None,
        Field(
            max_length=1_000,
            description="which key of JSON Lines or column of Parquet holds what, as WHAT=NAME with commas between; WHAT is "
            f"one of {', '.join(DEFAULT_FIELDS)}",
            examples=["html=body,url=link"],
        ),
    ] = None
    fetched_at: FetchTime | None = None


class AgainBody(BaseModel):
    """Stored documents that are to be cleaned again."""

    model_config = ConfigDict(extra="forbid")

    select: Annotated[Wanted, Field(description="which documents: the filters of GET /v1/documents; {} is all of them")]
    options: JobOptions = JobOptions()


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=64, description="`next` of the answer before")] = None


@router.post(
    "", status_code=202, summary="Start a job", openapi_extra=openapi_jobs.JOB_BODY, responses=openapi_jobs.START_RESPONSES
)
async def start_job(request: Request, caller: Writes, query: Annotated[UploadQuery, Query()]) -> Response:
    """Upload an archive (zip, tar, WARC, JSON Lines, Parquet) as the body or as the one file of a form, or send JSON that
    selects stored documents to clean again. When this answers, the job is stored and will be worked on, whatever happens to the
    service. A webhook is signed as standardwebhooks.com has it, with the `webhook_secret` of this answer, which is shown this
    once.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON_BODY and query.reader is None:
        check_parameters(request, options_in_body=True)
        return await _start_again(request, caller)
    check_parameters(request)
    return await _start_upload(request, caller, query)


@router.get("", summary="List jobs", responses=openapi_jobs.LIST_RESPONSES)
async def list_jobs(request: Request, caller: Reads, query: Annotated[PageQuery, Query()]) -> Response:
    """Jobs, newest first, a page at a time."""
    check_parameters(request)
    question = ("jobs", caller.sees)
    found = await store_of(request).read(jobs.list_jobs, caller.sees, query.limit + 1, number_behind(query.cursor, question))
    shown = found[: query.limit]
    behind = cursor(shown[-1].number, question) if len(found) > query.limit else None
    return json_response({"jobs": [_told(job) for job in shown], "next": behind})


@router.get("/{job_id}", summary="Show a job", responses=openapi_jobs.SHOW_RESPONSES)
async def show_job(request: Request, caller: Reads, job_id: JobId) -> Response:
    """Its state and how far it is. States: `queued`, `running`; `done`, `failed`, `cancelled`. `detail` says why it
    failed, or how many of its pages did.
    """
    store = store_of(request)
    job = await _found(store, caller, job_id)
    told = _told(job)
    if job.webhook is not None:
        attempts = await store.read(jobs.webhook_of, job_id)
        told["webhook"] = {"url": job.webhook, **(attempts or {})}
    return json_response(told)


@router.get("/{job_id}/events", summary="Follow a job", responses=openapi_jobs.EVENTS_RESPONSES)
async def follow_job(request: Request, caller: Reads, job_id: JobId) -> Response:
    """Server-sent events: `progress` with the job whenever it has changed, and at the end `ended`."""
    store = store_of(request)
    await _found(store, caller, job_id)
    return StreamingResponse(_events(request, store, caller, job_id), media_type="text/event-stream")


@router.get("/{job_id}/results", summary="What became of a job's pages", responses=openapi_jobs.RESULTS_RESPONSES)
async def list_results(request: Request, caller: Reads, job_id: JobId, query: Annotated[PageQuery, Query()]) -> Response:
    """A row for each page that has ended, in the order of the upload: its document, or its problem."""
    check_parameters(request)
    store = store_of(request)
    await _found(store, caller, job_id)
    question = ("results", job_id)
    after = number_behind(query.cursor, question) or 0
    rows = await store.read(jobs.list_results, job_id, query.limit + 1, after)
    shown = rows[: query.limit]
    behind = cursor(shown[-1]["page"], question) if len(rows) > query.limit else None
    return json_response({"results": shown, "next": behind})


@router.post("/{job_id}/cancel", summary="Cancel a job", responses=openapi_jobs.CANCEL_RESPONSES)
async def cancel_job(request: Request, caller: Writes, job_id: JobId) -> Response:
    """Ends it before its time; documents it has stored stay."""
    store = store_of(request)
    cancelled = await store.write(jobs.cancel, caller.sees, job_id)
    if cancelled is None:
        raise ProblemFound(no_such_job())
    if not cancelled:
        raise ProblemFound(job_has_ended())
    return json_response(_told(await _found(store, caller, job_id)))


async def _start_upload(request: Request, caller: Caller, query: UploadQuery) -> Response:
    _check_options(request, query, "parameter")
    if encoding_of(request) is not None:
        raise ProblemFound(unsupported_encoding(request.headers["content-encoding"], ["identity"]))
    most = settings_of(request).max_upload_bytes
    if announced_bytes(request.headers) > most:
        raise ProblemFound(body_too_large(most))
    content = _within(most, body_chunks(request))
    name = query.name
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() == FORM_BODY:
        form = await FormFile(given, content).opened()
        name, content = name or form.name[:255], form.chunks()
    name, reader = _reader(name, query.reader)
    store = store_of(request)
    options, webhook = _kept_options(query)
    if query.field is not None:
        options[FIELD] = _checked_fields(query.field, reader)
    if query.fetched_at is not None:
        options[FETCHED_AT] = query.fetched_at
    job = await store.write(jobs.create, caller.owner, reader, name, options, webhook)
    try:
        await _store_upload(content, store, job)
    except BaseException:
        await asyncio.shield(store.write(jobs.drop, job))
        raise
    return await _started(store, caller, job, webhook)


async def _within(most: int, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The body. Raises ProblemFound as soon as it is longer than it may be."""
    size = 0
    async for chunk in body:
        size += len(chunk)
        if size > most:
            raise ProblemFound(body_too_large(most))
        yield chunk


async def _store_upload(content: AsyncIterator[bytes], store: Store, job: str) -> None:
    held = bytearray()
    size = number = 0
    async for chunk in content:
        size += len(chunk)
        held += chunk
        if len(held) >= PIECE_BYTES:
            await store.write(jobs.add_piece, job, number, bytes(held))
            number += 1
            held.clear()
    if not size:
        raise ProblemFound(empty_body())
    if held:
        await store.write(jobs.add_piece, job, number, bytes(held))
    await store.write(jobs.queue, job)


async def _start_again(request: Request, caller: Caller) -> Response:
    body = await read_body(request, settings_of(request).max_body_bytes)
    try:
        asked = AgainBody.model_validate(json.loads(body))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise ProblemFound(invalid(faults_of("pointer", found[:20], body=AgainBody))) from None
    except (ValueError, RecursionError):
        raise ProblemFound(malformed_json("it does not parse")) from None
    _check_options(request, asked.options, "pointer")
    store = store_of(request)
    options, webhook = _kept_options(asked.options)

    def created(connection: Connection) -> str:
        job = jobs.create(connection, caller.owner, "again", "", options, webhook)
        jobs.select_documents(connection, job, asked.select.filter(caller))
        jobs.queue(connection, job)
        return job

    return await _started(store, caller, await store.write(created), webhook)


async def _started(store: Store, caller: Caller, identity: str, webhook: tuple[str, str] | None) -> Response:
    told = _told(await _found(store, caller, identity))
    if webhook is not None:
        told["webhook_secret"] = webhook[1]
    return json_response(told, 202, {"Location": f"/v1/jobs/{identity}"})


def _reader(name: str | None, reader: str | None) -> tuple[str, str]:
    """(file name, reader name) of an upload. Raises ProblemFound."""
    listed = ", ".join(_ARCHIVES)
    if reader is not None:
        if reader not in _ARCHIVES:
            raise ProblemFound(invalid([Fault("parameter", "reader", f"must be one of {listed}")]))
        return name or f"upload.{reader}", reader
    found = reader_of(name) if name else None
    if found is None or found.name not in _ARCHIVES or not name:
        detail = f"give the file's name with a suffix that is known, or a reader: one of {listed}"
        raise ProblemFound(invalid([Fault("parameter", "name", detail)]))
    return name, found.name


def _checked_fields(given: str, reader: str) -> str:
    """What stands in ``field``. Raises ProblemFound for what no reader could use."""
    try:
        if reader not in _WITH_FIELDS:
            raise InputError(f"a {reader} has no fields, only {' and '.join(_WITH_FIELDS)} have: leave it out")
        fields_with(given.split(","))
    except InputError as error:
        raise ProblemFound(invalid([Fault("parameter", "field", str(error))])) from None
    return given


def _check_options(request: Request, options: JobOptions, where: Literal["parameter", "pointer"]) -> None:
    prefix = "#/options/" if where == "pointer" else ""
    if options.explain != "none":
        raise ProblemFound(invalid([Fault(where, f"{prefix}explain", "a job stores documents whole: leave it out")]))
    try:
        name_with(options.cleaner, options.profile, options.mode)
    except InputError as error:
        raise ProblemFound(invalid([Fault(where, f"{prefix}cleaner", str(error))])) from None
    if options.webhook is not None:
        try:
            check_webhook(options.webhook, settings_of(request).outbound)
        except OutboundRefused as error:
            raise ProblemFound(invalid([Fault(where, f"{prefix}webhook", str(error))])) from None


def _kept_options(options: JobOptions) -> tuple[dict[str, Any], tuple[str, str] | None]:
    kept = options.model_dump(include=set(Options.model_fields))
    return kept, (None if options.webhook is None else (options.webhook, new_secret()))


async def _found(store: Store, caller: Caller, job_id: str) -> Job:
    job = await store.read(jobs.find, caller.sees, job_id)
    if job is None:
        raise ProblemFound(no_such_job())
    return job


def _told(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "detail": job.detail,
        "kind": job.kind,
        "name": job.name,
        "options": job.options,
        "pages": job.pages,
        "done": job.done,
        "failed": job.failed,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "ended_at": job.ended_at,
        "links": {name: f"/v1/jobs/{quote(job.id)}/{name}" for name in ("events", "results", "cancel")},
    }


async def _events(request: Request, store: Store, caller: Caller, job_id: str) -> AsyncIterator[str]:
    last: Job | None = None
    looks = 0
    while not request.app.state.draining:
        job = await store.read(jobs.find, caller.sees, job_id)
        if job is None:
            return
        if job != last:
            name = "ended" if job.state in ENDED else "progress"
            yield f"event: {name}\nid: {job.updated_at}\ndata: {json.dumps(_told(job))}\n\n"
            if job.state in ENDED:
                return
            last = job
        looks += 1
        if looks % _COMMENT_EVERY == 0:
            yield ": still there\n\n"
        await asyncio.sleep(_LOOK_EVERY_S)

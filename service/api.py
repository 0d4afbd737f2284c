"""The routes under /v1: clean a page, list the cleaners."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from cleaner.formats import FORMATS
from service import openapi
from service.bodies import ACCEPTED, charset_of, media_type_of, read_body
from service.cleaning import JSON_BODY, Broke, Cleaned, CleanJob, run_clean_job
from service.negotiation import OFFERED, format_for
from service.problems import (
    Fault,
    Problem,
    ProblemFound,
    busy,
    empty_body,
    invalid,
    not_acceptable,
    unsupported_media_type,
    worker_died,
)
from service.requests import QueryOptions
from service.workers import WorkerDied, Workers, WorkersBusy

_log = logging.getLogger(__name__)

router = APIRouter(prefix="/v1")


@router.post("/clean", summary="Clean a page", openapi_extra=openapi.CLEAN_BODY, responses=openapi.CLEAN_RESPONSES)
async def clean_page(request: Request, options: Annotated[QueryOptions, Query()]) -> Response:
    """Send a page, get its article (or main content) and metadata.

    The page is the body itself, with the options as query parameters; or a JSON object that holds page and options. A page
    without any content is no error: its `status` is `empty` and `quality.warnings` say what it looks like.
    """
    job = await _read_job(request, options)
    try:
        outcome = await _workers(request).run(run_clean_job, job)
    except WorkersBusy:
        raise ProblemFound(busy()) from None
    except WorkerDied:
        raise ProblemFound(worker_died()) from None
    if isinstance(outcome, Broke):
        _log.error("request %s: cleaning broke:\n%s", request.state.request_id, outcome.where)
        raise ProblemFound(outcome.problem)
    if isinstance(outcome, Problem):
        raise ProblemFound(outcome)
    return _answer(outcome, job.to)


@router.get("/cleaners", summary="List the cleaners", responses=openapi.CLEANERS_RESPONSES)
async def list_cleaners() -> dict[str, object]:
    """The cleaners that the option `cleaner` can name, and the one that works when it is left out."""
    rows = [{"name": it.name, "version": it.version, "summary": it.summary} for it in CLEANERS.values()]
    return {"default": DEFAULT_CLEANER, "cleaners": rows}


async def _read_job(request: Request, options: QueryOptions) -> CleanJob:
    """What the request asks for, its whole body included. Raises ProblemFound when it cannot be asked for."""
    media_type = media_type_of(request)
    _check_parameters(request, options_in_body=media_type == JSON_BODY)
    to = _format_asked_for(request)
    if _workers(request).full:
        raise ProblemFound(busy())  # before the body takes memory
    body = await read_body(request, request.app.state.settings.max_body_bytes)
    if not body:
        raise ProblemFound(empty_body())
    if media_type is None:
        raise ProblemFound(unsupported_media_type(None, ACCEPTED))
    return CleanJob(body, media_type, charset_of(request), options, to)


def _check_parameters(request: Request, *, options_in_body: bool) -> None:
    given = Counter(name for name, _ in request.query_params.multi_items())
    if options_in_body:
        faults = [Fault("parameter", name, "a JSON body carries its own url and options: put it there") for name in given]
    else:
        faults = [Fault("parameter", name, "given more than once") for name, times in given.items() if times > 1]
    if faults:
        raise ProblemFound(invalid(faults))


def _format_asked_for(request: Request) -> str:
    accept = ",".join(request.headers.getlist("accept"))
    name = format_for(accept)
    if name is None:
        raise ProblemFound(not_acceptable(accept, list(OFFERED)))
    return name


def _answer(cleaned: Cleaned, to: str) -> Response:
    headers = {"Vary": "Accept", "X-Content-Type-Options": "nosniff", "Cleaner-Status": cleaned.status}
    media_type = FORMATS[to].media_type
    if to == "html":
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Response(cleaned.body, headers=headers, media_type=media_type)


def _workers(request: Request) -> Workers:
    workers = request.app.state.workers
    assert isinstance(workers, Workers)
    return workers

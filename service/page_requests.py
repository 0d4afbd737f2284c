"""What every route that takes a page does: check the request, read the body, have a worker clean it."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from service.bodies import ACCEPTED, charset_of, media_type_of, read_body
from service.cleaning import FORM_BODY, JSON_BODY, Broke, CleanJob
from service.problems import (
    Fault,
    Problem,
    ProblemFound,
    busy,
    empty_body,
    invalid,
    not_acceptable,
    page_too_big,
    page_too_slow,
    unsupported_media_type,
    worker_died,
)
from service.requests import QueryOptions
from service.settings import Settings
from service.store.database import Store
from service.workers import JobTooBig, WorkerDied, Workers, WorkersBusy, WorkerTimedOut

Job = TypeVar("Job")
Result = TypeVar("Result")

HEAVY_BYTES = 1_000_000  # a page this size keeps a worker for a tenth of a second or more

_log = logging.getLogger(__name__)


async def read_job(request: Request, options: QueryOptions, to: str) -> CleanJob:
    """What the request asks for, its whole body included. Raises ProblemFound when it cannot be asked for."""
    media_type = media_type_of(request)
    check_parameters(request, options_in_body=media_type in (JSON_BODY, FORM_BODY))
    if workers_of(request).full:
        raise ProblemFound(busy())  # before the body takes memory
    body = await read_body(request, settings_of(request).max_body_bytes)
    if not body:
        raise ProblemFound(empty_body())
    if media_type is None:
        raise ProblemFound(unsupported_media_type(None, ACCEPTED))
    return CleanJob(body, media_type, charset_of(request), options, to, request.headers.get("content-type", ""))


async def in_worker(
    request: Request, work: Callable[[Job], Result | Problem | Broke], job: Job, *, heavy: bool = False
) -> Result:
    """What a worker makes of the job. Raises ProblemFound when it makes a problem of it, or has no time for it."""
    try:
        outcome = await worked_on(workers_of(request), settings_of(request), work, job, heavy=heavy)
    except WorkersBusy:
        raise ProblemFound(busy()) from None
    if isinstance(outcome, Broke):
        _log.error("request %s: cleaning broke:\n%s", request.state.request_id, outcome.where)
        raise ProblemFound(outcome.problem)
    if isinstance(outcome, Problem):
        raise ProblemFound(outcome)
    return outcome


async def worked_on(
    workers: Workers,
    settings: Settings,
    work: Callable[[Job], Result | Problem | Broke],
    job: Job,
    *,
    heavy: bool = False,
) -> Result | Problem | Broke:
    """What a worker makes of the job; that it dies or takes too much over it is a problem, too. Raises WorkersBusy."""
    try:
        return await workers.run(work, job, heavy=heavy)
    except WorkerDied:
        return worker_died()
    except WorkerTimedOut:
        return page_too_slow(settings.page_seconds)
    except JobTooBig:
        return page_too_big(settings.page_megabytes)


def check_parameters(request: Request, *, options_in_body: bool = False) -> None:
    """Raises ProblemFound for a query parameter that stands twice, or that has its place in the body."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    if options_in_body:
        faults = [Fault("parameter", name, "this body carries its own url and options: put it there") for name in given]
    else:
        faults = [Fault("parameter", name, "given more than once") for name, times in given.items() if times > 1]
    if faults:
        raise ProblemFound(invalid(faults))


def asked_for(request: Request, choose: Callable[[str], str | None], offered: Sequence[str]) -> str:
    """What ``choose`` makes of the request's Accept. Raises ProblemFound (406) when that is None."""
    accept = ",".join(request.headers.getlist("accept"))
    name = choose(accept)
    if name is None:
        raise ProblemFound(not_acceptable(accept, offered))
    return name


def workers_of(request: Request) -> Workers:
    workers = request.app.state.workers
    assert isinstance(workers, Workers)
    return workers


def settings_of(request: Request) -> Settings:
    settings = request.app.state.settings
    assert isinstance(settings, Settings)
    return settings


def store_of(request: Request) -> Store:
    store = request.app.state.store
    assert isinstance(store, Store)
    return store


def json_response(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return Response(content, status, headers, "application/json")

"""What machines ask: what is here, is it alive, does it work, which version is it."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cleaner.version import __version__
from service import openapi
from service.access import Administers
from service.cleaning import Cleaned, CleanJob, run_clean_job
from service.negotiation import likes_html
from service.observing import metrics_of
from service.page_requests import json_response
from service.problems import QUEUE_FULL, ProblemFound, not_ready
from service.requests import QueryOptions
from service.store.database import StoreError, check
from service.workers import JobTooBig, WorkerDied, WorkersBusy, WorkerTimedOut

router = APIRouter()

_READY_WITHIN_S = 10.0  # a worker that starts imports for a second or two; whoever asks gives up later than this
_TINY_PAGE = CleanJob(
    body=b"<p>It rained all night, and in the morning the river stood a metre higher than the day before, says the warden.</p>",
    media_type="text/html",
    charset="utf-8",
    options=QueryOptions(),
    to="text",
)


@router.head("/", include_in_schema=False)
@router.get("/", summary="What is here?", responses=openapi.INDEX_RESPONSES, response_model=None)
async def index(request: Request) -> Response:
    """The name, the version, and where to go on; a browser is sent to the review page."""
    headers = {"Vary": "Accept"}
    if likes_html(request.headers.getlist("accept")):
        return RedirectResponse("/review", 303, headers)
    return json_response({"name": "Cleaner", "version": __version__, "links": openapi.INDEX_LINKS}, headers=headers)


@router.head("/livez", include_in_schema=False)
@router.get("/livez", summary="Is the service alive?", responses=openapi.LIVEZ_RESPONSES)
async def livez() -> dict[str, str]:
    """Answers as long as the process does, however busy the workers are."""
    return {"status": "alive"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="Is the service ready to clean?", responses=openapi.READYZ_RESPONSES)
async def readyz(request: Request) -> dict[str, str]:
    """Asks the database, and cleans a tiny page in a worker like any other; 503 when one fails or takes too long."""
    if request.app.state.draining:
        raise ProblemFound(not_ready("The service is shutting down."))
    try:
        async with asyncio.timeout(_READY_WITHIN_S):
            await request.app.state.store.read(check)
            outcome = await request.app.state.workers.run(run_clean_job, _TINY_PAGE)
    except StoreError as error:
        raise ProblemFound(not_ready(f"{str(error)[:1].upper()}{str(error)[1:]}.")) from None
    except WorkersBusy:
        raise ProblemFound(not_ready(QUEUE_FULL)) from None
    except (WorkerDied, WorkerTimedOut, JobTooBig):
        raise ProblemFound(not_ready("A worker died or hung over a tiny page: ask again.")) from None
    except TimeoutError:
        raise ProblemFound(not_ready("No worker came to clean a tiny page in time: ask again later.")) from None
    if not isinstance(outcome, Cleaned):
        raise ProblemFound(not_ready("Cleaning a tiny page fails: the log of a request to /v1/clean has the cause."))
    return {"status": "ready"}


@router.head("/version", include_in_schema=False)
@router.get("/version", summary="Which version is it?", responses=openapi.VERSION_RESPONSES)
async def version(request: Request) -> dict[str, str]:
    """The version of the cleaner, and of the model that it asks; each cleaner's own is in GET /v1/cleaners."""
    return {"version": __version__, "model": request.app.state.models.model.version}


@router.get("/metrics", summary="Metrics for Prometheus", responses=openapi.METRICS_RESPONSES)
async def metrics(request: Request, _caller: Administers) -> Response:
    """Latencies, sizes, the queue, problems by kind, foretold quality and reasons of removal of this process."""
    return Response(metrics_of(request).written(), media_type="text/plain; version=0.0.4; charset=utf-8")

"""The routes under /v1 that store nothing: clean a page, list the cleaners."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER, asking
from cleaner.formats import FORMATS
from service import openapi
from service.access import Reads
from service.asking import cleaned
from service.bodies import encoding_of
from service.cleaning import Cleaned, run_clean_job
from service.line_batches import ACCEPTED_LINES, LineBatch
from service.negotiation import OFFERED, SANDBOX, best_of, format_for
from service.observing import metrics_of
from service.page_requests import asked_for, check_parameters, read_job
from service.problems import ProblemFound, unsupported_encoding, unsupported_media_type
from service.requests import QueryOptions

router = APIRouter(prefix="/v1")


@router.post("/clean", summary="Clean a page", openapi_extra=openapi.CLEAN_BODY, responses=openapi.CLEAN_RESPONSES)
async def clean_page(request: Request, caller: Reads, options: Annotated[QueryOptions, Query()]) -> Response:
    """Send a page, get its article (or main content) and metadata.

    The page is the body itself, with the options as query parameters; or a JSON object that holds page and options. A page
    without any content is no error: its `status` is `empty` and `quality.warnings` say what it looks like. With `site=stored`
    the cleaner knows what your stored documents have taught of the page's site; `Cleaner-Site` then says which template it was.
    """
    to = asked_for(request, format_for, list(OFFERED))
    job = await read_job(request, options, to)
    made = await cleaned(request, caller, run_clean_job, job)
    metrics_of(request).cleaned(made.quality, made.reasons)
    return _answer(made, to)


@router.post(
    "/clean/batch",
    summary="Clean many pages",
    openapi_extra=openapi.BATCH_BODY,
    responses=openapi.BATCH_RESPONSES,
    response_model=None,
)
async def clean_batch(request: Request, _caller: Reads) -> Response:
    """JSON Lines in, JSON Lines out, in the same order, while they come: a line is what `POST /v1/clean` takes as JSON, with an
    `id` of yours if you like. A row has `line`, `id`, and `document` or `problem`; a line that fails does not stop the others.

    Read while you send: the service takes no more lines than it can give back.
    """
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() not in ACCEPTED_LINES:
        raise ProblemFound(unsupported_media_type(given or None, ACCEPTED_LINES))
    if encoding_of(request) is not None:
        raise ProblemFound(unsupported_encoding(request.headers["content-encoding"], ["identity"]))
    asked_for(request, lambda accept: best_of(accept, ACCEPTED_LINES), ACCEPTED_LINES)
    check_parameters(request)
    return LineBatch(request)


@router.get("/cleaners", summary="List the cleaners", responses=openapi.CLEANERS_RESPONSES)
async def list_cleaners(request: Request) -> dict[str, object]:
    """The cleaners that the option `cleaner` can name, and the one that works when it is left out."""
    cleaners = [asking(it, request.app.state.models.model) for it in CLEANERS.values()]
    rows = [{"name": it.name, "version": it.version, "summary": it.summary} for it in cleaners]
    return {"default": DEFAULT_CLEANER, "cleaners": rows}


def _answer(cleaned: Cleaned, to: str) -> Response:
    headers = {
        "Vary": "Accept",
        "Cleaner-Status": cleaned.status,
        "Cleaner-Result": cleaned.result,
        "ETag": f'W/"{cleaned.result}"',  # weak, as the JSON tells how long it took
    }
    if cleaned.site_template:
        headers["Cleaner-Site"] = cleaned.site_template
    media_type = FORMATS[to].media_type
    if to == "html":
        headers["Content-Security-Policy"] = SANDBOX
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Response(cleaned.body, headers=headers, media_type=media_type)

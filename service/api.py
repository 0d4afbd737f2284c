"""The routes under /v1 that store nothing: clean a page, list the cleaners."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from cleaner.formats import FORMATS
from service import openapi
from service.access import Reads
from service.cleaning import Cleaned, run_clean_job
from service.negotiation import OFFERED, format_for
from service.page_requests import HEAVY_BYTES, asked_for, in_worker, read_job
from service.requests import QueryOptions

router = APIRouter(prefix="/v1")


@router.post("/clean", summary="Clean a page", openapi_extra=openapi.CLEAN_BODY, responses=openapi.CLEAN_RESPONSES)
async def clean_page(request: Request, _caller: Reads, options: Annotated[QueryOptions, Query()]) -> Response:
    """Send a page, get its article (or main content) and metadata.

    The page is the body itself, with the options as query parameters; or a JSON object that holds page and options. A page
    without any content is no error: its `status` is `empty` and `quality.warnings` say what it looks like.
    """
    to = asked_for(request, format_for, list(OFFERED))
    job = await read_job(request, options, to)
    return _answer(await in_worker(request, run_clean_job, job, heavy=len(job.body) > HEAVY_BYTES), to)


@router.get("/cleaners", summary="List the cleaners", responses=openapi.CLEANERS_RESPONSES)
async def list_cleaners() -> dict[str, object]:
    """The cleaners that the option `cleaner` can name, and the one that works when it is left out."""
    rows = [{"name": it.name, "version": it.version, "summary": it.summary} for it in CLEANERS.values()]
    return {"default": DEFAULT_CLEANER, "cleaners": rows}


def _answer(cleaned: Cleaned, to: str) -> Response:
    headers = {"Vary": "Accept", "X-Content-Type-Options": "nosniff", "Cleaner-Status": cleaned.status}
    media_type = FORMATS[to].media_type
    if to == "html":
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Response(cleaned.body, headers=headers, media_type=media_type)

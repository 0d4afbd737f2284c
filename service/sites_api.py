"""The routes under /v1/sites: what was learned of sites from the documents that are stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from service import openapi_sites
from service.access import Reads, Writes
from service.cursors import text_behind, text_cursor
from service.formed import HOST
from service.page_requests import check_parameters, in_worker, json_response, store_of
from service.problems import ProblemFound, no_such_site
from service.site_learning import describe, site_name
from service.store import sites
from service.store.rows import ENOUGH_PAGES

router = APIRouter(prefix="/v1/sites")

Host = Annotated[
    str,
    HOST,
    Path(max_length=253, description="the `host` of a site; `www.` before it does not matter"),
]

DEFAULT_LIMIT = 50
MAX_LIMIT = 500


class SitesQuery(BaseModel):
    """Which page of the list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="sites a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=1_500, description="`next` of the answer before")] = None


@router.get("", summary="List sites", responses=openapi_sites.LIST_RESPONSES)
async def list_sites(request: Request, caller: Reads, query: Annotated[SitesQuery, Query()]) -> Response:
    """The sites of the stored documents, by name: how many pages of each are kept to learn from, and whether these are enough
    for what was learned to be used (`used`). Pages whose site nothing tells are not learned from.
    """
    check_parameters(request)
    question = ("sites", caller.sees)
    behind = text_behind(query.cursor, question)
    found = await store_of(request).read(sites.list_sites, caller.sees, query.limit + 1, behind)
    shown = [
        {"host": row.host, "pages": row.pages, "used": row.pages >= ENOUGH_PAGES, "learned_at": row.learned_at}
        for row in found[: query.limit]
    ]
    after = text_cursor(found[query.limit - 1].host, question) if len(found) > query.limit else None
    return json_response({"sites": shown, "next": after})


@router.get("/{host}", summary="Show what was learned of a site", responses=openapi_sites.SHOW_RESPONSES)
async def show_site(request: Request, caller: Reads, host: Host) -> Response:
    """What its pages agree on, and the lines that repeat on them: each without its numbers (`#`) and names (`@`), on how many
    of the pages that are kept it stands, and where on most of them. Documents that were cleaned with it tell its `version`.
    """
    found = await store_of(request).read(sites.find, caller.sees, _name(host))
    if found is None:
        raise ProblemFound(no_such_site())
    return json_response(await in_worker(request, describe, found))


@router.delete(
    "/{host}", status_code=204, summary="Forget what was learned of a site", responses=openapi_sites.DELETE_RESPONSES
)
async def forget_site(request: Request, caller: Writes, host: Host) -> Response:
    """Documents stay as they are; the next ones are learned from anew."""
    if not await store_of(request).write(sites.forget, caller.sees, _name(host)):
        raise ProblemFound(no_such_site())
    return Response(status_code=204)


def _name(host: str) -> str:
    name = site_name(f"http://{host}/")
    if not name:
        raise ProblemFound(no_such_site())
    return name

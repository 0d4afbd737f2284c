"""The pages under /review where people clean by hand: the queue, and the bench."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from itertools import combinations
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.access import Caller, Reads
from service.documents_api import DocumentId
from service.formed import PERSON
from service.logins import START
from service.page_requests import HEAVY_BYTES, in_worker, settings_of, store_of
from service.review import as_page, page, read_fields
from service.review_views import BenchJob, run_bench_job
from service.sample_requests import MAX_QUEUE, Person, QueueQuery
from service.samples_api import agreement_of, queued, stored
from service.site_learning import SiteAsked
from service.site_lookup import knowing_site, looked_up
from service.store import documents, samples
from service.store.samples import Order, Queued

router = APIRouter(prefix=START, include_in_schema=False)

NAME_COOKIE = "cleaner_annotator"
_YEAR_S = 365 * 24 * 3600
_LISTED = 50  # documents of the queue at once
_ORDERS = (("unsure", "the model is least sure of"), ("disputed", "cleaners dispute"), ("newest", "stored last"))


class Place(BaseModel):
    """Where somebody is in the queue, and under which name."""

    model_config = ConfigDict(extra="ignore")

    order: Order = "unsure"
    annotator: Annotated[Person | None, Field(alias="as")] = None
    done: str = ""
    after: str = ""
    before: str = ""


@router.get("/queue")
async def show_queue(request: Request, caller: Reads) -> Response:
    """What to clean next, who has cleaned what, and how far they agree."""
    place = read_fields(Place, request.query_params)
    name = place.annotator or _name(request, caller)
    rows, unmeasured = await queued(request, caller, QueueQuery(order=place.order, annotator=name, limit=_LISTED))
    done = await store_of(request).read(samples.done_ids, caller.sees, name)
    answer = page(
        request,
        "queue.html",
        caller,
        current="queue",
        annotator=name,
        order=place.order,
        orders=_ORDERS,
        documents=[await _row(request, caller, row) for row in rows],
        unmeasured=unmeasured,
        done=len(done),
    )
    answer.set_cookie(NAME_COOKIE, name, max_age=_YEAR_S, path=START, httponly=True, samesite="strict")
    return answer


@router.get("/bench/next")
async def go_on(request: Request, caller: Reads) -> Response:
    """To the page of the queue that follows (or comes before) one, or begins it when that one is done."""
    place = read_fields(Place, request.query_params)
    rows, _ = await queued(request, caller, QueueQuery(order=place.order, annotator=_name(request, caller), limit=MAX_QUEUE))
    ids = [row.summary["id"] for row in rows if row.summary["id"] != place.done]
    found = ids[:1]
    if place.after in ids:
        found = ids[ids.index(place.after) + 1 :][:1]
    elif place.before in ids:
        found = ids[: ids.index(place.before)][-1:]
    where = f"bench/{found[0]}?order={place.order}" if found else f"queue?order={place.order}"
    return RedirectResponse(f"{START}/{where}", 303)


@router.get("/bench/{document_id}")
async def show_bench(request: Request, caller: Reads, document_id: DocumentId) -> Response:
    """A stored page to be cleaned by hand: as it was left, or as the cleaner leaves it."""
    place = read_fields(Place, request.query_params)
    name = place.annotator or _name(request, caller)
    store = store_of(request)
    found = await stored(request, caller, document_id)
    drafts = {draft.annotator: draft for draft in await store.read(samples.of_document, caller.sees, document_id)}
    job = BenchJob(found, document_id, name, place.order, needs_keys=settings_of(request).needs_keys)
    if (mine := drafts.pop(name, None)) is not None:
        draft = (mine.record, mine.version, mine.done)
        job = BenchJob(found, document_id, name, place.order, *draft, needs_keys=job.needs_keys, others=tuple(drafts))
    owner = await store.read(documents.owner_of, document_id) or caller.owner

    def shown(job: BenchJob) -> Awaitable[str | SiteAsked]:
        return in_worker(request, run_bench_job, job, heavy=len(job.page.content) > HEAVY_BYTES)

    return as_page(await knowing_site(store, owner, await looked_up(store, owner, found.url, job), shown))


async def _row(request: Request, caller: Caller, row: Queued) -> dict[str, object]:
    both = sum(done for _, done in row.samples) > 1
    agreement = []
    if both:
        found = await stored(request, caller, row.summary["id"])
        drafts = await store_of(request).read(samples.of_document, caller.sees, row.summary["id"])
        done = [draft for draft in drafts if draft.done]
        agreement = [await agreement_of(request, found, *pair) for pair in combinations(done, 2)]
    return {"summary": row.summary, "dispute": row.dispute, "samples": row.samples, "agreement": agreement}


def _name(request: Request, caller: Caller) -> str:
    """Under which name the person works: as they said last, or that of their key."""
    said = request.cookies.get(NAME_COOKIE, "").strip('"')
    return said if re.fullmatch(PERSON.pattern, said) else caller.name

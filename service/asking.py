"""What a worker asks for before it cleans the page of a request: the page itself, where the request has an address alone, and
what is stored of the page's site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from starlette.requests import Request

from service.access import Caller
from service.cleaning import Broke, CleanJob, PageAsked
from service.fetching import Fetcher
from service.page_requests import HEAVY_BYTES, in_worker, store_of
from service.problems import Problem
from service.site_learning import SiteAsked
from service.store import sites

Result = TypeVar("Result")


async def cleaned(
    request: Request,
    caller: Caller,
    work: Callable[[CleanJob], Result | SiteAsked | PageAsked | Problem | Broke],
    job: CleanJob,
) -> Result:
    """What a worker makes of the page of a request, with all that it asks for. Raises ProblemFound, StoreError."""
    while True:
        size = len(job.body if job.fetched is None else job.fetched.content)
        outcome: Result | SiteAsked | PageAsked = await in_worker(request, work, job, heavy=size > HEAVY_BYTES)
        if isinstance(outcome, PageAsked):
            job = replace(job, fetched=await fetcher_of(request).fetch(request, outcome.url))
        elif isinstance(outcome, SiteAsked):
            job = replace(job, site=await store_of(request).read(sites.known, caller.owner, outcome.host))
        else:
            return outcome


def fetcher_of(request: Request) -> Fetcher:
    fetcher = request.app.state.fetcher
    assert isinstance(fetcher, Fetcher)
    return fetcher

"""What a worker asks for before it cleans a page: the page itself, where a request has an address alone, and what is stored of
the page's site. It is told what is known beforehand, and asks only for the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from starlette.requests import Request

from service.access import Caller
from service.cleaning import AgainJob, Broke, CleanJob, MemberJob, PageAsked
from service.fetching import Fetcher
from service.page_requests import HEAVY_BYTES, in_worker, store_of
from service.problems import Problem
from service.site_learning import SiteAsked, site_name
from service.store import sites
from service.store.database import Store

Job = TypeVar("Job", CleanJob, AgainJob, MemberJob)
Stored = TypeVar("Stored", AgainJob, MemberJob)
Result = TypeVar("Result")


async def looked_up(store: Store, owner: str, url: str | None, job: Job) -> Job:
    """The job with what an owner's documents have taught of the site of this address. Raises StoreError."""
    host = site_name(url)
    return replace(job, site=await store.read(sites.known, owner, host)) if host else job


async def knowing_site(store: Store, owner: str, job: Stored, run: Callable[[Stored], Awaitable[Result | SiteAsked]]) -> Result:
    """What ``run`` makes of the job, with what is stored of the site if it asks for one. Raises StoreError."""
    outcome = await run(job)
    if isinstance(outcome, SiteAsked):
        outcome = await run(replace(job, site=await store.read(sites.known, owner, outcome.host)))
        assert not isinstance(outcome, SiteAsked)
    return outcome


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

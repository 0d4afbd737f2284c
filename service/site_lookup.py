"""Cleaning with what is stored of a page's site: looked up where the address is known, else when the worker asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from service.cleaning import AgainJob, CleanJob, MemberJob
from service.review_views import BenchJob, ReviewJob
from service.sample_jobs import SampleJob
from service.site_learning import SiteAsked, site_name
from service.store import sites
from service.store.database import Store

Job = TypeVar("Job", CleanJob, AgainJob, MemberJob, SampleJob, ReviewJob, BenchJob)
Result = TypeVar("Result")


async def looked_up(store: Store, owner: str, url: str | None, job: Job) -> Job:
    """The job with what an owner's documents have taught of the site of this address. Raises StoreError."""
    host = site_name(url)
    return replace(job, site=await store.read(sites.known, owner, host)) if host else job


async def knowing_site(store: Store, owner: str, job: Job, run: Callable[[Job], Awaitable[Result | SiteAsked]]) -> Result:
    """What ``run`` makes of the job, with what is stored of the site if it asks for one. Raises StoreError."""
    outcome = await run(job)
    if isinstance(outcome, SiteAsked):
        outcome = await run(replace(job, site=await store.read(sites.known, owner, outcome.host)))
        assert not isinstance(outcome, SiteAsked)
    return outcome

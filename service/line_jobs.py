"""What a worker process does with one line of a batch; apart from the answer, so that a worker loads no web framework."""

from __future__ import annotations

from dataclasses import dataclass

from service.cleaning import JSON_BODY, Broke, Cleaned, CleanJob, FetchedPage, PageAsked, run_clean_job
from service.problems import Problem
from service.requests import QueryOptions, read_line
from service.site_learning import SiteAsked
from service.store.rows import StoredSite


@dataclass(frozen=True, slots=True)
class LineJob:
    """One line of a batch, with what is stored of its page's site, and the page at its address, once they were asked for."""

    line: bytes
    site: StoredSite | None = None
    fetched: FetchedPage | None = None


@dataclass(frozen=True, slots=True)
class LineDone:
    """What became of a line: the id that its sender gave it, as JSON, and its document or its problem."""

    id: str | None
    outcome: Cleaned | SiteAsked | PageAsked | Problem | Broke


def run_line_job(job: LineJob) -> LineDone | Problem | Broke:
    """Clean the page of one line. Never raises."""
    given = read_line(job.line)
    if isinstance(given, Problem):
        return LineDone(None, given)
    identity, body = given
    page = CleanJob(body, JSON_BODY, None, QueryOptions(), "json", site=job.site, fetched=job.fetched)
    return LineDone(identity, run_clean_job(page))

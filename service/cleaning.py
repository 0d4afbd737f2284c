"""What a worker process does with one request: body in, the bytes of the answer or a problem out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cleaner.cleaners import name_with
from cleaner.errors import CleanerFailed, InputError, PageRefused
from cleaner.fetch_time import fetch_time
from cleaner.formats import FORMATS, Explain, to_json
from cleaner.pipeline import clean, content_id
from cleaner.types import Document, Kind, Page, Status
from service.problems import Fault, Problem, cleaner_failed, internal_error, invalid, page_refused
from service.requests import Options, QueryOptions, read_clean_request
from service.tracebacks import without_messages

JSON_BODY = "application/json"
PAGE_BODIES: dict[str, Kind] = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}


@dataclass(frozen=True, slots=True)
class CleanJob:
    """One request: the body as it came, what its Content-Type says, the query's options, and the format asked for.

    ``media_type`` is JSON_BODY, which brings its own options, or one of PAGE_BODIES.
    """

    body: bytes
    media_type: str
    charset: str | None
    options: QueryOptions
    to: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The body of the answer, and whether the page had any content."""

    body: bytes
    status: Status


@dataclass(frozen=True, slots=True)
class Broke:
    """Something broke that is not the caller's doing; ``where`` is its traceback for the log, without messages."""

    problem: Problem
    where: str


Outcome = Cleaned | Problem | Broke


def run_clean_job(job: CleanJob) -> Outcome:
    """Clean the page of one request. Never raises: a worker outlives every page, and says what happened to it."""
    try:
        read = _read(job)
        if isinstance(read, Problem):
            return read
        page, options = read
        if options.explain != "none" and job.to != "json":
            return _only_json_explains(job)
        chosen = _cleaner(job, options)
        if isinstance(chosen, Problem):
            return chosen
        document = clean(page, cleaner=chosen)
        return Cleaned(_written(document, job.to, options.explain).encode(), document.status)
    except PageRefused as error:
        return page_refused(error.limit, str(error))
    except CleanerFailed as error:
        return Broke(cleaner_failed(), without_messages(error))
    except Exception as error:  # the outermost loop of a worker
        return Broke(internal_error(), without_messages(error))


def get_ready() -> None:
    """The first job of a worker: to read the model and load what cleaning needs."""
    clean("<p>It rained all night, and the river rose by a metre.</p>")


def _read(job: CleanJob) -> tuple[Page, Options] | Problem:
    if job.media_type != JSON_BODY:
        kind = PAGE_BODIES[job.media_type]
        fetched = _moment(job.options.fetched_at)
        return Page(content_id(job.body), job.body, kind, job.options.url, job.charset, fetched), job.options
    request = read_clean_request(job.body)
    if isinstance(request, Problem):
        return request
    kind = "text" if request.html is None else "html"
    content = request.html or request.text or ""
    fetched = _moment(request.fetched_at)
    return Page(content_id(content), content, kind, request.url, fetched_at=fetched), request.options


def _moment(fetched_at: str | None) -> datetime | None:
    return fetch_time(fetched_at) if fetched_at is not None else None


def _cleaner(job: CleanJob, options: Options) -> str | Problem:
    """The cleaner with its profile and mode by name, or what is wrong with the three together."""
    try:
        return name_with(options.cleaner, options.profile, options.mode)
    except InputError as error:
        where: tuple[Literal["pointer", "parameter"], str] = (
            ("pointer", "#/options/cleaner") if job.media_type == JSON_BODY else ("parameter", "cleaner")
        )
        return invalid([Fault(*where, str(error))])


def _only_json_explains(job: CleanJob) -> Problem:
    detail = f"only the JSON answer explains: ask with Accept: {FORMATS['json'].media_type}, or leave explain out"
    if job.media_type == JSON_BODY:
        return invalid([Fault("pointer", "#/options/explain", detail)])
    return invalid([Fault("parameter", "explain", detail)])


def _written(document: Document, to: str, explain: Explain) -> str:
    return to_json(document, explain) if to == "json" else FORMATS[to].render(document)

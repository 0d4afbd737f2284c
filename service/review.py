"""The pages under /review: clean a page that is pasted or dropped, open a stored one, compare cleaners."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from service.access import Caller, Reads, Writes
from service.bodies import read_body
from service.cleaning import Broke, Ingested, MemberJob, run_member_job
from service.cursors import cursor, number_behind
from service.documents_api import DocumentId, Search
from service.forms import parts_of
from service.logins import START
from service.page_requests import HEAVY_BYTES, in_worker, settings_of, store_of
from service.problems import Problem, ProblemFound, invalid, no_such_path, nothing_pasted
from service.requests import CleanerName, Options, PageUrl, faults_of
from service.review_views import ReviewJob, run_original_job, run_review_job
from service.samples_api import stored
from service.site_learning import SiteAsked
from service.site_lookup import knowing_site, looked_up
from service.store import documents
from service.store.documents import Filter
from service.store.rows import StoredPage, packed
from service.web import POLICY, STATIC, render

router = APIRouter(prefix=START, include_in_schema=False)

Fields = TypeVar("Fields", bound=BaseModel)

LISTED = 30  # stored pages at once
_FILES = frozenset(file.name for file in STATIC.iterdir())
_FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; frame-ancestors 'self'"


class StartQuery(BaseModel):
    """What is looked for among the stored pages."""

    model_config = ConfigDict(extra="ignore")

    q: Annotated[Search | None, Field(description="words")] = None
    cursor: Annotated[str | None, Field(max_length=64)] = None


class Shown(BaseModel):
    """By which cleaners a page is shown, and where it was found."""

    model_config = ConfigDict(extra="ignore")

    cleaner: CleanerName = DEFAULT_CLEANER
    against: CleanerName | None = None
    url: PageUrl | None = None

    @property
    def cleaners(self) -> tuple[str, ...]:
        return (self.cleaner,) if self.against is None else (self.cleaner, self.against)


@router.get("")
async def show_start(request: Request, caller: Reads) -> Response:
    """Where pages are pasted, dropped and looked for."""
    query = read_fields(StartQuery, request.query_params)
    looked_for = Filter(caller.sees, q=query.q)
    after = number_behind(query.cursor, looked_for)
    listing = await store_of(request).read(documents.list_documents, looked_for, LISTED, after)
    behind = ""
    if listing.after is not None:
        behind = str(request.url.include_query_params(cursor=cursor(listing.after, looked_for)).query)
    return page(
        request,
        "start.html",
        caller,
        current="start",
        cleaners=list(CLEANERS),
        documents=listing.summaries,
        behind=f"{START}?{behind}" if behind else "",
        q=query.q or "",
    )


@router.post("/clean")
async def show_sent(request: Request, _caller: Reads) -> Response:
    """A page that is sent is shown cleaned, and not stored."""
    content, file_name, shown = await _read_sent(request)
    sent = StoredPage("", None, shown.url, packed(content), "")
    job = ReviewJob(sent, shown.cleaners, None, file_name, settings_of(request).needs_keys)
    html = await in_worker(request, run_review_job, job, heavy=len(content) > HEAVY_BYTES)
    assert isinstance(html, str)  # of a page that is not stored no site is asked for
    return as_page(html)


@router.post("/documents")
async def keep_sent(request: Request, caller: Writes) -> Response:
    """A page that is sent is stored, and then shown."""
    content, _, shown = await _read_sent(request)
    store = store_of(request)
    member = MemberJob(packed(content), None, shown.url, None, Options(cleaner=shown.cleaner))

    def cleaned(job: MemberJob) -> Awaitable[Ingested | SiteAsked]:
        return in_worker(request, run_member_job, job, heavy=len(content) > HEAVY_BYTES)

    ingested = await knowing_site(store, caller.owner, await looked_up(store, caller.owner, shown.url, member), cleaned)
    kept = await store.write(documents.keep, caller.owner, ingested.page, ingested.cleaning, None, ingested.learned)
    return RedirectResponse(f"{START}/documents/{kept.id}", 303)


@router.get("/documents/{document_id}")
async def show_stored(request: Request, caller: Reads, document_id: DocumentId) -> Response:
    """A stored page, cleaned as it would be today."""
    page = await stored(request, caller, document_id)
    shown = read_fields(Shown, request.query_params)
    job = ReviewJob(page, shown.cleaners, document_id, "", settings_of(request).needs_keys)
    return as_page(await _with_site(request, caller, job, run_review_job))


@router.get("/documents/{document_id}/original")
async def show_original(request: Request, caller: Reads, document_id: DocumentId) -> Response:
    """A stored page as a browser shows it: in a frame without scripts, pictures and network."""
    page = await stored(request, caller, document_id)
    html = await in_worker(request, run_original_job, page, heavy=len(page.content) > HEAVY_BYTES)
    headers = {"Content-Security-Policy": _FRAME_POLICY, "X-DNS-Prefetch-Control": "off"}
    return HTMLResponse(html, headers=headers)


@router.get("/static/{name}")
async def show_file(name: Annotated[str, Path(max_length=60)]) -> Response:
    """A file that the pages load."""
    if name not in _FILES:
        raise ProblemFound(no_such_path())
    return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache"})


async def _with_site(
    request: Request, caller: Caller, job: ReviewJob, work: Callable[[ReviewJob], str | SiteAsked | Problem | Broke]
) -> str:
    """What a worker makes of a stored page with what is stored of its site."""
    store = store_of(request)
    owner = await store.read(documents.owner_of, job.document_id or "") or caller.owner

    def shown(job: ReviewJob) -> Awaitable[str | SiteAsked]:
        return in_worker(request, work, job, heavy=len(job.page.content) > HEAVY_BYTES)

    return await knowing_site(store, owner, await looked_up(store, owner, job.page.url, job), shown)


def page(request: Request, template: str, caller: Caller, **values: object) -> Response:
    """A page of ours."""
    return as_page(render(template, caller=caller, needs_keys=settings_of(request).needs_keys, **values))


def as_page(html: str) -> Response:
    """HTML that was made for a page of ours."""
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})


async def _read_sent(request: Request) -> tuple[bytes, str, Shown]:
    """The page of the form, the name of its file, and how it is to be shown."""
    body = await read_body(request, settings_of(request).max_body_bytes)
    parts = parts_of(body, request.headers.get("content-type", ""))
    if isinstance(parts, Problem):
        raise ProblemFound(parts)
    given = {part.name: part for part in parts if part.content}
    sent = given.get("file") or given.get("page")
    if sent is None:
        raise ProblemFound(nothing_pasted())
    fields = {name: part.content.decode("utf-8", "replace") for name, part in given.items() if name not in ("file", "page")}
    return sent.content, sent.file_name, read_fields(Shown, fields)


def read_fields(model: type[Fields], given: Mapping[str, str]) -> Fields:
    """The fields of a form or a query that are filled in. Raises ProblemFound for one that cannot be."""
    known = {field.alias or name for name, field in model.model_fields.items()}
    filled = {name: value.strip() for name, value in given.items() if name in known and value.strip()}
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        located = [one | {"loc": ("", *one["loc"])} for one in error.errors(include_url=False, include_input=False)]
        raise ProblemFound(invalid(faults_of("parameter", located))) from None

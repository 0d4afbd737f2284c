"""The pages under /review: clean a page that is pasted or dropped, open a stored one, compare cleaners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from service.access import Caller, Reads, Writes
from service.bodies import read_body
from service.cleaning import MemberJob, run_member_job
from service.cursors import cursor, number_behind
from service.documents_api import DocumentId, Search
from service.forms import parts_of
from service.logins import START
from service.page_requests import HEAVY_BYTES, in_worker, settings_of, store_of
from service.problems import Problem, ProblemFound, empty_body, invalid, no_such_document, no_such_path
from service.requests import CleanerName, Options, PageUrl, faults_of
from service.review_views import ReviewJob, run_original_job, run_review_job
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
    query = _read(StartQuery, request.query_params)
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
    return _as_page(await in_worker(request, run_review_job, job, heavy=len(content) > HEAVY_BYTES))


@router.post("/documents")
async def keep_sent(request: Request, caller: Writes) -> Response:
    """A page that is sent is stored, and then shown."""
    content, _, shown = await _read_sent(request)
    member = MemberJob(packed(content), None, shown.url, None, Options(cleaner=shown.cleaner))
    ingested = await in_worker(request, run_member_job, member, heavy=len(content) > HEAVY_BYTES)
    kept = await store_of(request).write(documents.keep, caller.owner, ingested.page, ingested.cleaning)
    return RedirectResponse(f"{START}/documents/{kept.id}", 303)


@router.get("/documents/{document_id}")
async def show_stored(request: Request, caller: Reads, document_id: DocumentId) -> Response:
    """A stored page, cleaned as it would be today."""
    found = await stored_page(request, caller, document_id)
    shown = _read(Shown, request.query_params)
    compressed = StoredPage(found.media_type, found.charset, found.url, packed(found.content), "")
    job = ReviewJob(compressed, shown.cleaners, document_id, "", settings_of(request).needs_keys)
    return _as_page(await in_worker(request, run_review_job, job, heavy=len(found.content) > HEAVY_BYTES))


@router.get("/documents/{document_id}/original")
async def show_original(request: Request, caller: Reads, document_id: DocumentId) -> Response:
    """A stored page as a browser shows it: in a frame without scripts, pictures and network."""
    found = await stored_page(request, caller, document_id)
    compressed = StoredPage(found.media_type, found.charset, found.url, packed(found.content), "")
    html = await in_worker(request, run_original_job, compressed, heavy=len(found.content) > HEAVY_BYTES)
    headers = {"Content-Security-Policy": _FRAME_POLICY, "X-DNS-Prefetch-Control": "off"}
    return HTMLResponse(html, headers=headers)


@router.get("/static/{name}")
async def show_file(name: Annotated[str, Path(max_length=60)]) -> Response:
    """A file that the pages load."""
    if name not in _FILES:
        raise ProblemFound(no_such_path())
    return FileResponse(STATIC / name, headers={"Cache-Control": "no-cache"})


async def stored_page(request: Request, caller: Caller, document_id: str) -> StoredPage:
    """The stored page, its content decompressed. Raises ProblemFound (404)."""
    found = await store_of(request).read(documents.find_page, caller.sees, document_id)
    if found is None:
        raise ProblemFound(no_such_document())
    return found


def page(request: Request, template: str, caller: Caller, **values: object) -> Response:
    """A page of ours."""
    return _as_page(render(template, caller=caller, needs_keys=settings_of(request).needs_keys, **values))


def _as_page(html: str) -> Response:
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
        raise ProblemFound(empty_body())
    fields = {name: part.content.decode("utf-8", "replace") for name, part in given.items() if name not in ("file", "page")}
    return sent.content, sent.file_name, _read(Shown, fields)


def _read(model: type[Fields], given: Mapping[str, str]) -> Fields:
    """The fields of a form or a query that are filled in. Raises ProblemFound for one that cannot be."""
    filled = {name: value.strip() for name, value in given.items() if name in model.model_fields and value.strip()}
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        located = [one | {"loc": ("", *one["loc"])} for one in error.errors(include_url=False, include_input=False)]
        raise ProblemFound(invalid(faults_of("parameter", located))) from None

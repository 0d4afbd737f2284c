"""The routes under /v1/documents: clean and store, list and search, show, clean again, compare, export, delete."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cleaner.formats import FORMATS, Explain
from cleaner.types import Reason
from service import openapi, openapi_documents
from service.access import Caller, Reads, Writes
from service.asking import cleaned
from service.cleaning import AgainJob, CleanJob, run_again_job, run_ingest_job
from service.cursors import cursor, number_behind
from service.differences import Difference, differences
from service.exporting import EXPORTS, record_of
from service.formed import STORED_ID
from service.negotiation import OFFERED, SANDBOX, best_of, format_for
from service.page_requests import HEAVY_BYTES, asked_for, check_parameters, in_worker, json_response, read_job, store_of
from service.problems import Fault, ProblemFound, invalid, no_such_document, no_such_version, not_stored_in
from service.requests import Options, QueryOptions
from service.site_learning import SiteAsked
from service.site_lookup import knowing_site, looked_up
from service.store import documents
from service.store.database import Store
from service.store.documents import Filter, Kept
from service.store.rows import Cleaning, StoredPage, packed
from service.store.search_words import terms_of

router = APIRouter(prefix="/v1/documents")

DocumentId = Annotated[str, STORED_ID, Path(description="the `id` of a stored document")]
Number = Annotated[int, Path(ge=1, le=1_000_000, description="the number of a version")]

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_DOWNLOAD = {
    "Content-Disposition": "attachment",
    "Content-Security-Policy": SANDBOX,
    "X-Content-Type-Options": "nosniff",
}


def _date(given: str) -> str:
    if not _DATE.fullmatch(given):
        raise PydanticCustomError("date", "a date is written as 2026, 2026-11, 2026-11-24 or with a time behind it")
    return given


def _searchable(given: str) -> str:
    if not terms_of(given):
        raise PydanticCustomError("search", "there is no word to look for in it")
    return given


def _whole(given: str) -> str:
    if "\0" in given:
        raise PydanticCustomError("null", "there is a null character in it")
    return given


Word = Annotated[str, AfterValidator(_whole)]
Date = Annotated[str, Field(max_length=40), AfterValidator(_date)]
Search = Annotated[str, Field(max_length=1_000), AfterValidator(_searchable)]


class Wanted(BaseModel):
    """Which documents; what is left out does not matter."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)

    host: Annotated[Word | None, Field(max_length=255, description="host of the page's address")] = None
    language: Annotated[Word | None, Field(max_length=35, description="language code")] = None
    published_from: Annotated[Date | None, Field(description="on this date or later")] = None
    published_until: Annotated[Date | None, Field(description="on this date or earlier")] = None
    min_quality: Annotated[float | None, Field(ge=0, le=1, description="foretold quality at least")] = None
    max_quality: Annotated[float | None, Field(ge=0, le=1, description="foretold quality at most")] = None
    reason: Annotated[Reason | None, Field(description="something was removed for this reason")] = None
    q: Annotated[Search | None, Field(description='words in title or text; "in quotes" side by side')] = None

    def filter(self, caller: Caller) -> Filter:
        """The filter for what this caller may see."""
        return Filter(caller.sees, **self.model_dump(include=set(Wanted.model_fields)))


class ListQuery(Wanted):
    """Which documents, and which page of the list."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="documents a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=64, description="`next` of the answer before")] = None


class ShowQuery(BaseModel):
    """How much the answer tells."""

    model_config = ConfigDict(extra="forbid")

    explain: Annotated[Explain, Field(description="`summary` adds the pieces that were removed")] = "none"


class CopiesQuery(BaseModel):
    """How many copies."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="copies at most")] = DEFAULT_LIMIT


class AgainstQuery(BaseModel):
    """What a version is compared with."""

    model_config = ConfigDict(extra="forbid")

    against: Annotated[int | None, Field(ge=1, le=1_000_000, description="another version; the one before when left out")] = (
        None
    )


@router.post(
    "",
    status_code=201,
    summary="Clean a page and store it",
    openapi_extra=openapi.CLEAN_BODY,
    responses=openapi_documents.STORE_RESPONSES,
)
async def store_document(
    request: Request,
    caller: Writes,
    options: Annotated[QueryOptions, Query()],
    idempotency_key: Annotated[str | None, Header(max_length=255, min_length=1)] = None,
) -> Response:
    """Takes what `POST /v1/clean` takes, and keeps page and document.

    The same page is one document, however often it comes, and the same cleaner's result one version of it: 201 when something
    new was stored, 200 when all of it was there. An `Idempotency-Key` gives the same document again for the same request.
    """
    job = await read_job(request, options, "json")
    idempotency = (idempotency_key, _request_hash(job)) if idempotency_key is not None else None
    store = store_of(request)
    job = await looked_up(store, caller.owner, options.url, job)
    ingested = await cleaned(request, caller, run_ingest_job, job)
    kept = await store.write(documents.keep, caller.owner, ingested.page, ingested.cleaning, idempotency, ingested.learned)
    return await _show_kept(store, caller, kept)


@router.get("", summary="List and search documents", responses=openapi_documents.LIST_RESPONSES)
async def list_documents(request: Request, caller: Reads, query: Annotated[ListQuery, Query()]) -> Response:
    """Summaries, newest first, a page at a time; `next` is the cursor of the next page, null at the end."""
    check_parameters(request)
    wanted = query.filter(caller)
    listing = await store_of(request).read(documents.list_documents, wanted, query.limit, number_behind(query.cursor, wanted))
    behind = None if listing.after is None else cursor(listing.after, wanted)
    headers = {}
    if behind is not None:
        headers["Link"] = f'<{request.url.include_query_params(cursor=behind)}>; rel="next"'
    return json_response({"documents": listing.summaries, "next": behind}, headers=headers)


@router.get("/export", summary="Export documents", responses=openapi_documents.EXPORT_RESPONSES)
async def export_documents(request: Request, caller: Reads, query: Annotated[Wanted, Query()]) -> Response:
    """All documents that are wanted, newest first, as JSON Lines, or with `Accept: application/vnd.apache.parquet` as a Parquet
    file with typed columns. A damaged one is a row with its `id` and a `problem`.
    """
    check_parameters(request)
    chosen = asked_for(request, lambda accept: best_of(accept, tuple(EXPORTS)), list(EXPORTS))
    name, written = EXPORTS[chosen]
    content = written(store_of(request), query.filter(caller), caller.sees)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept"}
    return StreamingResponse(content, headers=headers, media_type=chosen)


@router.get("/{document_id}", summary="Show a document", responses=openapi_documents.SHOW_RESPONSES)
async def show_document(
    request: Request, caller: Reads, document_id: DocumentId, query: Annotated[ShowQuery, Query()]
) -> Response:
    """The current version, as JSON, text, Markdown or HTML that is safe to show."""
    return await _show(request, caller, document_id, None, query.explain)


@router.delete("/{document_id}", status_code=204, summary="Delete a document", responses=openapi_documents.DELETE_RESPONSES)
async def delete_document(request: Request, caller: Writes, document_id: DocumentId) -> Response:
    """Deletes it with its page and all versions."""
    if not await store_of(request).write(documents.remove, caller.sees, document_id):
        raise ProblemFound(no_such_document())
    return Response(status_code=204)


@router.get("/{document_id}/page", summary="The page as it came", responses=openapi_documents.PAGE_RESPONSES)
async def show_page(request: Request, caller: Reads, document_id: DocumentId) -> Response:
    """The stored page, byte for byte, as a download: no browser shows or runs it."""
    page = await store_of(request).read(documents.find_page, caller.sees, document_id)
    if page is None:
        raise ProblemFound(no_such_document())
    name = f'attachment; filename="{document_id}.{"html" if page.media_type == "text/html" else "txt"}"'
    headers = _DOWNLOAD | {"Content-Disposition": name, "Cleaner-Page-Type": _page_type(page)}
    return Response(page.content, headers=headers, media_type="application/octet-stream")


@router.get("/{document_id}/duplicates", summary="Find copies of a document", responses=openapi_documents.COPIES_RESPONSES)
async def list_copies(
    request: Request, caller: Reads, document_id: DocumentId, query: Annotated[CopiesQuery, Query()]
) -> Response:
    """Documents of the same owner whose current texts are the same, or nearly: exact copies first, then the most alike. `alike`
    is the share of all runs of three words that both have, estimated; `complete` is false where there are more copies.
    """
    check_parameters(request)
    found = await store_of(request).read(documents.list_copies, caller.sees, document_id, query.limit)
    if found is None:
        raise ProblemFound(no_such_document())
    copies, complete = found
    return json_response({"duplicates": copies, "complete": complete})


@router.get(
    "/{document_id}/versions", summary="List the versions of a document", responses=openapi_documents.VERSIONS_RESPONSES
)
async def list_versions(request: Request, caller: Reads, document_id: DocumentId) -> Response:
    """The cleanings of the page, the first one first."""
    found = await store_of(request).read(documents.list_versions, caller.sees, document_id)
    if found is None:
        raise ProblemFound(no_such_document())
    return json_response({"versions": found})


@router.post(
    "/{document_id}/versions", status_code=201, summary="Clean a stored page again", responses=openapi_documents.AGAIN_RESPONSES
)
async def clean_again(
    request: Request, caller: Writes, document_id: DocumentId, options: Annotated[Options, Query()]
) -> Response:
    """Cleans the stored page with the cleaner of today: 201 for a new version, 200 when that one was there already."""
    check_parameters(request)
    store = store_of(request)
    page = await store.read(documents.find_page, caller.sees, document_id)
    if page is None:
        raise ProblemFound(no_such_document())
    owner = await store.read(documents.owner_of, document_id) or caller.owner
    stored = replace(page, content=packed(page.content))

    def in_one(job: AgainJob) -> Awaitable[Cleaning | SiteAsked]:
        return in_worker(request, run_again_job, job, heavy=len(page.content) > HEAVY_BYTES)

    cleaning = await knowing_site(store, owner, await looked_up(store, owner, page.url, AgainJob(stored, options)), in_one)
    kept = await store.write(documents.add_version, caller.sees, document_id, cleaning)
    if kept is None:  # deleted meanwhile
        raise ProblemFound(no_such_document())
    return await _show_kept(store, caller, kept)


@router.get("/{document_id}/versions/{number}", summary="Show a version", responses=openapi_documents.VERSION_OF_RESPONSES)
async def show_version(
    request: Request, caller: Reads, document_id: DocumentId, number: Number, query: Annotated[ShowQuery, Query()]
) -> Response:
    """One version of a document, as JSON, text, Markdown or HTML that is safe to show."""
    return await _show(request, caller, document_id, number, query.explain)


@router.get("/{document_id}/versions/{number}/diff", summary="Compare two versions", responses=openapi_documents.DIFF_RESPONSES)
async def compare_versions(
    request: Request, caller: Reads, document_id: DocumentId, number: Number, query: Annotated[AgainstQuery, Query()]
) -> Response:
    """The text of both as a unified diff of lines, and the fields that are told differently."""
    other = query.against if query.against is not None else max(1, number - 1)
    store = store_of(request)
    pair = [await store.read(documents.find, caller.sees, document_id, one) for one in (other, number)]
    before, after = pair
    if before is None or after is None:
        raise ProblemFound(no_such_version())
    told = await in_worker(request, differences, Difference(before.record, after.record))
    return json_response({"from": other, "to": number, **told})


async def _show(request: Request, caller: Caller, document_id: str, number: int | None, explain: Explain) -> Response:
    shown_as = asked_for(request, format_for, list(OFFERED))
    if explain != "none" and shown_as != "json":
        detail = f"only the JSON answer explains: ask with Accept: {FORMATS['json'].media_type}, or leave explain out"
        raise ProblemFound(invalid([Fault("parameter", "explain", detail)]))
    if explain == "blocks":
        raise ProblemFound(
            invalid([Fault("parameter", "explain", "blocks are not stored: send the page to POST /v1/clean for them")])
        )
    version = await store_of(request).read(documents.find, caller.sees, document_id, number)
    if version is None:
        raise ProblemFound(no_such_document() if number is None else no_such_version())
    headers = {"Vary": "Accept"}
    if shown_as == "json":
        return json_response(record_of(version, explain), headers=headers)
    content = version.record["text"] + "\n" if shown_as == "text" else version.written.get(shown_as)
    if content is None:
        raise ProblemFound(not_stored_in(shown_as))
    if shown_as == "html":
        headers["Content-Security-Policy"] = SANDBOX
    return Response(content, media_type=f"{FORMATS[shown_as].media_type}; charset=utf-8", headers=headers)


async def _show_kept(store: Store, caller: Caller, kept: Kept) -> Response:
    version = await store.read(documents.find, caller.sees, kept.id, kept.version)
    if version is None:  # deleted between the two
        raise ProblemFound(no_such_document())
    status = 201 if kept.created or kept.new_version else 200
    return json_response(record_of(version, "none"), status, {"Location": f"/v1/documents/{kept.id}"})


def _page_type(page: StoredPage) -> str:
    charset = re.sub(r"[^\x21-\x7e]", "", page.charset or "")
    return f"{page.media_type}; charset={charset}" if charset else page.media_type


def _request_hash(job: CleanJob) -> str:
    told = hashlib.sha256(job.body)
    told.update(json.dumps([job.media_type, job.charset, job.options.model_dump()], sort_keys=True).encode())
    return told.hexdigest()

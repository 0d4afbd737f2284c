"""The routes under /v1/samples: pages that people clean by hand, what to clean next, and the samples that come of it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from itertools import combinations
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Query
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from cleaner.hand_cleaning import as_json
from cleaner.parse.decode import decode
from service import openapi_samples
from service.access import Caller, Reads, Writes
from service.bodies import read_body
from service.documents_api import DocumentId
from service.formed import PERSON
from service.page_requests import HEAVY_BYTES, check_parameters, in_worker, json_response, settings_of, store_of
from service.problems import (
    ProblemFound,
    empty_body,
    invalid,
    no_such_document,
    no_such_sample,
    saved_meanwhile,
    teaches_nothing,
)
from service.requests import faults_of
from service.sample_jobs import (
    AgreementJob,
    SampleJob,
    SampleMade,
    hand_of,
    run_agreement_job,
    run_dispute_job,
    run_sample_job,
)
from service.sample_requests import ExportQuery, QueueQuery, SampleBody
from service.site_learning import SiteAsked
from service.site_lookup import knowing_site, looked_up
from service.store import documents, samples, sites
from service.store.database import Store
from service.store.rows import StoredPage, packed
from service.store.samples import Queued, Sample, SampleConflict

router = APIRouter(prefix="/v1/samples")

Annotator = Annotated[str, PERSON, Path(max_length=64, description="the name of who cleans the page")]
MEASURED_AT_ONCE = 20  # documents on which cleaners are compared for one look at the queue
_PAGE_FILES = {"text/html": "page.html", "text/plain": "page.txt"}


@router.get("", summary="What to clean by hand next", responses=openapi_samples.QUEUE_RESPONSES)
async def show_queue(request: Request, caller: Reads, query: Annotated[QueueQuery, Query()]) -> Response:
    """Stored documents, those first that are most worth a person's look, with who has cleaned them. On how many it is not known
    yet how far cleaners disagree says `unmeasured`, up to 41; each call with `order=disputed` measures some more.
    """
    check_parameters(request)
    rows, unmeasured = await queued(request, caller, query)
    return json_response({"documents": [_told_queued(row) for row in rows], "unmeasured": unmeasured})


@router.get("/export", summary="Export samples", responses=openapi_samples.EXPORT_RESPONSES)
async def export_samples(request: Request, caller: Reads, query: Annotated[ExportQuery, Query()]) -> Response:
    """The samples that are done as a zip of `SITE/SLUG/page.html` (or `page.txt`), `clean.txt` and `meta.json`, which
    `cleaner score` and `cleaner train` read.
    """
    check_parameters(request)
    found = await store_of(request).read(samples.done_ids, caller.sees, query.annotator)
    headers = {"Content-Disposition": 'attachment; filename="samples.zip"'}
    return StreamingResponse(_zipped(store_of(request), caller, found), headers=headers, media_type="application/zip")


@router.get("/{document_id}", summary="Who cleaned a page, and how far they agree", responses=openapi_samples.LIST_RESPONSES)
async def list_samples(request: Request, caller: Reads, document_id: DocumentId) -> Response:
    """The samples of a page, and for each two people the share of words they treat alike, Cohen's kappa, and the blocks they
    treat differently.
    """
    page = await stored(request, caller, document_id)
    found = await store_of(request).read(samples.of_document, caller.sees, document_id)
    agreements = [await agreement_of(request, page, *pair) for pair in combinations(found, 2)]
    rows = [
        {name: told for name, told in shown(one).items() if name not in ("text", "meta", "removed", "cuts")} for one in found
    ]
    return json_response({"document_id": document_id, "samples": rows, "agreement": agreements})


@router.get("/{document_id}/{annotator}", summary="Show a sample", responses=openapi_samples.SHOW_RESPONSES)
async def show_sample(request: Request, caller: Reads, document_id: DocumentId, annotator: Annotator) -> Response:
    """A page as a person cleans it, and the `text` and `meta` that come of it."""
    found = await store_of(request).read(samples.find, caller.sees, document_id, annotator)
    if found is None:
        raise ProblemFound(no_such_sample())
    return json_response(shown(found))


@router.put(
    "/{document_id}/{annotator}",
    summary="Save a sample",
    openapi_extra=openapi_samples.SAVE_BODY,
    responses=openapi_samples.SAVE_RESPONSES,
)
async def save_sample(request: Request, caller: Writes, document_id: DocumentId, annotator: Annotator) -> Response:
    """201 for the first time, 200 afterwards. `version` is that of the sample which was changed: where another one is stored,
    nothing is, and the answer is 409.
    """
    check_parameters(request)
    body = await _read_sample(request)
    page = await stored(request, caller, document_id)
    made = await made_of(request, caller, document_id, SampleJob(page, body.hand(), body.reading))
    try:
        version = await store_of(request).write(
            samples.save, caller.sees, document_id, annotator, body.version, done=body.done, record=made.record
        )
    except SampleConflict as conflict:
        raise ProblemFound(saved_meanwhile(conflict.version)) from None
    if version is None:  # deleted meanwhile
        raise ProblemFound(no_such_document())
    saved = await store_of(request).read(samples.find, caller.sees, document_id, annotator)
    if saved is None:
        raise ProblemFound(no_such_document())
    return json_response(shown(saved), 201 if version == 1 else 200)


@router.delete(
    "/{document_id}/{annotator}", status_code=204, summary="Delete a sample", responses=openapi_samples.DELETE_RESPONSES
)
async def delete_sample(request: Request, caller: Writes, document_id: DocumentId, annotator: Annotator) -> Response:
    """Deletes what a person said of a page; the page stays."""
    if not await store_of(request).write(samples.remove, caller.sees, document_id, annotator):
        raise ProblemFound(no_such_sample())
    return Response(status_code=204)


@router.post(
    "/{document_id}/{annotator}/teach",
    summary="Teach a page's site what was corrected",
    responses=openapi_samples.TEACH_RESPONSES,
)
async def teach_site(request: Request, caller: Writes, document_id: DocumentId, annotator: Annotator) -> Response:
    """The lines that the person treats otherwise than the cleaner stay, or go, on all pages of the site from now on: `stay` and
    `go` are their forms, without numbers and names. `GET /v1/sites/{host}` shows what a site was taught, and DELETE forgets it.
    """
    store = store_of(request)
    found = await store.read(samples.find, caller.sees, document_id, annotator)
    if found is None:
        raise ProblemFound(no_such_sample())
    page = await stored(request, caller, document_id)
    job = SampleJob(page, hand_of(found.record), found.record["reading"])
    made = await made_of(request, caller, document_id, job)
    if not made.host:
        raise ProblemFound(teaches_nothing("Nothing tells which site the page is of: store it with its url."))
    if not made.stay and not made.go:
        raise ProblemFound(teaches_nothing("The cleaner treats every line of this page as the sample does."))
    owner = await store.read(documents.owner_of, document_id) or caller.owner
    await store.write(sites.teach, owner, made.host, dict.fromkeys(made.stay, True) | dict.fromkeys(made.go, False))
    return json_response({"host": made.host, "stay": made.stay, "go": made.go})


async def stored(request: Request, caller: Caller, document_id: str) -> StoredPage:
    """The stored page, its content compressed. Raises ProblemFound (404)."""
    found = await store_of(request).read(documents.find_page, caller.sees, document_id)
    if found is None:
        raise ProblemFound(no_such_document())
    return replace(found, content=packed(found.content))


async def queued(request: Request, caller: Caller, query: QueueQuery) -> tuple[list[Queued], int]:
    """The queue, and of how many documents, up to 41, it is not known how far cleaners disagree."""
    store = store_of(request)
    unknown = await store.read(samples.undisputed, caller.sees, 2 * MEASURED_AT_ONCE + 1)
    if query.order == "disputed":
        for document_id in unknown[:MEASURED_AT_ONCE]:
            try:
                share = await in_worker(request, run_dispute_job, await stored(request, caller, document_id))
            except ProblemFound as found:
                if found.problem.status == 503:  # the workers are busy: the rest is measured another time
                    break
                share = 0.0  # a page that a cleaner breaks on is nothing to be cleaned by hand
            await store.write(samples.keep_dispute, document_id, share)
        unknown = await store.read(samples.undisputed, caller.sees, 2 * MEASURED_AT_ONCE + 1)
    return await store.read(samples.queue, caller.sees, query.order, query.limit, query.annotator), len(unknown)


async def made_of(request: Request, caller: Caller, document_id: str, job: SampleJob) -> SampleMade:
    """The sample that comes of a page and what a person says of it. Raises ProblemFound."""
    store = store_of(request)
    owner = await store.read(documents.owner_of, document_id) or caller.owner

    def made(job: SampleJob) -> Awaitable[SampleMade | SiteAsked]:
        return in_worker(request, run_sample_job, job, heavy=len(job.page.content) > HEAVY_BYTES)

    return await knowing_site(store, owner, await looked_up(store, owner, job.page.url, job), made)


def shown(sample: Sample) -> dict[str, Any]:
    """A sample as JSON."""
    record = sample.record
    hand = {**record["hand"], "cuts": [{"block": at, "start": start, "end": end} for at, start, end in record["hand"]["cuts"]]}
    return {
        "document_id": sample.document_id,
        "annotator": sample.annotator,
        "version": sample.version,
        "done": sample.done,
        "created_at": sample.created_at,
        "updated_at": sample.updated_at,
        "reading": record["reading"],
        **hand,
        "text": record["text"],
        "meta": record["meta"],
    }


async def _read_sample(request: Request) -> SampleBody:
    body = await read_body(request, settings_of(request).max_body_bytes)
    if not body:
        raise ProblemFound(empty_body())
    try:
        return SampleBody.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise ProblemFound(invalid(faults_of("pointer", found[:20], body=SampleBody))) from None


async def agreement_of(request: Request, page: StoredPage, one: Sample, other: Sample) -> dict[str, Any]:
    """How far two people agree on a page, as JSON."""
    names = {"annotators": [one.annotator, other.annotator]}
    if one.record["reading"] != other.record["reading"]:
        return {**names, "share": None, "kappa": None, "blocks": []}
    job = AgreementJob(page, (hand_of(one.record), hand_of(other.record)), one.record["reading"])
    found = await in_worker(request, run_agreement_job, job)
    return {**names, "share": round(found.share, 4), "kappa": round(found.kappa, 4), "blocks": list(found.blocks)}


def _told_queued(row: Queued) -> dict[str, Any]:
    by = [{"annotator": annotator, "done": done} for annotator, done in row.samples]
    return {**row.summary, "dispute": None if row.dispute is None else round(row.dispute, 4), "samples": by}


async def _zipped(store: Store, caller: Caller, found: list[tuple[str, str]]) -> AsyncIterator[bytes]:
    """The samples as a zip, while it is made: of each document one, the last that was saved."""
    pipe = _Pipe()
    by_document: dict[str, list[str]] = {}
    for document_id, annotator in found:
        by_document.setdefault(document_id, []).append(annotator)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for document_id, annotators in by_document.items():
            drafts = [await store.read(samples.find, caller.sees, document_id, annotator) for annotator in annotators]
            page = await store.read(documents.find_page, caller.sees, document_id)
            done = [draft for draft in drafts if draft is not None and draft.done]
            if page is None or not done:  # deleted or opened again meanwhile
                continue
            latest = max(done, key=lambda draft: draft.updated_at)
            address = page.url or await _stated_address(store, caller, document_id)
            await run_in_threadpool(_write_sample, archive, page, latest, _folder(address, document_id))
            yield pipe.taken()
    yield pipe.taken()


async def _stated_address(store: Store, caller: Caller, document_id: str) -> str | None:
    """The address that a page gives itself."""
    version = await store.read(documents.find, caller.sees, document_id)
    return version.record["canonical_url"] if version else None


def _write_sample(archive: zipfile.ZipFile, page: StoredPage, sample: Sample, folder: str) -> None:
    content = page.content
    if page.charset is not None:  # what the transport said has no place in a sample, and a mark in the file beats all else
        content = b"\xef\xbb\xbf" + decode(content, page.charset)[0].encode("utf-8", "replace")
    for name, written in (
        (_PAGE_FILES[page.media_type], content),
        ("clean.txt", sample.record["text"].encode()),
        ("meta.json", as_json(sample.record["meta"]).encode()),
    ):
        archive.writestr(zipfile.ZipInfo(f"{folder}/{name}"), written, zipfile.ZIP_DEFLATED)


def _folder(url: str | None, document_id: str) -> str:
    """A folder that no other sample has, named after the page's address."""
    parts = urlsplit(url or "")
    site = re.sub(r"[^a-z0-9.-]", "", (parts.hostname or "").removeprefix("www.")).strip(".") or "unknown"
    slug = "-".join(re.findall(r"[a-z0-9]+", parts.path.lower())[-6:])[:60]
    return f"{site}/{slug}-{document_id[:8]}".replace("/-", "/page-")


class _Pipe:
    """A file that can be written to and not sought in; what was written is taken piece by piece."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        data, self._written = b"".join(self._written), []
        return data

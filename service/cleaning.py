"""What a worker process does with one page: a request in; an answer, a row for the store, or a problem out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from cleaner.cleaners import Cleaner, cleaner_named, name_with
from cleaner.duplicates import fingerprint
from cleaner.errors import CleanerFailed, InputError, PageRefused
from cleaner.fetch_time import fetch_time
from cleaner.formats import FORMATS, Explain, json_text, to_dict
from cleaner.pipeline import clean, content_id
from cleaner.types import Document, Kind, Page, Status
from cleaner.version import __version__
from service.forms import read_form
from service.problems import Fault, Problem, cleaner_failed, empty_body, internal_error, invalid, page_refused
from service.requests import CleanRequest, Options, QueryOptions, read_clean_request
from service.site_learning import SiteAsked, knows_sites, learned_from, site_of_page, used_of, with_site
from service.store.rows import FETCHED_AT, STORED_FORMATS, WRITTEN, Cleaning, Learned, StoredPage, StoredSite, packed, unpacked
from service.store.search_words import indexed
from service.tracebacks import without_messages

JSON_BODY = "application/json"
FORM_BODY = "multipart/form-data"
PAGE_BODIES: dict[str, Kind] = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
_MEDIA_TYPES: dict[Kind, str] = {"html": "text/html", "text": "text/plain"}

_LISTED = ("status", "url", "title", "authors", "site_name", "date_published", "language", "page_type", "word_count", "quality")

NO_SITE = StoredSite("")

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it came from its address: the last one, where it was sent on; ``at`` is when, in ISO 8601."""

    content: bytes
    media_type: str
    charset: str | None
    url: str
    at: str


@dataclass(frozen=True, slots=True)
class PageAsked:
    """There is no page in the request, but an address: fetch it, and send the request again with the page."""

    url: str


@dataclass(frozen=True, slots=True)
class CleanJob:
    """One request: the body as it came, what its Content-Type says, the query's options, and the format asked for.

    ``media_type`` is JSON_BODY or FORM_BODY, which bring their own options, or one of PAGE_BODIES. ``content_type`` is the
    whole header, which a form cannot be read without. ``site`` is what is stored of the page's site, None before it was asked
    for.
    """

    body: bytes
    media_type: str
    charset: str | None
    options: QueryOptions
    to: str
    content_type: str = ""
    site: StoredSite | None = None
    fetched: FetchedPage | None = None


@dataclass(frozen=True, slots=True)
class AgainJob:
    """A stored page, its content compressed, to be cleaned again."""

    page: StoredPage
    options: Options
    site: StoredSite | None = None


@dataclass(frozen=True, slots=True)
class MemberJob:
    """A page of an archive, its content compressed; what is not known of it is None."""

    content: bytes
    kind: Kind | None
    url: str | None
    charset: str | None
    options: Options
    site: StoredSite | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The body of the answer, whether the page had any content, and what is counted of it.

    ``result`` is an id of all that decides what the result is: the page, the options, the format, the cleaner and its version,
    and the version of the site's template, which is ``site_template`` where one was used.
    """

    body: bytes
    status: Status
    result: str
    quality: float | None
    reasons: dict[str, int]
    site_template: str = ""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What the store takes of a page, what was made of it, and what its site's template takes of it."""

    page: StoredPage
    cleaning: Cleaning
    learned: Learned | None = None


@dataclass(frozen=True, slots=True)
class Broke:
    """Something broke that is not the caller's doing; ``where`` is its traceback for the log, without messages."""

    problem: Problem
    where: str


def run_clean_job(job: CleanJob) -> Cleaned | SiteAsked | PageAsked | Problem | Broke:
    """Clean the page of one request. Never raises: a worker outlives every page, and says what happened to it.

    Gives PageAsked for an address that came without its page, and SiteAsked for a page that is to be cleaned with what is
    stored of its site, and came without it; so do the next three.
    """
    return told(lambda: _clean_for_answer(job))


def run_ingest_job(job: CleanJob) -> Ingested | SiteAsked | PageAsked | Problem | Broke:
    """Clean the page of one request for the store. Never raises."""
    return told(lambda: _clean_for_store(job))


def run_member_job(job: MemberJob) -> Ingested | SiteAsked | Problem | Broke:
    """Clean a page of an archive for the store. Never raises."""
    return told(lambda: _clean_member(job))


def run_again_job(job: AgainJob) -> Cleaning | SiteAsked | Problem | Broke:
    """Clean a stored page again. Never raises."""
    return told(lambda: _clean_again(job))


def page_of(stored: StoredPage) -> Page:
    """A stored page, its content compressed, as a cleaner takes it."""
    content = unpacked(stored.content)
    kind = PAGE_BODIES.get(stored.media_type)
    return Page(content_id(content), content, kind, stored.url, stored.charset, _moment(stored.fetched_at))


def get_ready() -> None:
    """The first job of a worker: to read the model and load what cleaning needs."""
    clean("<p>It rained all night, and the river rose by a metre.</p>")


def told(work: Callable[[], Result]) -> Result | Problem | Broke:
    """What a worker makes of a page: what ``work`` gives, or what it raises as a value that can be handed back."""
    try:
        return work()
    except PageRefused as error:
        return page_refused(error.limit, str(error))
    except CleanerFailed as error:
        return Broke(cleaner_failed(), without_messages(error))
    except Exception as error:  # the outermost loop of a worker
        return Broke(internal_error(), without_messages(error))


def _clean_for_answer(job: CleanJob) -> Cleaned | SiteAsked | PageAsked | Problem:
    read = _read(job)
    if not isinstance(read, tuple):
        return read
    page, options = read
    if options.explain != "none" and job.to != "json":
        return _only_json_explains(job)
    chosen = _cleaner(job, options)
    if isinstance(chosen, Problem):
        return chosen
    site = site_for(page, job.site) if options.site == "stored" else NO_SITE
    if isinstance(site, SiteAsked):
        return site
    document = clean(page, cleaner=knowing(chosen, site))
    written = _written(document, job.to, options.explain, site).encode()
    decides = [page.id, page.kind, page.url, page.charset, job.to, options.explain, chosen, document.version, __version__]
    decides += [told for told in (page.fetched_at and page.fetched_at.isoformat(), site.version) if told]
    content = page.content if isinstance(page.content, bytes) else page.content.encode("utf-8", "surrogatepass")
    result = hashlib.sha256(json.dumps(decides).encode() + b"\0" + content).hexdigest()[:32]
    reasons = Counter(piece.reason.value for piece in document.removed)
    return Cleaned(written, document.status, result, document.quality, dict(reasons), site.version)


def _clean_for_store(job: CleanJob) -> Ingested | SiteAsked | PageAsked | Problem:
    read = _read(job)
    if not isinstance(read, tuple):
        return read
    page, options = read
    chosen = _cleaner(job, options)
    if isinstance(chosen, Problem):
        return chosen
    return _ingested(page, chosen, options, job.site)


def _clean_member(job: MemberJob) -> Ingested | SiteAsked:
    options = job.options
    content = unpacked(job.content)
    page = Page(content_id(content), content, job.kind, job.url, job.charset, job.fetched_at)
    return _ingested(page, name_with(options.cleaner, options.profile, options.mode), options, job.site)


def _ingested(page: Page, chosen: str, options: Options, stored: StoredSite | None) -> Ingested | SiteAsked:
    content = page.content if isinstance(page.content, bytes) else page.content.encode("utf-8", "surrogatepass")
    charset = page.charset if isinstance(page.content, bytes) else "utf-8"
    site = _site_for_store(page, chosen, options, stored)
    if isinstance(site, SiteAsked):
        return site
    document = clean(page, cleaner=knowing(chosen, site))
    media_type = _MEDIA_TYPES[document.parsed.kind]
    fetched_at = page.fetched_at.isoformat() if page.fetched_at else None
    row = StoredPage(media_type, charset, page.url, packed(content), hashlib.sha256(content).hexdigest(), fetched_at)
    return Ingested(row, _cleaning(document, chosen, site), learned_from(document, stored))


def _clean_again(job: AgainJob) -> Cleaning | SiteAsked | Problem:
    options = job.options
    chosen = name_with(options.cleaner, options.profile, options.mode)
    page = page_of(job.page)
    site = _site_for_store(page, chosen, options, job.site)
    if isinstance(site, SiteAsked):
        return site
    return _cleaning(clean(page, cleaner=knowing(chosen, site)), chosen, site)


def _site_for_store(page: Page, chosen: str, options: Options, stored: StoredSite | None) -> StoredSite | SiteAsked:
    """What the cleaner is told of the page's site where documents are stored."""
    return NO_SITE if options.site == "none" or not knows_sites(chosen) else site_for(page, stored)


def site_for(page: Page, stored: StoredSite | None) -> StoredSite | SiteAsked:
    """What is stored of the page's site, or the question for it."""
    host = site_of_page(page)
    if not host:
        return NO_SITE
    return stored if stored is not None and stored.host == host else SiteAsked(host)


def knowing(chosen: str, site: StoredSite) -> Cleaner:
    return with_site(chosen, site) if site.version else cleaner_named(chosen)


def _cleaning(document: Document, chosen: str, site: StoredSite) -> Cleaning:
    """The rows of a document; the name of its cleaner has the profile and mode that were asked for."""
    record = _record(document, "summary", site)
    written = {name: FORMATS[name].render(document) for name in STORED_FORMATS}
    fetched_at = document.parsed.page.fetched_at
    beside = {WRITTEN: written, FETCHED_AT: fetched_at.isoformat() if fetched_at else None}
    metadata = document.metadata
    by_reason = sorted({piece.reason.value for piece in document.removed})
    host = _host(record["url"]) or _host(record["canonical_url"])
    title = metadata.title.value if metadata.title else ""
    return Cleaning(
        cleaner=chosen,
        cleaner_version=document.version,
        record=packed(json.dumps(record | beside, ensure_ascii=False, separators=(",", ":")).encode()),
        summary={
            **{name: record[name] for name in _LISTED},
            "host": host,
            "reasons": by_reason,
            "cleaner": {"name": chosen, "version": document.version},
        },
        host=host,
        language=metadata.language.value[:35] if metadata.language else None,
        date_published=metadata.date_published.value[:40] if metadata.date_published else None,
        quality=document.quality,
        reasons=tuple(by_reason),
        words=indexed(f"{title}\n{record['text']}"),
        fingerprint=fingerprint(record["text"]),
        site_template=site.version or None,
    )


def _host(url: object) -> str | None:
    try:
        return (urlsplit(str(url or "")).hostname or "")[:255] or None
    except ValueError:  # a bracket that opens no address
        return None


def _read(job: CleanJob) -> tuple[Page, Options] | PageAsked | Problem:
    if job.media_type == FORM_BODY:
        form = read_form(job.body, job.content_type)
        if isinstance(form, Problem):
            return form
        sent, kind, options = form
        return Page(content_id(sent), sent, kind, options.url, fetched_at=_moment(options.fetched_at)), options
    if job.media_type != JSON_BODY:
        kind = PAGE_BODIES[job.media_type]
        fetched = _moment(job.options.fetched_at)
        return Page(content_id(job.body), job.body, kind, job.options.url, job.charset, fetched), job.options
    request = read_clean_request(job.body)
    if isinstance(request, Problem):
        return request
    if request.html is None and request.text is None:
        return _read_fetched(job.fetched, request)
    kind = "text" if request.html is None else "html"
    content = request.html or request.text or ""
    fetched = _moment(request.fetched_at)
    return Page(content_id(content), content, kind, request.url, fetched_at=fetched), request.options


def _read_fetched(fetched: FetchedPage | None, request: CleanRequest) -> tuple[Page, Options] | PageAsked | Problem:
    if fetched is None:
        assert request.url is not None
        return PageAsked(request.url)
    if not fetched.content:
        return empty_body()
    at = _moment(request.fetched_at or fetched.at)
    kind = PAGE_BODIES[fetched.media_type]
    return Page(content_id(fetched.content), fetched.content, kind, fetched.url, fetched.charset, at), request.options


def _moment(fetched_at: str | None) -> datetime | None:
    return fetch_time(fetched_at) if fetched_at is not None else None


def _cleaner(job: CleanJob, options: Options) -> str | Problem:
    """The cleaner with its profile and mode by name, or what is wrong with the three together."""
    try:
        chosen = name_with(options.cleaner, options.profile, options.mode)
    except InputError as error:
        return invalid([Fault(*_place_of(job, "cleaner"), str(error))])
    return _needs_other_cleaner(job) if options.site == "stored" and not knows_sites(chosen) else chosen


def _only_json_explains(job: CleanJob) -> Problem:
    detail = f"only the JSON answer explains: ask with Accept: {FORMATS['json'].media_type}, or leave explain out"
    return invalid([Fault(*_place_of(job, "explain"), detail)])


def _needs_other_cleaner(job: CleanJob) -> Problem:
    detail = "this cleaner has no use for what is known of sites: choose combined or by_site, or leave site out"
    return invalid([Fault(*_place_of(job, "site"), detail)])


def _place_of(job: CleanJob, option: str) -> tuple[Literal["pointer", "parameter"], str]:
    """Where an option stands in a request of this kind."""
    if job.media_type == JSON_BODY:
        return "pointer", f"#/options/{option}"
    return ("pointer", f"#/{option}") if job.media_type == FORM_BODY else ("parameter", option)


def _written(document: Document, to: str, explain: Explain, site: StoredSite) -> str:
    if to != "json":
        return FORMATS[to].render(document)
    return json_text(_record(document, explain, site))


def _record(document: Document, explain: Explain, site: StoredSite) -> dict[str, Any]:
    """The document as JSON; its cleaner tells of the site's template where it knew one."""
    record: dict[str, Any] = to_dict(document, explain)
    if site.version:
        record["cleaner"]["site"] = used_of(site)
    return record

"""Everything the service can refuse, as RFC 9457 problems: one function a problem, one shape for all.

A problem is a plain value, so that a worker process can hand it back. Its ``detail`` says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2  # a page takes milliseconds; a queue has moved on by then

QUEUE_FULL = f"All workers are cleaning and the queue is full: try again in {RETRY_AFTER_S} seconds."

_MAX_ECHO = 100  # characters of what the caller wrote that an answer repeats


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong place in a request: a query parameter, or a JSON pointer (``#/options/cleaner``) into the body."""

    where: Literal["parameter", "pointer"]
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one request. ``members`` are extension members, ``headers`` go with the response."""

    status: int
    kind: str
    title: str
    detail: str
    faults: Sequence[Fault] = ()
    members: Mapping[str, str | int | list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self, instance: str, request_id: str) -> dict[str, object]:
        """The problem as its JSON object; ``errors`` is there when the request has wrong places to point at, ``instance``
        where it had a path.
        """
        body: dict[str, object] = {
            "type": f"urn:problem-type:cleaner:{self.kind}" if self.kind else "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **({"instance": instance} if instance else {}),
            "request_id": request_id,
            **self.members,
        }
        if self.faults:
            body["errors"] = [{"detail": fault.detail, fault.where: shortened(fault.name)} for fault in self.faults]
        return body


class ProblemFound(Exception):
    """Ends the handling of a request with this problem as its answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


def shortened(text: str) -> str:
    return text if len(text) <= _MAX_ECHO else text[:_MAX_ECHO] + "…"


def invalid(faults: Sequence[Fault]) -> Problem:
    listed = "; ".join(f"{'the body' if fault.name == '#' else shortened(fault.name)}: {fault.detail}" for fault in faults)
    return Problem(422, "invalid-request", "The request is not valid", f"Look at {listed}.", faults=faults)


def malformed_json(place: str) -> Problem:
    return Problem(400, "malformed-json", "The body is not JSON", f"The body cannot be read as JSON: {place}.")


def empty_body() -> Problem:
    detail = (
        "Send the page as the body with Content-Type text/html or text/plain, "
        'or a JSON object with it: {"html": "..."} or {"text": "..."}.'
    )
    return Problem(422, "empty-body", "There is no page in the request", detail)


def nothing_pasted() -> Problem:
    return Problem(422, "empty-body", "There is no page in the form", "Paste a page's HTML or text, or choose a file.")


def body_too_large(limit: int) -> Problem:
    detail = f"The body has more than {limit:,} bytes, which is the limit here: send a smaller page."
    # The rest of the body is not read, so the connection cannot be used again.
    headers = {"Connection": "close"}
    return Problem(413, "body-too-large", "The body is too large", detail, members={"limit_bytes": limit}, headers=headers)


def page_refused(limit: str, message: str) -> Problem:
    status = 413 if limit == "size" else 422
    detail = message[:1].upper() + message[1:] + "."
    return Problem(status, "page-refused", "The page was refused", detail, members={"limit": limit})


def unsupported_media_type(given: str | None, accepted: Sequence[str]) -> Problem:
    said = f"the Content-Type {shortened(given)!r} is not one the service reads" if given else "there is no Content-Type header"
    hint = f"The page was not read, because {said}: send one of {', '.join(accepted)}"
    detail = f"{hint} (with curl: -H 'Content-Type: {accepted[0]}')."
    headers = {"Accept-Post": ", ".join(accepted)}
    members = {"accepted": list(accepted)}
    return Problem(415, "unsupported-media-type", "The body has the wrong type", detail, members=members, headers=headers)


def unsupported_encoding(given: str, known: Sequence[str]) -> Problem:
    listed = ", ".join(known)
    detail = f"The body is sent with Content-Encoding {shortened(given)!r}: send it with one of {listed}, or uncompressed."
    return Problem(415, "unsupported-encoding", "Unknown encoding", detail, headers={"Accept-Encoding": listed})


def broken_encoding(given: str) -> Problem:
    detail = f"The body is not what its Content-Encoding ({given}) says, or breaks off: compress it again, or send it as it is."
    return Problem(400, "broken-encoding", "The body cannot be decompressed", detail)


def broken_form(kind: str) -> Problem:
    detail = f"The body cannot be read as multipart/form-data ({kind}): let an HTTP library write it."
    return Problem(400, "broken-form", "The form is broken", detail)


def line_too_long(limit: int) -> Problem:
    detail = f"The line has more than {limit:,} bytes, which is the limit for a page here: it was passed over."
    return Problem(413, "line-too-long", "The line is too long", detail)


def not_acceptable(given: str, offered: Sequence[str]) -> Problem:
    detail = f"Nothing the service writes matches Accept {shortened(given)!r}: ask for one of {', '.join(offered)}."
    return Problem(406, "not-acceptable", "No such response type", detail, members={"offered": list(offered)})


def not_stored_in(name: str) -> Problem:
    detail = f"This version was stored before documents were kept as {name}: ask for application/json or text/plain."
    return Problem(406, "not-acceptable", "No such response type", detail)


def fetches_nothing() -> Problem:
    detail = (
        "the page is missing: send it as html or as text. The service fetches none, unless whoever runs it allows that with "
        "CLEANER_FETCH=public"
    )
    return invalid([Fault("pointer", "#", detail)])


def fetch_refused(why: str) -> Problem:
    return Problem(422, "fetch-refused", "The service does not fetch this", f"This address is not fetched: {why}.")


def fetch_failed(why: str) -> Problem:
    return Problem(502, "fetch-failed", "The page could not be fetched", f"The page could not be fetched: {why}.")


def fetch_too_slow(seconds: float) -> Problem:
    detail = f"The page could not be fetched within {seconds:g} seconds, which is the limit here: fetch it and send it as html."
    return Problem(504, "fetch-too-slow", "Fetching takes too long", detail)


def fetched_too_large(limit: int) -> Problem:
    detail = f"The page at this address has more than {limit:,} bytes, which is the limit here."
    return Problem(413, "fetched-too-large", "The page is too large", detail, members={"limit_bytes": limit})


def busy() -> Problem:
    return Problem(503, "busy", "The service is busy", QUEUE_FULL, headers=_retry_after())


def busy_with_bodies() -> Problem:
    detail = (
        f"The requests that are being answered hold all the memory there is for them: try again in {RETRY_AFTER_S} seconds."
    )
    return Problem(503, "busy", "The service is busy", detail, headers=_retry_after())


def too_many_at_once(limit: int) -> Problem:
    detail = f"{limit} requests of this key are being answered, which is as many as may be at once: send the next one later."
    return Problem(429, "too-many-at-once", "Too many requests at once", detail, headers=_retry_after())


def too_fast(per_second: float, wait_s: int) -> Problem:
    detail = f"This key may send {per_second:g} requests a second: try again in {wait_s} s."
    return Problem(429, "too-fast", "Too many requests", detail, headers={"Retry-After": str(wait_s)})


def worker_died() -> Problem:
    detail = (
        "The page brings the process down that cleans it, which was tried twice: send a simpler page, or choose another "
        "cleaner (GET /v1/cleaners lists them). It is worth a report."
    )
    return Problem(422, "page-kills-worker", "The page cannot be cleaned", detail)


def page_too_slow(seconds: float) -> Problem:
    detail = f"The page took longer than {seconds:g} seconds, which is the limit here: send a smaller or simpler page."
    return Problem(504, "page-too-slow", "Cleaning takes too long", detail)


def page_too_big(megabytes: int) -> Problem:
    detail = f"The page needs more than {megabytes:,} MB of memory, which is the limit here: send a smaller or simpler page."
    return Problem(422, "page-too-big", "Cleaning takes too much memory", detail)


def slow_body(seconds: float) -> Problem:
    detail = f"The body came too slowly: after the first {seconds:g} seconds it has to come faster. Send it again."
    return Problem(408, "slow-body", "The body came too slowly", detail, headers={"Connection": "close"})


def broken_request() -> Problem:
    detail = (
        "This is no HTTP request: in an address, blanks and everything beyond ASCII are percent-encoded (with curl: "
        "-G --data-urlencode 'q=WORDS'), and a head is written as RFC 9112 has it."
    )
    return Problem(400, "broken-request", "The request cannot be read", detail)


def head_too_large(limit: int) -> Problem:
    detail = f"The head of the request has more than {limit:,} bytes, which is the limit here: send fewer or shorter headers."
    return Problem(431, "head-too-large", "The head is too large", detail, members={"limit_bytes": limit})


def slow_head(seconds: float) -> Problem:
    detail = f"The head of the request did not come within {seconds:g} seconds: send it again."
    return Problem(408, "slow-head", "The head came too slowly", detail)


def unauthorized(why: str) -> Problem:
    detail = f"{why}: send a key of this service as 'Authorization: Bearer KEY' (cleaner-service keys create makes one)."
    return Problem(401, "no-valid-key", "A key is needed", detail, headers={"WWW-Authenticate": "Bearer"})


def forbidden(scope: str) -> Problem:
    detail = f"This key may not do that: it needs the scope {scope!r}. Use a key that has it."
    return Problem(403, "scope-missing", "The key does not allow this", detail)


def of_another_site() -> Problem:
    detail = "The request was made by a page of another site, or does not say by which: open the review page and try it there."
    return Problem(403, "of-another-site", "Requests of other sites are not taken", detail)


def no_such_document() -> Problem:
    detail = "There is no such document, or it belongs to another key: GET /v1/documents lists those that are there."
    return Problem(404, "no-such-document", "No such document", detail)


def no_such_version() -> Problem:
    detail = "The document has no version of this number: its versions are listed under its own path and /versions."
    return Problem(404, "no-such-version", "No such version", detail)


def no_such_site() -> Problem:
    detail = "Nothing was learned of this site from documents of yours: GET /v1/sites lists those of which something was."
    return Problem(404, "no-such-site", "No such site", detail)


def no_such_sample() -> Problem:
    detail = "Nobody of this name has cleaned this page by hand: GET /v1/samples/{document_id} lists who has."
    return Problem(404, "no-such-sample", "No such sample", detail)


def saved_meanwhile(version: int) -> Problem:
    detail = (
        f"Somebody saved this sample under the same name meanwhile: it has version {version} now. Get it, make your changes "
        "to that one, and send its version."
    )
    return Problem(409, "saved-meanwhile", "The sample was changed meanwhile", detail, members={"version": version})


def page_reads_otherwise() -> Problem:
    detail = (
        "The page is not taken apart as it was when this was made, so its blocks have other numbers: open the page again, and "
        "begin anew."
    )
    return Problem(409, "page-reads-otherwise", "The page is read otherwise", detail)


def teaches_nothing(why: str) -> Problem:
    return Problem(422, "teaches-nothing", "There is nothing to teach", why)


def no_such_job() -> Problem:
    detail = "There is no such job, or it belongs to another key: GET /v1/jobs lists those that are there."
    return Problem(404, "no-such-job", "No such job", detail)


def job_has_ended() -> Problem:
    return Problem(409, "job-has-ended", "The job has ended", "The job has ended already: there is nothing to cancel.")


def other_request_with_this_key() -> Problem:
    detail = "This Idempotency-Key came with another request before: use a new key for a new request."
    return Problem(422, "idempotency-key-reused", "The Idempotency-Key was used before", detail)


def store_full() -> Problem:
    detail = "The disk of the database is full; nothing of this request was stored: make room, then send it again."
    return Problem(507, "store-full", "There is no room to store this", detail)


def store_unavailable() -> Problem:
    detail = f"The database does not answer; nothing of this request was stored: try again in {RETRY_AFTER_S} seconds."
    return Problem(503, "store-unavailable", "The database does not answer", detail, headers=_retry_after())


def store_damaged(message: str) -> Problem:
    return Problem(500, "store-damaged", "What is stored is damaged", message[:1].upper() + message[1:] + ".")


def not_ready(why: str) -> Problem:
    return Problem(503, "not-ready", "The service is not ready", why, headers=_retry_after())


def cleaner_failed() -> Problem:
    detail = "The cleaner broke on this page: choose another one with the option cleaner (GET /v1/cleaners lists them)."
    return Problem(500, "cleaner-failed", "The cleaner failed", detail)


def internal_error() -> Problem:
    detail = "Something broke in the service, not in your request. Its log has the cause under this request_id: report it."
    return Problem(500, "internal-error", "Internal error", detail)


def disconnected() -> Problem:
    return Problem(400, "incomplete-body", "The body is incomplete", "The connection ended before the body did: send it again.")


def no_such_path() -> Problem:
    return Problem(404, "", "Not Found", "There is nothing at this path: GET /openapi.json lists what there is.")


def wrong_method(method: str, allowed: str) -> Problem:
    detail = f"This path does not take {shortened(method)}: use {allowed}."
    return Problem(405, "", "Method Not Allowed", detail, headers={"Allow": allowed})


def plain_http(status: int, detail: str, headers: Mapping[str, str] | None) -> Problem:
    """A status the framework raises by itself and that has no problem of its own here."""
    return Problem(status, "", HTTPStatus(status).phrase, detail, headers=headers or {})


def _retry_after() -> dict[str, str]:
    return {"Retry-After": str(RETRY_AFTER_S)}

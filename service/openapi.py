"""What /openapi.json says beyond what the code shows: bodies, answers, problems, each with an example that a test executes."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from cleaner.parse import MAX_CONTENT
from cleaner.version import __version__
from service import problems
from service.bodies import ACCEPTED
from service.encodings import ENCODINGS
from service.negotiation import OFFERED
from service.problems import Problem
from service.requests import CleanRequest, read_clean_request

EXAMPLE_REQUEST_ID = "example-1"
SCHEMAS: dict[str, Any] = {}  # of other parts of the service; filled where they are described

DESCRIPTION = """\
Turns scraped pages, as HTML or as flattened text, into clean articles, and says what it removed and why.

Every error is an `application/problem+json` (RFC 9457) whose `detail` says what to do; `errors` lists the wrong places of a
request. Every response carries an `X-Request-ID`: yours, when you send one, or a new one.
"""

_ARTICLE = """\
The night ferry to Ostholm left two hours late on Monday, because a seal had settled on the ramp and would not move.

The crew waited, the passengers took photographs, and the harbour master brought a bucket of herring, which settled the matter.
"""
HTML_EXAMPLE = (
    "<!doctype html><html lang=en><title>Seal holds up the night ferry</title>"
    "<body><nav><a href=/>Home</a> <a href=/news>News</a></nav><main>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in _ARTICLE.strip().split("\n\n"))
    + "</main></body></html>"
)
_ARTICLE_AS_HTML = "\n".join(
    ("<article>", *(f"<p>{paragraph}</p>" for paragraph in _ARTICLE.strip().split("\n\n")), "</article>\n")
)
URL_EXAMPLE = "https://news.example/ferry"
_JSON_EXAMPLES = {
    "html": {"summary": "A page as HTML", "value": {"html": HTML_EXAMPLE, "url": URL_EXAMPLE}},
    "text": {"summary": "A page that somebody already flattened", "value": {"text": f"Home\nNews\n{_ARTICLE}"}},
    "explained": {
        "summary": "With what became of each block",
        "value": {"html": HTML_EXAMPLE, "options": {"cleaner": DEFAULT_CLEANER, "explain": "blocks"}},
    },
    "empty": {"summary": "A page without content", "value": {"html": "<div id=app></div><script src=app.js></script>"}},
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def text_example(example: str) -> dict[str, Any]:
    return {"schema": {"type": "string"}, "example": example}


CLEAN_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": f"The page, up to {MAX_CONTENT:,} bytes unless the service is set otherwise, both as it is sent "
        "and decompressed; `Content-Encoding` may be gzip, deflate, br or zstd.",
        "content": {
            "text/html": text_example(HTML_EXAMPLE),
            "application/xhtml+xml": text_example(HTML_EXAMPLE),
            "text/plain": text_example(f"Home\nNews\n{_ARTICLE}"),
            "application/json": {"schema": ref("CleanRequest"), "examples": _JSON_EXAMPLES},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "description": "the page as the part html or text, and parts named like the options",
                    "properties": {"html": {"type": "string"}, "text": {"type": "string"}, "url": {"type": "string"}},
                },
                "example": {"html": HTML_EXAMPLE, "mode": "precision"},
            },
        },
    }
}
_LINES = (
    json.dumps({"id": "a", "html": HTML_EXAMPLE}) + "\n" + json.dumps({"id": "b", "text": f"Home\nNews\n{_ARTICLE}"}) + "\n"
)
BATCH_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/jsonl": {"schema": {"type": "string"}, "example": _LINES}}}
}


def answer(description: str, content: dict[str, Any]) -> dict[str, Any]:
    headers = {"X-Request-ID": {"schema": {"type": "string"}, "description": "the id of this request, also in the log"}}
    return {"description": description, "headers": headers, "content": content}


def json_answer(description: str, example: dict[str, Any]) -> dict[str, Any]:
    return answer(description, {"application/json": {"schema": {"type": "object"}, "example": example}})


def problem_answer(path: str, description: str, **named: Problem) -> dict[str, Any]:
    """A documented error; the examples are the problems as the service words them."""
    examples = {name: {"value": problem.to_dict(path, EXAMPLE_REQUEST_ID)} for name, problem in named.items()}
    return answer(description, {problems.MEDIA_TYPE: {"schema": ref("Problem"), "examples": examples}})


def _fault_of(body: bytes) -> Problem:
    found = read_clean_request(body)
    assert isinstance(found, Problem)
    return found


CLEAN = "/v1/clean"
CLEAN_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: answer(
        "The cleaned page, in the format that Accept asks for; its header `Cleaner-Status` is `ok` or `empty`.",
        {
            "application/json": {"schema": ref("Document")},
            "text/plain": text_example(_ARTICLE),
            "text/markdown": text_example(_ARTICLE),
            "text/html": text_example(_ARTICLE_AS_HTML),
        },
    ),
    400: problem_answer(
        CLEAN,
        "The body is not JSON, or broke off.",
        malformed=_fault_of(b'{"html": "<p>It rained.</p>'),
    ),
    406: problem_answer(
        CLEAN, "Accept names no format the service writes.", image=problems.not_acceptable("image/png", list(OFFERED))
    ),
    413: problem_answer(CLEAN, "The page is too large.", too_large=problems.body_too_large(MAX_CONTENT)),
    415: problem_answer(
        CLEAN,
        "The body has a type or an encoding the service does not read.",
        pdf=problems.unsupported_media_type("application/pdf", ACCEPTED),
        missing=problems.unsupported_media_type(None, ACCEPTED),
        compress=problems.unsupported_encoding("compress", list(ENCODINGS)),
    ),
    422: problem_answer(
        CLEAN,
        "The request says something it cannot say, or the page is beyond a limit that keeps hostile input out.",
        unknown_key=_fault_of(b'{"html": "<p>It rained.</p>", "profile": "main"}'),
        unknown_cleaner=_fault_of(b'{"html": "<p>It rained.</p>", "options": {"cleaner": "broom"}}'),
        no_page=problems.fetches_nothing(),
        empty=problems.empty_body(),
    ),
    502: problem_answer(CLEAN, "The page could not be fetched from the address that was sent instead of it."),
    504: problem_answer(CLEAN, "The page takes too long.", slow=problems.page_too_slow(8)),
}
BATCH_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: answer("A row a line.", {"application/jsonl": {"schema": {"type": "string"}}}),
}
CLEANERS_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: json_answer(
        "The cleaners by name.",
        {
            "default": DEFAULT_CLEANER,
            "cleaners": [{"name": it.name, "version": it.version, "summary": it.summary} for it in CLEANERS.values()],
        },
    )
}
INDEX_LINKS = {
    "openapi": "/openapi.json",
    "review": "/review",
    "clean": "/v1/clean",
    "cleaners": "/v1/cleaners",
    "documents": "/v1/documents",
    "jobs": "/v1/jobs",
    "sites": "/v1/sites",
    "samples": "/v1/samples",
}
INDEX_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: json_answer("What there is.", {"name": "Cleaner", "version": __version__, "links": INDEX_LINKS}),
    303: {"description": "A browser is sent to the review page."},
}
LIVEZ_RESPONSES: dict[int | str, dict[str, Any]] = {200: json_answer("It is.", {"status": "alive"})}
READYZ_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: json_answer("It is.", {"status": "ready"}),
    503: problem_answer("/readyz", "It is not, for now.", queue_full=problems.not_ready(problems.QUEUE_FULL)),
}
METRICS_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: answer("In Prometheus' text format.", {"text/plain": {"schema": {"type": "string"}}})
}
VERSION_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: json_answer("The version.", {"version": __version__, "model": "f979c01b"})
}

_STRING_OR_NULL = {"type": ["string", "null"]}
_STRINGS = {"type": "array", "items": {"type": "string"}}
_OBJECT = {"type": "object"}
_DOCUMENT = {
    "type": "object",
    "title": "Document",
    "description": "A cleaned page. Keys are always there; what the page does not tell is null or [].",
    "required": ["id", "status", "text", "removed", "quality", "cleaner"],
    "properties": {
        "id": {"type": "string", "description": "hash of the page"},
        "status": {"enum": ["ok", "empty"], "description": "empty when the page has no content"},
        "kind": {"enum": ["html", "text"]},
        "text": {"type": "string", "description": "the body, a blank line between paragraphs"},
        "url": _STRING_OR_NULL,
        **dict.fromkeys(("canonical_url", "site_name", "title", "description", "image"), _STRING_OR_NULL),
        **dict.fromkeys(("section", "agency", "license"), _STRING_OR_NULL),
        "access": {"enum": ["free", "metered", "paid", None], "description": "what the page tells of who may read it"},
        **dict.fromkeys(("date_published", "date_modified"), _STRING_OR_NULL),
        "language": {"type": ["string", "null"], "description": "two-letter code, und when it is not clear"},
        "authors": _STRINGS,
        "tags": _STRINGS,
        "images": {"type": "array", "items": _OBJECT, "description": "pictures of the main content: url, alt, caption"},
        "comments": {"type": ["integer", "null"], "description": "the number of comments that the page states"},
        "page_type": {
            "enum": ["article", "forum", "product", "listing", "collection", "documentation", "service", "none", None],
            "description": "what kind of page it most likely is; null where the cleaner does not know",
        },
        "word_count": {"type": "integer"},
        "reading_minutes": {"type": "integer"},
        "sources": {
            **_OBJECT,
            "description": "for each value that was found: where, how sure, its raw text, and what others say",
        },
        "removed": {**_OBJECT, "description": "how much went, and why; its pieces with explain=summary"},
        "quality": {
            **_OBJECT,
            "description": "score: the word F1 that the result is likely to reach; warnings, such as no-content, bot-wall",
        },
        "charset": {**_OBJECT, "description": "the encoding the page was read with, and what settled it"},
        "cleaner": {**_OBJECT, "description": "its name and version, and the site's template where it knew one"},
        "timings_ms": _OBJECT,
        "blocks": {"type": "array", "items": _OBJECT, "description": "every block of the page, with explain=blocks"},
    },
}
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "a URN for this kind of problem; about:blank when the status says it all"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what happened and what to do"},
        "instance": {"type": "string", "description": "the path of the request"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "each wrong place: a query parameter, or a JSON pointer into the body",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {name: {"type": "string"} for name in ("detail", "parameter", "pointer")},
            },
        },
    },
}


# What any route may answer; it looks the same everywhere, so it is said once. A test brings each of the problems about.
_ANYWHERE: dict[str, tuple[str, dict[str, Problem]]] = {
    "401": ("Keys are on, and there is no valid one.", {"no_key": problems.unauthorized("There is no key in the request")}),
    "403": ("The key does not have the scope.", {"no_scope": problems.forbidden("write")}),
    "422": ("The request says something it cannot say.", {}),
    "429": ("Too many requests of one key; Retry-After says when.", {"at_once": problems.too_many_at_once(1)}),
    "500": ("Something broke in the service.", {"internal": problems.internal_error()}),
    "503": ("The service or its database is busy; Retry-After says when to try again.", {"busy": problems.busy()}),
}
_NEGOTIATED: dict[str, tuple[str, dict[str, Problem]]] = {"406": ("Accept names no type that this can be written in.", {})}
_WITH_BODY: dict[str, tuple[str, dict[str, Problem]]] = {
    "400": ("The body is broken.", {}),
    "408": ("The body came too slowly.", {}),
    "413": ("The body is too large.", {}),
    "415": ("The body has a type or an encoding the service does not read.", {}),
    "502": ("The page could not be fetched from the address that was sent instead of it.", {}),
    "504": ("The page takes too long.", {}),
    "507": ("The disk of the database is full; nothing was stored.", {"full": problems.store_full()}),
}
_OPEN = ("/livez", "/readyz")
COMMON_PATH = "/v1/documents"


def describe(app: FastAPI) -> None:
    """Let the app's OpenAPI document have the schemas that the answers and bodies refer to, and what any route may answer."""
    generate = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            components = document.setdefault("components", {})
            bodies = models_json_schema([(CleanRequest, "validation")], ref_template="#/components/schemas/{model}")[1]
            components["schemas"] = (
                components.get("schemas", {}) | bodies["$defs"] | {"Document": _DOCUMENT, "Problem": _PROBLEM} | SCHEMAS
            )
            components["responses"] = {
                status: problem_answer(COMMON_PATH, description, **named)
                for status, (description, named) in (_ANYWHERE | _NEGOTIATED | _WITH_BODY).items()
            }
            for path, item in document["paths"].items():
                for method, operation in item.items():
                    if path not in _OPEN:
                        _may_answer(operation["responses"], method)
            components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            document["security"] = [{"key": []}, {}]
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _may_answer(responses: dict[str, Any], method: str) -> None:
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]  # the framework's own, of a shape that no answer has
    for status in _ANYWHERE | _NEGOTIATED | (_WITH_BODY if method in ("post", "put") else {}):
        responses.setdefault(status, {"$ref": f"#/components/responses/{status}"})

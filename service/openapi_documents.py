"""What /openapi.json says of stored documents. A test stores the example page and holds each example against the answer."""

from __future__ import annotations

import hashlib
from typing import Any

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from cleaner.formats import FORMATS
from service import problems
from service.openapi import HTML_EXAMPLE, SCHEMAS, URL_EXAMPLE, answer, json_answer, problem_answer, ref
from service.store.documents import document_id
from service.store.rows import STORED_FORMATS, StoredPage

Responses = dict[int | str, dict[str, Any]]

EXAMPLE_ID = document_id(
    "", StoredPage("text/html", "utf-8", URL_EXAMPLE, b"", hashlib.sha256(HTML_EXAMPLE.encode()).hexdigest())
)
NOBODYS_ID = "0" * 32
_TIME = "2026-11-24T08:00:00.000000+00:00"
_CLEANER = {"name": DEFAULT_CLEANER, "version": CLEANERS[DEFAULT_CLEANER].version}
_SUMMARY = {
    "status": "ok",
    "url": URL_EXAMPLE,
    "title": "Seal holds up the night ferry",
    "authors": [],
    "site_name": None,
    "date_published": None,
    "language": "en",
    "page_type": "article",
    "word_count": 43,
    "quality": {"score": 0.9, "warnings": []},
    "host": "news.example",
    "reasons": ["navigation"],
    "cleaner": _CLEANER,
    "id": EXAMPLE_ID,
    "version": 1,
    "created_at": _TIME,
    "updated_at": _TIME,
}
_PATH = f"/v1/documents/{EXAMPLE_ID}"
_NOBODYS = f"/v1/documents/{NOBODYS_ID}"

_DOCUMENT = answer("The document.", {"application/json": {"schema": ref("StoredDocument")}})
_AS_TEXT = answer(
    "The document.",
    {
        "application/json": {"schema": ref("StoredDocument")},
        **{FORMATS[name].media_type: {"schema": {"type": "string"}} for name in ("text", *STORED_FORMATS)},
    },
)


def _missing(path: str) -> dict[str, Any]:
    return problem_answer(path, "There is no such document.", no_document=problems.no_such_document())


def _no_version(path: str) -> dict[str, Any]:
    return problem_answer(path, "There is no such version.", no_version=problems.no_such_version())


STORE_RESPONSES: Responses = {
    201: _DOCUMENT | {"description": "Stored; `Location` is where."},
    200: _DOCUMENT | {"description": "It was there already."},
}
LIST_RESPONSES: Responses = {200: json_answer("A page of the list.", {"documents": [_SUMMARY], "next": None})}
EXPORT_RESPONSES: Responses = {
    200: answer(
        "The documents.",
        {
            "application/jsonl": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    )
}
SHOW_RESPONSES: Responses = {200: _AS_TEXT, 404: _missing(_NOBODYS)}
DELETE_RESPONSES: Responses = {204: {"description": "It is gone."}, 404: _missing(_NOBODYS)}
PAGE_RESPONSES: Responses = {
    200: answer("The page.", {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
    404: _missing(f"{_NOBODYS}/page"),
}
COPIES_RESPONSES: Responses = {
    200: answer(
        "The copies.",
        {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["duplicates", "complete"],
                    "properties": {
                        "duplicates": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["id", "exact", "alike"],
                                "properties": {
                                    "id": {"type": "string"},
                                    "exact": {"type": "boolean"},
                                    "alike": {"type": "number", "minimum": 0, "maximum": 1},
                                },
                            },
                        },
                        "complete": {"type": "boolean"},
                    },
                }
            }
        },
    ),
    404: _missing(f"{_NOBODYS}/duplicates"),
}
VERSIONS_RESPONSES: Responses = {
    200: json_answer("The versions.", {"versions": [{"version": 1, "created_at": _TIME, "cleaner": _CLEANER}]}),
    404: _missing(f"{_NOBODYS}/versions"),
}
AGAIN_RESPONSES: Responses = {
    201: _DOCUMENT | {"description": "A new version."},
    200: _DOCUMENT | {"description": "This version was there already."},
    404: _missing(f"{_NOBODYS}/versions"),
}
VERSION_OF_RESPONSES: Responses = {200: _AS_TEXT, 404: _no_version(f"{_PATH}/versions/7")}
DIFF_RESPONSES: Responses = {
    200: json_answer("What differs.", {"from": 1, "to": 1, "text": [], "fields": {}}),
    404: _no_version(f"{_PATH}/versions/7/diff"),
}

SCHEMAS["StoredDocument"] = {
    "type": "object",
    "title": "StoredDocument",
    "description": "A Document with `stored`: version, the number of the current version, and when it was stored.",
    "required": ["id", "status", "text", "removed", "quality", "cleaner", "stored"],
    "properties": {"stored": {"type": "object"}},
}

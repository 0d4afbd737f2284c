"""What /openapi.json says of samples. A test holds each example against the answer."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from service import problems
from service.openapi import SCHEMAS, answer, problem_answer, ref
from service.openapi_documents import NOBODYS_ID
from service.sample_requests import SampleBody

Responses = dict[int | str, dict[str, Any]]

_NOBODYS = f"/v1/samples/{NOBODYS_ID}"
_STRING = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_NUMBERS = {"type": "array", "items": {"type": "integer"}}
_HEAD = {
    "document_id": _STRING,
    "annotator": _STRING,
    "version": {"type": "integer", "description": "how often it was saved"},
    "done": {"type": "boolean"},
    "created_at": _STRING,
    "updated_at": _STRING,
    "reading": {"type": "string", "description": "how the page was taken apart into blocks"},
    "page_type": _STRING,
    "title": _TEXT_OR_NULL,
    "authors": {"type": "array", "items": _STRING},
    "date_published": _TEXT_OR_NULL,
    "language": _STRING,
    "site_name": _TEXT_OR_NULL,
}
_QUEUE = {
    "type": "object",
    "required": ["documents", "unmeasured"],
    "properties": {
        "documents": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "as in GET /v1/documents, with `dispute`, the share of its words that model and rules treat "
                "differently, and `samples`, who has cleaned it",
                "required": ["id", "dispute", "samples"],
            },
        },
        "unmeasured": {"type": "integer"},
    },
}
_LIST = {
    "type": "object",
    "required": ["document_id", "samples", "agreement"],
    "properties": {
        "samples": {"type": "array", "items": {"type": "object", "properties": _HEAD}},
        "agreement": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["annotators", "share", "kappa", "blocks"],
                "properties": {
                    "share": {"type": ["number", "null"]},
                    "kappa": {"type": ["number", "null"]},
                    "blocks": _NUMBERS,
                },
            },
        },
    },
}
_TAUGHT = {
    "type": "object",
    "required": ["host", "stay", "go"],
    "properties": {
        "host": _STRING,
        "stay": {"type": "array", "items": _STRING},
        "go": {"type": "array", "items": _STRING},
    },
}
SCHEMAS["Sample"] = {
    "type": "object",
    "title": "Sample",
    "description": "A page as a person cleans it.",
    "required": [*_HEAD, "removed", "cuts", "text", "meta"],
    "properties": {
        **_HEAD,
        "removed": _NUMBERS,
        "cuts": {"type": "array", "items": ref("CutBody")},
        "text": {"type": "string", "description": "what clean.txt holds"},
        "meta": {"type": "object", "description": "what meta.json holds"},
    },
}
SCHEMAS.update(models_json_schema([(SampleBody, "validation")], ref_template="#/components/schemas/{model}")[1]["$defs"])

_SAMPLE = answer("The sample.", {"application/json": {"schema": ref("Sample")}})
_NO_DOCUMENT = problems.no_such_document()
_NO_SAMPLE = problem_answer(f"{_NOBODYS}/ana", "There is no such sample.", no_sample=problems.no_such_sample())
_CONFLICT = problem_answer(_NOBODYS, "It was saved meanwhile, or the page is read otherwise now.")

SAVE_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": ref("SampleBody")}}},
}
QUEUE_RESPONSES: Responses = {200: answer("The queue.", {"application/json": {"schema": _QUEUE}})}
EXPORT_RESPONSES: Responses = {200: answer("A zip.", {"application/zip": {"schema": {"type": "string", "format": "binary"}}})}
LIST_RESPONSES: Responses = {
    200: answer("The samples of the page.", {"application/json": {"schema": _LIST}}),
    404: problem_answer(_NOBODYS, "There is no such document.", no_document=_NO_DOCUMENT),
    409: _CONFLICT,
}
SHOW_RESPONSES: Responses = {200: _SAMPLE, 404: _NO_SAMPLE}
SAVE_RESPONSES: Responses = {
    201: _SAMPLE | {"description": "Saved for the first time."},
    200: _SAMPLE | {"description": "Saved."},
    404: problem_answer(_NOBODYS, "There is no such document."),
    409: _CONFLICT,
}
DELETE_RESPONSES: Responses = {204: {"description": "It is gone."}, 404: _NO_SAMPLE}
TEACH_RESPONSES: Responses = {
    200: answer("What the site was taught.", {"application/json": {"schema": _TAUGHT}}),
    404: problem_answer(f"{_NOBODYS}/ana/teach", "There is no such sample."),
    409: _CONFLICT,
}

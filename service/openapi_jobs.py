"""What /openapi.json says of jobs."""

from __future__ import annotations

from typing import Any

from service import problems
from service.openapi import SCHEMAS, answer, problem_answer, ref

Responses = dict[int | str, dict[str, Any]]

NOBODYS_ID = "0" * 32
_PATH = f"/v1/jobs/{NOBODYS_ID}"

_FILE = {"type": "string", "format": "binary"}
JOB_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": _FILE},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            },
            "application/json": {"schema": ref("SelectDocuments"), "example": {"select": {"host": "news.example"}}},
        },
    }
}
_JOB = {"application/json": {"schema": ref("Job")}}


def _listing(name: str, of: dict[str, Any]) -> dict[str, Any]:
    properties = {name: {"type": "array", "items": of}, "next": {"type": ["string", "null"]}}
    schema = {"type": "object", "required": [name, "next"], "properties": properties}
    return answer("A page of the list.", {"application/json": {"schema": schema}})


def _missing(path: str) -> dict[str, Any]:
    return problem_answer(path, "There is no such job.", no_job=problems.no_such_job())


START_RESPONSES: Responses = {202: answer("Stored; `Location` is where to look.", _JOB)}
LIST_RESPONSES: Responses = {200: _listing("jobs", ref("Job"))}
SHOW_RESPONSES: Responses = {200: answer("The job.", _JOB), 404: _missing(_PATH)}
EVENTS_RESPONSES: Responses = {
    200: answer("Events until the job has ended.", {"text/event-stream": {"schema": {"type": "string"}}}),
    404: _missing(f"{_PATH}/events"),
}
RESULTS_RESPONSES: Responses = {200: _listing("results", {"type": "object"}), 404: _missing(f"{_PATH}/results")}
CANCEL_RESPONSES: Responses = {
    200: answer("The job, cancelled.", _JOB),
    404: _missing(f"{_PATH}/cancel"),
    409: problem_answer(f"{_PATH}/cancel", "It has ended already."),
}

_TEXT_OR_NULL = {"type": ["string", "null"]}
SCHEMAS["Job"] = {
    "type": "object",
    "title": "Job",
    "required": ["id", "state", "pages", "done", "failed", "created_at"],
    "properties": {
        "id": {"type": "string"},
        "state": {"enum": ["queued", "running", "done", "failed", "cancelled"]},
        "detail": _TEXT_OR_NULL | {"description": "why it failed, or how many of its pages did, and the first reasons"},
        "pages": {"type": ["integer", "null"], "description": "null until they were counted"},
        "done": {"type": "integer"},
        "failed": {"type": "integer"},
        "created_at": {"type": "string"},
        "updated_at": {"type": "string"},
        "ended_at": _TEXT_OR_NULL,
        "webhook_secret": {"type": "string", "description": "shown once, where the job has a webhook"},
    },
}
SCHEMAS["SelectDocuments"] = {
    "type": "object",
    "title": "SelectDocuments",
    "required": ["select"],
    "properties": {"select": {"type": "object"}, "options": {"type": "object"}},
}

"""What /openapi.json says of sites. A test stores the example page and holds each example against the answer."""

from __future__ import annotations

from typing import Any

from service import problems
from service.openapi import answer, json_answer, problem_answer

Responses = dict[int | str, dict[str, Any]]

EXAMPLE_HOST = "news.example"
_NOBODYS = "/v1/sites/nowhere.example"
_LINE = {
    "type": "object",
    "required": ["form", "pages", "place"],
    "properties": {
        "form": {"type": "string"},
        "pages": {"type": "integer"},
        "place": {"enum": ["above", "within", "below"], "description": "of the text that the page alone has"},
    },
}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_SITE = {
    "type": "object",
    "required": ["host", "pages", "used", "version", "lines"],
    "properties": {
        "host": {"type": "string"},
        "pages": {"type": "integer", "description": "that are kept to learn from"},
        "used": {"type": "boolean", "description": "whether they are enough"},
        "version": {"type": "string", "description": "another one for other pages"},
        "name": _TEXT_OR_NULL | {"description": "what its titles end with, or the words of its lines that spell its host"},
        "titles_end_with": _TEXT_OR_NULL,
        "authors_named": _TEXTS | {"description": "the side of the text, and the line with @ for the names"},
        "date_lines": _TEXTS,
        "injected_token": _TEXT_OR_NULL | {"description": "what it puts into texts that are not its own"},
        "lines": {"type": "array", "items": _LINE},
        "taught": {
            "type": "array",
            "description": "the lines that people corrected, by their form",
            "items": {"type": "object", "properties": {"form": {"type": "string"}, "stays": {"type": "boolean"}}},
        },
    },
}


def _missing() -> dict[str, Any]:
    return problem_answer(_NOBODYS, "Nothing was learned of it.", no_site=problems.no_such_site())


LIST_RESPONSES: Responses = {
    200: json_answer(
        "A page of the list.",
        {
            "sites": [{"host": EXAMPLE_HOST, "pages": 1, "used": False, "learned_at": "2026-11-24T08:00:00.000000+00:00"}],
            "next": None,
        },
    )
}
SHOW_RESPONSES: Responses = {200: answer("The site.", {"application/json": {"schema": _SITE}}), 404: _missing()}
DELETE_RESPONSES: Responses = {204: {"description": "It is forgotten."}, 404: _missing()}

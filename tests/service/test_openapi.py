"""The OpenAPI document: every example in it is executed here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service.app import create_app
from service.openapi import EXAMPLE_REQUEST_ID
from service.settings import Settings
from tests.service.conftest import HTML, HTML_PAGE, TEXT, InProcess, Sent

KNOWN = {"X-Request-ID": EXAMPLE_REQUEST_ID}

# What brings each documented problem about; a problem that is documented and not here fails its test.
PROVOKED: dict[str, Sent] = {
    "malformed": {"content": '{"html": "<p>It rained.</p>', "headers": KNOWN | {"Content-Type": "application/json"}},
    "image": {"content": HTML_PAGE, "headers": KNOWN | HTML | {"Accept": "image/png"}},
    "too_large": {"content": b"x" * 10_000_001, "headers": KNOWN | TEXT},
    "pdf": {"content": b"%PDF-", "headers": KNOWN | {"Content-Type": "application/pdf"}},
    "missing": {"content": HTML_PAGE.encode(), "headers": KNOWN},
    "gzip": {"content": b"\x1f\x8b", "headers": KNOWN | HTML | {"Content-Encoding": "gzip"}},
    "unknown_key": {"json": {"html": "<p>It rained.</p>", "profile": "main"}, "headers": KNOWN},
    "unknown_cleaner": {"json": {"html": "<p>It rained.</p>", "options": {"cleaner": "broom"}}, "headers": KNOWN},
    "no_page": {"json": {"url": "https://news.example/ferry"}, "headers": KNOWN},
    "empty": {"content": b"", "headers": KNOWN | HTML},
}
DOCUMENT: dict[str, Any] = create_app(Settings(workers=1, queue=0)).openapi()
OPERATIONS = [(method.upper(), path, it) for path, item in DOCUMENT["paths"].items() for method, it in item.items()]


def _examples(content: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(media type, name, value) of each example."""
    for media_type, body in content.items():
        if "example" in body:
            yield media_type, "example", body["example"]
        for name, example in body.get("examples", {}).items():
            yield media_type, name, example["value"]


REQUESTS = [
    pytest.param(method, path, media_type, value, id=f"{method} {path} {media_type} {name}")
    for method, path, operation in OPERATIONS
    for media_type, name, value in _examples(operation.get("requestBody", {}).get("content", {}))
]
ANSWERS = [
    pytest.param(method, path, int(status), media_type, name, value, id=f"{method} {path} {status} {media_type} {name}")
    for method, path, operation in OPERATIONS
    for status, response in operation["responses"].items()
    for media_type, name, value in _examples(response.get("content", {}))
]


@pytest.mark.parametrize(("method", "path", "media_type", "value"), REQUESTS)
def test_every_example_request_is_answered_as_documented(
    service: InProcess, method: str, path: str, media_type: str, value: object
) -> None:
    answer = service.ask(method, path, **_body(media_type, value))
    assert answer.status_code == 200
    schema = DOCUMENT["components"]["schemas"]["Document"]
    assert set(schema["required"]) <= answer.json().keys() <= set(schema["properties"])


@pytest.mark.parametrize(("method", "path", "status", "media_type", "name", "value"), ANSWERS)
def test_every_example_answer_is_what_the_service_answers(
    service: InProcess, method: str, path: str, status: int, media_type: str, name: str, value: object
) -> None:
    answer = _provoke(service, method, path, status, media_type, name)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert value == (answer.text if media_type.startswith("text/") else answer.json())


def test_every_operation_documents_each_of_its_answers_with_an_example() -> None:
    documented = {(path, status) for _, path, operation in OPERATIONS for status in operation["responses"]}
    shown = {(param.values[1], str(param.values[2])) for param in ANSWERS}
    assert documented == shown


def test_every_reference_in_the_document_leads_somewhere() -> None:
    references = set(_references(DOCUMENT))
    assert references
    assert {reference.removeprefix("#/components/schemas/") for reference in references} <= DOCUMENT["components"][
        "schemas"
    ].keys()


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def _body(media_type: str, value: object) -> Sent:
    if media_type == "application/json":
        return {"json": value}
    return {"content": str(value), "headers": {"Content-Type": media_type}}


def _provoke(service: InProcess, method: str, path: str, status: int, media_type: str, name: str) -> httpx.Response:
    if status == 200:
        sent: Sent = {"headers": KNOWN | HTML | {"Accept": media_type}}
        if method == "POST":
            sent["content"] = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["text/html"]["example"]
        return service.ask(method, path, **sent)
    if status == 500:
        broken = create_app(Settings(workers=1, queue=0))
        broken.state.workers = None
        return InProcess(broken).ask(method, path, content=HTML_PAGE, headers=KNOWN | HTML)
    if status == 503:
        return _ask_while_busy(create_app(Settings(workers=1, queue=0)), method, path, KNOWN | HTML)
    return service.ask(method, path, **PROVOKED[name])


def _ask_while_busy(app: FastAPI, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    async def ask() -> httpx.Response:
        taken = asyncio.create_task(app.state.workers.run(time.sleep, 0.2))
        await asyncio.sleep(0)
        answer = await InProcess(app).ask_from_loop(method, path, headers=headers)
        await taken
        return answer

    answer = asyncio.run(ask())
    app.state.workers.close()
    return answer

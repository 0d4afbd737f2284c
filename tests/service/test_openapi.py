"""The OpenAPI document: every example in it is executed here."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.app import create_app
from service.openapi import COMMON_PATH, EXAMPLE_REQUEST_ID
from service.openapi_documents import EXAMPLE_ID
from service.openapi_sites import EXAMPLE_HOST
from service.settings import Settings
from service.store import keys
from service.workers import WorkerTimedOut
from tests.service.conftest import HTML, HTML_PAGE, TEXT, InProcess, Sent, in_process

KNOWN = {"X-Request-ID": EXAMPLE_REQUEST_ID}

# What brings each documented problem about; a problem that is documented and not here fails its test.
PROVOKED: dict[str, Sent] = {
    "malformed": {"content": '{"html": "<p>It rained.</p>', "headers": KNOWN | {"Content-Type": "application/json"}},
    "image": {"content": HTML_PAGE, "headers": KNOWN | HTML | {"Accept": "image/png"}},
    "too_large": {"content": b"x" * 10_000_001, "headers": KNOWN | TEXT},
    "pdf": {"content": b"%PDF-", "headers": KNOWN | {"Content-Type": "application/pdf"}},
    "missing": {"content": HTML_PAGE.encode(), "headers": KNOWN},
    "compress": {"content": b"\x1f\x9d", "headers": KNOWN | HTML | {"Content-Encoding": "compress"}},
    "unknown_key": {"json": {"html": "<p>It rained.</p>", "profile": "main"}, "headers": KNOWN},
    "unknown_cleaner": {"json": {"html": "<p>It rained.</p>", "options": {"cleaner": "broom"}}, "headers": KNOWN},
    "no_page": {"json": {"url": "https://news.example/ferry"}, "headers": KNOWN},
    "empty": {"content": b"", "headers": KNOWN | HTML},
    "no_document": {"headers": KNOWN},
    "no_version": {"headers": KNOWN},
    "no_job": {"headers": KNOWN},
    "no_sample": {"headers": KNOWN},
    "no_site": {"headers": KNOWN},
}
CHANGING = {"created_at", "updated_at", "learned_at", "quality", "page_type"}  # the last two are the model's

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
COMMON = [
    pytest.param(int(status), name, value, id=name)
    for status, response in DOCUMENT["components"]["responses"].items()
    for _, name, value in _examples(response["content"])
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """The service with the example page stored."""
    folder = tmp_path_factory.mktemp("openapi")
    with in_process(workers=2, queue=16, database=f"sqlite:///{folder}/cleaner.db") as running:
        example = DOCUMENT["paths"]["/v1/documents"]["post"]["requestBody"]["content"]["application/json"]["examples"]["html"]
        assert running.ask("POST", "/v1/documents", json=example["value"]).json()["id"] == EXAMPLE_ID
        yield running


@pytest.mark.parametrize(("method", "path", "media_type", "value"), REQUESTS)
def test_every_example_request_is_answered_as_documented(
    service: InProcess, method: str, path: str, media_type: str, value: object
) -> None:
    answer = service.ask(method, path, **_body(media_type, value))
    if path == "/v1/jobs":
        assert answer.status_code == 202
        return
    assert answer.status_code in (200, 201)
    schema = DOCUMENT["components"]["schemas"]["Document"]
    lines = media_type == "application/jsonl"
    documents = [json.loads(line)["document"] for line in answer.text.splitlines()] if lines else [answer.json()]
    for document in documents:
        assert set(schema["required"]) <= document.keys() <= set(schema["properties"]) | {"stored"}


@pytest.mark.parametrize(("method", "path", "status", "media_type", "name", "value"), ANSWERS)
def test_every_example_answer_is_what_the_service_answers(
    service: InProcess, method: str, path: str, status: int, media_type: str, name: str, value: object
) -> None:
    if status < 400:
        query = "?host=news.example" if path == "/v1/documents" and method == "GET" else ""
        answer = service.ask(method, _filled(path) + query, **_asking(method, path, media_type))
    elif name in MADE:
        answer = MADE[name](method, path)
    else:
        answer = service.ask(method, value["instance"], **PROVOKED[name])  # type: ignore[index]
    assert answer.status_code == status
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert _lasting(value) == _lasting(answer.text if media_type.startswith("text/") else answer.json())


@pytest.mark.parametrize(("status", "name", "value"), COMMON)
def test_every_problem_that_any_route_may_answer_looks_as_documented(
    tmp_path: Path, status: int, name: str, value: object
) -> None:
    answer = ANYWHERE[name](tmp_path)
    assert answer.status_code == status
    assert answer.json() == value


def test_every_operation_says_what_it_answers_when_all_is_well() -> None:
    assert all(any(status.startswith("2") for status in operation["responses"]) for _, _, operation in OPERATIONS)


def test_every_reference_in_the_document_leads_somewhere() -> None:
    references = set(_references(DOCUMENT))
    assert references
    for reference in references:
        _, _, kind, name = reference.split("/")
        assert name in DOCUMENT["components"][kind]


def _filled(path: str) -> str:
    return path.replace("{document_id}", EXAMPLE_ID).replace("{number}", "1").replace("{host}", EXAMPLE_HOST)


def _lasting(value: object) -> object:
    """The value without what is another each time or with each model, and without nulls, which FastAPI drops from examples."""
    if isinstance(value, dict):
        given = {name: one for name, one in value.items() if one is not None}
        return {name: type(one) if name in CHANGING else _lasting(one) for name, one in given.items()}
    return [_lasting(one) for one in value] if isinstance(value, list) else value


def _asking(method: str, path: str, media_type: str) -> Sent:
    sent: Sent = {"headers": KNOWN | HTML | {"Accept": media_type}}
    if method == "POST":
        sent["content"] = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["text/html"]["example"]
    return sent


def _too_slow(method: str, path: str) -> httpx.Response:
    with in_process(workers=1, queue=1, page_seconds=8) as service:
        workers = service.app.state.workers

        async def run(*_: object, **__: object) -> None:
            raise WorkerTimedOut

        workers.run = run
        return service.ask(method, path, content=HTML_PAGE, headers=KNOWN | HTML)


def _while_busy(path: str, **settings: object) -> httpx.Response:
    async def ask(service: InProcess) -> httpx.Response:
        taken = asyncio.create_task(service.app.state.workers.run(time.sleep, 0.2))
        await asyncio.sleep(0)
        method = "GET" if path == "/readyz" else "POST"
        answer = await service.ask_from_loop(method, path, content=HTML_PAGE, headers=KNOWN | HTML)
        await taken
        return answer

    with in_process(workers=1, queue=0, **settings) as service:
        return asyncio.run(ask(service))


def _without_key(folder: Path) -> httpx.Response:
    with in_process(workers=1, access="keys", database=f"sqlite:///{folder}/a.db") as service:
        return service.get(COMMON_PATH, headers=KNOWN)


def _without_scope(folder: Path) -> httpx.Response:
    with in_process(workers=1, access="keys", database=f"sqlite:///{folder}/a.db") as service:
        key = service.app.state.store.writing(keys.create, "reader", ["read"])
        headers = KNOWN | HTML | {"Authorization": f"Bearer {key}"}
        return service.ask("POST", COMMON_PATH, content=HTML_PAGE, headers=headers)


def _with_one_too_many(folder: Path) -> httpx.Response:
    async def two_at_once(service: InProcess) -> list[httpx.Response]:
        asked = (service.ask_from_loop("GET", COMMON_PATH, headers=KNOWN) for _ in range(2))
        return await asyncio.gather(*asked)

    with in_process(workers=1, requests_at_once=1, database=f"sqlite:///{folder}/a.db") as service:
        return next(answer for answer in asyncio.run(two_at_once(service)) if answer.status_code != 200)


def _while_broken(_folder: Path) -> httpx.Response:
    with in_process(workers=1) as service:
        store, service.app.state.store = service.app.state.store, None
        answer = service.get(COMMON_PATH, headers=KNOWN)
        service.app.state.store = store
        return answer


def _with_a_full_disk(folder: Path) -> httpx.Response:
    with in_process(workers=1, database=f"sqlite:///{folder}/a.db") as service:
        store = service.app.state.store
        store.writing(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1"))  # none more than there are
        posts = (service.ask("POST", COMMON_PATH, content=f"<p>It rained on day {n}.", headers=KNOWN | HTML) for n in count())
        return next(answer for answer in posts if answer.status_code != 201)


def _while_all_work(folder: Path) -> httpx.Response:
    return _while_busy(COMMON_PATH, database=f"sqlite:///{folder}/a.db")


MADE: dict[str, Callable[[str, str], httpx.Response]] = {
    "slow": _too_slow,
    "queue_full": lambda _, path: _while_busy(path),
}
ANYWHERE: dict[str, Callable[[Path], httpx.Response]] = {
    "no_key": _without_key,
    "no_scope": _without_scope,
    "at_once": _with_one_too_many,
    "internal": _while_broken,
    "busy": _while_all_work,
    "full": _with_a_full_disk,
}


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
    if media_type == "multipart/form-data":
        assert isinstance(value, dict)
        return {"files": {name: (None, part) for name, part in value.items()}}
    return {"content": str(value), "headers": {"Content-Type": media_type}}

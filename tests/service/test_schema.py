"""Requests that schemathesis makes up from the OpenAPI document: no answer is a 5xx, and each is one that is documented."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its dependencies' deprecations are not ours
    import schemathesis
    from schemathesis.checks import CHECKS
    from schemathesis.generation import GenerationMode

from service.app import create_app
from service.settings import Settings
from tests.service.conftest import Server, running_server

# What no schema can say, as that a cursor is one of ours, is refused though it is valid.
ALL: list[Any] = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name != "positive_data_acceptance"]
BUT_REJECTION = [check for check in ALL if check.__name__ != "negative_data_rejection"]
TAKES_ANYTHING = {  # whatever is sent is a page, is a row with a problem, or is a name: letters are not ASCII's alone
    "POST /v1/clean",
    "POST /v1/clean/batch",
    "POST /v1/documents",
    "GET /v1/samples",
    "GET /v1/samples/export",
}
VALID, NOT_VALID = 15, 8  # requests an operation


@schemathesis.serializer("application/jsonl")
def _json_lines(_context: object, value: object) -> bytes:
    return str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("schema"), workers="1", queue="64") as running:
        yield running


SCHEMA = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
OPERATIONS: list[Any] = [result.ok() for result in SCHEMA.get_all_operations()]  # type: ignore[union-attr]


NAMES = [f"{it.method.upper()} {it.path}" for it in OPERATIONS]
WITH_INPUT = [it for it in OPERATIONS if it.body or it.query or it.path_parameters]


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_every_answer_is_one_that_is_documented(server: Server, operation: Any) -> None:  # noqa: ANN401
    _check(server, operation, GenerationMode.POSITIVE, VALID, ALL)


@pytest.mark.parametrize("operation", WITH_INPUT, ids=[f"{it.method.upper()} {it.path}" for it in WITH_INPUT])
def test_what_is_not_valid_is_refused_as_documented(server: Server, operation: Any) -> None:  # noqa: ANN401
    name = f"{operation.method.upper()} {operation.path}"
    _check(server, operation, GenerationMode.NEGATIVE, NOT_VALID, BUT_REJECTION if name in TAKES_ANYTHING else ALL)


def test_every_route_is_in_the_schema_but_the_pages_for_people() -> None:
    included = (route.original_router.routes for route in create_app(Settings()).routes if hasattr(route, "original_router"))
    routes = [route for routes in included for route in routes if isinstance(route, APIRoute)]
    hidden = {route.path for route in routes if route.methods != {"HEAD"}} - set(SCHEMA.raw_schema["paths"])
    assert len(hidden) < len(routes) / 2
    assert not {path for path in hidden if not f"{path}/".startswith("/review/")}


def _check(server: Server, operation: Any, mode: GenerationMode, examples: int, checks: list[Any]) -> None:  # noqa: ANN401
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def check(case: Any) -> None:  # noqa: ANN401
        answer = case.call(base_url=str(server.client.base_url), timeout=60)
        case.validate_response(answer, checks=checks)

    check()

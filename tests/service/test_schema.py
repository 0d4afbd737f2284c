"""Requests that schemathesis makes up from the OpenAPI document: no answer is a 5xx, and each is one that is documented."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its dependencies' deprecations are not ours
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

from service.app import create_app
from service.settings import Settings
from tests.service.conftest import Server, running_server

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 15  # an operation, of every kind that schemathesis makes


@schemathesis.serializer("application/jsonl")
def _json_lines(_context: object, value: object) -> bytes:
    return str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("schema"), workers="1", queue="64") as running:
        yield running


SCHEMA = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
OPERATIONS: list[Any] = [result.ok() for result in SCHEMA.get_all_operations()]  # type: ignore[union-attr]


@pytest.mark.parametrize("operation", OPERATIONS, ids=[f"{it.method.upper()} {it.path}" for it in OPERATIONS])
def test_every_answer_is_one_that_is_documented(server: Server, operation: Any) -> None:  # noqa: ANN401
    @given(case=operation.as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def check(case: Any) -> None:  # noqa: ANN401
        answer = case.call(base_url=str(server.client.base_url), timeout=60)
        case.validate_response(answer, checks=CHECKS)

    check()

"""Problems as HTTP responses: the service's own, and those the framework raises by itself."""

from __future__ import annotations

import json
import logging
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from service.problems import (
    MEDIA_TYPE,
    Problem,
    ProblemFound,
    invalid,
    no_such_path,
    other_request_with_this_key,
    plain_http,
    store_damaged,
    store_full,
    store_unavailable,
    wrong_method,
)
from service.requests import faults_of
from service.store.database import StoreDamaged, StoreError, StoreFull
from service.store.documents import IdempotencyConflict
from service.web import POLICY, render

_log = logging.getLogger(__name__)


def problem_response(problem: Problem, scope: Scope) -> Response:
    """The answer to the request of this scope, with its path as the instance and its id."""
    scope["state"]["problem"] = problem.kind
    if f"{scope['path']}/".startswith("/review/"):
        return _problem_page(problem, scope)
    written = problem_text(problem, quote(scope["path"]), scope["state"]["request_id"])
    return Response(written, problem.status, dict(problem.headers), MEDIA_TYPE)


def problem_text(problem: Problem, instance: str, request_id: str) -> str:
    return json.dumps(problem.to_dict(instance, request_id), indent=2) + "\n"


def _problem_page(problem: Problem, scope: Scope) -> Response:
    """The same for somebody with a browser."""
    caller = scope["state"].get("caller")
    told = {"problem": problem, "request_id": scope["state"]["request_id"], "caller": caller, "needs_keys": False}
    headers = {**problem.headers, "Content-Security-Policy": POLICY}
    return HTMLResponse(render("problem.html", **told, current=""), problem.status, headers)


def answer_of_store(error: StoreError, scope: Scope) -> Response:
    """What a request gets that the database fails."""
    _log.error("request %s: %s", scope["state"]["request_id"], error)
    return problem_response(problem_of_store(error), scope)


def problem_of_store(error: StoreError) -> Problem:
    """The problem that an error of the database is for whoever asked."""
    if isinstance(error, StoreFull):
        return store_full()
    return store_damaged(str(error)) if isinstance(error, StoreDamaged) else store_unavailable()


def answer_with_problems(app: FastAPI) -> None:
    """Give every error of the app the same shape."""
    app.exception_handler(ProblemFound)(_found)
    app.exception_handler(RequestValidationError)(_not_valid)
    app.exception_handler(HTTPException)(_of_framework)
    app.exception_handler(StoreError)(_of_store)
    app.exception_handler(IdempotencyConflict)(_reused_key)


def _found(request: Request, error: ProblemFound) -> Response:
    return problem_response(error.problem, request.scope)


def _not_valid(request: Request, error: RequestValidationError) -> Response:
    faults = faults_of("parameter", list(error.errors()), _parameters_of(request))
    return problem_response(invalid(faults), request.scope)


def _parameters_of(request: Request) -> list[str]:
    """The query parameters of the route, which stand in a model of their own."""
    fields = request.scope["route"].dependant.query_params
    models = [field.field_info.annotation for field in fields]
    return [name for model in models if hasattr(model, "model_fields") for name in model.model_fields]


def _of_store(request: Request, error: StoreError) -> Response:
    return answer_of_store(error, request.scope)


def _reused_key(request: Request, error: IdempotencyConflict) -> Response:
    return problem_response(other_request_with_this_key(), request.scope)


def _of_framework(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        problem = no_such_path()
    elif error.status_code == 405:
        problem = wrong_method(request.method, (error.headers or {}).get("Allow", "another method"))
    else:
        problem = plain_http(error.status_code, str(error.detail), error.headers)
    return problem_response(problem, request.scope)

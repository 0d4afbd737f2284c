"""Problems as HTTP responses: the service's own, and those the framework raises by itself."""

from __future__ import annotations

import json
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from service.problems import MEDIA_TYPE, Problem, ProblemFound, invalid, no_such_path, plain_http, wrong_method
from service.requests import faults_of


def problem_response(problem: Problem, scope: Scope) -> Response:
    """The answer to the request of this scope, with its path as the instance and its id."""
    body = problem.to_dict(quote(scope["path"]), scope["state"]["request_id"])
    return Response(json.dumps(body, indent=2) + "\n", problem.status, dict(problem.headers), MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """Give every error of the app the same shape."""
    app.exception_handler(ProblemFound)(_found)
    app.exception_handler(RequestValidationError)(_not_valid)
    app.exception_handler(HTTPException)(_of_framework)


def _found(request: Request, error: ProblemFound) -> Response:
    return problem_response(error.problem, request.scope)


def _not_valid(request: Request, error: RequestValidationError) -> Response:
    return problem_response(invalid(faults_of("parameter", list(error.errors()))), request.scope)


def _of_framework(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        problem = no_such_path()
    elif error.status_code == 405:
        problem = wrong_method(request.method, (error.headers or {}).get("Allow", "another method"))
    else:
        problem = plain_http(error.status_code, str(error.detail), error.headers)
    return problem_response(problem, request.scope)

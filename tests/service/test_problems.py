"""Every refusal has one shape, says where it hurts, and what to do."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from cleaner.cleaners import CLEANERS
from cleaner.errors import CleanerFailed
from cleaner.types import Labelled, Parsed
from service.cleaning import Broke, CleanJob, run_clean_job
from service.requests import QueryOptions
from tests.service.conftest import HTML, HTML_PAGE, TEXT, InProcess, Sent, in_process

PAGE: Sent = {"content": HTML_PAGE, "headers": HTML}


@dataclass
class Refusal:
    """A request, the status it gets, and words its detail has; ``places`` are the wrong places that ``errors`` names."""

    status: int
    says: str
    request: Sent
    query: str = ""
    places: set[str] = field(default_factory=set)
    method: str = "POST"
    path: str = "/v1/clean"


def _json(body: object) -> Sent:
    return {"json": body}


def _raw_json(body: bytes) -> Sent:
    return {"content": body, "headers": {"Content-Type": "application/json"}}


REFUSALS = {
    "unknown parameter": Refusal(
        422, "known are cleaner, explain, fetched_at, mode, profile, site, url", PAGE, "?explian=none", {"explian"}
    ),
    "unknown cleaner": Refusal(422, "choose one of", PAGE, "?cleaner=broom", {"cleaner"}),
    "endless cleaner": Refusal(422, "must have at most 100 characters", PAGE, "?cleaner=" + "x" * 5000, {"cleaner"}),
    "profile of a cleaner without": Refusal(
        422, "neither profile nor mode", PAGE, "?cleaner=heuristic&profile=main", {"cleaner"}
    ),
    "mode of a cleaner without": Refusal(
        422,
        "neither profile nor mode",
        _json({"html": "x", "options": {"cleaner": "trafilatura", "mode": "recall"}}),
        "",
        {"#/options/cleaner"},
    ),
    "unknown profile": Refusal(422, "auto, main, article", PAGE, "?profile=whole", {"profile"}),
    "unknown explain": Refusal(422, "none, summary, blocks", PAGE, "?explain=all", {"explain"}),
    "parameter twice": Refusal(422, "more than once", PAGE, "?explain=none&explain=blocks", {"explain"}),
    "url of a file": Refusal(422, "http://", PAGE, "?url=file:///etc/passwd", {"url"}),
    "fetched at no time": Refusal(422, "write it as 2024-03-05", PAGE, "?fetched_at=yesterday", {"fetched_at"}),
    "fetched at a number": Refusal(422, "must be a string", _json({"html": "x", "fetched_at": 17e8}), "", {"#/fetched_at"}),
    "url with a line break": Refusal(422, "http://", PAGE, "?url=http://news.example/%0aX", {"url"}),
    "two faults at once": Refusal(422, "explian", PAGE, "?explian=1&cleaner=broom", {"explian", "cleaner"}),
    "unknown key": Refusal(
        422, "known are fetched_at, html, options, text, url", _json({"html": "x", "page": 1}), "", {"#/page"}
    ),
    "key with a slash": Refusal(422, "no such key", _json({"html": "x", "a/b~": 1}), "", {"#/a~1b~0"}),
    "unknown option": Refusal(422, "cleaner, explain", _json({"html": "x", "options": {"x": 1}}), "", {"#/options/x"}),
    "cleaner in JSON": Refusal(422, "choose one", _json({"html": "x", "options": {"cleaner": ""}}), "", {"#/options/cleaner"}),
    "options no object": Refusal(422, "must be an object", _json({"html": "x", "options": "none"}), "", {"#/options"}),
    "page no string": Refusal(422, "must be a string", _json({"html": ["x"]}), "", {"#/html"}),
    "url in JSON": Refusal(422, "http://", _json({"html": "x", "url": "news.example"}), "", {"#/url"}),
    "url with half a character": Refusal(422, "#/url", _raw_json(b'{"html": "x", "url": "http://a/\\ud800"}'), "", {"#/url"}),
    "both kinds": Refusal(422, "send the page once", _json({"html": "x", "text": "x"}), "", {"#"}),
    "neither kind": Refusal(422, "send it as html or as text", _json({"url": "http://news.example"}), "", {"#"}),
    "a list": Refusal(422, "must be an object", _json([HTML_PAGE]), "", {"#"}),
    "a million keys": Refusal(422, "too many keys", _json({str(n): n for n in range(400_000)}), "", {"#"}),
    "JSON with a query": Refusal(422, "put it there", _json({"html": "x"}), "?explain=none", {"explain"}),
    "explained text": Refusal(
        422,
        "only the JSON answer",
        {"content": "x", "headers": TEXT | {"Accept": "text/plain"}},
        "?explain=blocks",
        {"explain"},
    ),
    "explained text in JSON": Refusal(
        422,
        "only the JSON answer",
        {"json": {"html": "x", "options": {"explain": "summary"}}, "headers": {"Accept": "text/html"}},
        "",
        {"#/options/explain"},
    ),
    "no body": Refusal(422, "Content-Type text/html", {}),
    "empty page": Refusal(422, "Content-Type text/html", {"content": b"", "headers": HTML}),
    "empty string": Refusal(422, "Content-Type text/html", _json({"text": ""})),
    "JSON that breaks off": Refusal(400, "line 2, column 10", _raw_json(b'{\n "html": "<p>')),
    "JSON not in UTF-8": Refusal(400, "byte 10", _raw_json(b'{"html": "\xff"}')),
    "JSON 10,000 deep": Refusal(400, "nested too deeply", _raw_json(b'{"html":' + b"[" * 10_000 + b"]" * 10_000 + b"}")),
    "JSON with a long number": Refusal(400, "number", _raw_json(b'{"html":' + b"9" * 10_000 + b"}")),
    "no Content-Type": Refusal(415, "no Content-Type header", {"content": HTML_PAGE.encode()}),
    "a form": Refusal(415, "application/x-www-form-urlencoded", {"data": {"html": "x"}}),
    "a PDF": Refusal(
        415, "text/plain, application/json", {"content": b"%PDF-", "headers": {"Content-Type": "application/pdf"}}
    ),
    "a batch that is no JSON Lines": Refusal(
        415, "-H 'Content-Type: application/jsonl'", {"content": "{}", "headers": HTML}, path="/v1/clean/batch"
    ),
    "a PDF called text": Refusal(422, "no text", {"content": b"%PDF-1.7 \x00\x01", "headers": TEXT}),
    "compress": Refusal(415, "gzip, ", {"content": b"\x1f\x9d", "headers": HTML | {"Content-Encoding": "compress"}}),
    "no gzip": Refusal(400, "breaks off", {"content": b"\x1f\x8b", "headers": HTML | {"Content-Encoding": "gzip"}}),
    "too many elements": Refusal(422, "split it", {"content": "<div>" * 400_000, "headers": HTML}),
    "too large": Refusal(413, "10,000,000 bytes", {"content": b"x" * 10_000_001, "headers": TEXT}),
    "an id that is none": Refusal(
        422, "must be 32 of the characters 0 to 9 and a to f", {}, "", {"document_id"}, "GET", "/v1/documents/7"
    ),
    "a job's id that is none": Refusal(422, "must be 32 of", {}, "", {"job_id"}, "GET", "/v1/jobs/7/results"),
    "a version that is none": Refusal(
        422, "must be a whole number", {}, "", {"number"}, "GET", f"/v1/documents/{'0' * 32}/versions/x"
    ),
    "a limit that is none": Refusal(422, "must be 1 or more", {}, "?limit=0", {"limit"}, "GET", "/v1/documents"),
    "a person that is none": Refusal(422, "must be a name", {}, "", {"annotator"}, "GET", f"/v1/samples/{'0' * 32}/a%0Ab"),
    "no such path": Refusal(404, "/openapi.json", {}, path="/v2/clean", method="GET"),
    "a path with a slash too many": Refusal(404, "/openapi.json", PAGE, path="/v1/clean/"),
    "a wrong method": Refusal(405, "use POST", {}, method="GET"),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_what_is_wrong_and_where(service: InProcess, refusal: Refusal) -> None:
    answer = service.ask(refusal.method, refusal.path + refusal.query, **refusal.request)
    problem = _problem(answer, refusal.status)
    assert refusal.says in str(problem["detail"])
    errors = problem.get("errors", [])
    assert isinstance(errors, list)
    assert {error.get("pointer") or error.get("parameter") for error in errors} == refusal.places
    assert problem["instance"] == refusal.path
    assert len(answer.content) < 2000


def test_a_wrong_method_names_the_right_one_in_its_header(service: InProcess) -> None:
    assert service.get("/v1/clean").headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("sent", "given_back"),
    [("order-17.b_2", "order-17.b_2"), ("a b<script>/c", "abscriptc"), ("x" * 500, "x" * 64)],
)
def test_the_request_id_comes_back_with_only_harmless_characters(service: InProcess, sent: str, given_back: str) -> None:
    answer = service.get("/nowhere", headers={"X-Request-ID": sent})
    assert answer.headers["X-Request-ID"] == answer.json()["request_id"] == given_back
    assert service.get("/livez", headers={"X-Request-ID": sent}).headers["X-Request-ID"] == given_back


def test_a_request_without_an_id_gets_one_of_its_own(service: InProcess) -> None:
    ids = {service.get("/livez", headers=headers).headers["X-Request-ID"] for headers in ({}, {}, {"X-Request-ID": "///"})}
    assert len(ids) == 3
    assert all(ids)


def test_a_full_queue_is_a_503_that_says_when_to_come_back(tmp_path: Path) -> None:
    async def while_the_worker_is_taken() -> list[httpx.Response]:
        taken = asyncio.create_task(service.app.state.workers.run(time.sleep, 0.5))
        await asyncio.sleep(0)
        answers = [
            await service.ask_from_loop("POST", "/v1/clean", **PAGE),
            await service.ask_from_loop("GET", "/readyz"),
            await service.ask_from_loop("GET", "/livez"),
        ]
        await taken
        return [*answers, await service.ask_from_loop("POST", "/v1/clean", **PAGE)]

    with in_process(workers=1, queue=0, database=f"sqlite:///{tmp_path}/cleaner.db") as service:
        clean, ready, alive, afterwards = asyncio.run(while_the_worker_is_taken())
    for refused in (clean, ready):
        assert "queue is full" in str(_problem(refused, 503)["detail"])
        assert int(refused.headers["Retry-After"]) > 0
    assert alive.status_code == 200
    assert afterwards.status_code == 200


def test_what_nobody_foresaw_is_a_500_that_tells_only_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with in_process(workers=1, queue=0) as service, caplog.at_level(logging.ERROR):
        service.app.state.body_room = None
        answer = service.clean(**PAGE)
    problem = _problem(answer, 500)
    assert "NoneType" not in answer.text
    assert "Traceback" not in answer.text
    assert str(problem["request_id"]) in caplog.text
    assert "AttributeError" in caplog.text
    assert "service/bodies.py" in caplog.text


class Brittle:
    """A cleaner that breaks, and quotes the page while it does."""

    name = "brittle"
    version = "1"
    summary = "breaks"

    def __init__(self, error: type[Exception]) -> None:
        self._error = error

    def label(self, parsed: Parsed) -> Labelled:
        try:
            int(parsed.source)
        except ValueError as cause:
            raise self._error(f"cannot clean {parsed.source}") from cause
        return Labelled([])


@pytest.mark.parametrize(("error", "title"), [(RuntimeError, "Internal error"), (CleanerFailed, "The cleaner failed")])
def test_a_cleaner_that_breaks_is_a_500_and_the_page_is_in_neither_answer_nor_log(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], title: str
) -> None:
    monkeypatch.setitem(CLEANERS, "brittle", Brittle(error))
    job = CleanJob(b"a secret of the page", "text/plain", None, QueryOptions(cleaner="brittle"), "json")
    outcome = run_clean_job(job)
    assert isinstance(outcome, Broke)
    assert (outcome.problem.status, outcome.problem.title) == (500, title)
    assert "secret" not in outcome.where + str(outcome.problem)
    assert outcome.where.splitlines()[-1].endswith(error.__qualname__)
    assert "builtins.ValueError" in outcome.where


def _problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """The problem in the answer, once its shape is found right."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, object] = json.loads(answer.content)
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    assert all(problem[key] for key in ("type", "title", "detail", "instance"))
    assert "errors" not in problem or status == 422
    return problem

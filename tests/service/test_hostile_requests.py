"""Requests that mean harm, over the wire: each is answered, and whoever else asks meanwhile gets an answer all the same."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import service
from service.app import create_app
from service.facades import FACADES
from service.settings import FACADE_NAMES, Settings
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, InProcess, Server, in_process, running_server
from tests.service.hostile_requests import REQUESTS

EVERY_S = 0.2
ALLOWED = {503, 504, 507}  # of those that put the blame on the service: busy, too slow, full

BODIES = st.one_of(
    st.binary(max_size=2_000),
    st.text(max_size=500).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5),
        max_leaves=10,
    ).map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {},
        optional={
            name: st.none() | st.text(max_size=30) | st.integers() | st.lists(st.integers(), max_size=2)
            for name in ("html", "text", "url", "fetched_at", "options", "select", "id")
        },
    ).map(lambda value: json.dumps(value).encode()),
)
MEDIA_TYPES = (
    "text/html",
    "text/plain; charset=utf-16",
    "application/json",
    "application/jsonl",
    "application/zip",
    "multipart/form-data; boundary=b",
    "",
)
ENCODINGS = (*["identity"] * 8, "gzip", "br", "zstd", "deflate")
DOCUMENTED = create_app(Settings()).openapi()["paths"]
OF_FACADES = [route for facade in FACADES.values() for route in facade.routes if isinstance(route, APIRoute)]
TAKE_BODIES = [
    *((method, path) for path, item in DOCUMENTED.items() for method in ("post", "put") if method in item),
    *((method.lower(), route.path) for route in OF_FACADES for method in route.methods or ()),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("hostile"), workers="2") as running:
        yield running


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    folder = tmp_path_factory.mktemp("bodies")
    facades = ",".join(FACADE_NAMES)
    with in_process(workers=1, facades=facades, database=f"sqlite:///{folder}/cleaner.db") as running:
        yield running


def test_each_of_two_hundred_is_answered_while_others_are_served(server: Server) -> None:
    assert len(REQUESTS) >= 200
    with _asking(server) as canaries:
        statuses = {name: status_of(answer(server.port, make())) for name, make in REQUESTS.items()}
    assert not [name for name, status in statuses.items() if status is None]
    assert not {name: it for name, it in statuses.items() if it is not None and it >= 500 and it not in ALLOWED}
    assert len(canaries) > 5
    assert set(canaries) == {200}
    assert "Traceback" not in server.log_text()


@pytest.mark.parametrize(("method", "path"), TAKE_BODIES, ids=[f"{method.upper()} {path}" for method, path in TAKE_BODIES])
def test_no_body_whatsoever_breaks_the_service(open_to_all: InProcess, method: str, path: str) -> None:
    stored = open_to_all.ask("POST", "/v1/documents", content=HTML_PAGE, headers=HTML).json()["id"]
    address = path.replace("{document_id}", stored).replace("{job_id}", "0" * 32)

    @given(body=BODIES, media_type=st.sampled_from(MEDIA_TYPES), encoding=st.sampled_from(ENCODINGS))
    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def check(body: bytes, media_type: str, encoding: str) -> None:
        headers = {"Content-Type": media_type, "Content-Encoding": encoding}
        answered = open_to_all.ask(method.upper(), address, content=body, headers=headers)
        assert answered.status_code < 500 or answered.status_code in ALLOWED, answered.text

    check()


def test_a_client_that_closes_its_end_behind_its_request_is_answered(server: Server) -> None:
    head = f"POST /v1/clean HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\nContent-Length: {len(HTML_PAGE)}\r\n\r\n"
    told = answer(server.port, head.encode() + HTML_PAGE.encode())
    assert status_of(told) == 200
    assert ARTICLE[0].encode() in told


def test_what_a_worker_may_be_asked_for_is_loaded_before_it_is_forked() -> None:
    script = "import json, sys, service.worker; print(json.dumps(list(sys.modules)))"
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout))
    files = Path(service.__file__).parent.glob("*.py")
    with_jobs = {f"service.{file.stem}" for file in files if re.search(r"^def run_\w+_job\(", file.read_text(), re.MULTILINE)}
    assert len(with_jobs) > 1
    assert with_jobs | {"service.differences"} <= loaded
    assert not {"fastapi", "sqlalchemy", "uvicorn"} & loaded


def answer(port: int, request: bytes) -> bytes:
    """All that comes back for these bytes, behind which the sender's end is closed."""
    answered = b""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the service has heard enough, and may have said so
        try:
            while received := connection.recv(65_536):
                answered += received
        except ConnectionError:
            pass
    return answered


def status_of(answered: bytes) -> int | None:
    """The status; None where nothing came."""
    return int(answered.split(b" ", 2)[1]) if answered else None


@contextmanager
def _asking(server: Server) -> Iterator[list[int]]:
    """The statuses of a page that is asked for five times a second, until the end of the block."""
    statuses: list[int] = []
    done = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
            while not done.wait(EVERY_S):
                statuses.append(client.post("/v1/clean", content=HTML_PAGE, headers=HTML).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield statuses
    finally:
        done.set()
        asking.join()

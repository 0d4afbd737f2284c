"""Two ways to ask the service: the app in this process, and a real server on a port of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict, Unpack

import httpx
import pytest
from fastapi import FastAPI

from service.app import create_app
from service.settings import Settings
from tests.service.databases import Postgres, running_postgres

ARTICLE = (
    "The lock keeper of Varnholm opened the upper gate at dawn, and by noon forty barges had gone through, more than on any "
    "day since the flood of the year before last.",
    "Most of them carried gravel for the new dyke, which the council wants to see finished before the first storms of the "
    "autumn come in from the west.",
)
NAVIGATION = ("Home", "News", "Sport", "Weather")
HTML_PAGE = (
    "<!doctype html><html lang=en><head><title>Forty barges in a morning</title></head><body><nav><ul>"
    + "".join(f"<li><a href=/{name.lower()}>{name}</a></li>" for name in NAVIGATION)
    + "</ul></nav><main>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE)
    + "</main></body></html>"
)
TEXT_PAGE = "\n".join((*NAVIGATION, *ARTICLE)) + "\n"
HTML = {"Content-Type": "text/html"}
TEXT = {"Content-Type": "text/plain"}


class Sent(TypedDict, total=False):
    """What goes with a request, as httpx takes it."""

    content: str | bytes | AsyncIterator[bytes]
    data: dict[str, str]
    files: dict[str, tuple[str | None, str]]
    json: object
    headers: dict[str, str] | list[tuple[bytes, bytes]]
    params: dict[str, str]


class InProcess:
    """The app without a network; its worker processes are real."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def ask(self, method: str, path: str, **request: Unpack[Sent]) -> httpx.Response:
        return asyncio.run(self.ask_from_loop(method, path, **request))

    async def ask_from_loop(self, method: str, path: str, **request: Unpack[Sent]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service.test", timeout=60) as client:
            return await client.request(method, path, **request)

    def get(self, path: str, **request: Unpack[Sent]) -> httpx.Response:
        return self.ask("GET", path, **request)

    def clean(self, query: str = "", **request: Unpack[Sent]) -> httpx.Response:
        return self.ask("POST", f"/v1/clean{query}", **request)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    folder = tmp_path_factory.mktemp("service")
    with in_process(workers=2, queue=16, database=f"sqlite:///{folder}/cleaner.db") as running:
        yield running


@contextmanager
def in_process(**settings: object) -> Iterator[InProcess]:
    """The app with these settings; its worker processes and its connections are ended afterwards."""
    app = create_app(Settings(**settings))  # type: ignore[arg-type]
    try:
        yield InProcess(app)
    finally:
        app.state.workers.close()
        app.state.store.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with two workers and a queue of two."""
    with running_server(tmp_path_factory.mktemp("server"), workers="2", queue="2") as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test run."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: the test runs once with each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cleaner.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


class Server:
    """A uvicorn of its own process, its log in a file."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, port: int) -> None:
        self.process = process
        self.log = log
        self.port = port
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        return [grandchild for child in _children(self.process.pid) for grandchild in _children(child)]

    def log_text(self) -> str:
        return self.log.read_text()

    def log_row(self, request_id: str) -> dict[str, Any]:
        """The log's line of a request: it is written after the answer has been sent, so it is waited for."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            # the last line may still be in writing
            whole, _, _ = self.log_text().rpartition("\n")
            for line in whole.splitlines():
                row: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
                if row.get("request_id") == request_id:
                    return row
            time.sleep(0.05)
        raise AssertionError(f"no line of {request_id} in the log:\n{self.log_text()}")


@contextmanager
def running_server(folder: Path, **settings: str) -> Iterator[Server]:
    """A server with these CLEANER_* settings, ready to clean; ended afterwards."""
    log = folder / "server.log"
    settings = {"database": f"sqlite:///{folder}/cleaner.db"} | settings
    environment = os.environ | {f"CLEANER_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "cleaner", "serve", "--port", "0"]
    with (
        log.open("wb") as stderr,
        subprocess.Popen(command, stderr=stderr, stdout=stderr, env=environment) as process,
    ):
        try:
            server = Server(process, log, _port(process, log))
            with server.client:
                while server.client.get("/readyz").status_code == 503:  # on a busy machine workers take their time to start
                    time.sleep(0.1)
                yield server
        finally:
            process.terminate()


def _children(pid: int) -> list[int]:
    lists = (threads / "children" for threads in Path(f"/proc/{pid}/task").glob("*"))
    return [int(child) for children in lists for child in children.read_text().split()]


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    while process.poll() is None:
        if found := re.search(r"running on http://127\.0\.0\.1:(\d+)", log.read_text()):
            return int(found.group(1))
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(f"the server did not start:\n{log.read_text()}")

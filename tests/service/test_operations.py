"""What an operator sees and does: metrics, logs, headers, deadlines, shutting down."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from service.connections import HEAD_SECONDS
from service.request_ids import HEADER, SECURITY_HEADERS
from tests.service.conftest import HTML, HTML_PAGE, InProcess, Server, in_process, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("operations"), workers="1", queue="8") as running:
        yield running


def test_metrics_count_requests_problems_and_what_was_removed(tmp_path: Path) -> None:
    with in_process(workers=1, database=f"sqlite:///{tmp_path}/a.db") as service:
        service.clean(content=HTML_PAGE, headers=HTML)
        service.clean("?cleaner=broom", content=HTML_PAGE, headers=HTML)
        service.get("/v1/documents/" + "0" * 32)
        service.get("/nowhere/" + "x" * 500)
        written = service.get("/metrics").text
    for line in (
        'cleaner_requests_total{method="POST",route="/v1/clean",status="200"} 1.0',
        'cleaner_requests_total{method="GET",route="/v1/documents/{document_id}",status="404"} 1.0',
        'cleaner_problems_total{kind="invalid-request"} 1.0',
        'cleaner_problems_total{kind="no-such-document"} 1.0',
        'cleaner_removed_total{reason="navigation"} 4.0',
        "cleaner_pages_total 1.0",
        "cleaner_queue 0.0",
        "cleaner_worker_deaths 0.0",
    ):
        assert line in written, f"{line} is not in\n{written}"
    assert "xxx" not in written


def test_every_answer_carries_headers_that_keep_browsers_from_harm(service: InProcess) -> None:
    for answer in (service.get("/livez"), service.get("/nowhere"), service.clean(content=HTML_PAGE, headers=HTML)):
        for name in SECURITY_HEADERS:
            assert name in answer.headers


def test_no_other_origin_may_use_the_service_from_a_browser_unless_it_is_named(service: InProcess, tmp_path: Path) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
    assert "Access-Control-Allow-Origin" not in service.ask("OPTIONS", "/v1/clean", headers=asked).headers
    assert "Access-Control-Allow-Origin" not in service.get("/version", headers=asked).headers
    with in_process(workers=1, cors_origins="https://app.example", database=f"sqlite:///{tmp_path}/a.db") as named:
        allowed = named.ask("OPTIONS", "/v1/clean", headers=asked)
        assert allowed.status_code == 200
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://app.example"
        other = named.ask("OPTIONS", "/v1/clean", headers=asked | {"Origin": "https://other.example"})
        assert "Access-Control-Allow-Origin" not in other.headers


def test_each_request_is_a_line_of_the_log_with_its_id_and_without_its_page(server: Server) -> None:
    word = "Zwiebelturmuhr"
    server.client.post(f"/v1/clean?url=https://news.example/{word}", content=word, headers=HTML | {"X-Request-ID": "find-me"})
    row = server.log_row("find-me")
    assert (row["event"], row["method"], row["route"], row["status"]) == ("request", "POST", "/v1/clean", 200)
    assert row["ms"] > 0
    assert row["bytes"] == len(word)
    assert word not in server.log_text()


def test_connections_that_never_come_to_the_point_are_closed_while_the_service_answers(server: Server) -> None:
    starts = {
        "nothing": b"",
        "a head without an end": b"POST /v1/clean HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        "blank lines": b"\r\n\r\n",
        "a body without an end": b"POST /v1/clean HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\n"
        b"Content-Length: 9999\r\n\r\n",
        "a body nobody reads": b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n",
        "a batch without an end": b"POST /v1/clean/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/jsonl\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n",
    }
    drips = {"a head without an end": b"y", "blank lines": b"\r\n", "a batch without an end": b"1\r\n \r\n"}

    async def hold(name: str) -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        began = time.monotonic()
        writer.write(starts[name])
        async with asyncio.timeout(HEAD_SECONDS + 20):
            while True:
                try:
                    async with asyncio.timeout(0.5):
                        if not await reader.read(1000):
                            break
                except TimeoutError:
                    writer.write(drips.get(name, b"x" if starts[name] else b""))
                except ConnectionError:
                    break
        writer.close()
        return time.monotonic() - began

    async def hold_all() -> list[float]:
        held = asyncio.gather(*(hold(name) for name in starts for _ in range(5)))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
            while not held.done():
                assert (await client.get("/livez")).status_code == 200
                await asyncio.sleep(0.2)
        return await held

    assert len(asyncio.run(hold_all())) == 5 * len(starts)


@pytest.mark.parametrize(
    ("sent", "kind", "told"),
    [
        pytest.param("GET /v1/documents?q=café HTTP/1.1\r\n\r\n", "broken-request", "percent-encoded", id="a letter"),
        pytest.param("GET /v1/documents?q=a b HTTP/1.1\r\n\r\n", "broken-request", "percent-encoded", id="a blank"),
        pytest.param("no HTTP\r\n\r\n", "broken-request", "no HTTP request", id="another protocol"),
        pytest.param("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y" * 65_536, "head-too-large", "65,536 bytes", id="a large head"),
    ],
)
def test_what_is_no_request_of_http_gets_a_problem_as_well(sent: str, kind: str, told: str, server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(sent.encode())
        head, _, body = b"".join(iter(lambda: connection.recv(65_536), b"")).partition(b"\r\n\r\n")
    answer = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {answer['status']} ".encode())
    assert b"Content-Type: application/problem+json\r\n" in head
    assert all(f"\r\n{name}: ".encode() in head for name in (HEADER, *SECURITY_HEADERS))
    assert answer["type"] == f"urn:problem-type:cleaner:{kind}"
    assert told in answer["detail"]


def test_a_refusal_is_read_by_a_client_that_sends_all_of_its_body_first(server: Server) -> None:
    body = bytes(60_000_000)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        head = f"POST /v1/clean HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_what_was_accepted_is_answered_before_the_service_ends_with_status_0(tmp_path: Path) -> None:
    with running_server(tmp_path, workers="2", queue="64") as server, ThreadPoolExecutor(8) as callers:
        answered = [callers.submit(_post_until_it_ends, server) for _ in range(8)]
        time.sleep(1)
        server.process.send_signal(signal.SIGTERM)
        outcomes = [outcome for caller in answered for outcome in caller.result()]
        assert server.process.wait(30) == 0
    assert outcomes.count("200") >= 8  # each was at one
    assert set(outcomes) <= {"200", "no connection"}
    assert "Traceback" not in server.log_text()


def _post_until_it_ends(server: Server) -> list[str]:
    """What became of each request until one found no service; ``dropped`` is one that was sent and never answered."""
    outcomes: list[str] = []
    while not outcomes or outcomes[-1] == "200":
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
                outcomes.append(str(client.post("/v1/clean", content=HTML_PAGE, headers=HTML).status_code))
        except httpx.ConnectError:
            outcomes.append("no connection")
        except httpx.HTTPError as error:
            outcomes.append(f"dropped: {type(error).__name__}")
    return outcomes


def test_a_service_that_drains_is_alive_not_ready_and_still_answers(tmp_path: Path) -> None:
    with running_server(tmp_path, workers="1", drain_seconds="2") as server:
        server.process.send_signal(signal.SIGTERM)
        while (ready := server.client.get("/readyz")).status_code == 200:
            time.sleep(0.05)
        assert re.search("shutting down", ready.text)
        assert server.client.get("/livez").status_code == 200
        assert server.client.post("/v1/clean", content=HTML_PAGE, headers=HTML).status_code == 200
        assert server.process.wait(30) == 0

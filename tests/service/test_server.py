"""A real server on a port: what only a network, processes and signals show."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, TEXT, Server, running_server

REPOSITORY = Path(__file__).parents[2]
BIG_PAGE = b"<p>" + b"</p><p>".join(
    b"Paragraph %d tells of the barges that went up the river that day." % n for n in range(20_000)
)


def test_a_page_posted_over_the_network_comes_back_clean(server: Server) -> None:
    answer = server.client.post("/v1/clean", content=HTML_PAGE, headers=HTML | {"Accept": "text/plain"})
    assert answer.text == "\n\n".join(ARTICLE) + "\n"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/version"])
def test_probes_may_ask_for_the_head_alone(server: Server, path: str) -> None:
    head, whole = server.client.head(path), server.client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.content))


def test_a_page_sent_in_chunks_without_a_length_comes_back_clean(server: Server) -> None:
    chunks = (HTML_PAGE[start : start + 100].encode() for start in range(0, len(HTML_PAGE), 100))
    answer = server.client.post("/v1/clean", content=chunks, headers=HTML)
    assert answer.request.headers["Transfer-Encoding"] == "chunked"
    assert ARTICLE[0] in answer.json()["text"]


def test_many_callers_at_once_each_get_their_own_page(tmp_path: Path) -> None:
    pages = {n: HTML_PAGE.replace("forty barges", f"{n} barges") for n in range(40)}
    with running_server(tmp_path, workers="2", queue="64") as server, ThreadPoolExecutor(16) as callers:
        answers = dict(zip(pages, callers.map(lambda page: _post(server, page.encode()), pages.values()), strict=True))
    assert all(f"by noon {n} barges had" in answer.json()["text"] for n, answer in answers.items())


def test_the_service_is_alive_while_big_pages_are_cleaned(server: Server) -> None:
    with ThreadPoolExecutor(4) as callers:
        posts = [callers.submit(_post, server, BIG_PAGE) for _ in range(4)]
        alive = 0
        while not wait(posts, 0, FIRST_COMPLETED).done:
            alive += server.client.get("/livez").status_code == 200
        assert [post.result().status_code for post in posts] == [200] * 4
    assert alive > 1


def test_a_stuck_pool_refuses_what_does_not_fit_the_queue_and_loses_nothing_of_what_does(server: Server) -> None:
    with ThreadPoolExecutor(8) as callers:
        with _stopped(server.workers()):
            server.client.get("/livez")
            waiting = {callers.submit(_post, server, HTML_PAGE.encode()) for _ in range(8)}
            refused: set[Future[httpx.Response]] = set()
            while len(refused) < 4:  # two workers and a queue of two leave four of eight outside
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                refused |= done
            assert server.client.get("/readyz").status_code == 503
            assert server.client.get("/livez").status_code == 200
        assert [post.result().status_code for post in waiting] == [200] * 4
    for post in refused:
        assert post.result().status_code == 503
        assert int(post.result().headers["Retry-After"]) > 0


def test_a_worker_that_is_killed_from_outside_costs_nothing_and_is_replaced(server: Server) -> None:
    _post(server, HTML_PAGE.encode())
    workers = server.workers()
    with ThreadPoolExecutor(1) as callers, _stopped(workers):
        post = callers.submit(_post, server, HTML_PAGE.encode())
        time.sleep(0.2)  # for the page to be on its way; the outcome is the same where it is not
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        assert ARTICLE[0] in post.result().text
    assert _post(server, HTML_PAGE.encode()).status_code == 200
    assert not set(workers) & set(server.workers())


def test_a_large_announced_body_is_refused_before_it_is_sent(server: Server) -> None:
    answer = _raw(
        server, b"POST /v1/clean HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("head", "answered"),
    [
        pytest.param(b"Content-Type: text/html\r\nContent-Length: 500\r\n", (b"HTTP/1.1 400",), id="a length that is not kept"),
        pytest.param(b"Content-Length: x\r\n", (b"HTTP/1.1 400",), id="a length that is no number"),
        pytest.param(b"".join(b"X-%d: y\r\n" % n for n in range(50_000)), (b"HTTP/1.1 400", b""), id="50,000 headers"),
        pytest.param(b"X: " + b"y" * 5_000_000 + b"\r\n", (b"HTTP/1.1 400", b""), id="a header of 5 MB"),
        pytest.param(b"\xff\xfe\r\n", (b"HTTP/1.1 400",), id="a header that is none"),
    ],
)
def test_broken_requests_do_no_harm(server: Server, head: bytes, answered: tuple[bytes, ...]) -> None:
    answer = _raw(server, b"POST /v1/clean HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n<p>broken off", close_sending=True)
    assert answer.startswith(answered)
    assert server.client.get("/livez").status_code == 200
    assert "Traceback" not in server.log_text()


def test_the_log_never_holds_what_the_pages_say(server: Server) -> None:
    word = "Zwiebelturmuhr"
    for page in (f"<p>{word}</p>", f'{{"html": "{word}', f"%PDF- {word}"):
        for media_type in ("text/html", "text/plain", "application/json"):
            server.client.post("/v1/clean", content=page, headers={"Content-Type": media_type})
    server.client.post("/v1/clean", content=word, headers=TEXT | {"X-Request-ID": "the-last"})
    assert server.log_row("the-last")["route"] == "/v1/clean"
    assert word not in server.log_text()


def test_the_workers_of_a_killed_server_do_not_stay_behind(tmp_path: Path) -> None:
    with running_server(tmp_path, workers="2") as server:
        while len(workers := server.workers()) < 2:  # the second one may still be starting
            time.sleep(0.05)
        server.process.kill()
        server.process.wait()
        while any(_alive(worker) for worker in workers):
            time.sleep(0.05)


def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match=r"CLEANER_WORKERS is '0', and must be a whole number, at least 1"),
        running_server(tmp_path, workers="0"),
    ):
        pass


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ["--port", "TAKEN"],
            "error: port TAKEN on 127.0.0.1 is taken by another program: choose another with --host and --port",
        ),
        (["--host", "203.0.113.9"], "error: this machine does not have the address 203.0.113.9: "),
        (["--host", "nowhere.invalid"], "nowhere.invalid"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_told_before_anything_starts(
    server: Server, tmp_path: Path, options: list[str], told: str
) -> None:
    taken = str(server.port)
    command = [sys.executable, "-m", "cleaner", "serve", *(option.replace("TAKEN", taken) for option in options)]
    environment = os.environ | {"CLEANER_ACCESS": "open"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert told.replace("TAKEN", taken) in done.stderr
    assert not list(tmp_path.iterdir())


def _post(server: Server, page: bytes) -> httpx.Response:
    return server.client.post("/v1/clean", content=page, headers=HTML)


@contextmanager
def _stopped(workers: list[int]) -> Iterator[None]:
    """The worker processes hold still, and go on afterwards."""
    assert workers
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in filter(_alive, workers):
            os.kill(worker, signal.SIGCONT)


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _raw(server: Server, request: bytes, *, close_sending: bool = False) -> bytes:
    """What the server answers to these bytes until it closes the connection."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        try:
            connection.sendall(request)
            if close_sending:
                connection.shutdown(socket.SHUT_WR)
            while received := connection.recv(65_536):
                answer += received
        except OSError:
            pass  # the server has heard enough
    return answer


def test_the_example_client_stores_pages_and_says_which_it_could_not(server: Server, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_text(HTML_PAGE)
    bad.write_bytes(b"%PDF-1.7 \x00\x01")
    address, nowhere = str(server.client.base_url), str(tmp_path / "nowhere.html")
    done = _example(address, nowhere, str(good), str(bad))
    assert done.returncode == 1
    assert "No such file" in done.stderr
    assert "Forty barges in a morning" in done.stdout
    assert "send HTML or plain text" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["http://127.0.0.1:8000"], ["page.html", "another.html"]])
def test_the_example_client_says_how_it_is_used(arguments: list[str]) -> None:
    done = _example(*arguments)
    assert done.returncode == 2
    assert "usage: python examples/client.py http://127.0.0.1:8000 page.html" in done.stderr


def _example(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "examples/client.py", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

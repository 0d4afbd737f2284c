"""A body that is refused: its sender gets to read why, holds nothing up for it, and costs no memory."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from service import lingering
from tests.service.conftest import TEXT, InProcess, Server

MEGA = 1_000_000
PIECE = bytes(MEGA)


def pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield PIECE


@pytest.mark.parametrize("length", [None, 512 * MEGA], ids=["in chunks", "with its length"])
def test_who_sends_512_megabytes_before_listening_reads_why_they_are_refused(server: Server, length: int | None) -> None:
    before = _peak_mb(server)
    status, answer = _send_all_then_listen(server, "/v1/clean", pieces(512), length)
    assert status == 413
    assert b'"limit_bytes": 10000000' in answer
    assert _peak_mb(server) - before < 64


@pytest.mark.parametrize(
    ("path", "media_type", "status"),
    [
        ("/nowhere", "text/html", 404),
        ("/v1/clean", "image/png", 415),
        ("/v1/clean?colour=red", "text/html", 422),
        ("/v1/jobs?name=a.txt", "text/html", 422),
    ],
)
def test_who_is_refused_for_another_reason_reads_it_too(server: Server, path: str, media_type: str, status: int) -> None:
    answered, answer = _send_all_then_listen(server, path, pieces(30), None, media_type)
    assert answered == status
    assert b'"detail"' in answer


def _send_all_then_listen(
    server: Server, path: str, body: Iterator[bytes], length: int | None, media_type: str = "text/html"
) -> tuple[int, bytes]:
    """As Python's own client does it: it looks for an answer when the last byte is sent."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Content-Type": media_type, "Connection": "close"} | ({"Content-Length": str(length)} if length else {})
    connection.request("POST", path, body, headers, encode_chunked=length is None)
    with connection.getresponse() as answer:
        return answer.status, answer.read()


def _peak_mb(server: Server) -> float:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def test_a_body_without_an_end_is_refused_and_not_read_for_ever(service: InProcess) -> None:
    sent = [0]
    answer = service.clean(content=_endless(sent), headers=TEXT)
    assert answer.status_code == 413
    assert answer.headers["Connection"] == "close"
    assert sent[0] <= lingering.BYTES + MEGA


def test_of_many_bodies_without_an_end_only_some_are_read_on_from_at_once(
    service: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lingering, "BYTES", 20 * MEGA)
    monkeypatch.setattr(lingering, "AT_ONCE", 3)
    monkeypatch.setattr(lingering, "PACE_SECONDS", lingering.SECONDS)
    sent = [[0] for _ in range(6)]
    answered: list[int] = []

    async def body(own: list[int]) -> AsyncIterator[bytes]:
        async for piece in _endless(own):
            yield piece
            while own[0] >= 15 * MEGA and len(answered) < 3:  # nobody's place is free before the others have left
                await asyncio.sleep(0)

    async def ask(own: list[int]) -> None:
        answer = await service.ask_from_loop("POST", "/v1/clean", content=body(own), headers=TEXT)
        answered.append(answer.status_code)

    async def ask_all() -> None:
        await asyncio.gather(*map(ask, sent))

    asyncio.run(ask_all())
    assert answered == [413] * 6
    assert sum(one[0] >= 20 * MEGA for one in sent) == 3
    assert sum(one[0] <= 11 * MEGA for one in sent) == 3


def test_a_body_that_is_refused_takes_no_room_while_the_rest_of_it_comes(service: InProcess) -> None:
    taken = []

    async def watched() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield PIECE
            await asyncio.sleep(0)
            taken.append(service.app.state.body_room.taken)

    assert service.clean(content=watched(), headers=TEXT).status_code == 413
    assert max(taken) >= 9 * MEGA
    assert taken[-1] == 0


async def _endless(sent: list[int]) -> AsyncIterator[bytes]:
    while True:
        sent[0] += MEGA
        yield PIECE
        await asyncio.sleep(0)

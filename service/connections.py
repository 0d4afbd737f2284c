"""uvicorn's connections with deadlines: a head, a body's rest and a reader that never come do not keep one open."""

from __future__ import annotations

import asyncio
import uuid
from asyncio import TimerHandle
from http import HTTPStatus
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from service.answers import problem_text
from service.problems import MEDIA_TYPE, Problem, broken_request, disconnected, head_too_large, slow_head
from service.request_ids import HEADER, SECURITY_HEADERS

HEAD_SECONDS = 8.0  # from the first moment of a connection, or the first byte of a later request, to the end of its head
MAX_HEAD_BYTES = 65_536
LEFT_OVER_SECONDS = 3.0  # for the rest of a body that nobody wants to read
READER_SECONDS = 30.0  # that a client may leave an answer in the buffers without taking any of it
LAST_CALL_SECONDS = 1.0  # for a request that is on its way while the service shuts down


class GuardedConnection(HttpToolsProtocol):
    """One connection. The deadlines of a body that is read are those of ``bodies``."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._timers: dict[str, TimerHandle] = {}
        self._head_bytes = 0
        self._head_is_whole = False
        self._last_call = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start("head", HEAD_SECONDS, self._head_too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        for name in list(self._timers):
            self._stop(name)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.cycle is None or (self.cycle.response_complete and "left over" not in self._timers):
            self._start("head", HEAD_SECONDS, self._head_too_slow)
        self._head_is_whole = False
        super().data_received(data)
        self._head_bytes = self._head_bytes + len(data) if "head" in self._timers and not self._head_is_whole else 0
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(head_too_large(MAX_HEAD_BYTES))

    def on_headers_complete(self) -> None:
        self._head_is_whole = True
        self._stop("head")
        super().on_headers_complete()
        if self._last_call:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._stop("left over")
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.more_body:
            self._start("left over", LEFT_OVER_SECONDS, self.transport.close)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's own type: whether our end stays open
        """A client may close its end behind a whole request and wait for the answer; behind half a one it is told so."""
        if self.cycle is None or self.cycle.response_complete:
            return False
        if self.cycle.more_body:
            if not self.cycle.response_started:
                self._refuse(disconnected())
            return False
        self.cycle.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls for bytes that are no HTTP; amid an answer there is no room for another."""
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.close()
        else:
            self._refuse(broken_request())

    def pause_writing(self) -> None:
        self._start("reader", READER_SECONDS, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        self._stop("reader")
        super().resume_writing()

    def shutdown(self) -> None:
        """Close the connection once nothing is on its way: a request that has been sent already is answered."""
        if self.cycle is None or self.cycle.response_complete:
            self._last_call = True
            self._start("last call", LAST_CALL_SECONDS, self._close_if_idle)
        else:
            super().shutdown()

    def _close_if_idle(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def _head_too_slow(self) -> None:
        self._refuse(slow_head(HEAD_SECONDS))

    def _refuse(self, problem: Problem) -> None:
        """Answer what never became a request of the app, and close the connection."""
        if not self.transport.is_closing():
            self.transport.write(_answer(problem))
            self.transport.close()

    def _start(self, name: str, seconds: float, act: Any) -> None:  # noqa: ANN401  # a method of the transport or our own
        if name not in self._timers:
            self._timers[name] = self.loop.call_later(seconds, act)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()


def _answer(problem: Problem) -> bytes:
    """A whole response, as there is no request that the layers of the app could answer."""
    request_id = uuid.uuid4().hex
    body = problem_text(problem, "", request_id).encode()
    headers = {"Content-Type": MEDIA_TYPE, "Content-Length": len(body), "Connection": "close", HEADER: request_id}
    lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in (headers | SECURITY_HEADERS).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body

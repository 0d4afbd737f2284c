"""The outermost layer: each response carries an X-Request-ID and security headers, each request is a line of the log and a
count, and what nobody caught becomes a problem."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.answers import problem_response
from service.lingering import Lingering
from service.observing import Metrics, route_of
from service.problems import internal_error
from service.tracebacks import without_messages

HEADER = "X-Request-ID"
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9._-]")
_MAX_LENGTH = 64

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_log = logging.getLogger(__name__)
_requests = logging.getLogger("service.requests")


class RequestIds:
    """Gives the request its id, and its answer what every answer has."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._lingering = Lingering()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = _clean_id(Headers(scope=scope).get(HEADER, ""))
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(scope, receive, send, self._lingering)
        try:
            await self._app(scope, answer.receive, answer.send)
        except Exception as error:  # the outermost loop of the service
            _log.error("request %s broke:\n%s", request_id, without_messages(error))
            if not answer.status:
                await problem_response(internal_error(), scope)(scope, answer.receive, answer.send)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.answered(scope, answer.status, seconds, answer.received)
            told = {
                "request_id": request_id,
                "method": scope["method"],
                "route": route_of(scope),
                "status": answer.status or "none",
                "ms": round(seconds * 1000, 1),
                "bytes": answer.received,
                "caller": getattr(scope["state"].get("caller"), "name", None),
                "problem": scope["state"].get("problem"),
            }
            _requests.info("request", extra=told)


class _Answer:
    """The two ends of one request, with what is counted of them."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, lingering: Lingering) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._lingering = lingering
        self._more_body = True
        self.status = 0
        self.received = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.received += len(message.get("body", b""))
            self._more_body = message.get("more_body", False)
        else:
            self._more_body = False
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[HEADER] = self._scope["state"]["request_id"]
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        elif self._more_body and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._lingering.throw_away(self.received, self._next_bytes)
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def _next_bytes(self) -> tuple[int, bool]:
        before = self.received
        await self.receive()
        return self.received - before, self._more_body


def _clean_id(given: str) -> str:
    return _NOT_ALLOWED.sub("", given)[:_MAX_LENGTH] or uuid.uuid4().hex

"""Every response carries an X-Request-ID, the caller's own or a new one; what nobody caught becomes a problem with it."""

from __future__ import annotations

import logging
import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.answers import problem_response
from service.problems import internal_error
from service.tracebacks import without_messages

_HEADER = "X-Request-ID"
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9._-]")
_MAX_LENGTH = 64

_log = logging.getLogger(__name__)


class RequestIds:
    """The outermost layer of the service: gives the request its id and the response its header, and catches what is left."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _clean_id(Headers(scope=scope).get(_HEADER, ""))
        scope.setdefault("state", {})["request_id"] = request_id
        answered = False

        async def send_with_id(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                MutableHeaders(scope=message)[_HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:  # the outermost loop of the service
            _log.error("request %s broke:\n%s", request_id, without_messages(error))
            if not answered:
                await problem_response(internal_error(), scope)(scope, receive, send_with_id)


def _clean_id(given: str) -> str:
    return _NOT_ALLOWED.sub("", given)[:_MAX_LENGTH] or uuid.uuid4().hex

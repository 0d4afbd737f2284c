"""The body of a request: what its headers say it is, and its bytes, counted while they come."""

from __future__ import annotations

import re

from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from service.cleaning import JSON_BODY, PAGE_BODIES
from service.problems import (
    ProblemFound,
    body_too_large,
    busy_with_bodies,
    disconnected,
    unsupported_encoding,
    unsupported_media_type,
)

ACCEPTED = (*PAGE_BODIES, JSON_BODY)

_CHARSET = re.compile(r""";\s{0,9}charset\s{0,9}=\s{0,9}["']?([^\s"';]{1,40})""", re.I)


def media_type_of(request: Request) -> str | None:
    """The media type of the body, one of ACCEPTED; None when no header says it. Raises ProblemFound (415)."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", ""):
        raise ProblemFound(unsupported_encoding(encoding))
    given = request.headers.get("content-type", "").strip()
    if not given:
        return None
    media_type = given.partition(";")[0].strip().lower()
    if media_type not in ACCEPTED:
        raise ProblemFound(unsupported_media_type(given, ACCEPTED))
    return media_type


def charset_of(request: Request) -> str | None:
    """The charset parameter of the Content-Type, as written."""
    found = _CHARSET.search(request.headers.get("content-type", ""))
    return found.group(1) if found else None


class BodyRoom:
    """How many bytes of bodies may be held at once, by all requests together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.taken = 0

    def take(self, request: Request, size: int) -> None:
        """Count bytes of this request's body until ``give_back``. Raises ProblemFound (503) when there is no room for them."""
        if self.taken + size > self._limit:
            raise ProblemFound(busy_with_bodies())
        self.taken += size
        request.scope["state"]["body_bytes"] = request.scope["state"].get("body_bytes", 0) + size

    def give_back(self, scope: Scope) -> None:
        """The request of this scope is over."""
        self.taken -= scope["state"].pop("body_bytes", 0)


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises ProblemFound (413) as soon as more than ``limit`` bytes are announced or have come."""
    room: BodyRoom = request.app.state.body_room
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
        raise ProblemFound(body_too_large(limit))
    chunks = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise ProblemFound(body_too_large(limit))
            room.take(request, len(chunk))
            chunks.append(chunk)
    except ClientDisconnect:
        raise ProblemFound(disconnected()) from None
    return b"".join(chunks)

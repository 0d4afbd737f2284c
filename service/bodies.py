"""The body of a request: what its headers say it is, and its bytes, counted and timed while they come."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from service.cleaning import FORM_BODY, JSON_BODY, PAGE_BODIES
from service.encodings import ENCODINGS, BrokenEncoding, decoded
from service.problems import (
    ProblemFound,
    body_too_large,
    broken_encoding,
    busy_with_bodies,
    disconnected,
    slow_body,
    unsupported_encoding,
    unsupported_media_type,
)

ACCEPTED = (*PAGE_BODIES, JSON_BODY, FORM_BODY)

BODY_SECONDS = 8.0  # that a body may keep us waiting, all pauses together,
LEAST_BYTES_A_SECOND = 50_000  # and a second more for each of these that have come

_CHARSET = re.compile(r""";\s{0,9}charset\s{0,9}=\s{0,9}["']?([^\s"';]{1,40})""", re.I)


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


def media_type_of(request: Request) -> str | None:
    """The media type of the body, one of ACCEPTED; None when no header says it. Raises ProblemFound (415)."""
    encoding_of(request)
    given = request.headers.get("content-type", "").strip()
    if not given:
        return None
    media_type = given.partition(";")[0].strip().lower()
    if media_type not in ACCEPTED:
        raise ProblemFound(unsupported_media_type(given, ACCEPTED))
    return media_type


def encoding_of(request: Request) -> str | None:
    """The encoding of the body, one of ENCODINGS; None for one that has none. Raises ProblemFound (415)."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return None
    if encoding not in ENCODINGS:
        raise ProblemFound(unsupported_encoding(encoding, list(ENCODINGS)))
    return encoding


def charset_of(request: Request) -> str | None:
    """The charset parameter of the Content-Type, as written."""
    found = _CHARSET.search(request.headers.get("content-type", ""))
    return found.group(1) if found else None


def announced_bytes(headers: Headers) -> int:
    """How long the body is going to be, as its Content-Length says; 0 where none says it. At most 10**18."""
    announced = headers.get("content-length", "")
    if not (announced.isascii() and announced.isdigit()):
        return 0
    return int(announced) if len(announced) <= 18 else 10**18


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body without its encoding.

    Raises ProblemFound: 413 as soon as more than ``limit`` bytes are announced or have come, or would come of it when it is
    decompressed; 408 when it comes too slowly; 400 when it is broken.
    """
    room: BodyRoom = request.app.state.body_room
    if announced_bytes(request.headers) > limit:
        raise ProblemFound(body_too_large(limit))
    chunks: list[bytes] = []
    size = 0
    async for chunk in body_chunks(request):
        size += len(chunk)
        if size > limit:
            chunks.clear()  # while the refusal goes out, and what is left of the body comes in, nobody has a use for them
            room.give_back(request.scope)
            raise ProblemFound(body_too_large(limit))
        room.take(request, len(chunk))
        chunks.append(chunk)
    body = b"".join(chunks)
    encoding = encoding_of(request)
    if encoding is None or not body:
        return body
    try:
        content = await asyncio.to_thread(decoded, encoding, body, limit)
    except BrokenEncoding:
        raise ProblemFound(broken_encoding(encoding)) from None
    if content is None:
        raise ProblemFound(body_too_large(limit))
    room.take(request, len(content))
    return content


async def body_chunks(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. Raises ProblemFound when it keeps us waiting too long (408) or breaks off (400).

    Only the time that is spent waiting counts, not that which the caller of this takes between two chunks.
    """
    stream = request.stream().__aiter__()
    waited, size = 0.0, 0
    while True:
        began = time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, BODY_SECONDS + size / LEAST_BYTES_A_SECOND - waited)):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ProblemFound(slow_body(BODY_SECONDS)) from None
        except ClientDisconnect:
            raise ProblemFound(disconnected()) from None
        waited += time.monotonic() - began
        size += len(chunk)
        if chunk:
            yield chunk

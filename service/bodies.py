"""The body of a request: what its headers say it is, and its bytes, counted while they come."""

from __future__ import annotations

import re

from starlette.requests import ClientDisconnect, Request

from service.cleaning import JSON_BODY, PAGE_BODIES
from service.problems import ProblemFound, body_too_large, disconnected, unsupported_encoding, unsupported_media_type

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


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises ProblemFound (413) as soon as more than ``limit`` bytes are announced or have come."""
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
            chunks.append(chunk)
    except ClientDisconnect:
        raise ProblemFound(disconnected()) from None
    return b"".join(chunks)

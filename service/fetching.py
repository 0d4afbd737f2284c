"""Fetches a page that a request names by its address: off unless CLEANER_FETCH allows it.

Where it may connect to is ``reach``'s to say, for the address that was sent and for each it is sent on to. Nothing is kept from
one page to the next: no connection, no cookie. The body is held to the limit of request bodies, before and after decompression.
"""

from __future__ import annotations

import asyncio
import http.cookiejar
import re
import socket
import ssl
from datetime import UTC, datetime
from functools import cached_property

import httpx
from starlette.requests import Request

from service.bodies import BodyRoom
from service.cleaning import PAGE_BODIES, FetchedPage
from service.encodings import ENCODINGS, BrokenEncoding, decoded
from service.outbound import USER_AGENT
from service.problems import (
    ProblemFound,
    busy,
    fetch_failed,
    fetch_refused,
    fetch_too_slow,
    fetched_too_large,
    fetches_nothing,
)
from service.reach import OutboundRefused, Reach, check_url, guarded_transport
from service.settings import Settings

REDIRECTS = 5
SECONDS = 8.0  # for all of it, redirects included
AT_ONCE = 20  # pages that are being fetched; the next request gets a 503
_REDIRECTING = (301, 302, 303, 307, 308)
_CHARSET = re.compile(r""";\s{0,9}charset\s{0,9}=\s{0,9}["']?([^\s"';]{1,40})""", re.I)
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.1",
    "Accept-Encoding": ", ".join(ENCODINGS),
}


class Fetcher:
    """Fetches for one service."""

    def __init__(self, settings: Settings) -> None:
        self._reach = Reach(settings.fetch, frozenset(settings.fetch_port_numbers), settings.fetch_host_addresses)
        self._limit = settings.max_body_bytes
        self._at_once = 0

    async def fetch(self, request: Request, url: str) -> FetchedPage:
        """The page at an address, for this request. Raises ProblemFound."""
        if self._reach.allowed == "off":
            raise ProblemFound(fetches_nothing())
        if self._at_once >= AT_ONCE:
            raise ProblemFound(busy())
        self._at_once += 1
        try:
            async with asyncio.timeout(SECONDS), self._client() as client:
                return await self._follow(client, request, url)
        except OutboundRefused as error:
            raise ProblemFound(fetch_refused(str(error))) from None
        except (TimeoutError, httpx.TimeoutException):
            raise ProblemFound(fetch_too_slow(SECONDS)) from None
        except (socket.gaierror, UnicodeError):  # the second is of a name that no resolver takes
            raise ProblemFound(fetch_failed("the name in its address is not known")) from None
        except (httpx.RemoteProtocolError, httpx.InvalidURL, ValueError):
            raise ProblemFound(
                fetch_failed("its answer is not what HTTP has, or it is sent on to what is no address")
            ) from None
        except (httpx.HTTPError, OSError) as error:
            raise ProblemFound(fetch_failed(f"there is no answer ({type(error).__name__})")) from None
        finally:
            self._at_once -= 1

    def _client(self) -> httpx.AsyncClient:
        nothing_kept = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        return httpx.AsyncClient(
            transport=guarded_transport(self._reach, self._ssl_context, connections=1),
            timeout=SECONDS,
            follow_redirects=False,
            trust_env=False,
            cookies=nothing_kept,
            headers=_HEADERS,
        )

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    async def _follow(self, client: httpx.AsyncClient, request: Request, url: str) -> FetchedPage:
        for _ in range(REDIRECTS + 1):
            check_url(url, self._reach)
            async with client.stream("GET", url) as answer:
                if answer.status_code not in _REDIRECTING or "location" not in answer.headers:
                    return await self._read(answer, request, url)
                url = str(httpx.URL(url).join(answer.headers["location"]).copy_with(fragment=None))
        raise ProblemFound(fetch_failed(f"it is sent on more than {REDIRECTS} times"))

    async def _read(self, answer: httpx.Response, request: Request, url: str) -> FetchedPage:
        if answer.status_code != 200:
            raise ProblemFound(fetch_failed(f"it answers with the status {answer.status_code}"))
        said = answer.headers.get("content-type", "")
        media_type = said.partition(";")[0].strip().lower() or "text/html"
        if media_type not in PAGE_BODIES:
            raise ProblemFound(fetch_failed(f"it is of the type {media_type[:100]}, and only HTML and text can be cleaned"))
        encoding = answer.headers.get("content-encoding", "identity").strip().lower() or "identity"
        if encoding != "identity" and encoding not in ENCODINGS:
            raise ProblemFound(fetch_failed(f"it is sent with the encoding {encoding[:40]}, which nobody asked for"))
        content = await self._content(answer, request, encoding)
        charset = _CHARSET.search(said)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        return FetchedPage(content, media_type, charset.group(1) if charset else None, url, at)

    async def _content(self, answer: httpx.Response, request: Request, encoding: str) -> bytes:
        room: BodyRoom = request.app.state.body_room
        body = bytearray()
        async for chunk in answer.aiter_raw():
            room.take(request, len(chunk))
            body += chunk
            if len(body) > self._limit:
                raise ProblemFound(fetched_too_large(self._limit))
        if encoding == "identity":
            return bytes(body)
        try:
            content = await asyncio.to_thread(decoded, encoding, bytes(body), self._limit)
        except BrokenEncoding:
            raise ProblemFound(fetch_failed("its content cannot be decompressed")) from None
        if content is None:
            raise ProblemFound(fetched_too_large(self._limit))
        room.take(request, len(content))
        return content

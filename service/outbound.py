"""Requests of the service to others: none unless switched on, and then to public addresses alone unless told otherwise.

The address is checked where the connection is made, on what the name resolves to at that moment, and that very address is
connected to: a name that resolves to something else a moment later, or a redirect, gets no further.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable

import httpcore
import httpx

from cleaner.errors import CleanerError
from cleaner.version import __version__
from service.settings import Outbound as Allowed

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 10.0


class OutboundRefused(CleanerError):
    """The service may not connect there; the message says why."""


class Outbound:
    """A client for addresses that somebody else chose."""

    def __init__(self, allowed: Allowed) -> None:
        self.allowed = allowed
        transport = httpx.AsyncHTTPTransport(trust_env=False)
        transport._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=_Guarded(allowed), max_connections=20
        )
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": f"cleaner/{__version__}"},
        )

    async def post(self, url: str, content: bytes, headers: dict[str, str]) -> int:
        """The status of the answer, whose body is not read. Raises OutboundRefused, httpx.HTTPError."""
        async with (
            asyncio.timeout(2 * _ANSWER_SECONDS),
            self._client.stream("POST", url, content=content, headers=headers) as answer,
        ):
            return answer.status_code

    async def close(self) -> None:
        await self._client.aclose()


def check_url(url: str, allowed: Allowed) -> None:
    """Raises OutboundRefused for an address that will not be connected to whatever it resolves to."""
    if allowed == "off":
        raise OutboundRefused(
            "the service sends nothing to others: whoever runs it can allow that with CLEANER_OUTBOUND=public"
        )
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise OutboundRefused("this is no address") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise OutboundRefused("an address begins with http:// or https://, and has no user in it")
    try:
        literal = ipaddress.ip_address(parsed.host)
    except ValueError:
        return
    if not _may(str(literal), allowed):
        raise OutboundRefused("the address is not a public one")


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects as httpcore does, to addresses that are allowed."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # the name is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if self._allowed == "off":
            raise OutboundRefused("the service sends nothing to others")
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(address[0]) for *_, address in found]
        if not addresses or not all(_may(address, self._allowed) for address in addresses):
            raise OutboundRefused("the name resolves to an address that is not public")
        return await self._backend.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


def _may(address: str, allowed: Allowed) -> bool:
    if allowed == "any":
        return True
    parsed = ipaddress.ip_address(address.partition("%")[0])
    embedded = [parsed]
    if isinstance(parsed, ipaddress.IPv6Address):
        embedded += [inner for inner in (parsed.ipv4_mapped, parsed.sixtofour, *(parsed.teredo or ())) if inner is not None]
        if parsed in _NAT64:
            embedded.append(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF))
    return all(one.is_global and not one.is_multicast for one in embedded)


_NAT64 = ipaddress.ip_network("64:ff9b::/96")

"""Where the service may connect to: public addresses, unless whoever runs it names others.

The address is checked where the connection is made, on what the name resolves to at that moment, and that very address is
connected to: a name that resolves to something else a moment later, or a redirect, gets no further.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import httpcore
import httpx

from cleaner.errors import CleanerError
from service.settings import Outbound as Allowed


class OutboundRefused(CleanerError):
    """The service may not connect there; the message says why."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses: none, public ones, or any; on ``ports``, None for all. ``hosts`` are names with an address of their own,
    which is connected to whatever it is, and which nothing else resolves."""

    allowed: Allowed
    ports: frozenset[int] | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)


def check_url(url: str, reach: Reach) -> None:
    """Raises OutboundRefused for an address that will not be connected to whatever it resolves to."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise OutboundRefused("this is no address") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise OutboundRefused("an address begins with http:// or https://, and has no user in it")
    _check_port(parsed.port or {"http": 80, "https": 443}[parsed.scheme], reach)
    try:
        literal = ipaddress.ip_address(parsed.host)
    except ValueError:
        return
    if not _may(str(literal), reach):
        raise OutboundRefused("the address is not a public one")


def guarded_transport(reach: Reach, ssl_context: ssl.SSLContext, connections: int) -> httpx.AsyncHTTPTransport:
    """What an httpx client sends by: it connects to where it may, and to nothing else."""
    transport = httpx.AsyncHTTPTransport(trust_env=False, verify=ssl_context)
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=ssl_context, network_backend=_Guarded(reach), max_connections=connections
    )
    return transport


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects as httpcore does, to addresses that are allowed."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # the name is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._address(host, port)
        return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)

    async def _address(self, host: str, port: int) -> str:
        """The one address that is connected to. Raises OutboundRefused."""
        if self._reach.allowed == "off":
            raise OutboundRefused("the service connects to nobody")
        _check_port(port, self._reach)
        if host in self._reach.hosts:
            return self._reach.hosts[host]
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(address[0]) for *_, address in found]
        if not addresses or not all(_may(address, self._reach) for address in addresses):
            raise OutboundRefused("the name resolves to an address that is not public")
        return addresses[0]


def _check_port(port: int, reach: Reach) -> None:
    if reach.ports is not None and port not in reach.ports:
        raise OutboundRefused(f"port {port} is not one of {', '.join(map(str, sorted(reach.ports)))}")


def _may(address: str, reach: Reach) -> bool:
    if reach.allowed == "any":
        return True
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv4Address):
        return _is_public(parsed)
    if parsed in _NAT64:
        return _is_public(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF))
    inner = [one for one in (parsed.sixtofour, *(parsed.teredo or ())) if one is not None]
    return parsed in _UNICAST and parsed.is_global and all(_is_public(one) for one in inner)


def _is_public(address: ipaddress.IPv4Address) -> bool:
    return address.is_global and not address.is_multicast and address not in _RELAYS


# Of IPv6 only what is given out to networks: IPv4 in other clothes, site-local and all that is reserved lie outside of it.
_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_RELAYS = ipaddress.ip_network("192.88.99.0/24")  # of 6to4, given back in RFC 7526

"""What the service tells others: none unless switched on, and then to where ``reach`` lets it."""

from __future__ import annotations

import asyncio
import ssl

import httpx

from cleaner.version import __version__
from service.reach import OutboundRefused, Reach, check_url, guarded_transport
from service.settings import Outbound as Allowed

USER_AGENT = f"cleaner/{__version__}"
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 10.0


class Outbound:
    """A client for addresses that somebody else chose."""

    def __init__(self, allowed: Allowed) -> None:
        self._client = httpx.AsyncClient(
            transport=guarded_transport(Reach(allowed), ssl.create_default_context(), connections=20),
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": USER_AGENT},
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


def check_webhook(url: str, allowed: Allowed) -> None:
    """Raises OutboundRefused for an address that no webhook will be sent to."""
    if allowed == "off":
        raise OutboundRefused(
            "the service sends nothing to others: whoever runs it can allow that with CLEANER_OUTBOUND=public"
        )
    check_url(url, Reach(allowed))

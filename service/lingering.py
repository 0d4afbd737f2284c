"""What a client still sends when its answer has gone out is read on and thrown away for a while, within bounds.

Many clients send all of a body before they listen. A connection that is closed on them is reset, and the answer, which says why
the body is not wanted, is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

SECONDS = 30.0
BYTES = 1_000_000_000  # of one body, those included that had come before the answer
PACE_BYTES, PACE_SECONDS = 200_000, 1.0  # that have to come in each of these: who is slower does not mean to end
AT_ONCE = 64  # bodies; the next client is not waited for


class Lingering:
    """Throws away what is left of bodies that nobody wants, of all requests of one service."""

    def __init__(self) -> None:
        self._now = 0

    async def throw_away(self, received: int, receive: Callable[[], Awaitable[tuple[int, bool]]]) -> None:
        """Read on from a body of which so many bytes have come. ``receive`` gives (bytes, whether more come)."""
        if self._now >= AT_ONCE:
            return
        self._now += 1
        try:
            async with asyncio.timeout(SECONDS):
                more = True
                while more and received < BYTES:
                    async with asyncio.timeout(PACE_SECONDS):
                        enough = received + PACE_BYTES
                        while more and received < enough:
                            size, more = await receive()
                            received += size
        except TimeoutError:
            return
        finally:
            self._now -= 1

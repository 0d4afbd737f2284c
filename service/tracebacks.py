"""Tracebacks for the log. An exception's message may quote the page it broke on, and a log never holds page text."""

from __future__ import annotations

import traceback


def without_messages(error: BaseException) -> str:
    """Where and as what it broke: files, lines and exception types, the cause first, no messages."""
    parts = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        kind = type(link)
        parts.append("".join(traceback.format_tb(link.__traceback__)) + f"{kind.__module__}.{kind.__qualname__}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\nthen\n".join(reversed(parts))

"""What workers hand to the store: plain values, made where the page is cleaned."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it came: ``content`` compressed, ``media_type`` as the service takes it, ``content_hash`` of what it was."""

    media_type: str
    charset: str | None
    url: str | None
    content: bytes
    content_hash: str


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What one cleaning made of a page: ``record`` is the compressed JSON, ``summary`` what lists show, ``words`` the index."""

    cleaner: str
    cleaner_version: str
    record: bytes
    summary: dict[str, Any]
    host: str | None
    language: str | None
    date_published: str | None
    quality: float | None
    reasons: tuple[str, ...]
    words: str


def packed(content: bytes) -> bytes:
    return zlib.compress(content, _LEVEL)


def unpacked(content: bytes) -> bytes:
    return zlib.decompress(content)

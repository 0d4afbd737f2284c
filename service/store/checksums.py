"""A checksum for each thing that is stored, over its bytes and its name, so that neither a flipped bit nor a swapped row is
ever served."""

from __future__ import annotations

import hashlib

from service.store.database import StoreDamaged
from service.store.rows import unpacked


def checksum(name: str, content: bytes) -> str:
    """The SHA-256 of the content as stored, under a name such as ``ID/2``."""
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest()


def checked(name: str, content: bytes, expected: str) -> bytes:
    """The content. Raises StoreDamaged when it is not what was stored under this name."""
    if checksum(name, content) != expected:
        raise StoreDamaged(damage(name))
    return content


def damage(name: str) -> str:
    """What whoever asks for it is told."""
    return f"what is stored as {name} is damaged: restore it from a backup, or delete it and send it again"


def checked_and_unpacked(name: str, content: bytes, expected: str) -> bytes:
    """The content, checked and decompressed. Raises StoreDamaged."""
    return unpacked(checked(name, content, expected))

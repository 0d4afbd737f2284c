"""API keys in the store. Only the hash of a key is kept; the key itself is shown once, when it is made."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from cleaner.errors import CleanerError
from service.access import SCOPES, Caller, Scope
from service.store.database import now
from service.store.tables import api_keys

_KEY = re.compile(r"clk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NAME = re.compile(r"[\w .@-]{1,64}")
_NO_HASH = "0" * 64  # what the secret of an unknown key is compared with, so that it takes as long


class KeyRefused(CleanerError):
    """A key cannot be made or revoked as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What is known of a key: never the key itself."""

    id: str
    name: str
    owner: str
    scopes: tuple[str, ...]
    created_at: str
    revoked_at: str | None


def create(connection: Connection, name: str, scopes: Iterable[str], owner: str | None = None) -> str:
    """A new key, to be shown once. What it stores belongs to ``owner``, by default to this key alone. Raises KeyRefused."""
    chosen = sorted(set(scopes))
    if unknown := [scope for scope in chosen if scope not in SCOPES]:
        raise KeyRefused(f"there is no scope {unknown[0]!r}: choose from {', '.join(SCOPES)}")
    if not chosen:
        raise KeyRefused(f"a key needs a scope: choose from {', '.join(SCOPES)}")
    identity, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    for what in (name, owner or identity):
        if not _NAME.fullmatch(what):
            raise KeyRefused("a name is up to 64 letters, digits, spaces and . @ - _")
    connection.execute(
        insert(api_keys).values(
            id=identity,
            name=name,
            owner=owner or identity,
            scopes=" ".join(chosen),
            hash=_hash(secret),
            created_at=now(),
        )
    )
    return f"clk_{identity}_{secret}"


def list_keys(connection: Connection) -> list[KeyRow]:
    """All keys, those that were revoked too, in the order they were made in."""
    rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id))
    return [KeyRow(row.id, row.name, row.owner, tuple(row.scopes.split()), row.created_at, row.revoked_at) for row in rows]


def revoke(connection: Connection, identity: str) -> None:
    """Make a key worthless. Raises KeyRefused when there is none of this id that is valid."""
    valid = (api_keys.c.id == identity) & api_keys.c.revoked_at.is_(None)
    if connection.execute(update(api_keys).where(valid).values(revoked_at=now())).rowcount != 1:
        raise KeyRefused(f"there is no valid key with the id {identity!r}: `keys list` shows their ids")


def any_valid(connection: Connection) -> bool:
    """Whether there is a key that opens anything."""
    return (
        connection.execute(select(func.count()).select_from(api_keys).where(api_keys.c.revoked_at.is_(None))).scalar_one() > 0
    )


def caller_of(connection: Connection, key: str) -> Caller | None:
    """Whose key this is; None when it is none, or was revoked. Takes as long for a wrong secret as for a right one."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    identity, secret = match.groups()
    row = connection.execute(select(api_keys).where(api_keys.c.id == identity)).one_or_none()
    equal = hmac.compare_digest(_hash(secret), row.hash if row is not None else _NO_HASH)
    if row is None or not equal or row.revoked_at is not None:
        return None
    scopes: frozenset[Scope] = frozenset(scope for scope in SCOPES if scope in row.scopes.split())
    return Caller(row.id, row.owner, scopes)


def _hash(secret: str) -> str:
    # A secret of 256 random bits cannot be guessed from a fast hash; a slow one would only slow down requests.
    return hashlib.sha256(secret.encode()).hexdigest()

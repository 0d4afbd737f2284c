"""Who asks: the caller of a request, and what the caller may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends
from starlette.requests import Request

from service.problems import ProblemFound, forbidden

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a key, or anybody where none is needed. What is stored belongs to ``owner``."""

    name: str
    owner: str
    scopes: frozenset[Scope]

    @property
    def sees(self) -> str | None:
        """Whose documents the caller sees; None is everybody's."""
        return None if "admin" in self.scopes else self.owner


ANYBODY = Caller("anybody", "", frozenset(SCOPES))
NOBODY = Caller("nobody", "", frozenset())  # who has not shown a key yet


def needs(scope: Scope) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency of a route: its caller, who must have the scope; ``admin`` includes the others."""

    async def caller(request: Request) -> Caller:  # async, or the framework runs it in a thread
        found = request.state.caller
        assert isinstance(found, Caller)
        if scope not in found.scopes and "admin" not in found.scopes:
            raise ProblemFound(forbidden(scope))
        return found

    return caller


Reads = Annotated[Caller, Depends(needs("read"))]
Writes = Annotated[Caller, Depends(needs("write"))]
Administers = Annotated[Caller, Depends(needs("admin"))]

"""The layer that knows who asks: keys, how many requests a key has at once and how fast they come, and the memory of bodies."""

from __future__ import annotations

import hashlib
import math
import time
from collections import Counter, OrderedDict

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.access import ANYBODY, NOBODY, Caller
from service.answers import answer_of_store, problem_response
from service.bodies import BodyRoom
from service.logins import LOGIN, START, is_of_another_site, key_in_cookie, to_login, wants_login
from service.problems import Problem, of_another_site, too_fast, too_many_at_once, unauthorized
from service.settings import Settings
from service.store import keys
from service.store.database import Store, StoreError

OPEN_PATHS = frozenset(("/livez", "/readyz"))  # a probe has no key, and is never held up
_USED_BY_PAGES = (START, "/v1/samples")  # where a page of another site could do something, were no key needed
_BEFORE_LOGIN = (LOGIN, f"{START}/static/")  # what a browser without a key may see

KEY_REMEMBERED_S = 5.0  # so long a key still works after it was revoked
_REMEMBERED = 10_000  # keys, right or wrong
_BURST_S = 10.0


class Callers:
    """Gives each request its ``caller``, or answers that it has none, or that it has too much at once."""

    def __init__(self, app: ASGIApp, settings: Settings, store: Store, body_room: BodyRoom) -> None:
        self._app = app
        self._settings = settings
        self._store = store
        self._body_room = body_room
        self._known: OrderedDict[bytes, tuple[float, Caller | None]] = OrderedDict()
        self._at_once: Counter[str] = Counter()
        self._paces: OrderedDict[str, _Pace] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        try:
            caller = await self._caller(scope["method"], scope["path"], Headers(scope=scope))
        except StoreError as error:
            await answer_of_store(error, scope)(scope, receive, send)
            return
        refused = caller if isinstance(caller, Problem) else self._too_much(caller)
        if isinstance(caller, Problem) or refused is not None:
            assert refused is not None
            answer = to_login(scope) if wants_login(scope, refused) else problem_response(refused, scope)
            await answer(scope, receive, send)
            return
        scope["state"]["caller"] = caller
        self._at_once[caller.name] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._body_room.give_back(scope)
            self._at_once[caller.name] -= 1
            if not self._at_once[caller.name]:
                del self._at_once[caller.name]

    async def _caller(self, method: str, path: str, headers: Headers) -> Caller | Problem:
        if not self._settings.needs_keys or path.startswith(_BEFORE_LOGIN):
            from_elsewhere = path.startswith(_USED_BY_PAGES) and is_of_another_site(method, headers, with_cookie=False)
            return of_another_site() if from_elsewhere else ANYBODY if not self._settings.needs_keys else NOBODY
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            key = key_in_cookie(headers) or ""
            if not key:
                return unauthorized("There is no key in the request")
            if is_of_another_site(method, headers, with_cookie=True):
                return of_another_site()
        found = await self._known_caller(key.strip())
        return found or unauthorized("The key is not valid, or was revoked")

    async def _known_caller(self, key: str) -> Caller | None:
        name = hashlib.sha256(key.encode()).digest()
        at = time.monotonic()
        remembered = self._known.get(name)
        if remembered is not None and at - remembered[0] < KEY_REMEMBERED_S:
            return remembered[1]
        found = await self._store.read(keys.caller_of, key)
        self._known[name] = (at, found)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return found

    def _too_much(self, caller: Caller) -> Problem | None:
        most = self._settings.requests_at_once
        if self._at_once[caller.name] >= most:
            return too_many_at_once(most)
        per_second = self._settings.requests_per_second
        if not per_second:
            return None
        pace = self._paces.setdefault(caller.name, _Pace())
        self._paces.move_to_end(caller.name)
        while len(self._paces) > _REMEMBERED:
            self._paces.popitem(last=False)
        wait_s = pace.wait(per_second)
        return too_fast(per_second, math.ceil(wait_s)) if wait_s else None


class _Pace:
    """A bucket of requests that fills up at an even pace."""

    def __init__(self) -> None:
        self._behind = 0.0  # when what was taken will have been filled up again

    def wait(self, per_second: float) -> float:
        """Seconds until there is a request in the bucket; 0 takes one."""
        at = time.monotonic()
        behind = max(self._behind, at) + 1 / per_second
        wait_s = behind - at - max(_BURST_S, 1 / per_second)
        if wait_s > 1e-9:
            return wait_s
        self._behind = behind
        return 0.0

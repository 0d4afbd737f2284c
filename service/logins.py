"""Keys in a browser: typed in once, kept in a cookie that no script reads, and taken only with requests of our own pages."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from service.bodies import read_body
from service.negotiation import likes_html
from service.page_requests import store_of
from service.problems import Problem
from service.store import keys
from service.web import POLICY, render

COOKIE = "cleaner_key"
START = "/review"
LOGIN = "/review/login"

_MAX_FORM = 4_000  # bytes
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))

router = APIRouter(include_in_schema=False)


def key_in_cookie(headers: Headers) -> str | None:
    """The key that a browser sends with each request."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE) or None


def is_of_another_site(method: str, headers: Headers, *, with_cookie: bool) -> bool:
    """Whether a request that changes something may have been made by a page of somebody else's.

    Browsers say where a request comes from. One that says nothing is no browser, and has no cookie.
    """
    if method in _SAFE:
        return False
    if (fetched_by := headers.get("sec-fetch-site")) is not None:
        return fetched_by != "same-origin"
    if (origin := headers.get("origin")) is not None:
        return urlsplit(origin).netloc != headers.get("host", "")
    return with_cookie


def wants_login(scope: Scope, refused: Problem) -> bool:
    """Whether a browser asks for a page of ours without a valid key."""
    if refused.status != 401 or scope["method"] != "GET":
        return False
    from_outside = scope["path"] == "/" and likes_html(Headers(scope=scope).getlist("accept"))
    return from_outside or f"{scope['path']}/".startswith(f"{START}/")


def to_login(scope: Scope) -> Response:
    """To the form for a key, and back afterwards."""
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(f"{LOGIN}?{urlencode({'next': scope['path'] + (f'?{query}' if query else '')})}", 303)


@router.get(LOGIN)
async def show_login(request: Request) -> Response:
    """The form for a key."""
    return _form(request, _path_within(request.query_params.get("next", "")), "")


@router.post(LOGIN)
async def login(request: Request) -> Response:
    """Keep a key that is valid in a cookie, and go on where the browser was."""
    form = parse_qs((await read_body(request, _MAX_FORM)).decode("utf-8", "replace"))
    key, behind = form.get("key", [""])[0].strip(), _path_within(form.get("next", [""])[0])
    if await store_of(request).read(keys.caller_of, key) is None:
        return _form(request, behind, "This is no key of this service, or it was revoked.", 403)
    answer = RedirectResponse(behind, 303)
    answer.set_cookie(COOKIE, key, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


@router.post("/review/logout")
async def logout(_request: Request) -> Response:
    """Forget the key."""
    answer = RedirectResponse(LOGIN, 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def _form(request: Request, behind: str, wrong: str, status: int = 200) -> Response:
    page = render("login.html", behind=behind, wrong=wrong, caller=None, needs_keys=False, current="")
    return HTMLResponse(page, status, {"Content-Security-Policy": POLICY})


def _path_within(given: str) -> str:
    """A path of ours; START for anything that would lead elsewhere."""
    parts = urlsplit(given)
    ours = not parts.scheme and not parts.netloc and (parts.path == START or parts.path.startswith(f"{START}/"))
    return given if ours and "\\" not in given and given.isprintable() else START

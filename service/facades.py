"""The shapes of other services, off unless CLEANER_FACADES names them, so that people can switch without changing clients.

They answer errors as this service does, with problems.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.access import Caller, Reads
from service.asking import cleaned, fetcher_of
from service.bodies import read_body
from service.cleaning import JSON_BODY, CleanJob, run_clean_job
from service.negotiation import best_of
from service.page_requests import asked_for, json_response, settings_of
from service.problems import Fault, ProblemFound, empty_body, invalid, malformed_json
from service.requests import QueryOptions

TIKA_TYPES = ("text/plain", "text/html", "application/json")

tika = APIRouter(include_in_schema=False)
readability = APIRouter(include_in_schema=False)
mercury = APIRouter(include_in_schema=False)


@tika.put("/tika/main")
@tika.put("/tika")
async def tika_main(request: Request, caller: Reads) -> Response:
    """Apache Tika server's ``PUT /tika/main``: a page in, its main text out."""
    shown_as = asked_for(request, lambda accept: best_of(accept, TIKA_TYPES), TIKA_TYPES)
    body = await read_body(request, settings_of(request).max_body_bytes)
    if not body:
        raise ProblemFound(empty_body())
    media_type = "text/plain" if request.headers.get("content-type", "").startswith("text/plain") else "text/html"
    to = {"text/plain": "text", "text/html": "html", "application/json": "json"}[shown_as]
    content = (await cleaned(request, caller, run_clean_job, CleanJob(body, media_type, None, QueryOptions(), to))).body
    if shown_as != "application/json":
        return Response(content, media_type=f"{shown_as}; charset=utf-8")
    document = json.loads(content)
    told = {"X-TIKA:content": document["text"], "dc:title": document["title"], "dc:language": document["language"]}
    return json_response({name: value for name, value in told.items() if value is not None})


@readability.post("/")
async def readability_js(request: Request, caller: Reads) -> Response:
    """readability-js-server's ``POST /`` with the page in ``html``, or its ``url`` alone where the service fetches pages."""
    document, content = await _document_and_html(request, caller, await _page_sent(request))
    return json_response(
        {
            "url": document["url"],
            "title": document["title"],
            "byline": ", ".join(document["authors"]) or None,
            "dir": None,
            "lang": document["language"],
            "content": content,
            "length": len(document["text"]),
            "excerpt": document["description"] or document["text"].partition("\n")[0],
            "siteName": document["site_name"],
            "textContent": document["text"],
            "publishedTime": document["date_published"],
        }
    )


@mercury.post("/parser")
@mercury.post("/parse-html")
async def mercury_of_page(request: Request, caller: Reads) -> Response:
    """What Mercury's parser answers, for a page sent as ``html`` with its ``url``, or as its ``url`` alone."""
    return await _mercury(request, caller, await _page_sent(request))


@mercury.get("/parser")
async def mercury_of_address(request: Request, caller: Reads) -> Response:
    """Mercury's ``GET /parser?url=``, where the service fetches pages."""
    url = request.query_params.get("url")
    if not url:
        raise ProblemFound(invalid([Fault("parameter", "url", "give the address of the page")]))
    return await _mercury(request, caller, {"url": url})


async def _mercury(request: Request, caller: Caller, page: dict[str, str]) -> Response:
    document, content = await _document_and_html(request, caller, page)
    return json_response(
        {
            "title": document["title"],
            "author": ", ".join(document["authors"]) or None,
            "date_published": document["date_published"],
            "dek": None,
            "lead_image_url": document["image"],
            "content": content,
            "next_page_url": None,
            "url": document["url"],
            "domain": (document["url"] or "").partition("://")[2].partition("/")[0] or None,
            "excerpt": document["description"] or document["text"].partition("\n")[0],
            "word_count": document["word_count"],
            "direction": "ltr",
            "total_pages": 1,
            "rendered_pages": 1,
        }
    )


FACADES: dict[str, APIRouter] = {"tika": tika, "readability": readability, "mercury": mercury}


async def _document_and_html(request: Request, caller: Caller, page: dict[str, str]) -> tuple[dict[str, Any], str]:
    """The document as JSON and as HTML, of a page as ``POST /v1/clean`` takes it; one that is fetched is fetched once."""
    job = CleanJob(json.dumps(page).encode(), JSON_BODY, None, QueryOptions(), "json")
    if "html" not in page:
        job = replace(job, fetched=await fetcher_of(request).fetch(request, page["url"]))
    written = [(await cleaned(request, caller, run_clean_job, replace(job, to=to))).body for to in ("json", "html")]
    return json.loads(written[0]), written[1].decode()


async def _page_sent(request: Request) -> dict[str, str]:
    """The page in ``html`` of a JSON body, and its ``url`` where that is text; or ``url`` alone."""
    asked = await _json_object(request)
    page = {name: asked[name] for name in ("html", "url") if isinstance(asked.get(name), str) and asked[name]}
    if not page:
        raise ProblemFound(invalid([Fault("pointer", "#/html", "send the page's HTML here")]))
    return page


async def _json_object(request: Request) -> dict[str, Any]:
    body = await read_body(request, settings_of(request).max_body_bytes)
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise ProblemFound(malformed_json("it does not parse")) from None
    if not isinstance(asked, dict):
        raise ProblemFound(invalid([Fault("pointer", "#", 'it must be an object such as {"html": "..."}')]))
    return asked

"""A page in, an article out."""

from __future__ import annotations

import json

import pytest

from cleaner import __version__
from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, NAVIGATION, TEXT, TEXT_PAGE, InProcess, Sent

JSON = {"Content-Type": "application/json"}

HTML_BODIES: dict[str, Sent] = {
    "HTML": {"content": HTML_PAGE, "headers": HTML},
    "XHTML": {"content": HTML_PAGE, "headers": {"Content-Type": "application/xhtml+xml"}},
    "HTML in JSON": {"json": {"html": HTML_PAGE}},
    "JSON with a byte-order mark": {"content": b"\xef\xbb\xbf" + json.dumps({"html": HTML_PAGE}).encode(), "headers": JSON},
    "JSON with nulls": {"json": {"html": HTML_PAGE, "text": None, "url": None}},
    "a type with parameters in capitals": {"content": HTML_PAGE, "headers": {"Content-Type": "Text/HTML; Charset=UTF-8"}},
    "a named identity encoding": {"content": HTML_PAGE, "headers": HTML | {"Content-Encoding": "identity"}},
}
TEXT_BODIES: dict[str, Sent] = {
    "text": {"content": TEXT_PAGE, "headers": TEXT},
    "text in JSON": {"json": {"text": TEXT_PAGE}},
}


@pytest.mark.parametrize("body", HTML_BODIES.values(), ids=HTML_BODIES)
def test_the_article_stays_and_the_navigation_goes(service: InProcess, body: Sent) -> None:
    answer = service.clean(**body)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    document = answer.json()
    assert document["status"] == "ok"
    assert [line for line in document["text"].splitlines() if line] == list(ARTICLE)
    assert document["removed"]["blocks"] == len(NAVIGATION)


@pytest.mark.parametrize("body", TEXT_BODIES.values(), ids=TEXT_BODIES)
def test_the_article_of_a_flattened_page_stays(service: InProcess, body: Sent) -> None:
    answer = service.clean(**body)
    assert answer.status_code == 200
    assert answer.json()["kind"] == "text"
    assert [line for line in answer.json()["text"].splitlines() if line][-2:] == list(ARTICLE)


def test_the_charset_of_the_content_type_decodes_the_page(service: InProcess) -> None:
    page = "<p>" + " ".join(["Комендант открыл ворота на рассвете, и баржи пошли одна за другой вверх по реке."] * 3)
    answer = service.clean(content=page.encode("koi8-r"), headers={"Content-Type": 'text/html; charset="KOI8-R"'})
    assert "Комендант открыл ворота" in answer.json()["text"]
    assert answer.json()["charset"] == {"name": "koi8-r", "source": "transport"}


def test_the_url_comes_back_whichever_way_it_was_sent(service: InProcess) -> None:
    url = "https://news.example/a?b=1&c=ü"
    in_query = service.clean(content=HTML_PAGE, headers=HTML, params={"url": url})
    in_body = service.clean(json={"html": HTML_PAGE, "url": url})
    assert in_query.json()["url"] == in_body.json()["url"] == url


def test_a_relative_date_counts_from_the_time_of_the_fetch_whichever_way_it_was_sent(service: InProcess) -> None:
    page = "\n".join(["The ferry sails again", "2 hours ago", *ARTICLE])
    fetched_at = "2024-03-05T10:00:00+01:00"
    in_query = service.clean(content=page, headers=TEXT, params={"fetched_at": fetched_at})
    in_body = service.clean(json={"text": page, "fetched_at": fetched_at})
    assert in_query.json()["date_published"] == in_body.json()["date_published"] == "2024-03-05"
    assert service.clean(content=page, headers=TEXT).json()["date_published"] is None


def test_raw_and_json_bodies_give_the_same_document(service: InProcess) -> None:
    raw = service.clean("?explain=blocks", content=HTML_PAGE, headers=HTML).json()
    wrapped = service.clean(json={"html": HTML_PAGE, "options": {"explain": "blocks"}}).json()
    for document in (raw, wrapped):
        del document["timings_ms"], document["charset"]
    assert raw == wrapped


@pytest.mark.parametrize("cleaner", CLEANERS)
def test_every_cleaner_can_be_asked_for_by_name(service: InProcess, cleaner: str) -> None:
    raw = service.clean(f"?cleaner={cleaner}", content=HTML_PAGE, headers=HTML)
    wrapped = service.clean(json={"html": HTML_PAGE, "options": {"cleaner": cleaner}})
    assert raw.json()["cleaner"] == wrapped.json()["cleaner"] == {"name": cleaner, "version": CLEANERS[cleaner].version}


def test_explaining_adds_the_removed_pieces_or_every_block(service: InProcess) -> None:
    summary = service.clean("?explain=summary", content=HTML_PAGE, headers=HTML).json()
    assert [piece["text"] for piece in summary["removed"]["pieces"]] == list(NAVIGATION)
    assert "blocks" not in summary
    blocks = service.clean("?explain=blocks", content=HTML_PAGE, headers=HTML).json()["blocks"]
    assert [block["text"] for block in blocks if block["kept"]] == list(ARTICLE)
    assert all(block["by"] and block["reason"] for block in blocks if not block["kept"])


@pytest.mark.parametrize("page", ["<div id=app></div><script src=app.js></script>", " \n\t", "<style>p{}</style>"])
def test_a_page_without_content_is_an_answer_that_says_so(service: InProcess, page: str) -> None:
    answer = service.clean(content=page, headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["Cleaner-Status"] == "empty"
    document = answer.json()
    assert (document["status"], document["text"]) == ("empty", "")
    assert "no-content" in document["quality"]["warnings"]


def test_html_answers_cannot_run_anything_in_a_browser(service: InProcess) -> None:
    page = HTML_PAGE.replace("<main>", "<main><script>alert(1)</script><img src=x onerror=alert(2)>")
    answer = service.clean(content=page, headers=HTML | {"Accept": "text/html"})
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "alert" not in answer.text


def test_the_cleaners_are_listed_with_the_default(service: InProcess) -> None:
    listed = service.get("/v1/cleaners").json()
    assert listed["default"] == DEFAULT_CLEANER
    assert [row["name"] for row in listed["cleaners"]] == list(CLEANERS)
    assert all(row["version"] and row["summary"] for row in listed["cleaners"])


def test_whoever_begins_at_the_root_is_told_where_to_go_on(service: InProcess) -> None:
    told = service.get("/").json()
    assert (told["name"], told["version"]) == ("Cleaner", __version__)
    for link in told["links"].values():
        assert service.get(link).status_code in (200, 405), link  # POST alone, for some
    sent_on = service.get("/", headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert (sent_on.status_code, sent_on.headers["Location"]) == (303, "/review")


def test_the_probes_and_the_version_answer(service: InProcess) -> None:
    assert service.get("/livez").json() == {"status": "alive"}
    assert service.get("/readyz").json() == {"status": "ready"}
    assert service.get("/version").json()["version"] == __version__

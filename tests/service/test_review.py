"""The pages under /review without a browser: what is shown, who may see it, and what other sites' pages cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner import clean
from cleaner.types import Reason
from service.review_views import rows_of
from service.store import keys
from service.web import FAMILY_OF, POLICY, STATIC
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, NAVIGATION, InProcess, in_process
from tests.service.test_access import key_for

PAGE = "https://lock.example/forty"


def sent(page: str, **fields: str) -> dict[str, tuple[str | None, str]]:
    parts: dict[str, tuple[str | None, str]] = {name: (None, value) for name, value in (("page", page), *fields.items())}
    return parts


def stored(service: InProcess, page: str = HTML_PAGE, headers: dict[str, str] | None = None) -> str:
    answer = service.ask("POST", "/v1/documents", params={"url": PAGE}, content=page, headers=HTML | (headers or {}))
    return str(answer.json()["id"])


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[InProcess]:
    with in_process(workers=1, queue=20, access="keys", database=f"sqlite:///{tmp_path}/cleaner.db") as running:
        yield running


def test_a_page_that_is_pasted_is_shown_with_what_went_and_why(service: InProcess) -> None:
    answer = service.ask("POST", "/review/clean", files=sent(HTML_PAGE, url=PAGE))
    assert answer.status_code == 200
    assert all(text in answer.text for text in (*ARTICLE, *NAVIGATION, PAGE))
    assert answer.text.count("<del class=") == len(NAVIGATION)
    assert "navigation" in answer.text
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_a_file_is_taken_as_well_and_beside_another_cleaner(service: InProcess) -> None:
    parts: dict[str, tuple[str | None, str]] = {"file": ("barges.html", HTML_PAGE), "against": (None, "trafilatura")}
    answer = service.ask("POST", "/review/clean", files=parts)
    assert "barges.html" in answer.text
    assert answer.text.count('class="pair"') > len(ARTICLE)


def test_a_page_that_is_sent_to_be_stored_is_found_again(service: InProcess) -> None:
    answer = service.ask("POST", "/review/documents", files=sent(HTML_PAGE.replace("Forty", "Fifty"), url=PAGE))
    assert answer.status_code == 303
    assert "Fifty barges" in service.get(answer.headers["Location"]).text
    assert answer.headers["Location"] in service.get("/review?q=fifty").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"page": (None, "")}, "There is no page in the form"),
        ({"page": (None, HTML_PAGE), "url": (None, "javascript:alert(1)")}, "a URL begins with http"),
        ({"page": (None, HTML_PAGE), "cleaner": (None, "broom")}, "broom"),
    ],
)
def test_what_cannot_be_shown_is_told_on_a_page(
    service: InProcess, fields: dict[str, tuple[str | None, str]], told: str
) -> None:
    answer = service.ask("POST", "/review/clean", files=fields)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("text/html")
    assert told in answer.text


def test_a_page_that_is_not_there_is_told_on_a_page(service: InProcess) -> None:
    for path in (f"documents/{'0' * 32}", f"documents/{'0' * 32}/original", "static/nothing.js", "nowhere"):
        answer = service.get(f"/review/{path}")
        assert answer.status_code == 404
        assert "<h1>" in answer.text


def test_the_original_may_do_nothing_and_fetch_nothing(service: InProcess) -> None:
    page = HTML_PAGE.replace("<body>", "<link rel=dns-prefetch href=//elsewhere.example><META http-equiv=refresh content=0>")
    answer = service.get(f"/review/documents/{stored(service, page)}/original")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox;" in policy
    assert "allow-scripts" not in policy
    assert "<link" not in answer.text
    assert "<META" not in answer.text


def test_each_reason_has_a_tint() -> None:
    assert set(FAMILY_OF) == {reason.value for reason in Reason}


def test_no_page_has_a_script_or_a_style_of_its_own(service: InProcess) -> None:
    identity = stored(service)
    for path in ("", f"/documents/{identity}", f"/documents/{identity}?against=heuristic", "/login"):
        text = service.get(f"/review{path}").text
        assert "<style" not in text
        assert " style=" not in text.split("srcdoc=")[0]
        assert text.count("<script") == text.count('<script src="/review/static/')
    assert "http" not in (STATIC / "review.js").read_text(encoding="utf-8").replace("http://www.w3.org", "")


def test_without_a_key_there_is_the_form_for_one_and_afterwards_the_page(locked: InProcess) -> None:
    answer = locked.get("/review/documents/" + "0" * 32 + "?against=learned")
    assert answer.status_code == 303
    login = answer.headers["Location"]
    assert locked.get(login).status_code == 200
    assert locked.get("/review/static/review.css").status_code == 200
    key = key_for(locked, "read")["Authorization"].removeprefix("Bearer ")
    form = {"key": key, "next": "/review?q=barges"}
    answer = locked.ask("POST", "/review/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review?q=barges")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert locked.get("/review", headers={"Cookie": cookie.partition(";")[0]}).status_code == 200
    wrong = locked.ask("POST", "/review/login", data=form | {"key": "clk_wrong"})
    assert (wrong.status_code, "Set-Cookie" in wrong.headers) == (403, False)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/v1/documents", "/reviews", "", "/review\nX: y"]
)
def test_after_login_nobody_is_led_elsewhere(locked: InProcess, elsewhere: str) -> None:
    key = key_for(locked, "read")["Authorization"].removeprefix("Bearer ")
    answer = locked.ask("POST", "/review/login", data={"key": key, "next": elsewhere})
    assert answer.headers["Location"] == "/review"


def test_scopes_hold_in_the_browser_and_pages_of_others_are_not_seen(locked: InProcess) -> None:
    reader, writer = key_for(locked, "read"), key_for(locked, "read", "write")
    identity = stored(locked, headers=writer)
    as_reader, as_writer = ({"Cookie": f"cleaner_key={it['Authorization'][7:]}"} for it in (reader, writer))
    assert locked.get(f"/review/documents/{identity}", headers=as_writer).status_code == 200
    assert locked.get(f"/review/documents/{identity}", headers=as_reader).status_code == 404
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert locked.ask("POST", "/review/documents", files=sent(HTML_PAGE), headers=as_reader | ours).status_code == 403
    assert locked.ask("POST", "/review/documents", files=sent(HTML_PAGE), headers=as_writer | ours).status_code == 303


@pytest.mark.parametrize(
    "origin",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/v1/documents", "/review/documents"])
def test_a_page_of_another_site_cannot_use_the_cookie(locked: InProcess, origin: dict[str, str], path: str) -> None:
    cookie = {"Cookie": f"cleaner_key={key_for(locked, 'admin')['Authorization'][7:]}"}
    answer = locked.ask("POST", path, content=HTML_PAGE, headers=HTML | cookie | origin)
    assert answer.status_code == 403
    assert "another site" in answer.text


@pytest.mark.parametrize("origin", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_page_of_another_site_stores_nothing_where_no_key_is_needed(service: InProcess, origin: dict[str, str]) -> None:
    assert service.ask("POST", "/review/documents", files=sent(HTML_PAGE), headers=origin).status_code == 403


def test_a_key_that_was_revoked_opens_no_page(locked: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.callers.KEY_REMEMBERED_S", 0.0)
    key = key_for(locked, "read")["Authorization"][7:]
    cookie = {"Cookie": f"cleaner_key={key}"}
    assert locked.get("/review", headers=cookie).status_code == 200
    locked.app.state.store.writing(keys.revoke, key.split("_")[1])
    assert locked.get("/review", headers=cookie).status_code == 303


def test_what_is_shown_has_as_many_characters_as_the_page_so_that_cuts_fall_where_they_were_made() -> None:
    document = clean("<pre>a&#13;&#10;b&#0;\U0001f6a2</pre><p>It rained.</p>")
    rows = rows_of(document.parsed, [document.labels])
    assert rows
    for row, block in zip(rows, document.parsed.blocks, strict=True):
        shown = "".join(piece.text for piece in row.views[0].pieces)
        assert len(shown) == len(block.text)
        assert not {"\r", "\0"} & set(shown)

"""Scripts in what is shown: in titles, names, texts, addresses, file names and attributes. None runs on any page."""

from __future__ import annotations

import html
from contextlib import suppress
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from tests.review.conftest import ONE_AFTER_THE_OTHER, Watched, stored
from tests.review.payloads import PAYLOADS
from tests.service.conftest import ARTICLE, Server

pytestmark = ONE_AFTER_THE_OTHER

RUNS_BY_ITSELF = 30  # of the payloads at least, in a page that shows them as they are
BLOCKED = (
    "Blocked script execution",
    "Blocked autofocusing",
    "Content Security Policy",
    "Content-Security-Policy",
    "404",
    "Failed to load resource",
)


def page_with(payload: str) -> str:
    """A page that has the payload as a text in every place that is shown, and as markup in its body."""
    text = html.escape(payload)
    return (
        f"<!doctype html><html lang=en><head><title>{text}</title><meta name=author content='{text}'>"
        f"<meta name=description content='{text}'><meta property=og:site_name content='{text}'>"
        f"<meta property=og:image content='{text}'><link rel=canonical href='https://a.example/{text}'></head>"
        f"<body class='{text}' id='{text}'><nav class='{text}'><a href='{text}' title='{text}'>{text} home</a></nav>"
        f"<h1>{text}</h1><p>By {text}</p><main><p>{ARTICLE[0]} {text}</p><p>{ARTICLE[1]}</p><img src='{text}' alt='{text}'>"
        f"<table><tr><td>{text}</td></tr></table><pre>{text}</pre></main>{payload}</body></html>"
    )


@pytest.fixture
def shown(watched: Watched) -> Watched:
    """The page of the test, on which dialogs are errors; that the original's scripts were blocked is as it should be."""
    watched.expected = BLOCKED
    return watched


def has_run(page: Page) -> bool:
    return bool(page.evaluate("window.ran !== undefined"))


def test_the_payloads_run_where_nothing_keeps_them(browser: Browser) -> None:
    page = browser.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    ran = 0
    for payload in PAYLOADS:
        page.goto("about:blank")
        page.set_content(f"<p>A text</p>{payload}")
        with suppress(NotInTime):  # it needs a template, or a pointer
            page.wait_for_function("window.ran !== undefined", timeout=250)
            ran += 1
    page.close()
    assert len(set(PAYLOADS)) == 50
    assert ran >= RUNS_BY_ITSELF


@pytest.mark.parametrize("part", range(5))
def test_none_runs_on_a_page_of_a_stored_document(shown: Watched, server: Server, part: int) -> None:
    for number in range(part, len(PAYLOADS), 5):
        payload = PAYLOADS[number]
        url = f"https://{number}.payload.example/{quote(payload, safe='')}?{payload.replace(' ', '+')}"
        identity = stored(server, page_with(payload), url)
        page = shown.open(f"/review/documents/{identity}?against=by_site")
        expect(page.locator(".b").first).to_be_visible()
        assert payload.split()[0] in page.locator("#blocks").inner_text()  # it is shown, and as a text
        page.keyboard.press("o")
        expect(page.frame_locator("iframe").get_by_text(ARTICLE[1])).to_be_visible()
        page.locator(".b").first.hover()
        assert not has_run(page), payload
        page = shown.open(f"/review/bench/{identity}")
        page.keyboard.press("x")
        page.keyboard.press("c")
        expect(page.locator("#saved")).to_have_text("Saved")
        assert not has_run(page), payload
    page = shown.open("/review")
    assert not has_run(page)
    for order in ("unsure", "disputed", "newest"):
        assert not has_run(shown.open(f"/review/queue?order={order}"))
    assert shown.wrong == []


def test_none_runs_when_it_is_pasted_or_the_name_of_a_file(shown: Watched) -> None:
    for payload in PAYLOADS[::5]:
        page = shown.open("/review")
        file = {"name": f"{payload}.html".replace("/", "∕"), "mimeType": "text/html", "buffer": page_with(payload).encode()}
        page.get_by_label("Choose a file").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Clean", exact=True).click()
        expect(page.locator(".where")).to_contain_text(".html")
        page.get_by_text("The page that was sent").click()
        page.keyboard.press("o")
        assert not has_run(page), payload


def test_none_runs_in_a_search_an_order_a_name_or_an_error(shown: Watched) -> None:
    shown.expected = (*BLOCKED, "422")
    for payload in PAYLOADS[::7]:
        given = quote(payload, safe="")
        for path in (
            f"/review?q={given}",
            f"/review/queue?as={given}",
            f"/review/queue?order={given}",
            f"/review/login?next={given}",
            f"/review/{given}",
            f"/review/documents/{given}",
        ):
            assert not has_run(shown.open(path)), path

"""The review page as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.review.conftest import ONE_AFTER_THE_OTHER, Watched, hindrances, stored
from tests.service.conftest import ARTICLE, HTML_PAGE, NAVIGATION, Server

pytestmark = ONE_AFTER_THE_OTHER

URL = "https://lock.example/forty"
AD = "<p>SAVE 40 % on ropes, lamps and fenders this week only in our shop by the lock, order now!</p>"
WITH_AD = HTML_PAGE.replace("</main>", f'</main><div class="advert">{AD}</div>')


def test_a_page_is_pasted_and_its_blocks_are_told(watched: Watched) -> None:
    page = watched.open("/review")
    page.get_by_placeholder("Paste a page's HTML").fill(HTML_PAGE)
    page.get_by_label("Address").fill(URL)
    page.get_by_role("button", name="Clean", exact=True).click()
    expect(page.locator(".b.gone")).to_have_count(len(NAVIGATION))
    expect(page.locator(".b:not(.gone)")).to_have_count(len(ARTICLE))
    page.locator(".b.gone").first.hover()
    expect(page.locator("#inspector")).to_contain_text("navigation by ")
    expect(page.locator("#inspector")).to_contain_text("html/body/nav/ul/li")
    page.keyboard.press("N")  # with keys alone, the focus tells the same
    page.locator(".b").nth(len(NAVIGATION)).focus()
    expect(page.locator("#inspector")).to_contain_text("kept by ")
    expect(page.locator(".metadata")).to_contain_text("Forty barges in a morning")


def test_a_file_is_dropped_and_cleaned_at_once(watched: Watched, tmp_path: Path) -> None:
    page = watched.open("/review")
    transfer = page.evaluate_handle(
        "text => { const it = new DataTransfer(); it.items.add(new File([text], 'barges.html')); return it; }", HTML_PAGE
    )
    page.dispatch_event("#paste", "drop", {"dataTransfer": transfer})
    expect(page.locator(".where")).to_have_text("barges.html")
    expect(page.locator(".b.gone")).to_have_count(len(NAVIGATION))


def test_a_page_is_stored_found_and_opened(watched: Watched) -> None:
    page = watched.open("/review")
    page.get_by_placeholder("Paste a page's HTML").fill(HTML_PAGE.replace("Forty", "Seventy"))
    page.get_by_role("button", name="Clean and store").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Seventy barges in a morning")
    page.get_by_role("link", name="Pages").click()
    page.get_by_role("searchbox").fill("seventy")
    expect(page.locator(".documents li")).to_have_count(1)
    expect(page).to_have_url(f"{watched.address}/review?q=seventy")
    page.locator(".documents a").first.click()
    expect(page.locator(".b:not(.gone)").first).to_contain_text(ARTICLE[0])


def test_kinds_are_filtered_and_keys_move(watched: Watched, server: Server) -> None:
    page = watched.open(f"/review/documents/{stored(server, WITH_AD, URL)}")
    page.get_by_role("button", name="Kept").click()
    expect(page.locator(".b:visible")).to_have_count(len(ARTICLE))
    page.get_by_role("button", name="navigation").click()
    expect(page.locator(".b:visible")).to_have_count(len(NAVIGATION))
    page.keyboard.press("a")
    expect(page.locator(".b:visible")).to_have_count(len(ARTICLE) + len(NAVIGATION) + 1)
    page.locator(".b").first.focus()
    for key, index in (("j", 1), ("k", 0), ("n", 1), ("n", 2), ("n", 3), ("n", 6), ("N", 3)):
        page.keyboard.press(key)
        expect(page.locator(".b").nth(index)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_two_cleaners_stand_side_by_side(watched: Watched, server: Server) -> None:
    page = watched.open(f"/review/documents/{stored(server, WITH_AD, URL)}")
    page.get_by_role("combobox", name="beside").select_option("by_site")  # which keeps all that it does not know
    expect(page.locator(".pair:not(.heads)")).to_have_count(len(NAVIGATION) + len(ARTICLE) + 1)
    assert "against=by_site" in page.url
    first = page.locator(".b").first
    expect(first.locator(".side").nth(0)).to_have_class("side gone f-site")
    expect(first.locator(".side").nth(1)).to_have_class("side")
    page.get_by_role("button", name="Differ").click()
    expect(page.locator(".b:visible")).to_have_count(len(NAVIGATION) + 1)


def test_the_result_is_copied_and_downloaded(watched: Watched, server: Server) -> None:
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watched.open(f"/review/documents/{stored(server, HTML_PAGE, URL)}")
    page.get_by_role("button", name="Copy as Text").click()
    expect(page.locator("#say")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "\n\n".join(ARTICLE) + "\n"
    for label, suffix in (("Text", ".txt"), ("Markdown", ".md"), ("JSON", ".json")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Download as {label}").click()
        assert download.value.suggested_filename == f"forty-barges-in-a-morning{suffix}"
        written = Path(download.value.path()).read_text(encoding="utf-8")
        assert ARTICLE[0] in (json.loads(written)["text"] if suffix == ".json" else written)


def test_the_original_stands_beside_in_a_frame_without_rights(watched: Watched, server: Server) -> None:
    watched.expected = (
        "Blocked script execution",
        "Blocked form submission",
        "Content Security Policy",
        "Content-Security-Policy",
    )
    hostile = (
        "<script>top.ran = 1; fetch('/ran')</script><img src='https://elsewhere.example/a.png' onerror='top.ran = 1'>"
        "<link rel=stylesheet href=//elsewhere.example/a.css><link rel=preconnect href=//elsewhere.example>"
        "<meta http-equiv=refresh content='0;url=https://elsewhere.example/'><iframe src=https://elsewhere.example/></iframe>"
        "<form action=/review/logout method=post><button>go</button></form>"
    )
    body = HTML_PAGE.replace("<main>", f"{hostile}<main>")
    page = watched.open(f"/review/documents/{stored(server, body, URL)}")
    page.keyboard.press("o")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text(ARTICLE[0])).to_be_visible()
    frame.get_by_role("button", name="go").click()
    assert page.evaluate("window.ran") is None
    page.get_by_role("button", name="About").click()
    expect(page.locator(".about")).to_be_visible()


def test_what_goes_wrong_is_told_on_a_page(watched: Watched) -> None:
    watched.expected = ("404",)
    page = watched.open("/review/documents/" + "0" * 32)
    expect(page.get_by_role("heading", level=1)).to_have_text("No such document")
    page.get_by_role("link", name="Back to the pages").click()
    expect(page).to_have_url(f"{watched.address}/review")


PATHS = (
    "/review",
    "/review/documents/{id}",
    "/review/documents/{id}?against=trafilatura",
    "/review/bench/{id}",
    "/review/queue",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_keeps_anybody_from_using_the_pages(browser: Browser, server: Server, scheme: str, width: int) -> None:
    identity = stored(server, WITH_AD, URL)
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in (*PATHS, "/review/login", "/review/nowhere"):
        page.goto(f"http://127.0.0.1:{server.port}{path.replace('{id}', identity)}")
        assert hindrances(page) == [], path
    context.close()

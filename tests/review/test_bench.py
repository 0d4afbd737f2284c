"""Cleaning by hand: every deed by keys, saved by itself, and what comes of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cleaner.scoring.samples import read_samples
from service.store import keys
from service.store.database import Store
from tests.bench.bench_review import page_of
from tests.review.conftest import ONE_AFTER_THE_OTHER, PATIENCE_MS, Watched, stored
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, NAVIGATION, Server, running_server

pytestmark = ONE_AFTER_THE_OTHER

NAV = len(NAVIGATION)
NOTICE = "The lock office answers letters on Thursdays and hears complaints about the wash of passing barges."
WITH_NOTICE = HTML_PAGE.replace("</main>", f"<p>{NOTICE}</p></main>")


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """A server on which nothing is stored, as the queue tells of everything."""
    yield shared_server
    for one in shared_server.client.get("/v1/documents?limit=200").json()["documents"]:
        assert shared_server.client.delete(f"/v1/documents/{one['id']}").status_code == 204
    shared_server.client.delete("/v1/sites/lock.example")


def press(page: Page, *keys_in_order: str) -> None:
    for key in keys_in_order:
        page.keyboard.press(key)


def saved(page: Page, told: str = "Saved") -> None:
    expect(page.locator("#saved")).to_have_text(told)


def sample(server: Server, identity: str, name: str = "anybody") -> dict[str, Any]:
    answer = server.client.get(f"/v1/samples/{identity}/{name}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_blocks_are_taken_out_and_kept_by_key_and_everything_can_be_undone(watched: Watched, server: Server) -> None:
    identity = stored(server, WITH_NOTICE)
    page = watched.open(f"/review/bench/{identity}")
    expect(page.locator(".b").nth(NAV)).to_be_focused()  # the first block that is kept
    press(page, "j", "j", "x")
    expect(page.locator(".b").nth(NAV + 2)).to_have_class("b para gone changed")
    saved(page)
    assert sample(server, identity)["text"] == "\n".join(ARTICLE) + "\n"
    press(page, "u")
    expect(page.locator(".b.changed")).to_have_count(0)
    saved(page)
    assert sample(server, identity)["text"] == "\n".join((*ARTICLE, NOTICE)) + "\n"
    press(page, "U")
    expect(page.locator(".b").nth(NAV + 2)).to_have_class("b para gone changed")
    press(page, "k", " ", "Control+z", "Control+Shift+z")
    saved(page)
    page.reload()
    expect(page.locator(".b.changed")).to_have_count(2)
    assert sample(server, identity)["removed"] == [*range(NAV), NAV + 1, NAV + 2]
    press(page, "n", "n", "x")
    saved(page)
    assert sample(server, identity)["text"] == ARTICLE[0] + "\n" + NOTICE + "\n"


def test_a_range_is_swept_by_keys_and_by_mouse(watched: Watched, server: Server) -> None:
    identity = stored(server, WITH_NOTICE)
    page = watched.open(f"/review/bench/{identity}")
    press(page, "x", "J", "J")
    expect(page.locator(".b.gone")).to_have_count(NAV + 3)
    page.locator(".b").nth(0).click()
    page.locator(".b").nth(3).click(modifiers=["Shift"])
    expect(page.locator(".b:not(.gone)")).to_have_count(4)
    saved(page)
    assert sample(server, identity)["text"].split() == list(NAVIGATION)
    press(page, "u", "u", "u", "u", "u")
    expect(page.locator(".b.changed")).to_have_count(0)
    press(page, "u")
    expect(page.locator("#say")).to_have_text("Nothing to undo.")


def test_a_part_of_a_line_is_cut_by_keys_and_by_selection_and_put_back(watched: Watched, server: Server) -> None:
    text = "𝐁arges 🚢🚢 went by the lock on the first day of spring, so many that the keeper lost count and went home early."
    identity = stored(server, HTML_PAGE.replace(ARTICLE[1], text))
    page = watched.open(f"/review/bench/{identity}")
    press(page, "j", "c", "l", "L")
    expect(page.locator(".choice")).to_have_text("🚢🚢 went")
    press(page, "x")
    expect(page.locator("del.cut")).to_have_text("🚢🚢 went")
    saved(page)
    told = sample(server, identity)
    assert told["cuts"] == [{"block": NAV + 1, "start": 7, "end": 14}]
    assert text.replace("🚢🚢 went ", "") in told["text"]
    page.reload()
    expect(page.locator("del.cut")).to_have_text("🚢🚢 went")
    press(page, "j", "c", "l", "l", "x")  # the second word of the cut is put back
    saved(page)
    assert sample(server, identity)["cuts"] == [{"block": NAV + 1, "start": 7, "end": 9}]
    page.evaluate(
        """() => {
            const text = document.querySelectorAll('.b .t')[5].lastChild, range = document.createRange();
            range.setStart(text, text.data.indexOf('so many') + 1);
            range.setEnd(text, text.data.indexOf('keeper') + 2);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    press(page, "c")
    saved(page)
    assert "on the first day of spring, lost count" in sample(server, identity)["text"]
    press(page, "u", "u", "u")
    saved(page)
    assert sample(server, identity)["cuts"] == [{"block": NAV + 1, "start": 7, "end": 14}]  # as it was when it was loaded


def test_metadata_and_the_page_type_are_corrected(watched: Watched, server: Server) -> None:
    identity = stored(server, HTML_PAGE)
    page = watched.open(f"/review/bench/{identity}")
    press(page, "m")
    expect(page.get_by_label("Title")).to_be_focused()
    press(page, "Control+a")
    page.keyboard.type("Forty barges")
    press(page, "Tab")
    page.keyboard.type("Ada Quill\nBo Fenn")
    press(page, "Tab")
    page.keyboard.type("27 May")
    press(page, "Tab")
    expect(page.locator("#say")).to_have_text("A day is written as 2026-05-27.")
    press(page, "Shift+Tab", "Control+a")
    page.keyboard.type("2026-05-27")
    press(page, "Escape", "3")
    saved(page)
    told = sample(server, identity)
    assert (told["title"], told["authors"], told["date_published"], told["page_type"]) == (
        "Forty barges",
        ["Ada Quill", "Bo Fenn"],
        "2026-05-27",
        "product",
    )
    press(page, "u")
    saved(page)
    assert sample(server, identity)["page_type"] == "article"
    page.reload()
    expect(page.get_by_label("Authors")).to_have_value("Ada Quill\nBo Fenn")


def test_what_somebody_saved_meanwhile_is_not_overwritten(watched: Watched, server: Server) -> None:
    watched.expected = ("409",)
    identity = stored(server, WITH_NOTICE)
    page = watched.open(f"/review/bench/{identity}")
    press(page, "x")
    saved(page)
    told = sample(server, identity)
    body = {name: told[name] for name in ("version", "reading", "page_type")} | {"removed": [0], "title": "Theirs"}
    assert server.client.put(f"/v1/samples/{identity}/anybody", json=body).status_code == 200
    press(page, "j", "x")
    expect(page.locator("#saved")).to_contain_text("Not saved: The sample was changed meanwhile")
    assert sample(server, identity)["title"] == "Theirs"


def test_what_cannot_be_saved_now_is_saved_when_the_service_is_back(watched: Watched, server: Server) -> None:
    watched.expected = ("ERR_INTERNET_DISCONNECTED",)
    identity = stored(server, WITH_NOTICE)
    page = watched.open(f"/review/bench/{identity}")
    page.context.set_offline(True)
    press(page, "x")
    expect(page.locator("#saved")).to_contain_text("Not saved yet; trying again")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("Saved", timeout=60_000)
    assert sample(server, identity)["removed"] == [*range(NAV), NAV]


def test_ten_pages_are_cleaned_without_a_mouse_and_come_out_as_samples(
    watched: Watched, server: Server, tmp_path: Path
) -> None:
    for number in range(10):
        stored(server, WITH_NOTICE.replace("forty barges", f"{number + 40} barges"), f"https://lock.example/day/{number}")
    page = watched.open("/review/queue?as=Ana%20Holm")
    press(page, "e")
    for number in range(10):
        expect(page.locator(".b").nth(NAV)).to_be_focused()  # the focus is at hand on every page
        address = page.url
        press(page, "r", "x")  # there is no other run: to the last block, which is the notice
        press(page, "m", "End")
        page.keyboard.type(f", no. {number}")
        press(page, "Tab")
        page.keyboard.type("Ada Quill")
        press(page, "Tab", "Tab", "Tab", "Tab")
        expect(page.get_by_label("Page type")).to_be_focused()
        press(page, "ArrowDown" if number % 2 else "Escape")
        if number % 2:
            press(page, "Escape")
        expect(page.locator(".b").nth(NAV + 2)).to_be_focused()
        press(page, "u", "U", "d")
        page.wait_for_url(lambda url, before=address: url != before)  # type: ignore[misc]
    expect(page.get_by_text("You have cleaned every stored page.")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Export samples"))
    with page.expect_download() as download:
        press(page, "Enter")
    zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())).extractall(tmp_path / "samples")
    found = list(read_samples(tmp_path / "samples"))
    assert len(found) == 10
    assert all(NOTICE not in one.body and ARTICLE[1] in one.body for one in found)
    assert all(NOTICE[:40] in one.without[0] for one in found)
    assert {one.page.url for one in found} == {f"https://lock.example/day/{number}" for number in range(10)}
    assert {one.title for one in found} == {f"Forty barges in a morning, no. {number}" for number in range(10)}
    assert {one.authors for one in found} == {("Ada Quill",)}
    assert [one.page_type for one in sorted(found, key=lambda one: one.page.url or "")] == ["article", "forum"] * 5


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(40):
        if wanted.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_every_control_of_the_bench_is_reached_by_keys_and_does_its_deed(watched: Watched, server: Server) -> None:
    identity = stored(server, WITH_NOTICE, "https://lock.example/a")
    page = watched.open(f"/review/bench/{identity}")
    expect(page.locator(".b").nth(NAV)).to_be_focused()
    press(page, "x")
    for name, told in (("Undo", "kept"), ("Redo", "removed by hand; the cleaner keeps it"), ("Undo", "kept")):
        tab_to(page, page.get_by_role("button", name=name))
        press(page, "Enter")
        expect(page.locator(".b").nth(NAV)).to_be_focused()
        expect(page.locator("#inspector")).to_contain_text(told)
    controls = page.locator(
        "#bench button:visible, #bench input:visible, #bench textarea:visible, #bench select:visible, .top a"
    )
    for control in controls.all():
        tab_to(page, control)
    tab_to(page, page.get_by_role("button", name="Original"))
    press(page, "Enter")
    expect(page.locator("iframe")).to_be_visible()
    press(page, "m")  # which brings the fields back
    expect(page.get_by_label("Title")).to_be_focused()
    press(page, "Escape")
    expect(page.locator(".b").nth(NAV)).to_be_focused()


def test_what_is_told_of_a_block_is_what_it_is_by_now(watched: Watched, server: Server) -> None:
    page = watched.open(f"/review/bench/{stored(server, WITH_NOTICE)}")
    told = page.locator("#inspector b")
    expect(told).to_have_text("kept")
    press(page, "x")
    expect(told).to_have_text("removed by hand; the cleaner keeps it")
    press(page, "x", "c", "L", "x")
    expect(told).to_have_text("kept, but for what is struck out")
    press(page, "k", "R")
    expect(page.locator(".b").first).to_be_focused()
    press(page, "r", "k")
    expect(told).to_have_text("removed: navigation")
    press(page, "x")
    expect(told).to_have_text("kept by hand; the cleaner takes it out: navigation")
    saved(page)
    page.reload()
    page.locator(".b").nth(NAV - 1).focus()
    expect(told).to_have_text("kept by hand; the cleaner takes it out: navigation")


def test_a_field_that_was_undone_can_be_changed_and_undone_again(watched: Watched, server: Server) -> None:
    identity = stored(server, WITH_NOTICE)
    page = watched.open(f"/review/bench/{identity}")
    language = page.get_by_label("Language")
    for value in ("de", "fr"):
        language.fill(value)
        press(page, "Escape", "u")
        expect(language).to_have_value("en")
    press(page, "U")
    expect(language).to_have_value("fr")
    saved(page)
    assert sample(server, identity)["language"] == "fr"


def test_on_a_phone_the_deeds_stay_at_hand_and_words_are_cut_by_finger(browser: Browser, server: Server) -> None:
    identity = stored(server, page_of(200))
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/review/bench/{identity}")
    block = page.locator(".b:not(.gone)").nth(20)
    block.scroll_into_view_if_needed()
    block.evaluate(
        """block => {
            const text = block.querySelector('.t').firstChild, range = document.createRange();
            range.setStart(text, 0);
            range.setEnd(text, text.data.indexOf(' '));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    for name in ("Undo", "Redo", "Teach", "Done, next"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport()
    page.get_by_role("button", name="Cut").tap()
    expect(block.locator(".cut")).to_have_count(1)
    page.get_by_role("button", name="Undo").tap()
    expect(block.locator(".cut")).to_have_count(0)
    saved(page)
    context.close()


def test_a_corrected_page_teaches_its_site(watched: Watched, server: Server) -> None:
    identity = stored(server, WITH_NOTICE, "https://lock.example/a")
    other = stored(server, WITH_NOTICE.replace("forty barges", "sixty barges"), "https://lock.example/b")
    page = watched.open(f"/review/bench/{identity}")
    press(page, "j", "j", "x", "t")
    expect(page.locator("#say")).to_have_text("Taught lock.example: 1 line to take out, 0 lines to keep.")
    page.goto(f"{watched.address}/review/documents/{other}")
    expect(page.locator(".b.gone")).to_have_count(NAV + 1)
    page.locator(".b.gone").last.hover()
    expect(page.locator("#inspector")).to_contain_text("repeats-on-site by by_site.taught")


def test_two_people_see_where_they_differ_when_both_are_done(watched: Watched, server: Server) -> None:
    identity = stored(server, WITH_NOTICE)
    page = watched.open("/review/queue?as=Ana")
    press(page, "e")
    expect(page.locator(".b").nth(NAV)).to_be_focused()
    press(page, "d")
    expect(page.get_by_text("You have cleaned every stored page.")).to_be_visible()
    page.goto(f"{watched.address}/review/queue?as=Ben")
    press(page, "e")
    expect(page.locator(".b").nth(NAV)).to_be_focused()
    expect(page.locator("#others")).not_to_contain_text(
        "Ana treats"
    )  # what others say is not shown before one has said something oneself
    press(page, "j", "j", "x", "d")
    expect(page.get_by_text("You have cleaned every stored page.")).to_be_visible()
    page.goto(f"{watched.address}/review/bench/{identity}?as=Ben")
    expect(page.locator("#others")).to_contain_text("Ana treats")
    expect(page.locator(".b.theirs")).to_have_count(1)
    page.goto(f"{watched.address}/review/queue?as=Cyd")
    expect(page.locator(".queue")).to_contain_text("Ana, Ben")
    expect(page.locator(".queue")).to_contain_text("κ 0.")


def test_the_queue_begins_with_what_cleaners_dispute(watched: Watched, server: Server) -> None:
    lines = "".join(f"<li><a href=/{n}>Barge {n} of the forty that went through the lock</a>" for n in range(30))
    stored(server, HTML_PAGE)
    stored(server, f"<title>Disputed</title><h1>Barges</h1><p>{ARTICLE[0]}</p><ul>{lines}</ul>")
    page = watched.open("/review/queue")
    page.get_by_label("First come pages").select_option("disputed")
    expect(page.locator(".queue tbody tr").first).to_contain_text("%")
    shares = [int(text.removesuffix(" %")) for text in page.locator(".queue tbody td:nth-child(3)").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)


def test_with_keys_the_browser_logs_in_once_and_may_do_what_the_key_may(browser: Browser, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/cleaner.db"
    store = Store(database)
    writer, reader = (store.writing(keys.create, "a", scopes, "newsroom") for scopes in (["read", "write"], ["read"]))
    store.close()
    with running_server(tmp_path, workers="1", access="keys", database=database) as server:
        answer = server.client.post("/v1/documents", content=WITH_NOTICE, headers=HTML | {"Authorization": f"Bearer {writer}"})
        address, path = f"http://127.0.0.1:{server.port}", f"/review/bench/{answer.json()['id']}"
        for key, told in ((writer, "Saved"), (reader, "Not saved: This key may not do that")):
            context = browser.new_context()
            page = context.new_page()
            page.goto(address + path)
            page.get_by_role("textbox", name="Key").fill("clk_wrong")
            press(page, "Enter")
            expect(page.get_by_role("alert")).to_contain_text("no key of this service")
            page.get_by_role("textbox", name="Key").fill(key)
            press(page, "Enter")
            expect(page).to_have_url(address + path)
            expect(page.locator(".b").nth(NAV)).to_be_focused()
            press(page, "x")
            expect(page.locator("#saved")).to_contain_text(told)
            assert page.evaluate("document.cookie") == ""
            page.once("dialog", lambda dialog: dialog.accept())
            page.get_by_role("button", name="Log out").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
            page.goto(address + "/review")
            expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
            context.close()


def test_a_page_of_five_thousand_blocks_is_cleaned_like_any_other(watched: Watched, server: Server) -> None:
    identity = stored(server, page_of(5_000))
    page = watched.open(f"/review/bench/{identity}")
    expect(page.locator(".b")).to_have_count(5_000)
    kept = [int(it) for it in page.locator("#count").inner_text().split() if it.isdigit()]
    page.locator(".b").nth(4_001).focus()
    press(page, "x", "J", "J")
    expect(page.locator("#count")).to_have_text(f"{kept[0] - 3} of 5000 blocks kept")
    expect(page.locator(".b").nth(4_003)).to_be_in_viewport()
    saved(page)
    assert {4_001, 4_002, 4_003} <= set(sample(server, identity)["removed"])

"""A real browser, Debian's chromium, before a real server. A page may ask for nothing but what that server has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page, Request, expect, sync_playwright

from tests.service.conftest import HTML, Server, running_server

PATIENCE_MS = 30_000  # on a busy machine; every wait is for a condition


expect.set_options(timeout=PATIENCE_MS)

# One browser for all these tests: they run one after the other, in one process. (What each file's ``pytestmark`` names.)
ONE_AFTER_THE_OTHER = pytest.mark.xdist_group("browser")


@dataclass
class Watched:
    """A browser's page, and what went wrong on it."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()  # what the console may say

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def watch(self) -> None:
        """Note every dialog, error and foreign request."""
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self._console)
        self.page.on("requestfinished", self._request)
        self.page.on("requestfailed", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.wrong.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if request.failure == "csp":  # the policy kept it from being sent
            return
        if not request.url.startswith((f"{self.address}/review", f"{self.address}/v1/samples", "blob:", "about:srcdoc")):
            self.wrong.append(f"request: {request.url}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Headless chromium. Skips the test where it is not installed, but not in CI."""
    installed = shutil.which("chromium")
    if installed is None:
        message = "there is no chromium here: install the Debian package chromium, and these tests run"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        rights = ["--no-sandbox"] if os.getuid() == 0 else []  # which its sandbox refuses to run with
        browser = playwright.chromium.launch(executable_path=installed, args=rights)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all these tests."""
    with running_server(tmp_path_factory.mktemp("review"), workers="1", queue="32") as running:
        yield running


@pytest.fixture
def server(shared_server: Server) -> Server:
    """The server, with what other tests have stored."""
    return shared_server


@pytest.fixture
def watched(browser: Browser, server: Server) -> Iterator[Watched]:
    """A page on which, when the test ends, nothing has gone wrong."""
    with_options: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "accept_downloads": True}
    context = browser.new_context(**with_options)
    context.set_default_timeout(PATIENCE_MS)
    watched = Watched(context.new_page(), f"http://127.0.0.1:{server.port}")
    watched.watch()
    yield watched
    try:
        context.close()
    except Error as error:  # a test that failed may have closed it
        watched.wrong.append(str(error))
    assert watched.wrong == []


def stored(server: Server, page: str, url: str | None = None) -> str:
    """Store a page; the id of its document."""
    answer = server.client.post("/v1/documents", params={"url": url} if url else {}, content=page.encode(), headers=HTML)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


def hindrances(page: Page) -> list[str]:
    """What keeps people from using a page: what axe-core finds that is moderate or worse, and a page wider than the screen."""
    found = [
        f"{it['impact']} {it['id']}: {[node['html'] for node in it['nodes']][:3]}"
        for it in Axe().run(page).response["violations"]
        if it["impact"] in ("critical", "serious", "moderate")
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + [f"it is {overflow} px wider than the screen"] * (overflow > 0)

"""Pictures of the review pages into ``build/review/``, to be looked at: ``python -m tests.review.screenshots``."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.review.conftest import stored
from tests.service.conftest import running_server

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "build" / "review"
SAMPLE = "samples/fennimore-post.example/clock-tower/page.html"
SCREENS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("desktop-light", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}),
    ("desktop-dark", {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}),
    ("phone-light", {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"}),
    ("phone-dark", {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}),
)
# name: (path, the keys that are pressed there)
PAGES = {
    "start": ("/review", []),
    "page": ("/review/documents/{id}", ["n", "n"]),
    "two": ("/review/documents/{id}?against=trafilatura", ["n"]),
    "original": ("/review/documents/{id}", ["o"]),
    "bench": ("/review/bench/{id}", ["x", "j", "c", "l", "L", "x", "j", "j", "c", "l", "L", "L"]),
    "keys": ("/review/bench/{id}", ["?"]),
    "queue": ("/review/queue?as=Ana&order=disputed", []),
    "login": ("/review/login", []),
    "problem": ("/review/nowhere", []),
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    rights = ["--no-sandbox"] if os.getuid() == 0 else []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), workers="1", queue="32") as server,
        sync_playwright() as playwright,
    ):
        pages = sorted(REPOSITORY.glob("samples/*/*/page.html"))
        for file in pages:
            stored(server, file.read_text(encoding="utf-8", errors="replace"), f"https://{file.parts[-3]}/{file.parts[-2]}")
        identity = stored(
            server, (REPOSITORY / SAMPLE).read_text(encoding="utf-8"), "https://fennimore-post.example/clock-tower"
        )
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=rights)
        for screen, options in SCREENS:
            context = browser.new_context(**options)
            page = context.new_page()
            for name, (path, keys) in PAGES.items():
                page.goto(f"http://127.0.0.1:{server.port}{path.replace('{id}', identity)}")
                for key in keys:
                    page.keyboard.press(key)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=FOLDER / f"{name}-{screen}.png")
            context.close()
        browser.close()
    print(f"look into {FOLDER.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()

"""How long the review page and the bench take for a long page, in a real browser: ``python -m tests.bench.bench_review``.

CPU time, so that it says the same on a busy machine: of the worker that cleans the page and writes it, and of the browser's
main thread from the request to the first frames, and from a key to the frame that shows what it did. Medians of ROUNDS. The
times of a wall clock stand beside them: the first contentful paint, and from a key to the frame.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from service.review_views import BenchJob, ReviewJob, run_bench_job, run_review_job
from service.store.rows import StoredPage, packed
from tests.service.conftest import HTML, running_server

ROUNDS = 7
_PARAGRAPH = (
    "Barge {n} went through the lock on the morning of day {n}, loaded with gravel, and the keeper noted its name and hour."
)
_HEADS = ("page", "kB", "server CPU", "page CPU", "paint", "move CPU", "move", "toggle CPU", "toggle", "filter CPU", "filter")
_ON_FRAME = """deed => new Promise(resolve => {
    const began = performance.now();
    const kinds = document.querySelectorAll(".kinds button");
    if (deed === "filter") kinds[document.querySelector("#blocks [hidden]") ? 0 : 1].click();
    else document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: deed, bubbles: true, cancelable: true}));
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
})"""


def page_of(blocks: int) -> str:
    """An article of so many blocks, every tenth of them a link of its navigation."""
    parts = [f"<li><a href=/{n}>Day {n}</a>" if n % 10 == 0 else f"<p>{_PARAGRAPH.format(n=n)}</p>" for n in range(blocks)]
    return "<title>All barges</title><main>" + "".join(parts) + "</main>"


def main(blocks: int) -> None:
    source = page_of(blocks).encode()
    sent = StoredPage("text/html", None, None, packed(source), "")
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder), workers="1") as server, sync_playwright() as it:
        stored = server.client.post("/v1/documents", content=source, headers=HTML).json()["id"]
        review, bench = f"/review/documents/{stored}", f"/review/bench/{stored}"
        made: dict[str, tuple[str, Callable[[], object]]] = {
            "review": (review, lambda: run_review_job(ReviewJob(sent, ("combined",)))),
            "two cleaners": (f"{review}?against=heuristic", lambda: run_review_job(ReviewJob(sent, ("combined", "heuristic")))),
            "bench": (bench, lambda: run_bench_job(BenchJob(sent, stored, "ana", "unsure"))),
        }
        rights = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = it.chromium.launch(executable_path=shutil.which("chromium"), args=rights)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        print(" | ".join(_HEADS) + "   (ms)")
        for name, (path, make) in made.items():
            size = len(server.client.get(path).content) / 1000
            opened = [_opened(page, session, f"http://127.0.0.1:{server.port}{path}") for _ in range(ROUNDS)]
            page.locator(".b").nth(blocks // 2).focus()
            deeds = {"move": "j"} | ({"toggle": "x"} if name == "bench" else {"filter": "filter"})
            took = {deed: [_done(page, session, key) for _ in range(ROUNDS)] for deed, key in deeds.items()}
            cells = [f"{size:,.0f}", f"{statistics.median(_cpu(make) for _ in range(ROUNDS)):.0f}", *_medians(opened)]
            for deed in ("move", "toggle", "filter"):
                cells += _medians(took[deed]) if deed in took else ["", ""]
            print(" | ".join([name, *cells]))
        browser.close()


def _cpu(make: Callable[[], object]) -> float:
    began = time.process_time()
    made = make()
    assert isinstance(made, str), made
    return (time.process_time() - began) * 1000


def _opened(page: Page, session: CDPSession, address: str) -> tuple[float, float]:
    """CPU of the main thread, and when the first content was painted."""
    page.goto("about:blank")
    before = _main_thread(session)
    page.goto(address)
    page.evaluate("new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)))")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return (_main_thread(session) - before) * 1000, float(paint)


def _done(page: Page, session: CDPSession, deed: str) -> tuple[float, float]:
    before = _main_thread(session)
    took = float(page.evaluate(_ON_FRAME, deed))
    return (_main_thread(session) - before) * 1000, took


def _main_thread(session: CDPSession) -> float:
    """Seconds of CPU of the page's main thread."""
    metrics = {it["name"]: it["value"] for it in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def _medians(pairs: list[tuple[float, float]]) -> list[str]:
    return [f"{statistics.median(values):.0f}" for values in zip(*pairs, strict=True)]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)

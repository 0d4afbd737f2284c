"""Many pages at once: what is written, and what one bad page does to the others."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

from cleaner.batch import Job, Outcome, Tally, clean_one, clean_sources
from cleaner.readers.folder import find_sources

ARTICLE = """<title>The mill at {name}</title><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>The mill at {name}</h1><p>The old mill at {name} has ground no corn since the flood of the spring, and its owner,
who learned the trade from her grandmother, says that the wheel may well turn again before the next harvest comes in.</p>
<p>Three of the eight blades were lost, the others are sound, and the carpenter who looked at them in the week after the flood
found the axle as straight as on the day when it was set, more than a hundred and forty years ago.</p></article>"""


def pages(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"page{number:03}.html").write_text(ARTICLE.format(name=f"village {number}"))
    return folder


def run(folder: Path, out: Path, workers: int, to: str = "json") -> dict[str, Outcome]:
    sources = find_sources([folder], out, "." + to)
    return {outcome.source.name: outcome for outcome in clean_sources(sources, Job("heuristic", to, out), workers)}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_results_do_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 12)

    run(folder, tmp_path / "one", 1)
    run(folder, tmp_path / "three", 3)

    assert len(contents(tmp_path / "one")) == 12
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_a_page_that_cannot_be_cleaned_is_an_outcome_of_its_own(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 3)
    (folder / "report.html").write_bytes(b"%PDF-1.7 \x00\x01")
    (folder / "gone.html").symlink_to("nowhere.html")
    os.mkfifo(folder / "pipe.html")
    (folder / "linked").symlink_to(tmp_path)

    outcomes = run(folder, tmp_path / "out", 2)

    errors = {name: outcome.error for name, outcome in outcomes.items() if outcome.error}
    assert errors == {
        "report.html": "PageRefused",
        "gone.html": "InputError",
        "pipe.html": "InputError",
        "linked": "InputError",
    }
    assert len(contents(tmp_path / "out")) == 3


def test_a_worker_that_dies_costs_its_page_alone(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 4)
    paragraph = ARTICLE.format(name="the long page") * 12_000
    (folder / "a-long-page.html").write_text(paragraph)  # first in order, and long enough in work to be caught there
    others = {child.pid for child in multiprocessing.active_children()}  # of a service that another test has started
    killer = threading.Thread(target=_kill_first_worker, args=(others,))
    killer.start()

    outcomes = run(folder, tmp_path / "out", 1)

    killer.join()
    assert {name for name, outcome in outcomes.items() if outcome.error == "WorkerDied"} == {"a-long-page.html"}
    assert "SIGKILL" in outcomes["a-long-page.html"].message
    assert len(outcomes) == 5
    assert sorted(contents(tmp_path / "out")) == [f"page{number:03}.json" for number in range(4)]


def _kill_first_worker(others: set[int | None]) -> None:
    while not (workers := [child for child in multiprocessing.active_children() if child.pid not in others]):
        time.sleep(0.01)
    pid = workers[0].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_a_batch_that_is_given_up_leaves_whole_files_only(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 40)
    outcomes = clean_sources(find_sources([folder], tmp_path / "out", ".json"), Job("heuristic", "json", tmp_path / "out"), 2)

    next(outcomes)
    outcomes.close()

    written = contents(tmp_path / "out")
    assert 1 <= len(written) < 40
    assert all(name.endswith(".json") and content.endswith(b"}\n") for name, content in written.items())


def test_a_result_that_cannot_be_written_is_a_failure_of_that_page(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 1)
    (tmp_path / "out" / "page000.json").mkdir(parents=True)
    (source,) = find_sources([folder], tmp_path / "out", ".json")

    outcome = clean_one(source, Job("heuristic", "json", tmp_path / "out"))

    assert outcome.error == "IsADirectoryError"
    assert "cannot be written" in outcome.message
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["page000.json"]


def test_the_tally_counts_words_kept_and_removed_by_reason(tmp_path: Path) -> None:
    tally = Tally()
    for outcome in run(pages(tmp_path / "in", 2), tmp_path / "out", 1).values():
        tally.add(outcome)

    assert tally.pages == 2
    assert tally.kept_words > 2 * 60
    assert tally.removed_words.total() >= 2 * 2
    assert not tally.failures

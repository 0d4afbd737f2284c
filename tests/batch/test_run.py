"""A batch as its caller sees it: what is written, what is done again, and what one bad page does to the others."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.batch import Shard, clean_sources, forget, plan_batch
from cleaner.batch.reading import Read
from cleaner.batch.stream import PAGES_ON_THE_WAY
from cleaner.errors import InputError
from tests.batch.pages import PDF, article, batch, contents, pages, program, run


def test_the_results_do_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 60)

    run(batch(folder, tmp_path / "one", workers=1))
    run(batch(folder, tmp_path / "three", workers=3))

    assert len(contents(tmp_path / "one")) == 60
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_rows_come_in_the_order_of_the_pages(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 40)
    (folder / "00" / "page0000.html").write_text(article(0) * 300)  # takes longer than all others

    run(batch(folder, tmp_path / "all.jsonl", "jsonl", workers=2))

    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == [f"00/page{number:04}.html" for number in range(40)]


def test_what_is_no_page_is_a_failure_and_does_not_stop_the_others(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 3)
    (folder / "report.html").write_bytes(PDF)
    (folder / "gone.html").symlink_to("nowhere.html")
    (folder / "loop.html").symlink_to("loop.html")
    os.mkfifo(folder / "pipe.html")
    (folder / "linked").symlink_to(tmp_path)
    (folder / ("🌊" * 62 + ".html")).write_text(article(1))
    (folder / "two\nlines.html").write_text(article(2))

    report = run(batch(folder, tmp_path / "out"))

    rows = [json.loads(line) for line in (tmp_path / "out" / "failures.jsonl").read_text().splitlines()]
    assert {row["path"]: row["error"] for row in rows} == {
        "report.html": "PageRefused",
        "gone.html": "InputError",
        "loop.html": "InputError",
        "pipe.html": "InputError",
        "linked": "InputError",
    }
    assert all(row["message"] for row in rows)
    assert (report.cleaned, report.failed) == (5, 5)
    assert "two\nlines.json" in contents(tmp_path / "out")
    assert any(name.startswith("🌊" * 40) for name in contents(tmp_path / "out"))


def test_the_same_batch_again_does_nothing(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 60), tmp_path / "out")
    first = run(asked)
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.json") if path.name != "run.json"}

    second = run(asked)

    assert (first.now, second.now) == (60, 0)
    assert (second.counts, second.errors) == (first.counts, first.errors)
    assert second.tally.kept_words == first.tally.kept_words
    assert written == {path: path.stat().st_mtime_ns for path in written}


def test_new_and_changed_pages_and_lost_results_are_cleaned(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 30), tmp_path / "out")
    run(asked)
    (tmp_path / "in" / "new.html").write_text(article(99))
    (tmp_path / "in" / "00" / "page0003.html").write_text(article(98))
    (tmp_path / "out" / "00" / "page0004.json").unlink()

    assert run(asked).now == 3
    assert "village 98" in (tmp_path / "out" / "00" / "page0003.json").read_text()
    assert (tmp_path / "out" / "00" / "page0004.json").exists()


def test_a_file_of_rows_grows_by_new_pages_and_keeps_the_rows_it_has(tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    asked = batch(pages(tmp_path / "in", 30), out, "jsonl")
    run(asked)
    before = out.read_bytes()
    (tmp_path / "in" / "new.html").write_text(article(99))
    (tmp_path / "in" / "00" / "page0003.html").write_text(article(98))

    report = run(asked)

    assert out.read_bytes().startswith(before)
    assert len(out.read_bytes().splitlines()) == 31
    assert report.errors == {"PageChanged": 1}
    assert "has changed" in (tmp_path / "all.jsonl.batch" / "failures.jsonl").read_text()
    told = program("batch", tmp_path / "in", "-o", out, "--cleaner", "heuristic").stderr
    assert "the row stands: clean everything anew with --fresh" in told
    assert "--retry-failed" not in told


def test_what_came_of_pages_that_are_gone_stays_and_is_told(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 4), tmp_path / "out")
    run(asked)
    (tmp_path / "in" / "00" / "page0002.html").unlink()

    assert run(replace(asked, limit=2)).gone == 0
    assert run(asked).gone == 1
    assert (tmp_path / "out" / "00" / "page0002.json").exists()
    told = program("batch", tmp_path / "in", "-o", tmp_path / "out", "--to", "json", "--cleaner", "heuristic").stderr
    assert (
        f"a page of earlier runs is not there any more, and the results stay: for an output without them, delete {tmp_path}"
        in told
    )


def test_why_pages_fail_is_told_in_words_the_commonest_reason_first(tmp_path: Path) -> None:
    rows = [{"body": "<p>It rained.", "link": "a"}, {"html": ["<p>It rained."]}, {"body": "<p>It snowed.", "link": "b"}]
    (tmp_path / "all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    done = program("batch", tmp_path / "all.jsonl", "-o", tmp_path / "out.jsonl")

    assert done.returncode == 3
    assert (
        "  all.jsonl#1 and 1 more: it has no page in any of 'html', 'text', 'content'; it has 'body', 'link': choose one with"
        " --field html=NAME or text=NAME\n  all.jsonl#2: its 'html' is no text but list"
    ) in done.stderr


def test_of_many_reasons_the_commonest_are_told_and_the_other_pages_are_counted(tmp_path: Path) -> None:
    rows = ['{"html": "<p>It rained."}', '{"html": 1}', '{"html": []}', '{"html": {}}', '{"html": true}', '{"html": "unclosed']
    (tmp_path / "all.jsonl").write_text("\n".join(rows) + "\n")

    told = program("batch", tmp_path / "all.jsonl", "-o", tmp_path / "out.jsonl").stderr

    assert "failed 5 (" in told
    assert told.count("  all.jsonl#") == 3
    assert "\n  2 pages for other reasons\n" in told


def test_failed_pages_are_tried_again_when_asked(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 101), tmp_path / "all.jsonl", "jsonl")

    assert run(asked).failed == 1
    assert run(replace(asked, retry_failed=True)).now == 1
    (tmp_path / "in" / "00" / "page0050.html").write_text(article(50))
    report = run(asked)  # another content is another page

    assert (report.now, report.failed) == (1, 0)
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 101


def test_another_configuration_is_refused_and_says_what_differs(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 2), tmp_path / "out")
    run(asked)

    with pytest.raises(InputError, match=r"to 'json', now 'text'.*--fresh"):
        run(replace(asked, job=replace(asked.job, to="text")))


@pytest.mark.parametrize(("out", "to"), [("out", "json"), ("parts", "jsonl.gz"), ("all.csv", "csv")])
def test_a_fresh_run_forgets_what_was_done(tmp_path: Path, out: str, to: str) -> None:
    asked = batch(pages(tmp_path / "in", 5), tmp_path / out, to)
    run(asked)
    before = contents(tmp_path / out) if (tmp_path / out).is_dir() else (tmp_path / out).read_bytes()

    forget(asked)

    assert run(asked).now == 5
    assert before == (contents(tmp_path / out) if (tmp_path / out).is_dir() else (tmp_path / out).read_bytes())


def test_a_file_that_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_text("{}")

    with pytest.raises(InputError, match="is there already"):
        run(batch(pages(tmp_path / "in", 1), tmp_path / "all.jsonl", "jsonl"))
    assert (tmp_path / "all.jsonl").read_text() == "{}"


def test_a_ledger_that_is_damaged_is_refused(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 1), tmp_path / "out")
    run(asked)
    asked.ledger.write_bytes(b"SQLite format 3\0" + b"x" * 9_000)

    with pytest.raises(InputError, match=r"is damaged.*--fresh"):
        run(asked)


def test_two_batches_do_not_write_into_one_output(tmp_path: Path) -> None:
    from cleaner.batch.ledger import Ledger

    asked = batch(pages(tmp_path / "in", 1), tmp_path / "out")
    with Ledger(asked.ledger, asked.configuration), pytest.raises(InputError, match="another batch"):
        run(asked)


def test_the_shares_of_several_machines_make_up_the_whole(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 40)
    run(batch(folder, tmp_path / "whole"))
    for number in (1, 2, 3):
        run(batch(folder, tmp_path / "shared", shard=Shard(number, 3)))

    shared = {name: it for name, it in contents(tmp_path / "shared").items() if not name.startswith("failures")}
    whole = {name: it for name, it in contents(tmp_path / "whole").items() if not name.startswith("failures")}
    assert shared == whole
    assert (tmp_path / "shared" / "run-2-of-3.json").exists()


def test_a_single_archive_is_shared_by_its_pages(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": str(number), "html": article(number)}) + "\n" for number in range(40))
    (tmp_path / "all.jsonl").write_text(lines)
    seen: list[str] = []
    for number in (1, 2):
        out = tmp_path / f"{number}.jsonl"
        run(batch(tmp_path / "all.jsonl", out, "jsonl", shard=Shard(number, 2)))
        seen += [json.loads(line)["id"] for line in out.read_text().splitlines()]

    assert sorted(seen, key=int) == [str(number) for number in range(40)]


def test_the_first_pages_alone_and_then_the_others(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 30), tmp_path / "out")

    assert run(replace(asked, limit=7)).now == 7
    assert run(replace(asked, limit=7)).now == 0
    assert run(asked).now == 23


def test_a_plan_reads_everything_and_writes_nothing(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 30)
    (folder / "gone.html").symlink_to("nowhere.html")
    asked = batch(folder, tmp_path / "out")

    plan = plan_batch(asked)

    assert (plan.pages, plan.done) == (31, 0)
    assert [place for place, _ in plan.unreadable] == ["gone.html"]
    assert not (tmp_path / "out").exists()
    run(replace(asked, limit=10))
    assert plan_batch(asked).done == 10


def test_a_result_that_cannot_be_written_is_a_failure_of_that_page(tmp_path: Path) -> None:
    (tmp_path / "out" / "00" / "page0000.json").mkdir(parents=True)

    report = run(batch(pages(tmp_path / "in", 2), tmp_path / "out"))

    assert (report.cleaned, report.failed) == (1, 1)
    assert "cannot be written" in (tmp_path / "out" / "failures.jsonl").read_text()


def test_the_report_has_the_figures_of_all_runs(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 101), tmp_path / "out")
    run(replace(asked, limit=30))
    run(asked)

    report = json.loads((tmp_path / "out" / "run.json").read_text())

    assert (report["pages"], report["cleaned"], report["failed"]) == (101, 100, 1)
    assert report["failed_by_error"] == {"PageRefused": 1}
    assert report["words"]["kept"] > 100 * 60
    assert report["removed_words_by_reason"]["navigation"] >= 200
    assert len(report["slowest"]) == 10
    assert report["versions"]["heuristic"]
    assert report["finished"] is True


def test_a_run_that_is_given_up_leaves_whole_files_and_its_report(tmp_path: Path) -> None:
    from cleaner.batch import run_batch

    asked = batch(pages(tmp_path / "in", 60), tmp_path / "out", workers=2)
    steps = run_batch(asked)

    next(steps)
    steps.close()

    written = {name: it for name, it in contents(tmp_path / "out").items() if name.endswith(".json")}
    assert 1 <= len(written) < 60
    assert all(content.endswith(b"}\n") for content in written.values())
    assert json.loads((tmp_path / "out" / "run.json").read_text())["finished"] is False
    assert run(asked).pages == 60


def test_what_nobody_takes_is_not_read(tmp_path: Path) -> None:
    """A slow disk, say: the reader is asked for a page when there is room for it."""
    asked = batch(pages(tmp_path / "in", 300), tmp_path / "out")
    read: list[str] = []

    def note(found: Read) -> bool:
        read.append(found.place)
        return True

    stream = clean_sources(asked.find(), asked.job, 1, wanted=note)
    next(stream)
    time.sleep(1.0)
    next(stream)
    stream.close()

    assert len(read) <= PAGES_ON_THE_WAY + 3

"""``cleaner diff``: what an upgrade changes on pages of which nobody knows the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ml.models import more_generous
from tests.test_score_command import MENU, PAGE


def cleaner(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cleaner", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "lighthouse.html").write_text(PAGE)
    (folder / "menu.html").write_text(f"<html><body><nav><ul>{MENU}</ul></nav></body></html>")
    return folder


def test_what_changes_is_counted_and_the_pages_are_named(pages: Path) -> None:
    done = cleaner("diff", "heuristic", "by_site", pages)
    assert (done.returncode, done.stderr) == (0, "")
    rows = dict(line.split("\t")[:2] for line in done.stdout.splitlines() if line)
    assert done.stdout.startswith("what\tcount\tshare\n")
    assert (rows["pages"], rows["pages with another text"], rows["pages that were empty"]) == ("2", "2", "1")
    assert int(rows["words only the new has"]) >= 6
    assert int(rows["menu.html"]) == 0


def test_another_model_is_named_by_its_folder_and_the_report_shows_the_words(pages: Path, tmp_path: Path) -> None:
    more_generous(tmp_path / "new", -12.0)
    report = tmp_path / "out" / "changes.html"
    done = cleaner("diff", "shipped", tmp_path / "new", pages, "--to", "json", "--report", report)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["pages"], told["other_texts"], told["emptied"]) == (2, 1, 1)
    assert [change["page"] for change in told["changes"]] == ["lighthouse.html"]
    page = report.read_text(encoding="utf-8")
    assert "<del>" in page
    assert "<script" not in page


def test_saved_results_are_compared_with_what_a_cleaner_makes_today_and_with_each_other(pages: Path, tmp_path: Path) -> None:
    for name in ("before.jsonl.gz", "before"):
        assert cleaner("batch", pages, "-o", tmp_path / name, *["--to", "json"][: 2 * (name == "before")]).returncode == 0
    for old, new, *inputs in (
        (tmp_path / "before.jsonl.gz", "combined", pages),
        ("combined", tmp_path / "before", pages),
        (tmp_path / "before", tmp_path / "before.jsonl.gz"),
    ):
        done = cleaner("diff", old, new, *inputs, "--to", "json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["pages"], told["other_texts"], told["fields"], told["changes"]) == (2, 0, {}, [])


def test_a_page_that_fails_with_one_is_told_and_exits_with_1(pages: Path) -> None:
    (pages / "photo.html").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00")
    done = cleaner("diff", "heuristic", "combined", pages)
    assert done.returncode == 1
    assert "photo.html: the content is no text" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("broom", "combined", "."), 2, "there is no cleaner 'broom'"),
        (("heuristic", "combined"), 2, "name the pages to clean"),
        (("heuristic", "combined", "empty"), 5, "no pages found"),
        (("nowhere.jsonl", "combined", "."), 2, "there is no file nowhere.jsonl: name what 'cleaner batch --to json'"),
        (("empty", "combined", "."), 2, "holds neither a model nor documents"),
        (("rows.jsonl", "combined", "."), 2, "rows.jsonl, line 1: this is no document"),
    ],
)
def test_what_cannot_be_compared_says_what_would_do(
    arguments: tuple[str, ...], code: int, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "rows.jsonl").write_text('{"text": "It rained."}\n')
    done = cleaner("diff", *arguments)
    assert done.returncode == code
    assert told in " ".join(done.stderr.split())

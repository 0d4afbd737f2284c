"""Batches that look for copies: each is listed with the first page that has its text, or left out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.batch import Batch
from cleaner.batch.pages import Duplicates
from tests.batch.pages import batch, contents, run, story

STORIES = 300
COPIED = 40  # of them stand in the folder once more, with a word or two changed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories, then near copies of some, then exact copies of others."""
    top = tmp_path_factory.mktemp("copies") / "in"
    top.mkdir()
    for number in range(STORIES):
        (top / f"a{number:03}.html").write_text(f"<p>{' '.join(story(number))}.</p>")
    for number in range(COPIED):
        words = story(number)
        words[number], words[90] = "otherwise", "changed"
        (top / f"b{number:03}.html").write_text(f"<p>{' '.join(words)}.</p>")
        (top / f"c{number:03}.html").write_text(f"<p>{' '.join(story(100 + number))}!</p>")
    return top


def asked(folder: Path, out: Path, duplicates: Duplicates, to: str = "text") -> Batch:
    wanted = batch(folder, out, to)
    return replace(wanted, job=replace(wanted.job, duplicates=duplicates))


def listed(folder: Path) -> dict[str, tuple[str, bool]]:
    rows = [json.loads(line) for line in (folder / "duplicates.jsonl").read_text().splitlines()]
    return {row["path"]: (row["first"], row["exact"]) for row in rows}


EXPECTED = {f"b{number:03}.html": (f"a{number:03}.html", False) for number in range(COPIED)} | {
    f"c{number:03}.html": (f"a{100 + number:03}.html", True) for number in range(COPIED)
}


def test_copies_are_listed_and_kept(folder: Path, tmp_path: Path) -> None:
    report = run(asked(folder, tmp_path / "out", "mark"))

    assert listed(tmp_path / "out") == EXPECTED
    assert report.counts["ok"] == STORIES + 2 * COPIED


def test_copies_are_left_out(folder: Path, tmp_path: Path) -> None:
    report = run(asked(folder, tmp_path / "all.jsonl", "first", "jsonl"))

    rows = [json.loads(line)["id"] for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert rows == [f"a{number:03}.html" for number in range(STORIES)]
    assert (report.counts["copy"], report.failed) == (2 * COPIED, 0)
    assert listed(tmp_path / "all.jsonl.batch") == EXPECTED


def test_a_run_that_goes_on_knows_the_texts_of_the_run_before(folder: Path, tmp_path: Path) -> None:
    whole = asked(folder, tmp_path / "whole", "first")
    run(whole)
    parted = asked(folder, tmp_path / "parted", "first")
    run(replace(parted, limit=STORIES + 10))
    report = run(parted)

    assert report.counts["copy"] == 2 * COPIED
    assert contents(tmp_path / "parted") == contents(tmp_path / "whole")
    assert run(parted).now == 0

"""``cleaner score``: sets in, tables or JSON on stdout, gates as exit codes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from cleaner.cleaners.libraries import RAW_EXTRACTORS
from cleaner.cli import main
from tests.ml.models import more_generous

PARAGRAPHS = (
    "The lighthouse at Skerry Point will be lit by hand again from October, after the motor that turned its lens failed for "
    "the third time in a year and the last company that could repair it closed its workshop in the spring.",
    "Six volunteers have learned to wind the old clockwork, which takes forty minutes and must be done every four hours, and "
    "the harbour master says that the rota is full until the end of January, storms or no storms.",
    "The first keeper of the new watch is a retired baker, who told a small crowd on the quay that she had been getting up at "
    "three in the morning all her life and saw no reason to stop now that somebody needed a light.",
)
MENU = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "Sport", "Weather", "Traffic", "Letters", "Jobs"))
PAGE = f"""<!doctype html><html lang="en"><head><title>Lighthouse lit by hand</title></head><body><nav><ul>{MENU}</ul></nav>
<article><h1>Lighthouse lit by hand</h1>{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article></body></html>"""


def write_sample(folder: Path, page: str, body: str, page_type: str = "article") -> None:
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "clean.txt").write_text(body, encoding="utf-8")
    meta = {
        "url": None,
        "language": "en",
        "page_type": page_type,
        "title": "Lighthouse lit by hand",
        "authors": [],
        "date_published": None,
        "site_name": None,
        "with": ["wind the old clockwork"] if body else [],
        "without": ["Weather"],
    }
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Two samples: an article, and a page of which nothing is content."""
    folder = tmp_path / "coast"
    write_sample(folder / "skerry.example" / "lighthouse", PAGE, "\n".join(PARAGRAPHS))
    write_sample(folder / "skerry.example" / "menu", f"<html><body><nav><ul>{MENU}</ul></nav></body></html>", "", "none")
    return folder


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def scores(self) -> dict[str, Any]:
        """The rows of ``--json`` by cleaner."""
        return {row["cleaner"]: row for row in json.loads(self.out)["scores"]}


class Command:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Result:
        self._monkeypatch.setattr(sys, "argv", ["cleaner", "score", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = self._capsys.readouterr()
        return Result(code, captured.out, captured.err)


@pytest.fixture
def score(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


def test_a_set_becomes_a_table_on_stdout(score: Command, samples: Path) -> None:
    result = score(samples, "--cleaner", "heuristic")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].strip() == "coast, 2 pages"
    assert [line.split()[0] for line in lines if "heuristic" in line] == ["heuristic", "title", "language"]
    assert max(map(len, lines)) <= 80


def test_json_has_the_figures_of_each_row(score: Command, samples: Path) -> None:
    row = score(samples, "--cleaner", "heuristic", "--json").scores["heuristic"]
    assert (row["set"], row["pages"], row["failures"]) == ("coast", 2, [])
    assert row["words"]["f1"] > 0.9
    assert row["f1_interval"][0] <= row["words"]["f1"] <= row["f1_interval"][1]
    assert row["shingles"]["f1"] > 0.8
    assert (row["with_rate"], row["without_rate"]) == (1, 0)
    assert row["metadata"]["language"]["annotated"] == 2
    assert row["metadata"]["authors"] == {"annotated": 0, "accuracy": None, "absent": 0, "none": 2, "given_when_none": 0}
    assert set(row["cpu_ms"]) == {"mean", "median", "p95"}
    assert {name: part["pages"] for name, part in row["page_types"].items()} == {"article": 1, "none": 1}


def test_a_value_where_none_is_annotated_can_be_gated(score: Command, samples: Path) -> None:
    ran = score(samples, "--cleaner", "heuristic", "--gate", "authors_unasked<=0", "--json")
    assert ran.code == 0


def test_raw_adds_the_libraries_own_output_and_the_metadata_they_find(score: Command, samples: Path) -> None:
    scores = score(samples, "--cleaner", "heuristic", "--raw", "--limit", "1", "--json").scores
    assert list(scores) == ["heuristic", *RAW_EXTRACTORS]
    assert scores["trafilatura-raw"]["words"]["f1"] > 0.9
    assert scores["readability-raw"]["metadata"] == {}
    assert scores["trafilatura-raw"]["metadata"]["title"]["annotated"] == scores["heuristic"]["metadata"]["title"]["annotated"]


@pytest.mark.parametrize("style", ["lines", "bullets", "glued", "paragraphs"])
def test_flattened_pages_are_scored_against_the_same_truth(score: Command, samples: Path, style: str) -> None:
    options = ("--cleaner", "heuristic,trafilatura-raw", "--limit", "1", "--json")
    scores = score(samples, "--flatten", "--flatten-style", style, *options).scores
    assert scores["heuristic"]["words"]["f1"] > 0.9
    assert scores["trafilatura-raw"]["words"]["f1"] == 0  # it reads HTML alone


def test_every_and_limit_take_a_part_of_each_set(score: Command, samples: Path) -> None:
    shutil.copytree(samples, samples.parent / "shore")
    result = score(samples, samples.parent / "shore", "--cleaner", "heuristic", "--every", "2", "--json")
    rows = json.loads(result.out)["scores"]
    assert [(row["set"], row["pages"]) for row in rows] == [("coast", 1), ("shore", 1)]


def test_worker_processes_give_the_same_figures(score: Command, samples: Path) -> None:
    def figures(*options: str) -> object:
        row = score(samples, "--cleaner", "heuristic", "--json", *options).scores["heuristic"]
        return [row[name] for name in ("words", "f1_interval", "shingles", "with_rate", "metadata")]

    assert figures("--workers", "2") == figures()


def test_a_type_table_and_the_worst_pages_are_shown_on_demand(score: Command, samples: Path) -> None:
    out = score(samples, "--cleaner", "heuristic", "--by-type", "--worst", "1").out
    assert "coast, by page type" in out
    assert "coast, worst pages by word F1" in out
    assert "skerry.example/" in out


def test_the_columns_of_the_tables_are_explained_beside_them(score: Command, samples: Path) -> None:
    result = score(samples, "--cleaner", "heuristic")
    named = result.err.replace("\n", " ")
    assert all(f"{column}:" in named or f"{column}," in named for column in ("P", "F1", "4-gram", "with", "CPU", "unasked"))
    assert "4-gram" in result.out


def test_a_held_gate_is_told_and_changes_nothing(score: Command, samples: Path) -> None:
    result = score(samples, "--cleaner", "heuristic", "--gate", "f1>=0.8", "--gate", "coast:heuristic:without<=0")
    assert result.code == 0
    assert "gate f1>=0.8 held (coast, heuristic)" in result.err


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ("pages>=5", "gate pages>=5 missed (coast, heuristic): pages is 2.0000, asked is >= 5.0000, by 3.0000"),
        ("heuristic:cpu_mean<0", "gate heuristic:cpu_mean<0 missed (coast, heuristic)"),
        ("coast:failures>0.5", "by 0.5000"),
        ("date>=0.5", "this set does not measure it"),
    ],
)
def test_a_missed_gate_says_by_how_much_and_exits_with_4(score: Command, samples: Path, gate: str, told: str) -> None:
    result = score(samples, "--cleaner", "heuristic", "--gate", gate)
    assert result.code == 4
    assert told in result.err
    assert "coast, 2 pages" in result.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--gate", "f1=0.8"), "write it as 'f1>=0.80'"),
        (("--gate", "beauty>=0.8"), "choose one of f1, precision"),
        (("--gate", "shore:f1>=0.8"), "choose of coast, heuristic"),
        (("--cleaner", "broom"), "there is no cleaner 'broom'"),
        (("--flatten-style", "sideways"), "there is no flattening style 'sideways'"),
    ],
)
def test_what_cannot_be_scored_is_a_usage_error(score: Command, samples: Path, arguments: tuple[str, str], told: str) -> None:
    extra = () if arguments[0] == "--cleaner" else ("--cleaner", "heuristic")
    result = score(samples, *arguments, *extra)
    assert (result.code, result.out) == (2, "")
    assert told in result.err


def test_a_report_is_one_file_and_is_told_of(score: Command, samples: Path, tmp_path: Path) -> None:
    result = score(samples, "--cleaner", "heuristic", "--report", tmp_path / "out.html")
    assert result.code == 0
    assert "Worst pages" in (tmp_path / "out.html").read_text(encoding="utf-8")
    assert f"the report is {tmp_path / 'out.html'}" in result.err


def test_saved_scores_are_compared_with_later_ones_on_the_same_pages(score: Command, samples: Path, tmp_path: Path) -> None:
    run = tmp_path / "run.jsonl"
    score(samples, "--cleaner", "by_site", "--save", run)
    better = score(samples, "--cleaner", "heuristic", "--against", run, "--gate", "gain>0", "--gate", "gain_low>=-1", "--json")
    assert better.code == 0
    (pair,) = json.loads(better.out)["pairs"]
    assert (pair["old"], pair["new"], pair["pages"]) == ("by_site", "heuristic", 2)
    assert pair["gain"] == pytest.approx(pair["new_f1"] - pair["old_f1"])
    assert pair["gain_interval"][0] <= pair["gain"] <= pair["gain_interval"][1]
    score(samples, "--cleaner", "heuristic", "--save", tmp_path / "later.jsonl.gz")
    saved = score(tmp_path / "later.jsonl.gz", "--against", run, "--json")  # two saved runs, and nothing is cleaned
    assert json.loads(saved.out)["pairs"] == [pair]
    same = score(samples, "--cleaner", "by_site", "--against", run, "--gate", "better", "--gate", "not-worse")
    assert same.code == 4
    assert "gate better missed (coast, by_site against by_site): gain_low is 0.0000, asked is > 0.0000" in same.err
    assert "gate not-worse held" in same.err
    assert "what changed" in same.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--gate", "better"), "compares two"),
        (
            ("--against", "nowhere.jsonl"),
            "there is no file of scores nowhere.jsonl: 'cleaner score SET --save nowhere.jsonl' writes one",
        ),
        (("--against", __file__), "line 1: this is no line that 'cleaner score --save' wrote"),
        (("--artefact", "nowhere"), "nowhere holds no model"),
        (("--cleaner", "heuristic", "--artefact", "shipped"), "of heuristic none asks a model"),
        (("--report", "/dev/null/x.html"), "/dev/null/x.html cannot be written"),
    ],
)
def test_what_cannot_be_compared_or_written_is_a_usage_error(
    score: Command, samples: Path, arguments: tuple[str, str], told: str
) -> None:
    result = score(samples, "--cleaner", "learned", *arguments)
    assert (result.code, told in result.err) == (2, True)


def test_each_cleaner_is_compared_with_itself_by_the_other_model(score: Command, samples: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    more_generous(new)
    result = score(samples, "--cleaner", "heuristic,learned,combined", "--artefact", "shipped", "--artefact", new, "--json")
    compared = [(pair["old"], pair["new"]) for pair in json.loads(result.out)["pairs"]]
    assert compared == [("learned@shipped", f"learned@{new}"), ("combined@shipped", f"combined@{new}")]


def test_a_missing_set_is_a_usage_error(score: Command, tmp_path: Path) -> None:
    result = score(tmp_path / "nowhere")
    assert result.code == 2
    assert "nowhere does not exist" in result.err


def test_a_broken_sample_is_an_error_that_names_it(score: Command, samples: Path) -> None:
    (samples / "skerry.example" / "menu" / "clean.txt").unlink()
    result = score(samples, "--cleaner", "heuristic")
    assert result.code == 2
    assert "clean.txt" in result.err


def test_a_set_without_samples_exits_with_5(score: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    result = score(tmp_path / "empty.jsonl")
    assert (result.code, result.out) == (5, "")
    assert "no samples" in result.err


def test_a_folder_that_holds_no_samples_exits_with_5_and_says_what_would_do(score: Command, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>It rained.")
    result = score(tmp_path)
    assert (result.code, result.out) == (5, "")
    assert "holds no samples: neither <site>/<slug>/meta.json nor *.jsonl" in result.err


def test_a_page_on_which_a_library_breaks_counts_as_empty_and_exits_with_1(score: Command, samples: Path) -> None:
    broken = PAGE.replace('<html lang="en">', '<html style="display:none">')
    write_sample(samples / "skerry.example" / "veiled", broken, "\n".join(PARAGRAPHS))
    result = score(samples, "--cleaner", "readability-raw", "--json")
    assert result.code == 1
    assert "readability-raw broke on coast/skerry.example/veiled" in result.err
    row = result.scores["readability-raw"]
    assert [failure["id"] for failure in row["failures"]] == ["skerry.example/veiled"]
    assert row["page_types"]["article"]["words"]["recall"] == pytest.approx(0.5, abs=0.01)

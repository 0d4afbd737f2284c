"""Documents as rows of JSON Lines, CSV and Parquet, as other programs read them."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from cleaner import Page, clean
from cleaner.formats import to_dict
from cleaner.writers.rows import CSV_COLUMNS, ROW_WRITERS, parquet_schema
from tests.batch.pages import article, batch, pages, run

PAGE = article(7).replace("<title>", '<html lang="en"><meta name="author" content="Ada Brandt"><title>')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = pages(tmp_path_factory.mktemp("rows") / "in", 20)
    (top / "00" / "page0003.html").write_text(PAGE.replace("sound", 'so, \U0001f600 "quoted"; =1+1'))
    return top


def rows_of(folder: Path, out: Path, to: str) -> Path:
    run(batch(folder, out, to))
    return out


def test_a_line_of_json_is_the_document(folder: Path, tmp_path: Path) -> None:
    lines = rows_of(folder, tmp_path / "all.jsonl", "jsonl").read_text(encoding="utf-8").split("\n")

    rows = [json.loads(line) for line in lines if line]
    expected = to_dict(clean(Page("00/page0003.html", (folder / "00" / "page0003.html").read_bytes()), cleaner="heuristic"))
    assert len(rows) == 20
    assert rows[3] == json.loads(json.dumps(expected | {"timings_ms": {}}))


def test_packed_lines_are_the_same_lines(folder: Path, tmp_path: Path) -> None:
    plain = rows_of(folder, tmp_path / "all.jsonl", "jsonl").read_bytes()

    assert gzip.decompress(rows_of(folder, tmp_path / "all.jsonl.gz", "jsonl.gz").read_bytes()) == plain
    zstd = pytest.importorskip("backports.zstd", reason="the extra 'zstd' is not installed")
    assert zstd.decompress(rows_of(folder, tmp_path / "all.jsonl.zst", "jsonl.zst").read_bytes()) == plain


@pytest.mark.parametrize("out", ["all.csv", "parts"])
def test_a_csv_file_has_one_row_of_names(folder: Path, tmp_path: Path, out: str) -> None:
    rows_of(folder, tmp_path / out, "csv")

    (path,) = [tmp_path / out] if (tmp_path / out).is_file() else sorted((tmp_path / out).glob("part-*.csv"))
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    assert tuple(names) == CSV_COLUMNS
    assert len(rows) == 20
    assert 'so, \U0001f600 "quoted"; =1+1' in rows[3][-1]


def test_a_parquet_file_has_typed_columns_and_says_where_values_come_from(folder: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet", reason="the extra 'parquet' is not installed")

    table = pq.read_table(rows_of(folder, tmp_path / "all.parquet", "parquet"))

    assert table.schema.equals(parquet_schema())
    row = table.to_pylist()[3]
    assert row["authors"] == ["Ada Brandt"]
    (source,) = [source for source in row["sources"] if source["field"] == "authors"]
    assert (source["value"], source["source"]) == ("Ada Brandt", "meta:author")
    assert dict(row["removed"]["by_reason"])["navigation"] >= 1
    assert row["removed"]["pieces"] is None


def test_rows_tell_what_went_when_asked(folder: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    pq = pytest.importorskip("pyarrow.parquet", reason="the extra 'parquet' is not installed")
    for out, to in (("all.parquet", "parquet"), ("all.jsonl", "jsonl")):
        asked = batch(folder, tmp_path / out, to)
        run(replace(asked, job=replace(asked.job, explain="summary")))

    from_table = pq.read_table(tmp_path / "all.parquet").to_pylist()[0]["removed"]["pieces"]
    from_lines = json.loads((tmp_path / "all.jsonl").read_text().split("\n")[0])["removed"]["pieces"]
    assert [piece["text"] for piece in from_table] == [piece["text"] for piece in from_lines]
    assert "navigation" in {piece["reason"] for piece in from_table}


@pytest.mark.parametrize("to", ROW_WRITERS)
def test_a_batch_without_good_pages_leaves_a_file_that_can_be_read(tmp_path: Path, to: str) -> None:
    (tmp_path / "scan.html").write_bytes(b"%PDF-1.7")
    out = tmp_path / f"all{ROW_WRITERS[to].suffix}"

    report = run(batch(tmp_path / "scan.html", out, to))

    assert (report.cleaned, report.failed) == (0, 1)
    if to == "parquet":
        pq = pytest.importorskip("pyarrow.parquet", reason="the extra 'parquet' is not installed")
        assert pq.read_table(out).num_rows == 0
    else:
        assert out.exists()


def test_what_was_written_can_be_cleaned_again(folder: Path, tmp_path: Path) -> None:
    rows_of(folder, tmp_path / "all.parquet", "parquet")

    again = run(batch(tmp_path / "all.parquet", tmp_path / "again", "text"))

    assert (again.cleaned, again.failed) == (20, 0)

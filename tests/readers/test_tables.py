"""Pages in JSON Lines and Parquet, in fields that the user chooses."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime

import pytest

from cleaner.parse import MAX_CONTENT
from cleaner.types import Page
from tests.readers.pages import contents, failures, page, read

ROW = {"html": "<p>It rained all night.</p>", "url": "https://river.example/a", "fetched_at": "2024-05-06T07:08:09Z"}


def lines(*rows: object) -> bytes:
    return b"".join(row + b"\n" if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)


def test_a_row_becomes_a_page_with_what_its_fields_say() -> None:
    (found,) = read(lines(ROW), "a.jsonl")

    assert found.place == "a.jsonl#1"
    assert found.page == Page(
        id="a.jsonl#1",
        content=ROW["html"],
        kind="html",
        url=ROW["url"],
        fetched_at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    )


def test_fields_can_be_chosen() -> None:
    rows = lines({"key": 7, "body": "It rained all night.", "link": "https://river.example/a", "fetched_at": "yesterday"})

    (found,) = read(rows, "a.jsonl", text="body", url="link", id="key", fetched_at="")

    assert found.page == Page(id="7", content="It rained all night.", kind="text", url="https://river.example/a")


def test_an_empty_page_is_a_page_and_a_field_that_holds_text_goes_before_one_that_is_empty() -> None:
    found = read(lines({"html": ""}, {"html": "", "text": "It rained all night."}), "a.jsonl")

    assert [(page.content, page.kind) for page in (one.page for one in found) if page] == [
        ("", "html"),
        ("It rained all night.", "text"),
    ]


def test_a_line_that_holds_no_page_is_a_failure_with_its_number_and_the_next_are_read() -> None:
    rows = lines(
        ROW,
        b'{"html": "cut off',
        b"\xff\xfe",
        [1],
        {"title": "no page"},
        {"html": 7},
        {"html": "x", "fetched_at": "soon"},
        b"[" * 100_000,
        b"",
        ROW,
    )

    found = read(rows, "a.jsonl")

    assert len(contents(found)) == 2
    assert list(failures(found)) == [f"a.jsonl#{number}" for number in range(2, 9)]
    assert "--field html=NAME" in failures(found)["a.jsonl#5"]
    assert "no ISO 8601 date" in failures(found)["a.jsonl#7"]


def test_a_line_without_end_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.readers.json_lines.MAX_LINE", 5_000)
    found = read(lines({"html": "x" * 3_000_000}, ROW), "a.jsonl")

    assert len(contents(found)) == 1
    assert "more than 5,000 bytes" in failures(found)["a.jsonl#1"]


def test_a_page_beyond_the_limit_is_refused() -> None:
    assert [one.error for one in read(lines({"html": "x" * (MAX_CONTENT + 1)}), "a.jsonl")] == ["PageRefused"]


def test_of_a_compressed_file_that_breaks_off_what_comes_before_is_read() -> None:
    rows = lines(*({"html": page(number).decode()} for number in range(500)))

    found = read(gzip.compress(rows)[:-100], "a.jsonl.gz")

    assert 0 < len(contents(found)) < 500
    assert list(failures(found)) == ["a.jsonl.gz"]


def test_json_lines_compressed_with_zstd_are_read() -> None:
    zstd = pytest.importorskip("backports.zstd", reason="the extra 'zstd' is not installed")

    assert len(contents(read(zstd.compress(lines(ROW)), "a.jsonl.zst"))) == 1
    assert "the file breaks off" in failures(read(zstd.compress(lines(ROW))[:-5], "a.jsonl.zst"))["a.jsonl.zst"]


def parquet_of(columns: dict[str, list[object]], rows_a_group: int = 1000) -> bytes:
    pa = pytest.importorskip("pyarrow", reason="the extra 'parquet' is not installed")
    import pyarrow.parquet as pq

    made = io.BytesIO()
    pq.write_table(pa.table(columns), made, row_group_size=rows_a_group, compression="NONE", use_dictionary=False)
    return made.getvalue()


def test_a_parquet_row_becomes_a_page_with_what_its_columns_say() -> None:
    moment = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    table = parquet_of(
        {"raw": [page(1), page(2)], "url": ["https://a.example/", None], "fetched_at": [moment, None], "n": [1, 2]}
    )

    first, second = read(table, "a.parquet", html="raw")

    assert first.page == Page("a.parquet#1", page(1), "html", "https://a.example/", fetched_at=moment)
    assert second.page == Page("a.parquet#2", page(2), "html")


def test_a_parquet_row_without_a_page_is_a_failure() -> None:
    found = read(parquet_of({"html": ["a", None, "b"]}), "a.parquet")

    assert contents(found) == ["a", "b"]
    assert list(failures(found)) == ["a.parquet#2"]


def test_a_parquet_file_without_a_page_column_names_those_it_has() -> None:
    (message,) = failures(read(parquet_of({"payload": ["a"], "when": ["b"]}), "a.parquet")).values()

    assert "'payload', 'when'" in message


def test_a_damaged_row_group_costs_its_own_rows() -> None:
    table = bytearray(parquet_of({"html": [f"page {number} of the river" for number in range(30)]}, rows_a_group=10))
    at = table.index(b"page 10 of")
    table[at - 30 : at] = b"\xff" * 30

    found = read(bytes(table), "a.parquet")

    assert len(contents(found)) == 20
    assert "rows 11 to 20" in failures(found)["a.parquet#11"]


def test_a_parquet_file_that_breaks_off_is_a_failure() -> None:
    (message,) = failures(read(parquet_of({"html": ["a"]})[:-20], "a.parquet")).values()

    assert "breaks off" in message

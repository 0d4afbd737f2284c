"""Batches in units of files, as many machines do them: here one after the other, without a cluster."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.batch import Batch, Job
from cleaner.batch.report import Report
from cleaner.batch.unit_copies import find_copies, leave_out
from cleaner.batch.units import FILES_A_UNIT, Receipts, Unit, clean_unit, drop_stale_parts, units_of
from cleaner.readers.compression import decompressed
from tests.batch.pages import article, batch, contents, pages, run, story, write_story

ROWS = [{"html": article(number), "n": number} for number in range(90)]


def test_files_are_cleaned_in_units_and_an_archive_is_one(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", FILES_A_UNIT + 1)
    (folder / "00" / "page0005.zip").write_bytes(b"")

    units = _units(batch(folder, tmp_path / "out"))

    assert [len(unit.files) for unit in units] == [6, 1, FILES_A_UNIT - 5]
    assert [unit.number for unit in units] == [0, 1, 2]
    assert units == [Unit.from_json(unit.to_json()) for unit in units]


def test_a_unit_whose_files_have_changed_is_another(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 2), tmp_path / "out")
    (before,) = _units(asked)
    os.utime(tmp_path / "in" / "00" / "page0001.html", (1, 1))

    (after,) = _units(asked)

    assert before.name != after.name


def test_the_rows_of_a_unit_that_has_changed_go(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", 2), tmp_path / "out", "jsonl")
    (unit,) = _units(asked)
    (tmp_path / "out").mkdir()
    for name in (f"part-{unit.name}.jsonl", "part-000000-0123456789ab.jsonl", "notes.jsonl"):
        (tmp_path / "out" / name).touch()

    drop_stale_parts(asked, [unit])

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["notes.jsonl", f"part-{unit.name}.jsonl"]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives of a few kilobytes are in pieces."""
    monkeypatch.setattr("cleaner.batch.units.BYTES_A_UNIT", 1_000)
    for name in ("json_lines", "parquet", "warc", "zip"):
        monkeypatch.setattr(f"cleaner.readers.{name}.PIECE_BYTES", 6_000)
    monkeypatch.setattr("cleaner.readers.json_lines._BLOCK", 500)


def _json_lines(path: Path) -> None:
    lines = [json.dumps(row) for row in ROWS]
    lines[40:40] = ["", "no JSON", "[]"]
    path.write_text("\n".join(lines))


def _parquet(path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="the extra 'parquet' is not installed")
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=7, compression="none")


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(90):
            with pytest.warns(UserWarning, match="Duplicate name") if number == 60 else nullcontext():
                archive.writestr(f"news/{number if number != 60 else 3}.html", article(number))
        archive.writestr("logo.png", b"")


def _warc(path: Path) -> None:
    """A record a page; some are damaged, some stand in one member with the next, and something else stands between them."""
    pytest.importorskip("fastwarc", reason="the extra 'warc' is not installed")
    is_gzip = path.suffix == ".gz"
    records = [_record(number) for number in range(90)]
    records[20] = records[20][:300] + b"?" * 40 + records[20][340:]
    records[50:52] = [records[50] + records[51]]
    records[70] = records[70][:-200]
    packed = [gzip.compress(record, 1) if is_gzip else record for record in records]
    packed[10] = packed[10][:100] + b"?" * 40 + packed[10][140:]
    packed[30:30] = [b"nothing that anybody knows" * 40]
    path.write_bytes(b"".join(packed))


def _record(number: int) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    made = io.BytesIO()
    writer = WARCWriter(made, gzip=False)
    page = f"<p>{' '.join(story(number))}".encode()
    record = writer.create_warc_record(
        f"https://river.example/{number}",
        "response",
        payload=io.BytesIO(page),
        http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Record-ID": f"<urn:uuid:{number:032x}>", "WARC-Date": "2024-05-06T07:08:09Z"},
        length=len(page),
    )
    writer.write_record(record)
    return made.getvalue()


ARCHIVES = [
    ("a.jsonl", _json_lines),
    ("a.parquet", _parquet),
    ("a.zip", _zip),
    ("a.warc", _warc),
    ("a.warc.gz", _warc),
]


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(("name", "write"), ARCHIVES, ids=[name for name, _ in ARCHIVES])
def test_the_pieces_of_an_archive_give_what_the_whole_gives(name: str, write: Callable[[Path], None], tmp_path: Path) -> None:
    write(tmp_path / name)
    asked = batch(tmp_path / name, tmp_path / "pieces", "json")
    units = _units(asked)
    run(replace(asked, out=tmp_path / "whole"))

    report = _done(asked, units)
    failures = Receipts(asked).report(units, 0)[1]

    assert len(units) > 2
    assert units == [Unit.from_json(unit.to_json()) for unit in units]
    assert report.cleaned >= 80
    whole = contents(tmp_path / "whole")
    told = [json.loads(line) for line in whole.pop("failures.jsonl").splitlines()]
    assert contents(tmp_path / "pieces") == whole
    assert failures == [(row["path"], row["error"], row["message"]) for row in told]


@pytest.mark.usefixtures("small_pieces")
def test_what_cannot_be_split_is_a_unit_and_tells_what_is_wrong_with_it_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.zip").write_bytes(b"PK" * 5_000)
    (tmp_path / "in" / "b.jsonl.gz").write_bytes(gzip.compress(b'{"text": "It rained."}\n' * 200, 0))
    asked = batch(tmp_path / "in", tmp_path / "out")

    units = _units(asked)
    report = _done(asked, units)

    assert len(units) == 2
    assert (report.cleaned, report.failed) == (200, 1)


@pytest.mark.usefixtures("small_pieces")
def test_an_archive_is_not_read_only_to_split_it_where_there_are_many(tmp_path: Path) -> None:
    def units_with(copies: int) -> int:
        for number in range(copies):
            _json_lines(tmp_path / "in" / f"{number}.jsonl")
        return len(_units(batch(tmp_path / "in", tmp_path / "out")))

    (tmp_path / "in").mkdir()

    assert units_with(10) > 20
    assert units_with(21) == 21


@pytest.mark.parametrize("limit", [1, 30, 95, 200])
def test_a_limit_counts_pages_in_their_order(limit: int, tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 40)
    _json_lines(folder / "00" / "page0020.jsonl")
    asked = batch(folder, tmp_path / "units", "jsonl", limit=limit)
    local = run(replace(asked, out=tmp_path / "local"))

    report = _done(asked, _units(asked))

    assert report.pages == local.pages
    assert _rows(tmp_path / "units") == _rows(tmp_path / "local")


@pytest.mark.parametrize("to", ["jsonl", "jsonl.gz", "csv", "parquet", "text"])
def test_copies_are_left_out_as_on_one_machine_also_when_pages_have_come_and_changed(to: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    stories = {"b": 1, "c": 2, "d": 1, "e": 3, "f": 2}
    for name, number in stories.items():
        write_story(folder / name / "page.html", number)
    lines = [json.dumps({"html": f'<p>{" ".join(story(number))}.<p>"It rained",<p>he said.'}) for number in (5, 1, 6)]
    (folder / "b" / "more.jsonl").write_text("\n".join(lines))
    asked = Batch((str(folder),), tmp_path / "units", Job("heuristic", to, duplicates="first"), 1)

    first = _done(asked, _units(asked))
    write_story(folder / "a" / "page.html", 3)
    write_story(folder / "d" / "page.html", 4)
    again = _done(asked, _units(asked))
    local = run(replace(asked, out=tmp_path / "local"))

    assert first.counts["copy"] == 3
    assert again.counts["copy"] == 3
    assert (again.counts, again.tally.kept_words) == (local.counts, local.tally.kept_words)
    assert (tmp_path / "units" / "duplicates.jsonl").read_text() == (tmp_path / "local" / "duplicates.jsonl").read_text()
    assert _rows(tmp_path / "units") == _rows(tmp_path / "local")


def test_a_unit_whose_copies_were_not_all_taken_out_is_made_anew(tmp_path: Path) -> None:
    for name, number in {"a": 1, "b": 2, "c": 1}.items():
        write_story(tmp_path / "in" / f"{name}.html", number)
    asked = Batch((str(tmp_path / "in"),), tmp_path / "out", Job("heuristic", "jsonl", duplicates="first"), 1)
    (unit,) = _units(asked)
    _done(asked, [unit])
    before = _rows(tmp_path / "out")

    Receipts(asked).leave_out(unit, None)  # as one that was killed over it leaves it
    _done(asked, [unit])

    assert _rows(tmp_path / "out") == before
    assert len(before) == 2


def _done(asked: Batch, units: list[Unit]) -> Report:
    """All that a cluster does with them."""
    receipts = Receipts(asked)
    for unit in units:
        if not receipts.has(unit, retry_failed=False):
            clean_unit(unit, asked)
    if asked.job.duplicates != "keep":
        for leaving in list(find_copies(asked, units)):
            leave_out(leaving, asked)
    drop_stale_parts(asked, units)
    return receipts.report(units, 0)[0]


def _rows(out: Path) -> Sequence[object]:
    """The results, in order."""
    parts = sorted(out.glob("part-*"))
    if not parts:
        return sorted(it for it in contents(out).items() if it[0] != "failures.jsonl")
    if parts[0].suffix == ".parquet":
        from pyarrow import parquet

        return [row for part in parts for row in parquet.read_table(part).to_pylist()]
    return [line for part in parts for line in decompressed(io.BytesIO(part.read_bytes())) if not line.startswith(b"id,")]


def _units(asked: Batch) -> list[Unit]:
    return list(units_of(asked))

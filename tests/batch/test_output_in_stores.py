"""Results that go to an object store, as batches on many machines write them: real servers of S3 and GCS on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.batch import Batch, forget
from cleaner.batch.report import Report
from cleaner.batch.run import write_reports
from cleaner.batch.unit_copies import find_copies, leave_out
from cleaner.batch.units import Receipts, clean_unit, drop_stale_parts, units_of
from cleaner.errors import InputError
from cleaner.readers.folder import find_sources
from cleaner.writers.places import output_at
from tests.batch.pages import batch, program, run, write_story
from tests.stores import gs_server, s3_server

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.xdist_group("stores")]


@pytest.fixture(scope="module")
def _s3() -> Iterator[None]:
    pytest.importorskip("moto.server", reason="moto is not installed")
    s3fs = pytest.importorskip("s3fs", reason="the extra 's3' is not installed")
    with s3_server():
        s3fs.S3FileSystem().mkdir("results")
        yield


@pytest.fixture(scope="module")
def _gs() -> Iterator[None]:
    pytest.importorskip("gcp_storage_emulator", reason="gcp-storage-emulator is not installed")
    with gs_server():
        gcsfs = pytest.importorskip("gcsfs", reason="the extra 'gs' is not installed")
        gcsfs.GCSFileSystem().mkdir("results")
        yield


@pytest.fixture(params=["s3", "gs"])
def bucket(request: pytest.FixtureRequest) -> str:
    request.getfixturevalue(f"_{request.param}")
    return f"{request.param}://results"


@pytest.mark.parametrize("to", ["jsonl.gz", "markdown"])
def test_results_in_a_store_are_those_in_a_folder(bucket: str, to: str, tmp_path: Path) -> None:
    folder = _stories(tmp_path / "in")
    asked = batch(folder, output_at(f"{bucket}/{to}"), to)
    asked = replace(asked, job=replace(asked.job, duplicates="first"))
    here = replace(asked, out=tmp_path / "out")
    run(here)

    first = _done(asked)
    again = _done(asked)

    assert (first.now, again.now) == (6, 0)
    assert first.counts["copy"] == 1
    names = ["duplicates.jsonl", "failures.jsonl"]
    names += [f"{name}.md" for name in "abcde"] if to == "markdown" else []
    assert [(asked.out / name).read_bytes() for name in names] == [(here.out / name).read_bytes() for name in names]
    if to == "jsonl.gz":
        assert [path.read_bytes() for path in asked.out.glob("part-*")] == [
            here.out.joinpath("part-000000.jsonl.gz").read_bytes()
        ]
    forget(asked)
    assert not list(asked.units.glob("*"))


def test_results_are_no_pages_of_the_next_run(bucket: str) -> None:
    pages = output_at(f"{bucket}/crawl")
    (pages / "a.html").write_text("<p>It rained all night.")
    (pages / "out" / "a.txt").write_text("It rained all night.")
    asked = replace(batch(Path("nowhere"), pages / "out", "text"), inputs=(str(pages),))

    assert [source.name for source in asked.find()()] == ["a.html"]
    with pytest.raises(InputError, match="would stand among the pages"):
        list(find_sources([str(pages)], [pages]))


@pytest.mark.usefixtures("_s3")
def test_one_machine_alone_does_not_write_to_a_store(tmp_path: Path) -> None:
    folder = _stories(tmp_path / "in")

    refused = program("batch", folder, "-o", "s3://results/out", "--to", "jsonl")
    one_file = program("batch", folder, "-o", "s3://results/out.jsonl", "--engine", "ray")
    unknown = program("batch", folder, "-o", "ftp://results/out", "--engine", "ray")

    assert [it.returncode for it in (refused, one_file, unknown)] == [2, 2, 2]
    assert "say --engine ray" in refused.stderr
    assert "leave .jsonl out" in one_file.stderr
    assert "begins with s3://" in unknown.stderr


def _stories(folder: Path) -> Path:
    for number, name in enumerate("abcde"):
        write_story(folder / f"{name}.html", number)
    write_story(folder / "f.html", 2)
    return folder


def _done(asked: Batch) -> Report:
    """All that a cluster does, here."""
    receipts = Receipts(asked)
    receipts.begin(asked.configuration)
    units = list(units_of(asked))
    waiting = [unit for unit in units if not receipts.has(unit, retry_failed=False)]
    pages = sum(clean_unit(unit, asked)["pages"] for unit in waiting)
    for leaving in list(find_copies(asked, units)) if asked.job.duplicates != "keep" else []:
        leave_out(leaving, asked)
    drop_stale_parts(asked, units)
    report, failures = receipts.report(units, pages)
    write_reports(asked, report, failures, 0.0, finished=True)
    return report

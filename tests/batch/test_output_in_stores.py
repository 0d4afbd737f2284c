"""Results that go to an object store, a unit at a time: real servers of S3 and GCS on this machine."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.batch import Batch, forget, plan_units, run_in_store
from cleaner.batch.report import Report
from cleaner.batch.units import FILES_A_UNIT
from cleaner.errors import InputError
from cleaner.readers.folder import find_sources
from cleaner.writers.places import output_at
from tests.batch.pages import PROGRAM, batch, finished, pages, program, run, write_story
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
def test_a_batch_that_is_killed_goes_on_in_a_store(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 3 * FILES_A_UNIT)
    options = ("--to", "jsonl", "--cleaner", "heuristic", "--workers", "2")
    out = output_at("s3://results/killed")
    run(batch(folder, tmp_path / "local", "jsonl", workers=2))

    with subprocess.Popen([*PROGRAM, "batch", str(folder), "-o", str(out), *options], stderr=subprocess.DEVNULL) as process:
        while not any(out.glob("part-*")):
            assert process.poll() is None, "it ended before"
            time.sleep(0.05)
        process.kill()
    asked = batch(folder, out, "jsonl")
    planned = plan_units(asked)
    done = program("batch", folder, "-o", out, *options)

    assert (planned.pages, planned.done % FILES_A_UNIT) == (3 * FILES_A_UNIT, 0)
    assert planned.done < planned.pages
    assert done.returncode == 1, done.stderr
    assert f"cleaned {594:,} of {600:,} pages into s3://results/killed" in done.stderr
    rows = b"".join(path.read_bytes() for path in sorted(out.glob("part-*")))
    assert rows == b"".join(path.read_bytes() for path in sorted((tmp_path / "local").glob("part-*")))
    assert (out / "failures.jsonl").read_bytes() == (tmp_path / "local" / "failures.jsonl").read_bytes()
    assert plan_units(asked).done == 3 * FILES_A_UNIT


@pytest.mark.usefixtures("_s3")
def test_an_interrupted_batch_tells_what_is_done_in_the_store(tmp_path: Path) -> None:
    asked = batch(pages(tmp_path / "in", FILES_A_UNIT + 1), output_at("s3://results/interrupted"), "jsonl")
    steps = run_in_store(asked)
    next(steps)
    steps.close()

    told = json.loads((asked.out / "run.json").read_text())

    assert (told["finished"], told["pages"]) == (False, FILES_A_UNIT)


@pytest.mark.usefixtures("_s3")
def test_what_cannot_be_written_in_a_store_is_told(tmp_path: Path) -> None:
    folder = _stories(tmp_path / "in")

    one_file = program("batch", folder, "-o", "s3://results/out.jsonl")
    no_bucket = program("batch", folder, "-o", "s3://nowhere/out", "--to", "jsonl")
    no_key = program("batch", folder, "-o", "s3://results/out", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")

    assert [it.returncode for it in (one_file, no_bucket, no_key)] == [2, 6, 2]
    assert "leave .jsonl out" in one_file.stderr
    with pytest.raises(InputError, match="begins with s3://"):
        output_at("ftp://results/out")
    assert "bucket does not exist: see to that, and the same command goes on" in no_bucket.stderr
    assert "s3://results/out cannot be reached" in no_key.stderr
    assert not any("Traceback" in it.stderr for it in (one_file, no_bucket, no_key))


def _stories(folder: Path) -> Path:
    for number, name in enumerate("abcde"):
        write_story(folder / f"{name}.html", number)
    write_story(folder / "f.html", 2)
    return folder


def _done(asked: Batch) -> Report:
    return finished(run_in_store(asked))

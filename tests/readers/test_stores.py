"""Pages in an object store: a real S3 server on this machine."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.readers import DEFAULT_FIELDS, READERS, read_pages
from cleaner.readers.folder import Source, find_sources
from tests.batch.pages import program
from tests.readers.pages import contents, page
from tests.stores import s3_server

pytest.importorskip("s3fs", reason="the extra 's3' is not installed")
pytest.importorskip("moto.server", reason="moto is not installed")

# botocore's own matter
pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.xdist_group("stores")]


@pytest.fixture(scope="module")
def _store() -> Iterator[None]:
    """A server with a bucket of pages and archives."""
    with s3_server():
        _fill()
        yield


def _fill() -> None:
    import s3fs

    store = s3fs.S3FileSystem()
    store.mkdir("crawl")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("in/zip.html", page(3))
    for name, content in {
        "news/a.html": page(1),
        "news/old/b.html": page(2),
        "news/pages.zip": archive.getvalue(),
        "lines/c.jsonl.gz": gzip.compress(b'{"text": "It rained."}\n'),
        "lines/d.jsonl.gz": gzip.compress(b'{"text": "It snowed."}\n'),
        "logo.png": b"\x89PNG",
    }.items():
        store.pipe_file(f"crawl/{name}", content)


def pages_of(*urls: str) -> list[bytes | str]:
    sources = find_sources(urls, [Path("/nowhere/out")])
    return [content for source in sources for content in _read(source)]


def _read(source: Source) -> list[bytes | str]:
    assert source.reader is not None
    return contents(list(read_pages(source.location, source.name, source.reader)))


@pytest.mark.usefixtures("_store")
def test_a_prefix_is_a_folder_and_keeps_its_tree() -> None:
    names = [source.name for source in find_sources(["s3://crawl/news"], [Path("/nowhere/out")])]

    assert names == ["a.html", "pages.zip", "old/b.html"]
    assert pages_of("s3://crawl/news") == [page(1), page(3), page(2)]


@pytest.mark.usefixtures("_store")
def test_a_pattern_stands_for_the_objects_that_it_matches() -> None:
    assert pages_of("s3://crawl/lines/*.jsonl.gz") == ["It rained.", "It snowed."]


@pytest.mark.usefixtures("_store")
def test_a_single_object_is_read() -> None:
    assert pages_of("s3://crawl/lines/d.jsonl.gz") == ["It snowed."]
    assert [source.name for source in find_sources(["s3://crawl/lines/d.jsonl.gz"], [])] == ["d.jsonl.gz"]


@pytest.mark.usefixtures("_store")
@pytest.mark.parametrize("url", ["s3://crawl/missing/", "s3://crawl/*.warc", "s3://nobucket/a.html"])
def test_what_is_not_there_is_refused(url: str) -> None:
    with pytest.raises(InputError, match=r"does not exist|cannot be read"):
        list(find_sources([url], [Path("/nowhere/out")]))


@pytest.mark.usefixtures("_store")
def test_an_object_that_vanishes_is_a_failure() -> None:
    (found,) = read_pages("s3://crawl/gone.html", "gone.html", READERS["page"], DEFAULT_FIELDS)

    assert found.page is None
    assert "does not exist" in found.message


@pytest.mark.usefixtures("_store")
def test_a_batch_reads_from_the_store(tmp_path: Path) -> None:
    done = program("batch", "s3://crawl/", "-o", tmp_path / "out", "--cleaner", "heuristic", "--workers", "1")

    assert done.returncode == 0, done.stderr
    assert "cleaned 5 of 5 pages" in done.stderr
    assert (tmp_path / "out" / "news" / "old" / "b.txt").exists()


def test_a_file_url_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(page(1))

    assert pages_of(f"file://{tmp_path}/a.html") == [page(1)]


def test_pages_are_not_fetched_from_the_web() -> None:
    with pytest.raises(InputError, match=r"give a path, or a URL that begins with s3://"):
        list(find_sources(["https://river.example/"], [Path("/nowhere/out")]))

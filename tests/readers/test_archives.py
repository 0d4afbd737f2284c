"""Pages in zip and tar archives, of which no name, size or checksum can be trusted."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.parse import MAX_CONTENT
from cleaner.readers import READERS, read_pages
from tests.readers.pages import contents, failures, page, read

Members = dict[str, bytes]
FIVE = {f"news/{number}.html": page(number) for number in range(5)}


def zip_of(members: Members, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", compression) as archive:
        warnings.simplefilter("ignore")  # of two members of one name
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def tar_of(members: Members) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in members.items():
            _add(archive, name, content)
    return made.getvalue()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


MAKERS: dict[str, Callable[[Members], bytes]] = {"pages.zip": zip_of, "pages.tar": tar_of}
archives = pytest.mark.parametrize("name", MAKERS)


@archives
def test_the_members_that_are_pages_are_read_in_order(name: str) -> None:
    found = read(MAKERS[name]({**FIVE, "logo.png": b"\x89PNG", "notes.txt": b"Notes."}), name)

    assert contents(found) == [*FIVE.values(), b"Notes."]
    assert (found[0].place, found[0].target) == (f"{name}/news/0.html", f"{name}/news/0.html")


@pytest.mark.parametrize(("suffix", "compress"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_a_compressed_tar_is_read(suffix: str, compress: Callable[[bytes], bytes]) -> None:
    assert contents(read(compress(tar_of(FIVE)), "pages.tar" + suffix)) == list(FIVE.values())


def test_a_tar_compressed_with_zstd_is_read() -> None:
    zstd = pytest.importorskip("backports.zstd", reason="the extra 'zstd' is not installed")

    assert contents(read(zstd.compress(tar_of(FIVE)), "pages.tar.zst")) == list(FIVE.values())


@archives
@pytest.mark.parametrize("member", ["../../evil.html", "/etc/evil.html", "a/../../evil.html", "..\\evil.html", "C:\\evil.html"])
def test_a_name_that_leads_out_of_the_archive_is_a_failure(name: str, member: str) -> None:
    found = read(MAKERS[name]({member: page(0), **FIVE}), name)

    assert contents(found) == list(FIVE.values())
    (message,) = failures(found).values()
    assert "leads out of the archive" in message


@archives
def test_a_member_beyond_the_limit_is_a_failure_and_not_unpacked_whole(name: str) -> None:
    found = read(MAKERS[name]({"bomb.html": bytes(3 * MAX_CONTENT), **FIVE}), name)

    assert contents(found) == list(FIVE.values())
    assert [one.error for one in found if one.page is None] == ["PageRefused"]


def test_the_second_of_two_members_of_one_name_is_a_failure() -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        _add(archive, "a.html", page(0))
        _add(archive, "a.html", page(1))

    found = read(made.getvalue(), "pages.tar")

    assert contents(found) == [page(0)]
    assert "same name" in failures(found)["pages.tar/a.html#2"]


def test_links_pipes_and_devices_in_a_tar_are_failures() -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE)):
            member = tarfile.TarInfo(f"{number}.html")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        _add(archive, "a.html", page(0))

    found = read(made.getvalue(), "pages.tar")

    assert contents(found) == [page(0)]
    assert len(failures(found)) == 4


def test_a_link_in_a_zip_is_a_failure() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("link.html")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.html", page(0))

    found = read(made.getvalue(), "pages.zip")

    assert contents(found) == [page(0)]
    assert "link" in failures(found)["pages.zip/link.html"]


def test_a_damaged_member_of_a_zip_costs_itself_alone() -> None:
    content = bytearray(zip_of(FIVE))
    at = content.index(b"news/2.html") + len("news/2.html")
    content[at : at + 10] = bytes(10)

    found = read(bytes(content), "pages.zip")

    assert contents(found) == [it for name, it in FIVE.items() if name != "news/2.html"]
    assert "damaged" in failures(found)["pages.zip/news/2.html"]


def test_an_encrypted_member_of_a_zip_is_a_failure() -> None:
    content = bytearray(zip_of({"a.html": page(0)}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert "encrypted" in failures(read(bytes(content), "pages.zip"))["pages.zip/a.html"]


def test_a_zip_whose_members_lie_over_each_other_is_refused() -> None:
    content = bytearray(zip_of({"a.html": bytes(100_000), "b.html": bytes(100_000)}))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    content[second + 42 : second + 46] = struct.pack("<I", 5)

    found = read(bytes(content), "pages.zip")

    assert not contents(found)
    assert "zip bomb" in failures(found)["pages.zip"]


def test_of_a_tar_that_breaks_off_what_comes_before_is_read() -> None:
    found = read(gzip.compress(tar_of(FIVE))[:-60], "pages.tar.gz")

    assert contents(found) == list(FIVE.values())[: len(contents(found))]
    assert list(failures(found)) == ["pages.tar.gz"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.parquet", "a.warc", "a.warc.gz"])
@pytest.mark.parametrize("content", [b"no archive at all", b"\x1f\x8b\x08garbage", b"PK\x03\x04", b"\xfd7zXZ\x00broken"])
def test_what_is_no_archive_is_a_failure(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    reader = READERS[name.split(".")[1]]

    found = list(read_pages(str(tmp_path / name), name, reader))

    assert [one.page for one in found] == [None]
    assert found[0].error == "InputError"
    assert found[0].message


def test_a_compressed_page_is_read_and_one_that_unpacks_beyond_the_limit_refused() -> None:
    assert contents(read(gzip.compress(page(1)), "a.html.gz")) == [page(1)]
    assert [one.error for one in read(gzip.compress(bytes(2 * MAX_CONTENT)), "a.html.gz")] == ["PageRefused"]

"""Pages in WARC and WET files, as other tools write them, and as damage leaves them."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from datetime import UTC, datetime

import pytest

from cleaner.readers import DEFAULT_FIELDS
from cleaner.readers.warc import MAX_HEAD, MAX_RECORD, read_warc, read_warc_piece, warc_pieces
from tests.readers.pages import contents, failures, page, read

pytest.importorskip("fastwarc", reason="the extra 'warc' is not installed")
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGES = [page(number) * 20 for number in range(30)]


def warc_of(
    pages: list[bytes],
    is_gzip: bool = True,
    headers: tuple[tuple[str, str], ...] = (),
    status: str = "200 OK",
    media_type: str = "text/html; charset=utf-8",
) -> bytes:
    made = io.BytesIO()
    writer = WARCWriter(made, gzip=is_gzip)
    for number, content in enumerate(pages):
        http = StatusAndHeaders(status, [("Content-Type", media_type), *headers], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            f"https://river.example/{number}",
            "response",
            payload=io.BytesIO(content),
            http_headers=http,
            warc_headers_dict={"WARC-Date": "2024-05-06T07:08:09Z", "WARC-Record-ID": f"<urn:uuid:{number:032x}>"},
            length=len(content),
        )
        writer.write_record(record)
    return made.getvalue()


@pytest.mark.parametrize("is_gzip", [True, False])
def test_what_warcio_wrote_is_read(is_gzip: bool) -> None:
    found = read(warc_of(PAGES, is_gzip), "a.warc.gz")

    assert contents(found) == PAGES
    first = found[0].page
    assert first is not None
    assert (first.url, first.charset, first.kind) == ("https://river.example/0", "utf-8", "html")
    assert first.fetched_at == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert first.id.startswith("urn:uuid:")


def test_what_fastwarc_wrote_is_read() -> None:
    from fastwarc.warc import WarcRecord, WarcRecordType

    made = io.BytesIO()
    for content in PAGES:
        record = WarcRecord()
        record.init_headers(WarcRecordType.response)
        record.headers["WARC-Target-URI"] = "https://river.example/"
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + content)
        record.write(made)

    assert contents(read(made.getvalue(), "a.warc")) == PAGES


def test_a_wet_file_is_read_as_text() -> None:
    made = io.BytesIO()
    writer = WARCWriter(made, gzip=True)
    writer.write_record(writer.create_warcinfo_record("a.wet", {"software": "invented"}))
    record = writer.create_warc_record(
        "https://river.example/", "conversion", payload=io.BytesIO(b"It rained."), length=10, warc_content_type="text/plain"
    )
    writer.write_record(record)

    (found,) = read(made.getvalue(), "a.warc.wet.gz")

    assert found.page is not None
    assert (found.page.content, found.page.kind) == (b"It rained.", "text")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_page_that_was_stored_as_it_was_sent_is_unpacked(encoding: str) -> None:
    packed = gzip.compress(PAGES[0]) if encoding == "gzip" else zlib.compress(PAGES[0])
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)

    found = read(warc_of([chunked], headers=(("Content-Encoding", encoding), ("Transfer-Encoding", "chunked"))), "a.warc.gz")

    assert contents(found) == [PAGES[0]]


def test_redirects_and_pictures_are_passed_over() -> None:
    redirects = warc_of(PAGES[:2], status="301 Moved")
    pictures = warc_of([b"\x89PNG"], media_type="image/png")

    assert contents(read(redirects + pictures + warc_of(PAGES[2:3]), "a.warc.gz")) == PAGES[2:3]


def test_a_page_that_unpacks_beyond_the_limit_is_refused() -> None:
    found = read(warc_of([gzip.compress(bytes(30_000_000)), PAGES[0]], headers=(("Content-Encoding", "gzip"),)), "a.warc.gz")

    assert found[0].error == "PageRefused"


@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_record_beyond_the_limit_is_refused_and_the_next_are_read(is_gzip: bool) -> None:
    found = read(warc_of([bytes(MAX_RECORD + MAX_HEAD), PAGES[0]], is_gzip), "a.warc.gz")

    assert [one.error for one in found] == ["PageRefused", ""]


def test_a_file_that_is_compressed_as_one_is_read() -> None:
    whole = warc_of(PAGES, is_gzip=False)

    assert contents(read(gzip.compress(whole), "a.warc.gz")) == PAGES
    assert contents(read(gzip.compress(whole[:5000]) + gzip.compress(whole[5000:]), "a.warc.gz")) == PAGES


@pytest.mark.parametrize("is_gzip", [True, False])
def test_of_a_damaged_file_every_record_that_is_whole_is_read(is_gzip: bool) -> None:
    """One damage, wherever it is, costs one record: the one it is in."""
    chance = random.Random(7)  # noqa: S311
    whole = warc_of(PAGES, is_gzip)
    for _ in range(100):
        damaged = bytearray(whole)
        at, length = chance.randrange(len(whole)), chance.choice((1, 3, 40))
        if chance.random() < 0.3:
            del damaged[at : at + length]
        else:
            damaged[at : at + length] = chance.randbytes(length)

        found = read(bytes(damaged), "a.warc.gz")

        intact = [content for content in contents(found) if content in PAGES]
        assert len(intact) >= len(PAGES) - 2, f"{length} bytes at {at}"  # 40 bytes may lie in two
        assert not is_gzip or length == 40 or len(intact) >= len(PAGES) - 1, f"{length} bytes at {at}"
        assert not is_gzip or len(intact) == len(PAGES) or failures(found), f"{length} bytes at {at}"


@pytest.mark.parametrize("is_gzip", [True, False])
def test_pieces_give_what_the_whole_gives_also_of_a_damaged_file(is_gzip: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.readers.warc.PIECE_BYTES", 1_500)
    chance = random.Random(8)  # noqa: S311
    whole = warc_of(PAGES, is_gzip) + b"\0" * 30 + warc_of(PAGES[:1], False) + warc_of(PAGES[:3], is_gzip)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(3)):
            at, length = chance.randrange(len(whole)), chance.choice((1, 3, 40, 2_000))
            damaged[at : at + length] = chance.randbytes(chance.choice((0, length)))
        pieces = list(warc_pieces(io.BytesIO(damaged)))

        found = [one for it in pieces for one in read_warc_piece(io.BytesIO(damaged), "a.warc.gz", DEFAULT_FIELDS, it)]

        assert len(pieces) > 1
        assert found == list(read_warc(io.BytesIO(damaged), "a.warc.gz", DEFAULT_FIELDS))


def test_a_file_that_breaks_off_loses_its_last_record_and_says_so() -> None:
    found = read(warc_of(PAGES)[:-50], "a.warc.gz")

    assert contents(found) == PAGES[:-1]
    assert "breaks off" in failures(found)["a.warc.gz#30"]


def test_a_length_that_lies_costs_its_record_alone() -> None:
    whole = warc_of(PAGES, is_gzip=False)
    at = whole.index(b"Content-Length: ", len(whole) // 2) + len("Content-Length: ")
    for lie in (b"3", b"99", b"9999999999999"):
        found = read(whole[:at] + lie + whole[at + len(lie) :] if len(lie) < 3 else whole[:at] + lie + whole[at:], "a.warc")

        assert len(contents(found)) == len(PAGES) - 1, lie
        assert len(failures(found)) == 1, lie

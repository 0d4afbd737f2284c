"""Bodies that are compressed, sent as forms, or stream by line after line."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import socket
import zlib
from typing import Any

import brotli
import pytest
from backports import zstd

from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, TEXT, InProcess, Server

LINES = {"Content-Type": "application/jsonl"}
COMPRESSED = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("encoding", COMPRESSED)
def test_a_compressed_page_is_the_page(service: InProcess, encoding: str) -> None:
    body = COMPRESSED[encoding](HTML_PAGE.encode())
    answer = service.clean(content=body, headers=HTML | {"Content-Encoding": encoding})
    assert ARTICLE[0] in answer.json()["text"]


@pytest.mark.parametrize("encoding", COMPRESSED)
def test_a_small_body_that_grows_without_end_is_refused_at_the_limit(service: InProcess, encoding: str) -> None:
    body = COMPRESSED[encoding](bytes(100_000_000))
    assert len(body) < 200_000
    answer = service.clean(content=body, headers=TEXT | {"Content-Encoding": encoding})
    assert answer.status_code == 413
    assert answer.json()["limit_bytes"] == 10_000_000


@pytest.mark.parametrize("encoding", COMPRESSED)
@pytest.mark.parametrize(
    "body", [b"plain text", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78"], ids=["text", "gz", "zst", "zlib"]
)
def test_a_body_that_is_not_what_it_says_is_refused(service: InProcess, encoding: str, body: bytes) -> None:
    answer = service.clean(content=body, headers=TEXT | {"Content-Encoding": encoding})
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("broken-encoding")


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_body_in_members_is_put_together_and_one_of_nothing_but_members_is_refused(service: InProcess, encoding: str) -> None:
    pack = COMPRESSED[encoding]
    headers = HTML | {"Content-Encoding": encoding}
    middle = len(HTML_PAGE) // 2
    halves = pack(HTML_PAGE[:middle].encode()) + pack(b"") * 200 + pack(HTML_PAGE[middle:].encode())
    assert ARTICLE[0] in service.clean(content=halves, headers=headers).json()["text"]
    assert service.clean(content=pack(b"") * 400_000, headers=headers).status_code == 400


def test_a_long_compressed_page_is_the_page(service: InProcess) -> None:
    noise = random.Random(7).randbytes(200_000).hex()  # noqa: S311  # not a secret
    page = HTML_PAGE.replace("<main>", f"<main><!-- {noise} -->")
    for encoding, pack in COMPRESSED.items():
        answer = service.clean(content=pack(page.encode()), headers=HTML | {"Content-Encoding": encoding})
        assert ARTICLE[1] in answer.json()["text"], encoding


def test_a_form_has_the_page_as_a_file_and_the_options_as_fields(service: InProcess) -> None:
    form: dict[str, Any] = {
        "html": ("page.html", HTML_PAGE),
        "url": (None, "https://news.example/a"),
        "explain": (None, "summary"),
    }
    document = service.clean(files=form).json()
    assert document["url"] == "https://news.example/a"
    assert document["removed"]["pieces"]
    assert [line for line in document["text"].splitlines() if line] == list(ARTICLE)


FORMS: dict[str, tuple[int, dict[str, Any]]] = {
    "no page": (422, {"url": (None, "https://news.example/a")}),
    "two pages": (422, {"html": (None, "a"), "text": (None, "b")}),
    "an empty page": (422, {"html": (None, "")}),
    "an unknown option": (422, {"html": (None, "a"), "colour": (None, "red")}),
    "an unknown cleaner": (422, {"html": (None, "a"), "cleaner": (None, "broom")}),
    "parts without end": (422, {f"part{number}": (None, "a") for number in range(1_000)}),
}


@pytest.mark.parametrize(("status", "form"), FORMS.values(), ids=FORMS)
def test_a_form_that_says_something_wrong_is_refused(service: InProcess, status: int, form: dict[str, Any]) -> None:
    answer = service.clean(files=form)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n", b"\0" * 100])
def test_a_broken_form_is_refused(service: InProcess, body: bytes) -> None:
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data"):
        answer = service.clean(content=body, headers={"Content-Type": content_type})
        assert answer.status_code in (400, 422)
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_same_request_has_the_same_result_id_and_another_one_another(service: InProcess) -> None:
    first, again = (service.clean(content=HTML_PAGE, headers=HTML) for _ in range(2))
    assert first.headers["Cleaner-Result"] == again.headers["Cleaner-Result"]
    assert first.headers["ETag"] == f'W/"{first.headers["Cleaner-Result"]}"'
    others = [
        service.clean("?explain=blocks", content=HTML_PAGE, headers=HTML),
        service.clean("?cleaner=trafilatura", content=HTML_PAGE, headers=HTML),
        service.clean(content=HTML_PAGE, headers=HTML | {"Accept": "text/plain"}),
        service.clean(content=HTML_PAGE + " ", headers=HTML),
    ]
    assert len({first.headers["ETag"], *(other.headers["ETag"] for other in others)}) == 5


def batch(service: InProcess, *lines: object) -> list[dict[str, Any]]:
    written = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    answer = service.ask("POST", "/v1/clean/batch", content=written, headers=LINES)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_batch_keeps_order_and_ids_and_goes_on_behind_a_line_that_fails(service: InProcess) -> None:
    page = {"html": HTML_PAGE}
    rows = batch(
        service,
        {"id": "a", **page},
        "{not JSON\n",
        {"id": 7, "text": ""},
        "\n",
        [],
        {"id": {"x": 1}, **page},
        {"id": "d", **page, "options": {"cleaner": "broom"}},
        {"id": "e", **page, "options": {"explain": "summary"}},
        {**page},
    )
    assert [row["line"] for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [row["id"] for row in rows] == ["a", None, 7, None, None, "d", "e", None]
    assert ["document" in row for row in rows] == [True, False, False, False, False, False, True, True]
    assert [row["problem"]["status"] for row in rows if "problem" in row] == [400, 422, 422, 422, 422]
    assert rows[6]["document"]["removed"]["pieces"]
    assert ARTICLE[0] in rows[7]["document"]["text"]


def test_a_line_that_is_too_long_is_a_row_and_is_not_held(service: InProcess) -> None:
    long = '{"text": "' + "word " * 2_100_000 + '"}\n'
    rows = batch(service, {"id": 1, "text": "It rained."}, long, {"id": 3, "html": HTML_PAGE})
    assert [row["line"] for row in rows] == [1, 2, 3]
    assert rows[1]["problem"]["type"].endswith("line-too-long")
    assert ARTICLE[0] in rows[2]["document"]["text"]


def test_rows_of_a_batch_come_while_lines_are_still_sent(server: Server) -> None:
    async def talk() -> list[int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = (
            "POST /v1/clean/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        writer.write(head.encode())
        seen = []
        for number in range(5):
            line = json.dumps({"id": number, "html": HTML_PAGE}).encode() + b"\n"
            writer.write(b"%x\r\n%s\r\n" % (len(line), line))
            if number:
                while not (row := await reader.readline()).startswith(b'{"line"'):
                    assert row
                seen.append(json.loads(row)["id"])
        writer.close()
        return seen

    assert asyncio.run(talk()) == [0, 1, 2, 3]


def test_a_batch_that_breaks_off_has_a_row_that_says_so(server: Server) -> None:
    line = json.dumps({"id": 1, "html": HTML_PAGE}).encode() + b"\n"
    head = "POST /v1/clean/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/jsonl\r\nContent-Length: 99999\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(head.encode() + line)
        received = b""
        while b"slow-body" not in received:  # the deadline of a body that does not come
            part = connection.recv(10_000)
            assert part
            received += part
    assert received.index(b'"document"') < received.index(b'{"line": 2')


def test_a_batch_that_is_none_is_refused_before_it_is_read(service: InProcess) -> None:
    refused = service.ask("POST", "/v1/clean/batch", content="x", headers=HTML)
    assert refused.status_code == 415
    assert "application/jsonl" in refused.json()["detail"]

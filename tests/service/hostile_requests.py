"""Requests that mean harm, as the bytes that go over the wire: kinds of harm, each with its parameters.

``REQUESTS`` has a function for each, by name, so that a body of 10 MB is there only while it is sent.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Callable, ItemsView, Iterator
from functools import partial
from typing import Any

import brotli
from backports import zstd

from tests.service.conftest import HTML_PAGE

MEGA = 1_000_000
PAGE = HTML_PAGE.encode()

Request = Callable[[], bytes]
Packer = Callable[[bytes], bytes]


def post(path: str = "/v1/clean", body: bytes = PAGE, headers: bytes = b"Content-Type: text/html\r\n") -> bytes:
    """A whole request; its connection is closed behind it."""
    start = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    return start.encode() + headers + b"\r\n" + body


def typed(media_type: str, body: bytes, path: str = "/v1/clean") -> bytes:
    return post(path, body, b"Content-Type: " + media_type.encode("latin-1") + b"\r\n")


def encoded(encoding: str, body: bytes, path: str = "/v1/clean") -> bytes:
    return post(path, body, b"Content-Type: text/html\r\nContent-Encoding: " + encoding.encode() + b"\r\n")


def chunked(chunks: bytes, path: str = "/v1/clean", headers: bytes = b"Content-Type: text/html\r\n") -> bytes:
    start = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n".encode()
    return start + headers + b"\r\n" + chunks


def sent(send: Callable[[bytes], bytes], body: Request) -> Request:
    """A request whose body is made when it is sent."""
    return lambda: send(body())


def _requests(made: dict[str, Request]) -> ItemsView[str, Request]:
    return made.items()


def _charsets() -> Iterator[tuple[str, Request]]:
    for written in ("utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037", "shift_jis"):
        for said in ("utf-8", "utf-16", "iso-2022-jp", "x-user-defined", "unicode-1-1-utf-7"):
            yield f"{written} called {said}", partial(typed, f"text/html; charset={said}", HTML_PAGE.encode(written))
    for name, parameter in {
        "empty": "charset=",
        "of 60 kB": f"charset={'x' * 60_000}",
        "with quotes left open": 'charset="utf-8',
        "that is a codec of bytes": "charset=hex",
        "that is a path": "charset=../../etc/passwd",
        "twice": "charset=utf-16; charset=utf-8",
        "in high bytes": "charset=\xff\xfe",
    }.items():
        yield f"a charset {name}", partial(typed, f"text/html; {parameter}", PAGE)


def _bombs() -> Iterator[tuple[str, Request]]:
    packers: dict[str, Packer] = {
        "gzip": lambda content: gzip.compress(content, mtime=0),
        "deflate": zlib.compress,
        "br": lambda content: brotli.compress(content, quality=5),
        "zstd": zstd.compress,
    }
    made: dict[str, Callable[[Packer], bytes]] = {
        "60 MB of NULs": lambda pack: pack(bytes(60 * MEGA)),
        "60 MB of div": lambda pack: pack(b"<div>" * 12 * MEGA),
        "broken off": lambda pack: pack(PAGE * 100)[:-20],
        "flipped": lambda pack: _flipped(pack(PAGE * 100)),
        "twice over": lambda pack: pack(pack(PAGE)),
        "with a tail": lambda pack: pack(PAGE) + b"tail" * 1000,
        "nothing in it": lambda pack: pack(b""),
        "no byte of it": lambda _pack: b"",
        "something else": lambda _pack: PAGE,
    }
    for encoding, pack in packers.items():
        for name, make in made.items():
            yield f"{encoding}: {name}", sent(partial(encoded, encoding), partial(make, pack))
    yield "gzip of 100,000 empty members", lambda: encoded("gzip", gzip.compress(b"", mtime=0) * 100_000)
    yield "zstd with a window of 2 GB", lambda: encoded("zstd", b"\x28\xb5\x2f\xfd\x00\xa8" + bytes(100))
    for said in ("gzip, gzip", "br" * 10_000, "\x00", "compress"):
        yield f"an encoding called {said[:12]!r}", partial(encoded, said, PAGE)


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 20]) + content[middle + 20 :]


def _forms() -> Iterator[tuple[str, Request]]:
    def form(body: bytes, boundary: str = "b") -> bytes:
        return typed(f"multipart/form-data; boundary={boundary}", body)

    def part(name: bytes, content: bytes) -> bytes:
        return b'--b\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + content + b"\r\n"

    whole = part(b"html", PAGE) + b"--b--\r\n"
    for share in (1, 10, 50, 90, 99):
        yield f"a form cut at {share} %", partial(form, whole[: len(whole) * share // 100])
    for name, body in _requests(
        {
            "without an end": lambda: part(b"html", PAGE),
            "with another boundary": lambda: whole.replace(b"--b", b"--c"),
            "of 20,000 parts": lambda: b"".join(part(b"p%d" % n, b"x") for n in range(20_000)) + b"--b--\r\n",
            "of 50,000 equal parts": lambda: part(b"html", b"x") * 50_000 + b"--b--\r\n",
            "with a name of 5 MB": lambda: part(b"n" * 5 * MEGA, b"x") + b"--b--\r\n",
            "with a header of 5 MB": lambda: b"--b\r\nX: " + b"y" * 5 * MEGA + b"\r\n\r\nx\r\n--b--\r\n",
            "with 50,000 headers": lambda: b"--b\r\n" + b"X: y\r\n" * 50_000 + b"\r\nx\r\n--b--\r\n",
            "with NULs in a name": lambda: part(b"ht\x00ml", PAGE) + b"--b--\r\n",
            "with bytes for a name": lambda: part(b"\xff\xfe\xed\xa0\x80", PAGE) + b"--b--\r\n",
            "with no disposition": lambda: b"--b\r\n\r\nx\r\n--b--\r\n",
            "with a form in it": lambda: part(b"html", whole) + b"--b--\r\n",
            "of dashes": lambda: b"--b" * MEGA,
            "with bare line feeds": lambda: whole.replace(b"\r\n", b"\n"),
            "with a base64 page": lambda: whole.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1),
        }
    ):
        yield f"a form {name}", sent(form, body)
    for name, boundary in {"no": "", "a quoted": '"b', "a long": "b" * 10_000, "a high": "\xff"}.items():
        yield f"a form with {name} boundary", partial(form, whole, boundary)
    yield "a form without a boundary", lambda: typed("multipart/form-data", whole)


def _json() -> Iterator[tuple[str, Request]]:
    def value(text: bytes, key: bytes = b"html") -> bytes:
        return b'{"' + key + b'": ' + text + b"}"

    for name, body in _requests(
        {
            "lists in lists, 3 million": lambda: b"[" * 3 * MEGA,
            "objects in objects, 1 million": lambda: b'{"a":' * MEGA,
            "lists in html, 1,000 deep": lambda: value(b"[" * 1_000 + b"]" * 1_000),
            "lists in options, 100,000 deep": lambda: value(b"[" * 100_000 + b"]" * 100_000, b"options"),
            "a million keys": lambda: b"{" + b",".join(b'"%d":0' % n for n in range(MEGA // 2)) + b"}",
            "a key a hundred thousand times": lambda: b'{"html":"x"' + b',"html":"x"' * 100_000 + b"}",
            "a number of a million digits": lambda: value(b"9" * MEGA),
            "a float of a million digits": lambda: value(b"0." + b"9" * MEGA),
            "an exponent without end": lambda: value(b"1e999999999"),
            "NaN": lambda: value(b"NaN"),
            "minus infinity for options": lambda: value(b"-Infinity", b"options"),
            "halves of characters": lambda: value(rb'"\ud800\udc00 \udfff \ud83d x"'),
            "a cut escape": lambda: value(rb'"\ud80'),
            "a NUL in a key": lambda: value(b'"x"', rb"ht\u0000ml"),
            "raw control bytes": lambda: value(b'"a\x00\x01\x1b[2J"'),
            "a mark in front": lambda: b"\xef\xbb\xbf" + value(b'"<p>x"'),
            "UTF-16": lambda: value(b'"<p>It rained."').decode().encode("utf-16"),
            "UTF-32": lambda: value(b'"<p>It rained."').decode().encode("utf-32"),
            "latin-1": lambda: '{"html": "caf\xe9"}'.encode("latin-1"),
            "a tail": lambda: value(b'"<p>x"') + b"]" * 1000,
            "two objects": lambda: value(b'"<p>x"') * 2,
            "a string": lambda: json.dumps(HTML_PAGE).encode(),
            "null": lambda: b"null",
            "nothing but spaces": lambda: b" " * MEGA,
            "an open string of 9 MB": lambda: b'{"html": "' + b"x" * 9 * MEGA,
            "a page of 9 MB of escapes": lambda: value(b'"' + rb"\u003c" * (MEGA + MEGA // 2) + b'"'),
            "html and text": lambda: b'{"html": "x", "text": "y"}',
            "an address that is a list": lambda: b'{"html": "x", "url": ["http://a.example"]}',
            "an address of 1 MB": lambda: b'{"html": "x", "url": "http://a.example/' + b"x" * MEGA + b'"}',
            "a day in the year 99999": lambda: b'{"html": "x", "fetched_at": "99999-01-01T00:00:00Z"}',
            "__class__": lambda: b'{"html": "x", "options": {"__class__": "x", "model_config": {}}}',
        }
    ):
        yield f"JSON: {name}", sent(partial(typed, "application/json"), body)


def _chunks() -> Iterator[tuple[str, Request]]:
    one = b"%x\r\n%s\r\n" % (len(PAGE), PAGE)
    for name, chunks in _requests(
        {
            "of a byte each": lambda: b"".join(b"1\r\n%c\r\n" % byte for byte in PAGE * 20) + b"0\r\n\r\n",
            "with extensions": lambda: one.replace(b"\r\n", b";x=" + b"y" * 10_000 + b"\r\n", 1) + b"0\r\n\r\n",
            "with trailers": lambda: one + b"0\r\n" + b"X-Late: y\r\n" * 500 + b"\r\n",
            "with a size below zero": lambda: b"-5\r\nhello\r\n0\r\n\r\n",
            "with a size beyond measure": lambda: b"f" * 40 + b"\r\nhello\r\n0\r\n\r\n",
            "with a size in words": lambda: b"five\r\nhello\r\n0\r\n\r\n",
            "with a size that lies": lambda: b"3\r\nhello\r\n0\r\n\r\n",
            "without an end": lambda: one,
            "with bare line feeds": lambda: one.replace(b"\r\n", b"\n") + b"0\n\n",
            "with no size": lambda: b"\r\nhello\r\n0\r\n\r\n",
            "with nothing in them": lambda: b"0\r\n\r\n",
            "of 12 MB in all": lambda: (b"186a0\r\n" + bytes(100_000) + b"\r\n") * 120 + b"0\r\n\r\n",
        }
    ):
        yield f"chunks {name}", sent(chunked, chunks)
    length = b"Content-Type: text/html\r\nContent-Length: 5\r\n"
    yield "chunks with a length, too", lambda: chunked(one + b"0\r\n\r\n", headers=length)


def _heads() -> Iterator[tuple[str, Request]]:
    for name, headers in {
        "no media type": b"",
        "a media type of 30 kB": b"Content-Type: " + b"x" * 30_000 + b"\r\n",
        "a media type of semicolons": b"Content-Type: text/html" + b";" * 30_000 + b"\r\n",
        "a media type in high bytes": b"Content-Type: \xff\xfe\xed\xa0\x80\r\n",
        "two media types": b"Content-Type: text/html\r\nContent-Type: application/json\r\n",
        "an Accept of 10,000 parts": b"Content-Type: text/html\r\nAccept: " + b"a/b;q=0," * 7_000 + b"*/*\r\n",
        "an Accept of weights": b"Content-Type: text/html\r\nAccept: */*;q=nan, text/html;q=1e999, a/b;q=-inf\r\n",
        "500 headers": b"Content-Type: text/html\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(500)),
        "a request id with a line in it": b"Content-Type: text/html\r\nX-Request-ID: a\x1b[31m%0d%0aSet-Cookie: x\r\n",
        "a request id of 30 kB": b"Content-Type: text/html\r\nX-Request-ID: " + b"i" * 30_000 + b"\r\n",
        "an Authorization of 30 kB": b"Content-Type: text/html\r\nAuthorization: Bearer " + b"k" * 30_000 + b"\r\n",
        "an Authorization in high bytes": b"Content-Type: text/html\r\nAuthorization: Bearer \xff\xfe\r\n",
        "a header with a NUL": b"Content-Type: text/html\r\nX: a\x00b\r\n",
        "a folded header": b"Content-Type: text/html\r\nX: a\r\n b\r\n",
        "a header without a name": b"Content-Type: text/html\r\n: a\r\n",
        "an upgrade": b"Content-Type: text/html\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
        "an expectation that is none": b"Content-Type: text/html\r\nExpect: 200-ok\r\n",
        "another host": b"Content-Type: text/html\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n",
    }.items():
        yield f"a head with {name}", partial(post, headers=headers)
    for name, length in {
        "lies": b"5",
        "is signed": b"+5",
        "is hexadecimal": b"0x10",
        "is two": b"5, 5",
        "is huge": b"9" * 18,
    }.items():
        head = b"POST /v1/clean HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/html\r\nContent-Length: "
        yield f"a length that {name}", partial(bytes, head + length + b"\r\n\r\n" + PAGE)
    for name, query in {
        "of 30 kB": "url=http://a.example/" + "x" * 30_000,
        "of broken escapes": "url=%zz%f&cleaner=%",
        "with a NUL": "url=http://a.example/%00",
        "of half characters": "url=http://a.example/%ed%a0%80",
        "of 5,000 parts": "&".join(f"a{n}=b" for n in range(5_000)),
        "of one part 5,000 times": "mode=recall&" * 5_000,
        "of brackets": "url=http://[::1&fetched_at=[]",
        "that tells of a day to come": "fetched_at=9999-12-31T23:59:59%2B14:00",
    }.items():
        yield f"a query {name}", partial(post, f"/v1/clean?{query}")
    for path in (
        "/v1/clean/%00",
        "/v1/clean%2f..%2f..%2fetc%2fpasswd",
        "/v1/documents/" + "a" * 30_000,
        "//evil.example/v1/clean",
    ):
        yield f"a path {path[:30]}", partial(post, path)


def _lines() -> Iterator[tuple[str, Request]]:
    for name, body in _requests(
        {
            "of nothing but line ends": lambda: b"\n" * MEGA,
            "one of 12 MB": lambda: b"x" * 12 * MEGA,
            "of binary": lambda: bytes(range(256)) * 40,
            "that are lists, deep": lambda: (b"[" * 10_000 + b"\n") * 20,
            "with ids of 1 MB": lambda: json.dumps({"id": "i" * MEGA, "html": "x"}).encode() + b"\n",
            "with ids that are objects": lambda: b'{"id": {"a": []}, "html": "x"}\n' * 20,
            "with equal ids": lambda: b'{"id": 1, "html": "<p>It rained."}\n' * 20,
            "with an end of carriage returns": lambda: b'{"html": "<p>It rained."}\r' * 20,
            "in UTF-16": lambda: '{"html": "<p>It rained."}\n'.encode("utf-16"),
            "that break off": lambda: b'{"html": "<p>It rained."}\n{"html": "<p>It',
        }
    ):
        yield f"lines {name}", sent(partial(typed, "application/jsonl", path="/v1/clean/batch"), body)


def _uploads() -> Iterator[tuple[str, Request]]:
    def zipped(name: str, content: bytes) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return target.getvalue()

    def linked() -> bytes:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w") as archive:
            link = tarfile.TarInfo("page.html")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
        return target.getvalue()

    for name, body in _requests(
        {
            "a.zip": lambda: zipped("../../page.html", PAGE),
            "bomb.zip": lambda: zipped("page.html", bytes(200 * MEGA)),
            "cut.zip": lambda: zipped("page.html", PAGE)[:-30],
            "link.tar": linked,
            "noise.warc.gz": lambda: gzip.compress(bytes(range(256)) * 1000, mtime=0),
            "noise.parquet": lambda: b"PAR1" + bytes(1000) + b"PAR1",
            "deep.jsonl": lambda: b"[" * MEGA,
            "nothing.tar": lambda: bytes(10_240),
        }
    ):
        yield f"an upload {name}", sent(partial(post, f"/v1/jobs?name={name}", headers=b""), body)
    documents = {"a key of 30 kB": b"k" * 30_000, "a key in high bytes": b"\xff\xfe", "an empty key": b""}
    for name, key in documents.items():
        headers = b"Content-Type: text/html\r\nIdempotency-Key: " + key + b"\r\n"
        yield f"a document with {name}", partial(post, "/v1/documents", headers=headers)
    selections: dict[str, Any] = {"null": None, "a list": [], "NULs": {"q": "\0"}, "a deep search": {"q": '"' * 100_000}}
    for name, select in selections.items():
        asked = json.dumps({"select": select}).encode()
        yield f"a selection of {name}", partial(typed, "application/json", asked, "/v1/jobs")


REQUESTS: dict[str, Request] = dict(
    case for kind in (_charsets, _bombs, _forms, _json, _chunks, _heads, _lines, _uploads) for case in kind()
)

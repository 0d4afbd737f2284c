"""Bodies that mean harm get a document or a problem, and the next page is cleaned as if nothing had been."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, InProcess

MEGA = 1_000_000

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _json_text(escaped: bytes) -> bytes:
    return b'{"text": "' + escaped + b'"}'


BODIES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "every byte": ("text/html", lambda: bytes(range(256)) * 4),
    "nothing but NULs": ("text/plain", lambda: b"\0" * MEGA),
    "NULs between letters": ("text/html", lambda: HTML_PAGE.encode("utf-16-le")),
    "10 MB of div": ("text/html", lambda: b"<div>" * (2 * MEGA)),
    "a hundred thousand levels": ("text/html", lambda: b"<i>" * 100_000 + b"x"),
    "nested font and p": ("text/html", lambda: b"<font><p>" * 6_500),
    "two hundred thousand attributes": ("text/html", lambda: b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x"),
    "one line of 5 MB": ("text/plain", lambda: b"word " * MEGA),
    "a million short lines": ("text/plain", lambda: b"a\n" * MEGA),
    "nothing closed": ("text/html", lambda: b"<table><tr><td><a href='<p><!-- <script> <b>" * 20_000),
    "an open comment": ("text/html", lambda: b"<!--" + b"-" * MEGA),
    "a wrong charset": ('text/html; charset="utf-7\\\'"', lambda: HTML_PAGE.encode()),
    "UTF-8 called UTF-16": ("text/html; charset=utf-16", lambda: HTML_PAGE.encode()),
    "broken UTF-8": ("text/plain; charset=utf-8", lambda: b"caf\xe9 \xed\xa0\x80 \xff " * 1000),
    "deep JSON-LD": ("text/html", lambda: b"<script type=application/ld+json>" + b"[" * 10_000 + b"</script><p>x"),
    "JSON with half characters": ("application/json", lambda: _json_text(rb"\ud800 \udc00 \ud83d\ude00 x" * 1000)),
    "JSON with raw half characters": ("application/json", lambda: _json_text(b"\xed\xa0\x80 x" * 1000)),
    "JSON with NULs": ("application/json", lambda: _json_text(rb"a\u0000b\u001b[31m" * 1000)),
    "JSON of 3 million lists": ("application/json", lambda: b'{"html": [' + b"[]," * (3 * MEGA) + b"[]]}"),
    "JSON of one deep object": ("application/json", lambda: b'{"options":' * 10_000 + b"1" + b"}" * 10_000),
    "a key of 5 MB": ("application/json", lambda: b'{"' + b"k" * (5 * MEGA) + b'": 1}'),
    "an option of 5 MB": ("application/json", lambda: b'{"html": "x", "options": {"cleaner": "' + b"k" * (5 * MEGA) + b'"}}'),
}


@pytest.mark.parametrize(("content_type", "body"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_hostile_bodies_get_a_document_or_a_problem(
    service: InProcess, content_type: str, body: Callable[[], bytes], accept: str
) -> None:
    answer = service.clean(content=body(), headers={"Content-Type": content_type, "Accept": accept})
    assert answer.status_code in (200, 400, 413, 422)
    if answer.status_code != 200:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert len(answer.content) < 2000
    text = answer.text
    if accept == "application/json" or answer.status_code != 200:
        text = "".join(_strings(json.loads(answer.content)))
    assert not _UNWANTED.search(text)
    assert service.clean(content=HTML_PAGE, headers=HTML).json()["text"].count(ARTICLE[0]) == 1


@pytest.mark.parametrize("length", ["5", "0", "-1", "x", "9" * 30, "١٢"])
def test_a_lying_content_length_changes_nothing_but_the_refusal(service: InProcess, length: str) -> None:
    answer = service.clean(content=HTML_PAGE, headers=[(b"Content-Type", b"text/html"), (b"Content-Length", length.encode())])
    assert answer.status_code == (413 if length.startswith("9") else 200)


def _strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        return [text for key, value in node.items() for text in (*_strings(key), *_strings(value))]
    if isinstance(node, list):
        return [text for value in node for text in _strings(value)]
    return []

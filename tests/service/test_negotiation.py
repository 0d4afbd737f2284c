"""Accept picks the format."""

from __future__ import annotations

import pytest

from tests.service.conftest import HTML, HTML_PAGE, InProcess

JSON, PLAIN, MARKDOWN, HTML_TYPE = "application/json", "text/plain", "text/markdown", "text/html"
CASES = [
    ("*/*", JSON),
    ("", JSON),
    ("application/json", JSON),
    ("application/*", JSON),
    ("text/plain", PLAIN),
    ("TEXT/Markdown", MARKDOWN),
    ("text/markdown;charset=utf-8", MARKDOWN),
    ("text/*", PLAIN),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML_TYPE),  # what browsers send
    ("text/markdown, */*", MARKDOWN),
    ("text/plain;q=0.5, text/markdown;q=0.9", MARKDOWN),
    ("text/plain, application/json", JSON),
    ("application/json;q=0, */*", PLAIN),
    ("text/*;q=0.9, text/plain;q=0, application/json;q=0.1", MARKDOWN),
    ("image/png, text/html;q=0.001", HTML_TYPE),
    ("text/plain; q=1.0 ; q=0", PLAIN),
    ("nonsense, text/plain", PLAIN),
    ("text/html;q=high, text/plain;q=0.1", PLAIN),
    (",,;q=1,", None),
    ("image/png", None),
    ("*/*;q=0", None),
    ("application/json;q=0, text/*;q=0", None),
    ("application/xml, application/pdf", None),
]


@pytest.mark.parametrize(("accept", "media_type"), CASES)
def test_the_best_liked_format_is_given_and_none_is_a_406(service: InProcess, accept: str, media_type: str | None) -> None:
    answer = service.clean(content=HTML_PAGE, headers=HTML | {"Accept": accept})
    if media_type is None:
        assert answer.status_code == 406
        assert answer.json()["offered"] == [JSON, PLAIN, MARKDOWN, HTML_TYPE]
    else:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].partition(";")[0] == media_type
        assert answer.headers["Vary"] == "Accept"


def test_two_accept_headers_count_as_one(service: InProcess) -> None:
    headers = [(b"Content-Type", b"text/html"), (b"Accept", b"image/png"), (b"Accept", b"text/markdown")]
    assert service.clean(content=HTML_PAGE, headers=headers).headers["Content-Type"].startswith(MARKDOWN)

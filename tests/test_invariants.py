"""What holds for every cleaner and every page: nothing is invented, lost or remembered."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from cleaner.cleaners import CLEANERS
from cleaner.errors import CleanerError
from cleaner.formats import to_dict
from cleaner.parse.decode import without_controls
from cleaner.pipeline import clean
from cleaner.types import Block, Document, Page
from tests.messy_pages import HTML_PAGES, TEXT_PAGES

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*/*/page.*"))
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

few = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
every_cleaner = pytest.mark.parametrize("cleaner", CLEANERS)


def one_label_for_each_block(document: Document) -> None:
    assert len(document.labels) == len(document.parsed.blocks)
    assert all(label.reason is None if label.keep else label.reason is not None for label in document.labels)
    assert all(0 <= label.score <= 1 and label.by for label in document.labels)


def cuts_lie_inside_their_block_in_order_and_apart(document: Document) -> None:
    for block, label in zip(document.parsed.blocks, document.labels, strict=True):
        ends = [0, *(cut.end for cut in label.cuts)]
        assert all(end <= cut.start < cut.end for end, cut in zip(ends, label.cuts, strict=False))
        assert ends[-1] <= len(block.text)


def the_body_has_words_of_the_page_only_in_their_order(document: Document) -> None:
    page = iter(word for index, block in enumerate(document.parsed.blocks) for word in _words(document, index, block))
    assert all(word in page for word in document.text.split())


def every_character_is_kept_or_removed(document: Document) -> None:
    kept = iter(document.kept)
    for index, block in enumerate(document.parsed.blocks):
        pieces = [piece for piece in document.removed if piece.block == index]
        assert all(piece.text == block.text[piece.start : piece.end] for piece in pieces)
        rest = _visible("".join(_outside([(piece.start, piece.end) for piece in pieces], block.text)))
        assert not rest or _visible(next(kept).text) == rest
    assert next(kept, None) is None


def a_flattened_page_is_the_sum_of_its_lines(document: Document) -> None:
    parsed = document.parsed
    if parsed.kind == "text":
        assert all(parsed.source[block.start : block.end] == block.text for block in parsed.blocks)
        assert "".join(_visible(block.text) for block in parsed.blocks) == _visible(parsed.source)
        if isinstance(parsed.page.content, str):
            assert parsed.source == without_controls(parsed.page.content.removeprefix("\ufeff"))


def links_and_pictures_lie_in_the_kept_text(document: Document) -> None:
    for block in document.kept:
        assert all(0 <= span.start < span.end <= len(block.text) for span in block.spans)
        assert 0 <= block.link_chars <= len(block.text)
    assert all(0 <= image.block < len(document.kept) for image in document.images)


def no_field_has_control_characters_or_half_characters(document: Document) -> None:
    assert not [text for text in _strings(to_dict(document, "blocks")) if _UNWANTED.search(text)]
    assert not [text for text in _strings(to_dict(document, "summary")) if _UNWANTED.search(text)]


INVARIANTS: tuple[Callable[[Document], None], ...] = (
    one_label_for_each_block,
    cuts_lie_inside_their_block_in_order_and_apart,
    the_body_has_words_of_the_page_only_in_their_order,
    every_character_is_kept_or_removed,
    a_flattened_page_is_the_sum_of_its_lines,
    links_and_pictures_lie_in_the_kept_text,
    no_field_has_control_characters_or_half_characters,
)


@every_cleaner
@settings(few, max_examples=100)
@given(page=HTML_PAGES | TEXT_PAGES)
def test_of_every_messy_page(cleaner: str, page: Page) -> None:
    document = _cleaned(page, cleaner)
    for invariant in INVARIANTS:
        invariant(document)


@every_cleaner
@few
@given(first=HTML_PAGES | TEXT_PAGES, second=HTML_PAGES | TEXT_PAGES)
def test_pages_before_change_nothing(cleaner: str, first: Page, second: Page) -> None:
    alone = _record(_cleaned(first, cleaner))
    after_itself = _record(_cleaned(second, cleaner))
    assert _record(_cleaned(first, cleaner)) == alone
    assert _record(_cleaned(second, cleaner)) == after_itself


@every_cleaner
@few
@given(page=HTML_PAGES | TEXT_PAGES)
def test_text_and_its_bytes_give_the_same_document(cleaner: str, page: Page) -> None:
    assert isinstance(page.content, str)
    text = page.content.encode("utf-8", "replace").decode()
    assume(not text.startswith("\ufeff"))
    from_text, from_bytes = (
        _record(_cleaned(Page("messy", content, page.kind), cleaner)) for content in (text, b"\xef\xbb\xbf" + text.encode())
    )
    del from_text["charset"], from_bytes["charset"]
    assert from_bytes == from_text


def test_the_callers_own_id_and_address_lose_their_control_characters() -> None:
    page = Page(
        "crane\ud800\x1b[31m", "<p>The crane stays <a href=b>here</a>.</p>", "html", url="http://harbour.example/\x00\ud800a"
    )
    record = to_dict(clean(page), "blocks")
    assert (record["id"], record["url"]) == ("crane\ufffd [31m", "http://harbour.example/ \ufffda")
    assert not [text for text in _strings(record) if _UNWANTED.search(text)]


@every_cleaner
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.parent.name)
def test_of_every_sample(cleaner: str, sample: Path) -> None:
    document = clean(Page("sample", sample.read_bytes()), cleaner=cleaner)
    for invariant in INVARIANTS:
        invariant(document)
    assert _record(document) == _sample_records(cleaner, backwards=True)[sample]


def test_each_process_makes_the_same_of_the_samples() -> None:
    script = "from tests.test_invariants import digest; print(digest())"
    root = Path(__file__).parents[1]
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=root, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def digest() -> str:
    """One number for what every cleaner makes of all samples."""
    records = [list(_sample_records(cleaner, backwards=False).values()) for cleaner in CLEANERS]
    return hashlib.sha256(json.dumps(records).encode()).hexdigest()


@cache
def _sample_records(cleaner: str, *, backwards: bool) -> dict[Path, dict[str, object]]:
    pages = reversed(SAMPLES) if backwards else SAMPLES
    return {path: _record(clean(Page("sample", path.read_bytes()), cleaner=cleaner)) for path in pages}


def _cleaned(page: Page, cleaner: str) -> Document:
    """The document; pages that a library refuses or breaks on prove nothing, the rules answer all of these."""
    try:
        return clean(page, cleaner=cleaner)
    except CleanerError:
        assume(cleaner == "heuristic")
        raise


def _record(document: Document) -> dict[str, object]:
    record = to_dict(document, "blocks")
    del record["timings_ms"]
    return record


def _words(document: Document, index: int, block: Block) -> list[str]:
    """The words of a block; a cut ends a word."""
    cuts = document.labels[index].cuts
    edges = [0, *sorted({place for cut in cuts for place in (cut.start, cut.end)}), len(block.text)]
    return " ".join(block.text[start:end] for start, end in pairwise(edges)).split()


def _outside(ranges: list[tuple[int, int]], text: str) -> Iterator[str]:
    at = 0
    for start, end in sorted(ranges):
        assert at <= start
        yield text[at:start]
        at = end
    yield text[at:]


def _visible(text: str) -> str:
    return "".join(text.split())


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)

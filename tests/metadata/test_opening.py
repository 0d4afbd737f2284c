"""A flattened page without line breaks begins with its headline, byline and date, which end in no line end."""

from __future__ import annotations

import time

import pytest

from cleaner.metadata.opening import opening_of
from cleaner.pipeline import clean
from cleaner.types import Metadata, Page
from tests.metadata.pages import PARAGRAPHS

HEADLINE = "Old ferry stays for ten more years"


def described(*beginning: str) -> Metadata:
    return clean(Page("page", " ".join((*beginning, *PARAGRAPHS)), kind="text")).metadata


@pytest.mark.parametrize(
    ("lines", "authors", "day"),
    [
        ("By Ada Quill, Chief reporter", ["Ada Quill"], None),
        ("By Ada Quill Chief Reporter", ["Ada Quill"], None),
        ("By Ada Quill, Bo Fenn and Cy Marsh", ["Ada Quill", "Bo Fenn", "Cy Marsh"], None),
        ("By Ada Quill | Chief Reporter | 3 May 2026", ["Ada Quill"], "2026-05-03"),
        ("Published: 3 May 2026 | Updated: 5 May 2026", [], "2026-05-03"),
        ("Published on May 3, 2026 by Ada Quill", ["Ada Quill"], "2026-05-03"),
        ("3 May 2026, updated 5 May 2026", [], "2026-05-03"),
        ("Von Ada Quill und Bo Fenn 3. Mai 2026", ["Ada Quill", "Bo Fenn"], "2026-05-03"),
        ("Veröffentlicht am 3. Mai 2026 von Ada Quill", ["Ada Quill"], "2026-05-03"),
        ("Publié le 3 mai 2026 par Ada Quill", ["Ada Quill"], "2026-05-03"),
        ("Photographs by Bo Fenn", [], None),
    ],
)
def test_headline_authors_and_day_are_told_apart(lines: str, authors: list[str], day: str | None) -> None:
    found = described(HEADLINE, lines)
    assert found.title is not None
    assert found.title.value == HEADLINE
    assert [author.value for author in found.authors] == authors
    assert (found.date_published.value if found.date_published else None) == day


@pytest.mark.parametrize(
    "beginning",
    [
        "",
        HEADLINE,
        f"{HEADLINE} By our staff",
        f"{HEADLINE} Ada Quill, Chief reporter Published 3 May 2026",
        f"{HEADLINE} Ada Quill and Bo Fenn 3 May 2026",
        f"Home News Sport {HEADLINE} By Ada Quill",
        "The old ferry sank. What it carried on 3 May 2026",
    ],
)
def test_what_nothing_tells_apart_is_no_headline(beginning: str) -> None:
    assert described(beginning).title is None


def test_a_name_of_three_words_that_may_be_two_and_a_sentence_is_none() -> None:
    found = opening_of(f"{HEADLINE} By Mary Ann Lark Saltmere voted on Monday. " + "It rained. " * 30)
    assert found is None


def test_an_opening_costs_no_time_on_hostile_lines() -> None:
    began = time.perf_counter()
    for piece in ("By ", "By Ada ", "Published 3 May 2026 ", "Von: ", "3 May 2026 and ", "A b "):
        opening_of(piece * 5_000)
    assert time.perf_counter() - began < 5

"""Learning pages that mean harm, and asking for them, is over soon and keeps little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool

import pytest

from cleaner.parse import parse
from cleaner.site_templates import SiteTemplates, find_repeats
from cleaner.types import Page
from tests.hostile.cases import CASES, MEGA, Case
from tests.hostile.measure import measured

SECONDS = 5  # of CPU, to parse a page, learn it three times and ask for it
MEGABYTES = 512
KILOBYTES_KEPT = 200  # of one page, written
LARGE = (
    "one line of 5 MB",
    "one word of 5 MB",
    "one title of 5 MB",
    "a million combining marks",
    "100,000 short lines",
    "500 emphases around 50,000 paragraphs",
    "every phrase in a paragraph",
    "the words of every phrase",
    "each line begins with another token",
    "a token in each line of a page",
    "by lines as text",
    "months as text",
)
IN_ONE_LINE: dict[str, Case] = {
    "a line of 1 MB": lambda: " ".join(f"Nobody of House {number} came to the quay on that day." for number in range(20_000)),
    "a line of 1 MB without a sentence": lambda: "A gull. " + " ".join(f"w{number:x}" for number in range(200_000)),
    "one sentence 100,000 times": lambda: "It rained. " * 100_000,
    "one word 100,000 times": lambda: "It rained. " + "word " * 100_000 + ". It rained.",
    "two words 100,000 times": lambda: "It rained. " + "word and " * 100_000 + ". It rained.",
    "letters and full stops": lambda: "A. B. c d e " * (MEGA // 12),
}


@pytest.fixture(scope="module")
def fresh() -> Iterator[Pool]:
    """A process that has run nothing yet: what the tests' own process has held would be counted in a fork of it."""
    with get_context("spawn").Pool(1) as pool:
        yield pool


@pytest.mark.parametrize("case", [*LARGE, *IN_ONE_LINE])
def test_a_hostile_page_is_learned_and_asked_for_within_the_limits(fresh: Pool, case: str) -> None:
    outcome = fresh.apply(measured, (partial(_learn_and_ask, case),))
    assert outcome["said"] == "learned"
    assert float(outcome["seconds"]) <= SECONDS
    assert float(outcome["megabytes"]) <= MEGABYTES


def _learn_and_ask(case: str) -> str:
    content = (CASES | IN_ONE_LINE)[case]()
    parsed = parse(content if isinstance(content, Page) else Page(case, content))
    templates = SiteTemplates()
    for number in range(3):
        templates.learn(replace(parsed, page=Page(case, f"{number}", url="https://harbour-post.example/")))
    site = templates.site("harbour-post.example")
    if site is None or len(find_repeats(parsed, site).lines) != len(parsed.blocks):
        return "crash: the page was not compared"
    size = len(templates.to_json())
    return "learned" if size <= KILOBYTES_KEPT * 1024 else f"crash: {size:,} characters are kept"

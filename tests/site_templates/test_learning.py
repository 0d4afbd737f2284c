"""Templates are the same whatever order pages come in, whoever saw them, and however often."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import InputError
from cleaner.metadata.named_lines import MOST_LINES
from cleaner.parse import parse
from cleaner.site_templates import SiteTemplates
from cleaner.site_templates.running import FIRST_READ, LAST_READ
from cleaner.site_templates.sample import PAGES, SiteSample, Sketch, rank_of
from cleaner.types import Page, Parsed
from tests.dressed_sites import dressed_sites
from tests.one_line_pages import in_one_line

DRESSED = list(dressed_sites(3, hosts=3, pages_per_host=8))
PARSED = [parse(page.text) for page in DRESSED]
IN_ONE_LINE = [parse(in_one_line(page)) for page in DRESSED]
HOST = PARSED[0].page.url.split("/")[2] if PARSED[0].page.url else ""


def learned(pages: Sequence[Parsed]) -> SiteTemplates:
    templates = SiteTemplates()
    for page in pages:
        templates.learn(page)
    return templates


def test_the_order_of_pages_does_not_matter() -> None:
    shuffled = random.Random(5).sample(PARSED, len(PARSED))  # noqa: S311
    assert learned(shuffled).to_json() == learned(PARSED).to_json()


def test_nor_does_it_where_pages_lost_their_line_ends_whoever_saw_them() -> None:
    whole = learned(IN_ONE_LINE).to_json()
    shuffled = random.Random(5).sample(IN_ONE_LINE, len(IN_ONE_LINE))  # noqa: S311
    first, second = learned(shuffled[::2]), learned(shuffled[1::2])
    first.merge(second)
    second.merge(learned(shuffled[::2]))
    assert first.to_json() == second.to_json() == whole
    assert SiteTemplates.from_json(whole).to_json() == whole


def test_of_a_page_in_one_line_a_bounded_number_of_words_is_kept() -> None:
    pages = [replace(page, source=page.source * 50) for page in IN_ONE_LINE]
    kept = [page["running"] for site in json.loads(learned(pages).to_json())["sites"].values() for page in site["pages"]]
    assert all(3_000 < len(words) < FIRST_READ + LAST_READ for words in kept)


def test_a_file_written_before_such_words_were_kept_is_read() -> None:
    file = json.loads(learned(IN_ONE_LINE).to_json())
    for site in file["sites"].values():
        for page in site["pages"]:
            del page["running"]
    before = SiteTemplates.from_json(json.dumps(file))
    assert json.loads(before.to_json()) == file
    before.merge(learned(IN_ONE_LINE[:1]))
    assert before.pages(HOST)


def test_a_page_seen_twice_counts_once() -> None:
    assert learned([*PARSED, *PARSED]).to_json() == learned(PARSED).to_json()


@pytest.mark.parametrize("seed", range(5))
def test_two_workers_templates_merge_to_those_of_one(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    parts = [learned([page for page in PARSED if chance.random() < 0.5]) for _ in range(3)] + [learned(PARSED[::2])]
    rest = learned(PARSED[1::2])
    chance.shuffle(parts)
    for part in parts:
        rest.merge(part)
    assert rest.to_json() == learned(PARSED).to_json()


SKETCHES = st.integers(0, 200).map(
    lambda number: Sketch(
        page=f"{number * 92233720368547758:016x}",
        fetched=f"2024-0{number % 9 + 1}-01" if number % 4 else "",
        title="Ferry stays",
        token="",
        date_line="",
        named=(),
        lines=("home", "it rained"),
    )
)


@settings(max_examples=50, derandomize=True, deadline=None, database=None)
@given(first=st.lists(SKETCHES, max_size=120), second=st.lists(SKETCHES, max_size=120), third=st.lists(SKETCHES, max_size=120))
def test_merging_is_associative_and_commutative_beyond_what_is_kept(
    first: list[Sketch], second: list[Sketch], third: list[Sketch]
) -> None:
    def kept(*parts: Sequence[Sketch]) -> list[Sketch]:
        sample = SiteSample.empty()
        for part in parts:
            for sketch in part:
                sample.add(sketch)
        return sample.sketches()

    assert kept(kept(first, second), third) == kept(first, kept(third, second)) == kept(third, second, first)
    assert len(kept(first, second, third)) <= PAGES


def test_a_site_keeps_a_bounded_number_of_pages() -> None:
    pages = [replace(PARSED[0], page=replace(PARSED[0].page, content=f"page {number}")) for number in range(3 * PAGES)]
    record = json.loads(learned(pages).to_json())["sites"][HOST]
    assert len(record["pages"]) == PAGES


def test_pages_that_would_change_nothing_are_not_wanted() -> None:
    pages = [replace(PARSED[0], page=replace(PARSED[0].page, content=f"page {number}")) for number in range(3 * PAGES)]
    templates = learned(pages)
    before = templates.to_json()
    unwanted = [page for page in pages if not templates.wants(page.page)]
    assert len(unwanted) == len(pages)
    new = [replace(PARSED[0].page, content=f"new {number}") for number in range(100)]
    skipped = [page for page in new if not templates.wants(page)]
    assert 0 < len(skipped) < len(new)
    for page in skipped:
        templates.learn(replace(PARSED[0], page=page))
    assert templates.to_json() == before


def test_pages_fetched_later_replace_those_of_a_design_that_is_gone() -> None:
    day = datetime(2024, 1, 1, tzinfo=UTC)
    old, new = (
        [
            replace(PARSED[0], page=replace(PARSED[0].page, content=f"{when} {number}", fetched_at=when))
            for number in range(2 * PAGES)
        ]
        for when in (day, day + timedelta(days=600))
    )
    record = json.loads(learned([*new, *old]).to_json())["sites"][HOST]
    fetched = [page["fetched"] for page in record["pages"]]
    assert fetched.count("2025-08-23") >= 0.95 * PAGES


def test_a_later_page_ranks_a_bit_higher_for_each_half_life() -> None:
    assert rank_of("8" * 16, "2024-03-01") - rank_of("8" * 16, "2024-01-01") == pytest.approx(1.0)
    assert rank_of("8" * 16, "") < rank_of("8" * 16, "2001-01-01")


def test_what_is_written_is_read_again() -> None:
    written = learned(PARSED).to_json()
    assert SiteTemplates.from_json(written).to_json() == written


def test_the_json_can_be_read_by_people() -> None:
    record = json.loads(learned(PARSED).to_json())["sites"][HOST]
    assert {"# comments", "# opinions"} <= set(record["lines"])
    assert {"page", "fetched", "title", "token", "date_line", "named", "lines"} == set(record["pages"][0])


def written(**changes: object) -> str:
    """A file of one site with one page, but for the changes."""
    page = {"page": "0000000000000011", "fetched": "", "title": "", "token": "", "date_line": "", "lines": [0]}
    record = {"lines": ["home"], "pages": [page | changes]}
    return json.dumps({"format": "cleaner site templates 1", "sites": {"a.example": record}})


@pytest.mark.parametrize(
    "damaged",
    [
        "{",
        "[]",
        '{"format": "cleaner site templates 1"}',
        '{"format": "cleaner site templates 1", "sites": {"a.example": 3}}',
        '{"format": "cleaner site templates 1", "sites": {"a.example": {"lines": ["home"], "pages": [{}]}}}',
        written(page="00000000000000zz"),
        written(page="11"),
        written(fetched="today"),
        written(title=None),
        written(lines=[1]),
        written(lines=[-1]),
        written(lines="home"),
        written(named=[["beside", "", "by @", "", ["Ada Quill"]]]),
        written(named=[["above", "", "by @", "", "Ada Quill"]]),
        written(named=[["above", "by @"]]),
        written(named=3),
        written(running=["home"]),
    ],
)
def test_a_damaged_file_is_refused_with_what_to_do(damaged: str) -> None:
    with pytest.raises(InputError, match=r"learn|valid JSON"):
        SiteTemplates.from_json(damaged)


def test_a_file_that_was_written_before_authors_were_learned_is_read() -> None:
    assert json.loads(SiteTemplates.from_json(written()).to_json())["sites"]["a.example"]["pages"][0]["named"] == []


def test_of_a_page_that_names_thousands_few_lines_are_kept() -> None:
    bylines = "".join(f"<div>By Ada Quill{chr(97 + number % 26)}</div>" for number in range(5_000))
    page = Page("all", f"<html><body>{bylines}</body></html>", "html", f"https://{HOST}/")
    [seen] = learned([parse(page)]).pages(HOST)
    assert len(seen.named) == MOST_LINES


def test_pages_of_unknown_host_are_grouped_by_their_furniture() -> None:
    pages = [replace(page, page=replace(page.page, url=None)) for page in PARSED]
    templates = learned(pages)
    templates.prune()
    sites = [templates.site_of(page) for page in pages]
    groups = [{site.host for site in sites[start : start + 9] if site} for start in range(0, 27, 9)]
    assert not groups[0] & groups[1]
    assert not groups[1] & groups[2]
    assert sum(site is not None for site in sites) >= 24
    assert all(host.startswith("~") for group in groups for host in group)

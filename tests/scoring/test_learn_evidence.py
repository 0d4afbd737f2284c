"""Weights are learned from cases, measured on other sites, and written as the table that the library reads."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from cleaner.metadata.evidence import LIKELY, weights
from cleaner.scoring.learn_evidence import (
    SITES,
    Case,
    as_toml,
    choice_chances,
    cross_validated,
    each_chances,
    learn_choice,
    learn_each,
    read_cases,
)


def cases(pages: int = 200) -> list[Case]:
    """On two pages of three the headline is right, on the third the page has nothing but a menu entry."""
    shown = (frozenset(("headline", "long")), frozenset(("menu",)))
    return [
        case(f"site{number}.example", *(shown if number % 3 else shown[1:]), right={0} if number % 3 else set())
        for number in range(pages)
    ]


def case(site: str, *candidates: frozenset[str], right: set[int]) -> Case:
    return Case(site, candidates, frozenset(right), ("line",) * len(candidates))


def test_a_choice_prefers_what_is_right_and_knows_when_nothing_is() -> None:
    learned = learn_choice(cases())
    shown = case("new.example", frozenset(("headline", "long")), frozenset(("menu",)), right=set())
    headline, menu = choice_chances(learned, shown)
    assert headline > 0.9
    assert choice_chances(learned, case("new.example", frozenset(("menu",)), right=set()))[0] < 0.2
    assert menu < 0.1


def test_each_of_several_values_has_its_own_chance() -> None:
    both = [
        case(f"pair{number}.example", frozenset(("headline",)), frozenset(("headline",)), frozenset(("menu",)), right={0, 1})
        for number in range(60)
    ]
    first, second, menu = each_chances(learn_each([*cases(), *both]), both[0])
    assert min(first, second) > 0.8
    assert menu < 0.3


def test_who_stands_far_below_another_is_rarely_one_of_several() -> None:
    """A name in a caption is the author's where nobody else is named, and never beside a byline."""
    alone = [case(f"alone{number}.example", frozenset(("caption",)), right={0}) for number in range(60)]
    both = [case(f"both{number}.example", frozenset(("byline",)), frozenset(("caption",)), right={0}) for number in range(60)]
    learned = learn_each([*alone, *both])
    assert each_chances(learned, alone[0])[0] > 0.7
    assert each_chances(learned, both[0])[1] < 0.3


def test_evidence_seen_on_a_few_sites_gets_no_weight() -> None:
    rare = [case(f"site{number % (SITES - 1)}.example", frozenset(("rare",)), right={0}) for number in range(50)]
    assert "rare" not in learn_choice([*cases(), *rare])


def test_a_site_is_never_judged_by_weights_learned_from_it() -> None:
    told = [case("one.example", frozenset(("told",)), right={0})] * 50
    known = cross_validated([*cases(), *told], learn_choice, choice_chances)
    assert known[-1][0] < 0.7


def test_the_same_cases_give_the_same_table() -> None:
    assert as_toml({"title.html": learn_choice(cases())}) == as_toml({"title.html": learn_choice(cases())})


def test_the_written_table_is_read_back() -> None:
    table = tomllib.loads(as_toml({"title.html": {"any": 0.0, 'an "odd" name': 1.5, "nothing": 0.0}}))
    assert table == {"title": {"html": {"any": 0.0, 'an "odd" name': 1.5}}}


def test_every_table_of_the_library_has_a_weight_for_any_candidate() -> None:
    fields = ("title", "date", "author", "author-beside")
    assert set(weights()) == {f"{field}.{kind}" for field in fields for kind in ("html", "text")}
    assert all("any" in table for table in weights().values())


def test_a_page_gives_its_cases_as_html_and_flattened(tmp_path: Path) -> None:
    text = "It rained all night, and the river rose by a metre. " * 8
    row = {
        "id": "rain",
        "url": "https://post.example/rain-all-night",
        "html": f"<h1>Rain all night</h1><p>By Ada Quill</p><p>5 March 2024</p><p>{text}</p>",
        "title": "Rain all night",
        "authors": ["Ada Quill"],
        "date": "2024-03-05",
    }
    corpus = tmp_path / "pages.jsonl"
    corpus.write_text(json.dumps(row) + "\n", encoding="utf-8")
    found = read_cases([corpus])
    assert {table for table, of_table in found.items() if of_table[0].right} == set(LIKELY)

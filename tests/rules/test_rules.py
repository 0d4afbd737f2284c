"""A page in; what stays and what goes for which reason: for every rule a page it is for, and one it must leave alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cleaner.pipeline import clean
from cleaner.rules import RULES
from cleaner.types import Reason

HERE = Path(__file__).parent
ARTICLES: dict[str, list[str]] = tomllib.loads((HERE / "articles.toml").read_text(encoding="utf-8"))
_PLACE = re.compile(r"\{([a-z]{2})(?:\.(\d))?\}")


@dataclass(frozen=True)
class Case:
    """A page; ``rule`` is what must act on it, ``spares`` what must not; ``gone`` is (snippet, reason), ``stays`` snippets.

    The paragraphs of an article that the page holds must stay without being named.
    """

    file: str
    says: str
    page: str
    rule: str = ""
    spares: str = ""
    gone: dict[str, str] = field(default_factory=dict)
    stays: tuple[str, ...] = ()
    url: str | None = None

    @property
    def content(self) -> str:
        """The page with its paragraphs filled in."""
        as_html = self.page.lstrip().startswith("<")
        frame, between = ("<p>{}</p>", "\n") if as_html else ("{}", "\n\n")
        return _PLACE.sub(lambda place: between.join(frame.format(text) for text in _paragraphs(place)), self.page)

    @property
    def must_stay(self) -> list[str]:
        return [*self.stays, *(text for place in _PLACE.finditer(self.page) for text in _paragraphs(place))]


def _paragraphs(place: re.Match[str]) -> list[str]:
    article = ARTICLES[place[1]]
    return [article[int(place[2]) - 1]] if place[2] else article


def _cases() -> Iterator[Case]:
    for file in sorted((HERE / "cases").glob("*.toml")):
        for entry in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            yield _case(file.stem, entry)


def _case(file: str, entry: dict[str, Any]) -> Case:
    stays = tuple(entry.pop("stays", ()))
    return Case(file=file, stays=stays, **entry)


CASES = list(_cases())
KEEPING = ("main_content.rest_is_content", "bare_text.nothing_but_sentences")
RULE_NAMES = [rule.name.removeprefix("rules.") for rule in RULES]


def _folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.says}")
def test_what_belongs_to_the_article_stays_and_the_rest_goes_with_its_reason(case: Case) -> None:
    document = clean(case.content, url=case.url, cleaner="heuristic")
    text = _folded(document.text)
    removed = [(_folded(piece.text), piece.reason, piece.by.removeprefix("rules.")) for piece in document.removed]
    lost = [snippet for snippet in case.must_stay if _folded(snippet) not in text]
    assert not lost, f"these must stay; removed was {removed}"
    for snippet, reason in case.gone.items():
        assert snippet in _folded(case.content), "the case names a snippet that its page does not have"
        assert snippet not in text
        assert (snippet, Reason(reason)) in [(snippet, why) for piece, why, _ in removed if snippet in piece], removed
    if case.rule:
        acted = {by for _, _, by in removed} | {label.by.removeprefix("rules.") for label in document.labels}
        assert case.rule in acted


@pytest.mark.parametrize("name", RULE_NAMES)
def test_every_rule_has_a_page_it_is_for_and_one_it_must_leave_alone(name: str) -> None:
    assert any(case.rule == name for case in CASES), f"add a case with rule = '{name}' to tests/rules/cases/"
    assert any(case.spares == name for case in CASES), f"add a case with spares = '{name}' to tests/rules/cases/"


def test_every_case_names_a_rule_that_exists_and_expects_something() -> None:
    for case in CASES:
        assert bool(case.rule) != bool(case.spares), case.says
        assert (case.rule or case.spares) in RULE_NAMES, case.says
        assert case.gone if case.rule and case.rule not in KEEPING else case.must_stay, case.says


def test_no_two_cases_say_the_same() -> None:
    said = [case.says for case in CASES]
    assert len(said) == len(set(said))

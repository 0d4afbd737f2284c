"""Learns the weights of ``cleaner.metadata.evidence`` from annotated pages, and measures them on sites they did not see.

    python -m cleaner.scoring.learn_evidence SET... [--write]

A page gives a case a field: its candidates with their evidence, and which of them are right. The weights are those of a
conditional logit (title, date) or of a logistic regression a candidate (authors), with a penalty on their squares, by AdaGrad
steps over the cases in a seeded order. Each page is also learned from flattened, for pages that come as text.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import exp, sqrt
from pathlib import Path
from urllib.parse import urlsplit

from cleaner.cleaners import DEFAULT_CLEANER, cleaner_named
from cleaner.errors import CleanerError
from cleaner.metadata.authors import author_candidates
from cleaner.metadata.customs import customs_of, stated_language
from cleaner.metadata.dates import date_candidates, found_dates
from cleaner.metadata.evidence import LIKELY, TABLE, Candidate
from cleaner.metadata.facts import Facts
from cleaner.metadata.nearby import Nearby
from cleaner.metadata.title import find_title, title_candidates
from cleaner.parse import parse
from cleaner.scoring.flatten import FLATTENERS, flatten
from cleaner.scoring.metrics import fold, same_day, same_text
from cleaner.scoring.samples import Sample, sample_sets
from cleaner.types import Page

SEED = 20240805
FOLDS = 5
EPOCHS = 20
STEP = 0.1
CHOICE_PENALTY, EACH_PENALTY = 0.05, 0.003  # on the square of a weight, a case
SITES = 8  # on which evidence must be seen to get a weight

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Case:
    """The candidates of one page for one field, by their evidence, and the indexes of those that are right.

    ``wanted`` is how many values are annotated, found or not; ``set`` names the set of the page.
    """

    site: str
    candidates: tuple[frozenset[str], ...]
    right: frozenset[int]
    wanted: int = 1
    set: str = ""


def learn_choice(cases: Sequence[Case]) -> Weights:
    """Weights with which the right candidate, or none of them, is the most probable."""

    def errors(weights: Weights, case: Case) -> list[float]:
        chances = choice_chances(weights, case)
        hit = sum(chances[at] for at in case.right)
        return [chance - (chance / hit if at in case.right and hit else 0.0) for at, chance in enumerate(chances)]

    return _learn(cases, errors, CHOICE_PENALTY)


def learn_each(cases: Sequence[Case]) -> Weights:
    """Weights with which each candidate's probability is that of being right, whatever the others are."""

    def errors(weights: Weights, case: Case) -> list[float]:
        chances = each_chances(weights, case)
        return [chance - (at in case.right) for at, chance in enumerate(chances)]

    return _learn(cases, errors, EACH_PENALTY)


def choice_chances(weights: Weights, case: Case) -> list[float]:
    odds = [exp(min(_weigh(weights, evidence), 50.0)) for evidence in case.candidates]
    total = 1.0 + sum(odds)
    return [share / total for share in odds]


def each_chances(weights: Weights, case: Case) -> list[float]:
    return [1.0 / (1.0 + exp(-max(-50.0, min(50.0, _weigh(weights, evidence))))) for evidence in case.candidates]


def cross_validated(
    cases: Sequence[Case], learn: Callable[[Sequence[Case]], Weights], chances: Callable[[Weights, Case], list[float]]
) -> list[list[float]]:
    """For each case the chances of its candidates by weights learned without its site."""
    found: list[list[float]] = [[] for _ in cases]
    for held_out in range(FOLDS):
        weights = learn([case for case in cases if fold_of(case.site) != held_out])
        for at, case in enumerate(cases):
            if fold_of(case.site) == held_out:
                found[at] = chances(weights, case)
    return found


def fold_of(site: str) -> int:
    return int.from_bytes(blake2b(site.encode(), digest_size=4).digest(), "big") % FOLDS


def _weigh(weights: Weights, evidence: Iterable[str]) -> float:
    return weights["any"] + sum([weights[name] for name in evidence if name in weights])


def _learn(cases: Sequence[Case], errors: Callable[[Weights, Case], list[float]], penalty: float) -> Weights:
    weights = dict.fromkeys(sorted(_common_evidence(cases)), 0.0) | {"any": 0.0}
    squares = dict.fromkeys(weights, 1e-6)
    order = list(cases)
    chance = random.Random(SEED)  # noqa: S311 - an order, no secret
    for _ in range(EPOCHS):
        chance.shuffle(order)
        for case in order:
            slopes: dict[str, float] = defaultdict(float)
            for error, evidence in zip(errors(weights, case), case.candidates, strict=True):
                if abs(error) > 1e-4:
                    slopes["any"] += error
                    for name in evidence:
                        if name in weights:
                            slopes[name] += error
            for name, slope in slopes.items():
                slope += penalty * weights[name]
                squares[name] += slope * slope
                weights[name] -= STEP * slope / sqrt(squares[name])
    return weights


def _common_evidence(cases: Sequence[Case]) -> set[str]:
    sites: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        for evidence in case.candidates:
            for name in evidence:
                sites[name].add(case.site)
    return {name for name, seen in sites.items() if len(seen) >= SITES}


def cases_of(page: Page, sample: Sample, set_name: str) -> dict[str, Case]:
    """The cases of one page by table. A date without annotation is a case in which none is right; a title is not.

    Raises CleanerError for a page that cannot be parsed.
    """
    parsed = parse(page)
    facts = Facts(parsed, cleaner_named(DEFAULT_CLEANER).label(parsed).labels)
    nearby = Nearby(facts, find_title(facts), customs_of(facts, stated_language(facts)[0]))
    site = ".".join((urlsplit(page.url or "").hostname or sample.id).removeprefix("www.").split(".")[-2:])
    authors = {fold(name).casefold() for name in sample.authors}
    day = sample.date or ""

    def case(candidates: Sequence[Candidate], wanted: int, is_right: Callable[[str], bool]) -> Case:
        right = frozenset(at for at, candidate in enumerate(candidates) if is_right(candidate.value))
        return Case(site, tuple(frozenset(candidate.evidence) for candidate in candidates), right, wanted, set_name)

    dates = date_candidates(facts, found_dates(facts, nearby))
    cases = {
        "date": case(dates, int(bool(day)), lambda value: bool(day) and same_day(day, value) == 1),
        "author": case(author_candidates(facts, nearby), len(authors), lambda value: fold(value).casefold() in authors),
    }
    if title := sample.title:
        cases["title"] = case(title_candidates(facts), 1, lambda value: same_text(title, value) == 1)
    return {f"{field}.{parsed.kind}": found for field, found in cases.items()}


def read_cases(sets: Iterable[Path]) -> dict[str, list[Case]]:
    """The cases of all samples by table, each sample as it is and flattened in one style or another."""
    cases: dict[str, list[Case]] = defaultdict(list)
    styles = sorted(FLATTENERS)
    samples = ((found.name, sample) for path in sets for found in sample_sets(path) for sample in found.read())
    for number, (set_name, sample) in enumerate(samples):
        page = sample.page
        pages = [page]
        if page.kind == "html" and isinstance(page.content, str):
            text = flatten(page.content, styles[number % len(styles)])
            pages.append(Page(page.id, text, "text", page.url))
        for one in pages:
            try:
                found_cases = cases_of(one, sample, set_name)
            except CleanerError:
                continue
            for table, case in found_cases.items():
                cases[table].append(case)
    return cases


def main() -> None:
    """Learn from the sets that the command line names, print how reliable the chances are, write the weights if asked to."""
    arguments = argparse.ArgumentParser(description="learn the weights of metadata's evidence")
    arguments.add_argument("sets", nargs="+", type=Path, help="samples folders or corpora")
    arguments.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    options = arguments.parse_args()
    tables: dict[str, Weights] = {}
    for table, cases in sorted(read_cases(options.sets).items()):
        learn, chances = (learn_each, each_chances) if table.startswith("author") else (learn_choice, choice_chances)
        print(f"{table}: {len(cases)} pages")
        validated = cross_validated(cases, learn, chances)
        print_figures(cases, validated, LIKELY[table], several=table.startswith("author"))
        print_reliability(cases, validated)
        tables[table] = learn(cases)
    if options.write:
        TABLE.write_text(as_toml(tables), encoding="utf-8")


def print_figures(cases: Sequence[Case], chances: Sequence[Sequence[float]], likely: float, *, several: bool) -> None:
    """For each set the mean F1 (of one value: the accuracy) where one is annotated, and how often one is given elsewhere."""
    scores: dict[str, list[float]] = defaultdict(list)
    unasked: dict[str, list[bool]] = defaultdict(list)
    for case, found in zip(cases, chances, strict=True):
        best = max(found, default=0.0)
        given = {at for at, chance in enumerate(found) if chance >= likely and (several or chance == best)}
        if case.wanted:
            scores[case.set].append(2 * len(given & case.right) / (len(given) + case.wanted))
        else:
            unasked[case.set].append(bool(given))
    for name, values in scores.items():
        elsewhere = unasked[name]
        share = f", given where none is annotated {sum(elsewhere) / len(elsewhere):.3f}" if elsewhere else ""
        print(f"  {name}: {sum(values) / len(values):.3f} of {len(values)}{share}")


def print_reliability(cases: Sequence[Case], chances: Sequence[Sequence[float]]) -> None:
    """For chances of 0 to .1, .1 to .2, ... how many candidates had them, the mean chance and the share that is right."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for case, found in zip(cases, chances, strict=True):
        for at, chance in enumerate(found):
            bins[min(9, int(chance * 10))].append((chance, at in case.right))
    for _, pairs in sorted(bins.items()):
        mean, right = (sum(values) / len(pairs) for values in zip(*pairs, strict=True))
        print(f"  said {mean:.2f}, right {right:.2f}, {len(pairs):,} candidates")


def as_toml(tables: dict[str, Weights]) -> str:
    """The weights as a table for people, the strongest evidence first; what weighs nothing is left out."""
    parts = [_ABOUT]
    for table, weights in sorted(tables.items()):
        lines = [
            f"{json.dumps(name, ensure_ascii=False)} = {weight:.2f}\n"
            for name, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0]))
            if round(weight, 2) or name == "any"
        ]
        parts.append(f"[{table}]\n{''.join(lines)}")
    return "\n".join(parts)


_ABOUT = """# Written by `python -m cleaner.scoring.learn_evidence`: what evidence weighs, by field and kind of page.
# "any" is the weight of every candidate.
"""


if __name__ == "__main__":
    main()

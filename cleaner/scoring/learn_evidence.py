"""Learns the weights of ``cleaner.metadata.evidence`` from annotated pages, and measures them on sites they did not see.

    python -m cleaner.scoring.learn_evidence SET... [--write]

A page gives a case a field: its candidates with their evidence, and which of them are right. The weights are those of a
conditional logit (title, date) or of two logistic regressions (authors: each candidate alone, then beside the others), with
a penalty on their squares, found by L-BFGS (needs the extra ``train``). Each page is also learned from flattened, for pages
that come as text.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from math import exp
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from cleaner.cleaners import DEFAULT_CLEANER, cleaner_named
from cleaner.errors import CleanerError
from cleaner.metadata.authors import author_candidates
from cleaner.metadata.customs import customs_of, stated_language
from cleaner.metadata.dates import date_candidates, found_dates
from cleaner.metadata.evidence import LIKELY, TABLE, Candidate, beside, beside_table, logistic
from cleaner.metadata.facts import Facts
from cleaner.metadata.nearby import Nearby
from cleaner.metadata.title import find_title, title_candidates
from cleaner.parse import parse
from cleaner.scoring.flatten import FLATTENERS, flatten
from cleaner.scoring.metrics import fold, same_day, same_text
from cleaner.scoring.samples import Sample, sample_sets
from cleaner.types import Page

FOLDS = 5
PENALTIES = {"title": 4.0, "date": 1.0, "author": 1.0}  # on half the square of a weight; of 1, 2 and 4 the best
MAX_STEPS = 300  # of L-BFGS; it is done after about 100
SITES = 8  # on which evidence must be seen to get a weight

Weights = dict[str, float]
_Learned = TypeVar("_Learned")
_Floats = NDArray[np.float64]
_Slopes = Callable[[_Floats, NDArray[np.bool_], NDArray[np.int64]], tuple[float, _Floats]]  # weights, which are right, cases


@dataclass(frozen=True, slots=True)
class Case:
    """The candidates of one page for one field, by their evidence, and the indexes of those that are right.

    ``sources`` are the candidates', one each. ``wanted`` is how many values are annotated, found or not; ``set`` names the
    set of the page.
    """

    site: str
    candidates: tuple[frozenset[str], ...]
    right: frozenset[int]
    sources: tuple[str, ...]
    wanted: int = 1
    set: str = ""


def learn_choice(cases: Sequence[Case], penalty: float = 1.0) -> Weights:
    """Weights with which the right candidate, or none of them, is the most probable."""
    return _learn(cases, _choice_slopes, penalty)


def learn_each(cases: Sequence[Case], penalty: float = 1.0) -> tuple[Weights, Weights]:
    """Weights of each candidate alone, and of how it stands beside the others, with which its probability is that of being
    right. How candidates stand is learned where they were weighed without their site."""

    def learn_alone(some: Sequence[Case]) -> Weights:
        return _learn(some, _each_slopes, penalty)

    weighed = cross_validated(cases, learn_alone, _weigh_all)
    return learn_alone(cases), learn_alone([_beside(case, found) for case, found in zip(cases, weighed, strict=True)])


def choice_chances(weights: Weights, case: Case) -> list[float]:
    odds = [exp(min(weight, 50.0)) for weight in _weigh_all(weights, case)]
    total = 1.0 + sum(odds)
    return [share / total for share in odds]


def each_chances(weights: tuple[Weights, Weights], case: Case) -> list[float]:
    alone, standing = weights
    return [logistic(weight) for weight in _weigh_all(standing, _beside(case, _weigh_all(alone, case)))]


def cross_validated(
    cases: Sequence[Case],
    learn: Callable[[Sequence[Case]], _Learned],
    judge: Callable[[_Learned, Case], list[float]],
) -> list[list[float]]:
    """For each case what ``judge`` says of its candidates by what was learned without its site."""
    found: list[list[float]] = [[] for _ in cases]
    for held_out in sorted({fold_of(case.site) for case in cases}):
        learned = learn([case for case in cases if fold_of(case.site) != held_out])
        for at, case in enumerate(cases):
            if fold_of(case.site) == held_out:
                found[at] = judge(learned, case)
    return found


def fold_of(site: str) -> int:
    return int.from_bytes(blake2b(site.encode(), digest_size=4).digest(), "big") % FOLDS


def _weigh_all(weights: Weights, case: Case) -> list[float]:
    return [weights["any"] + sum([weights[name] for name in evidence if name in weights]) for evidence in case.candidates]


def _beside(case: Case, weighed: Sequence[float]) -> Case:
    return replace(case, candidates=tuple(beside(weighed, case.sources)))


def _learn(cases: Sequence[Case], slopes: _Slopes, penalty: float) -> Weights:
    from scipy import sparse
    from scipy.optimize import minimize

    names = [*sorted(_common_evidence(cases)), "any"]
    place = {name: at for at, name in enumerate(names)}
    rows = [
        (evidence, at in case.right, number) for number, case in enumerate(cases) for at, evidence in enumerate(case.candidates)
    ]
    if not rows:
        return {"any": 0.0}
    seen = [(row, place[name]) for row, (evidence, _, _) in enumerate(rows) for name in (*evidence, "any") if name in place]
    matrix = sparse.csr_matrix((np.ones(len(seen)), tuple(zip(*seen, strict=True))), shape=(len(rows), len(names)))
    right = np.array([right for _, right, _ in rows])
    numbers = np.array([number for _, _, number in rows])
    penalties = np.full(len(names), penalty)
    penalties[-1] = 0.0  # how many candidates are right at all is no doubtful evidence

    def objective(weights: _Floats) -> tuple[float, _Floats]:
        loss, errors = slopes(np.clip(matrix @ weights, -50.0, 50.0), right, numbers)
        return loss + float(penalties @ weights**2) / 2, matrix.T @ errors + penalties * weights

    found = minimize(objective, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": MAX_STEPS})
    return dict(zip(names, map(float, found.x), strict=True))


def _choice_slopes(weighed: _Floats, right: NDArray[np.bool_], cases: NDArray[np.int64]) -> tuple[float, _Floats]:
    odds = np.exp(weighed)
    total = 1.0 + np.bincount(cases, odds)
    hit = np.bincount(cases, odds * right, minlength=len(total))
    wanted = np.where(hit > 0, hit, 1.0)  # where no candidate is right, "none" is
    return float(np.log(total / wanted).sum()), odds / total[cases] - right * odds / wanted[cases]


def _each_slopes(weighed: _Floats, right: NDArray[np.bool_], cases: NDArray[np.int64]) -> tuple[float, _Floats]:
    chances = 1.0 / (1.0 + np.exp(-weighed))
    return float((np.logaddexp(0.0, weighed) - right * weighed).sum()), chances - right


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
    site = ".".join((urlsplit(sample.page.url or "").hostname or sample.id).removeprefix("www.").split(".")[-2:])
    authors = {fold(name).casefold() for name in sample.authors}
    day = sample.date or ""

    def case(candidates: Sequence[Candidate], wanted: int, is_right: Callable[[str], bool]) -> Case:
        right = frozenset(at for at, candidate in enumerate(candidates) if is_right(candidate.value))
        evidence = tuple(frozenset(candidate.evidence) for candidate in candidates)
        return Case(site, evidence, right, tuple(candidate.source for candidate in candidates), wanted, set_name)

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
            pages.append(Page(page.id, text, "text", None if number % _WITHOUT_ADDRESS == 0 else page.url))
        for one in pages:
            try:
                found_cases = cases_of(one, sample, set_name)
            except CleanerError:
                continue
            for table, case in found_cases.items():
                cases[table].append(case)
    return cases


_WITHOUT_ADDRESS = 3  # of so many flattened pages one is given without its address: many that people post have none


def main() -> None:
    """Learn from the sets that the command line names, print how reliable the chances are, write the weights if asked to."""
    arguments = argparse.ArgumentParser(description="learn the weights of metadata's evidence")
    arguments.add_argument("sets", nargs="+", type=Path, help="samples folders or corpora")
    arguments.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    options = arguments.parse_args()
    tables: dict[str, Weights] = {}
    for table, cases in sorted(read_cases(options.sets).items()):
        print(f"{table}: {len(cases)} pages")
        field = table.partition(".")[0]
        several = field == "author"
        if several:
            each = partial(learn_each, penalty=PENALTIES[field])
            validated = cross_validated(cases, each, each_chances)
            tables[table], tables[beside_table(table)] = each(cases)
        else:
            choice = partial(learn_choice, penalty=PENALTIES[field])
            validated = cross_validated(cases, choice, choice_chances)
            tables[table] = choice(cases)
        print_figures(cases, validated, LIKELY[table], several=several)
        print_reliability(cases, validated)
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

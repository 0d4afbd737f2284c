"""What site templates gain on annotated pages: each page cleaned with and without what the other pages of its host teach.

    python tests/bench/bench_sites_on_corpora.py CORPUS.jsonl.xz [...] [--pages 3] [--model FOLDER]

Hosts with at least ``--pages`` pages in all corpora together; for each page the templates are learned from the host's other
pages alone. HTML, flattened a line a block, and flattened into one line. ``--model`` takes a folder that ``cleaner train``
wrote, so that a model can be used that has not seen these hosts. The difference has a 95 % interval, resampled by host.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cleaner.cleaners import cleaner_named
from cleaner.ml.artefact import load
from cleaner.ml.in_use import use
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.scoring.metrics import names_match, word_match
from cleaner.scoring.samples import Sample, SampleSet, sample_sets
from cleaner.site_templates import SiteTemplates, host_of

RESAMPLES = 1_000


class Row(NamedTuple):
    """A page: its set, its host, the word F1 without and with templates, and the F1 of its authors' names."""

    set: str
    host: str
    page_type: str
    before: float
    after: float
    authors_before: float
    authors_after: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--pages", type=int, default=3, help="pages that a host has at least")
    parser.add_argument("--model", type=Path, help="the folder of another model")
    parser.add_argument("--details", action="store_true", help="print each page whose result changes")
    arguments = parser.parse_args()
    if arguments.model:
        use(load(arguments.model))
    sets = [found for path in arguments.corpora for found in sample_sets(path)]
    flattened = _by_host([found.flattened("lines") for found in sets], arguments.pages)
    for kind, hosts in (
        ("html", _by_host(sets, arguments.pages)),
        ("text", flattened),
        ("one line", {host: [(name, _in_one_line(it)) for name, it in samples] for host, samples in flattened.items()}),
    ):
        rows = list(_rows(hosts))
        for name in dict.fromkeys(row.set for row in rows):
            _print(kind, name, [row for row in rows if row.set == name])
        _print(kind, "all", rows)
        for page_type in sorted({row.page_type for row in rows}):
            _print(kind, f"all: {page_type}", [row for row in rows if row.page_type == page_type])
        if arguments.details:
            for row in sorted(rows, key=lambda row: row.after - row.before):
                if row.after != row.before:
                    print(f"  {row.after - row.before:+.3f} {row.before:.3f} {row.set} {row.host} {row.page_type}")


def _by_host(sets: Sequence[SampleSet], pages: int) -> dict[str, list[tuple[str, Sample]]]:
    found: dict[str, list[tuple[str, Sample]]] = defaultdict(list)
    for samples in sets:
        for sample in samples.read():
            if host := host_of(sample.page.url):
                found[host].append((samples.name, sample))
    return {host: samples for host, samples in sorted(found.items()) if len(samples) >= pages}


def _in_one_line(sample: Sample) -> Sample:
    """A flattened sample whose page lost its line ends."""
    return replace(sample, page=replace(sample.page, content=f"{sample.page.content!s}".replace("\n", " ")))


def _rows(hosts: dict[str, list[tuple[str, Sample]]]) -> Iterator[Row]:
    for host, samples in hosts.items():
        for name, sample in samples:
            templates = SiteTemplates()
            for _, other in samples:
                if other is not sample:
                    templates.learn(parse(other.page))
            chosen = f"combined:{'main' if name.startswith(('wcxb', 'magic-forum')) else 'article'}"
            found = [clean(sample.page, cleaner=cleaner_named(chosen, sites)) for sites in (None, templates)]
            words = (word_match(sample.body, document.text).f1 for document in found)
            authors = (names_match(sample.authors, [one.value for one in document.metadata.authors]) for document in found)
            yield Row(name, host, sample.page_type, *words, *authors)


def _print(kind: str, name: str, rows: Sequence[Row]) -> None:
    before, after = (sum(values) / len(rows) for values in ([row.before for row in rows], [row.after for row in rows]))
    authors_before = sum(row.authors_before for row in rows) / len(rows)
    authors_after = sum(row.authors_after for row in rows) / len(rows)
    better, worse = sum(row.after > row.before for row in rows), sum(row.after < row.before for row in rows)
    low, high = _interval(rows)
    print(
        f"{kind} {name:24} {len(rows):4} pages {len({row.host for row in rows}):3} hosts  {before:.4f} -> {after:.4f}"
        f"  {after - before:+.4f} [{low:+.4f}, {high:+.4f}]  better {better}, worse {worse}"
        f"  authors {authors_before:.4f} -> {authors_after:.4f}"
    )


def _interval(rows: Sequence[Row]) -> tuple[float, float]:
    """The 95 % interval of the mean difference, drawing hosts with replacement."""
    by_host: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        by_host[row.host].append(row.after - row.before)
    groups, chance = list(by_host.values()), random.Random(1)  # noqa: S311  # resampling, no secret
    means = []
    for _ in range(RESAMPLES):
        drawn = [value for group in chance.choices(groups, k=len(groups)) for value in group]
        means.append(sum(drawn) / len(drawn))
    means.sort()
    return means[RESAMPLES // 40], means[-RESAMPLES // 40]


if __name__ == "__main__":
    main()

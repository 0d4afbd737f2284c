"""CPU time of a page's body and metadata together: ours, and trafilatura's in one call with its metadata, page by page.

    python tests/bench/bench_with_metadata.py CORPUS [CORPUS ...] [--every N] [--cleaner combined,heuristic]

Both run in this process, in turn on each page, so that a busy machine slows them alike; of three rounds the least time of
each page counts. Prints, for each set, median and mean in CPU milliseconds and the ratio of the medians and of the sums.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

import trafilatura
from rich.console import Console
from rich.table import Table

from cleaner.cleaners import cleaner_named
from cleaner.metadata import find_metadata
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.scoring.samples import sample_sets
from cleaner.types import Page

ROUNDS = 3
REFERENCE = "trafilatura"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--every", type=int, default=1, help="take every Nth page")
    parser.add_argument("--cleaner", default="combined,heuristic", help="names, separated by commas")
    arguments = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    names = arguments.cleaner.split(",")
    table = Table("set", "what", *(f"CPU ms {what}" for what in ("median", "mean")), "x median", "x sum", box=None)
    for path in arguments.corpora:
        for found in sample_sets(path):
            pages = [sample.page for sample in found.part(arguments.every, None).read() if sample.page.kind == "html"]
            _add_rows(table, f"{found.name} ({len(pages)})", _measured(pages, names))
    Console(width=120).print(table)


def _measured(pages: list[Page], names: list[str]) -> dict[str, list[float]]:
    """For each way the least CPU milliseconds of each page."""
    ways: dict[str, Callable[[Page], float]] = {name: _cleaning(name) for name in names}
    ways["metadata alone"] = _describe
    ways[REFERENCE] = _trafilatura
    least = {name: [float("inf")] * len(pages) for name in ways}
    for _ in range(ROUNDS):
        for at, page in enumerate(pages):
            for name, way in ways.items():
                least[name][at] = min(least[name][at], way(page))
    return least


def _cleaning(name: str) -> Callable[[Page], float]:
    def cleaned(page: Page) -> float:
        started = time.process_time()
        clean(page, cleaner=name)
        return (time.process_time() - started) * 1000

    return cleaned


def _describe(page: Page) -> float:
    parsed = parse(page)
    labels = cleaner_named("heuristic").label(parsed).labels
    started = time.process_time()
    find_metadata(parsed, labels)
    return (time.process_time() - started) * 1000


def _trafilatura(page: Page) -> float:
    started = time.process_time()
    trafilatura.bare_extraction(
        page.content, url=page.url, with_metadata=True, include_comments=False, include_tables=True, deduplicate=False
    )
    return (time.process_time() - started) * 1000


def _add_rows(table: Table, name: str, measured: dict[str, list[float]]) -> None:
    reference = measured[REFERENCE]
    for way, times in measured.items():
        ratios = (median(times) / median(reference), sum(times) / sum(reference))
        table.add_row(name, way, *(f"{value:.1f}" for value in (median(times), mean(times))), *(f"{x:.2f}" for x in ratios))


if __name__ == "__main__":
    main()

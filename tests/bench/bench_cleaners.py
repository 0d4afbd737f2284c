"""CPU time, memory and quality of all cleaners, and of the libraries' own output, over a corpus.

    python tests/bench/bench_cleaners.py CORPUS [CORPUS ...] [--every N] [--limit N] [--cleaner a,b]

Each cleaner runs in a process of its own, one after the other, so that no cleaner pays for the memory or the caches of
another. A corpus is what ``cleaner score`` takes. ``x trafilatura`` compares median CPU times with trafilatura-raw's.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cleaner.cleaners import CLEANERS
from cleaner.cleaners.libraries import RAW_EXTRACTORS
from cleaner.scoring.evaluate import score_samples
from cleaner.scoring.report import by_cleaner, row_as_json, summarize
from cleaner.scoring.samples import sample_sets

REFERENCE = "trafilatura-raw"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--every", type=int, default=1, help="take every Nth page")
    parser.add_argument("--limit", type=int, help="take at most N pages of each corpus")
    parser.add_argument("--cleaner", default=",".join([*CLEANERS, *RAW_EXTRACTORS]), help="names, separated by commas")
    parser.add_argument("--here", action="store_true", help="measure in this process, and print JSON")
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(_measure(arguments)))
        return
    names = arguments.cleaner.split(",")
    rows = [row for name in names for row in _measure_apart(name)]
    Console(width=None if sys.stdout.isatty() else 160).print(_table(rows))


def _measure(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """The rows of one cleaner, with the peak memory of this process after each set, in MB."""
    rows: list[dict[str, Any]] = []
    for path in arguments.corpora:
        for found in sample_sets(path):
            part = found.part(arguments.every, arguments.limit)
            for pages in by_cleaner(score_samples(part.read(), [arguments.cleaner])):
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                rows.append(row_as_json(summarize(part.name, pages)) | {"peak_mb": peak})
    return rows


def _measure_apart(name: str) -> list[dict[str, Any]]:
    command = [sys.executable, __file__, *sys.argv[1:], "--here", "--cleaner", name]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows: list[dict[str, Any]] = json.loads(output)
    return rows


def _table(rows: list[dict[str, Any]]) -> Table:
    reference = {row["set"]: row["cpu_ms"]["median"] for row in rows if row["cleaner"] == REFERENCE}
    table = Table(box=None, pad_edge=False)
    for heading in ("set", "cleaner"):
        table.add_column(heading, no_wrap=True)
    for heading in ("pages", "F1", "4-gram F1", "CPU ms", "median", "p95", "x trafilatura", "peak MB", "failed"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in sorted(rows, key=lambda row: row["set"]):
        cpu = row["cpu_ms"]
        times = f"{cpu['median'] / reference[row['set']]:.2f}" if reference.get(row["set"]) else "–"
        shingle_f1 = f"{row['shingles']['f1']:.3f}" if row["shingles"] else "–"
        table.add_row(
            *(row["set"], row["cleaner"], str(row["pages"]), f"{row['words']['f1']:.3f}", shingle_f1),
            *(f"{cpu[name]:.1f}" for name in ("mean", "median", "p95")),
            *(times, f"{row['peak_mb']:.0f}", str(len(row["failures"]))),
        )
    return table


if __name__ == "__main__":
    main()

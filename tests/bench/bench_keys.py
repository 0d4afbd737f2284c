"""How many keys it takes to clean the samples by hand on the bench, from what ``combined`` leaves to the hand-cleaned truth.

    python -m tests.bench.bench_keys samples

Counted are blocks: moves from the first block that is kept to those that are wrong, in one direction, by ``j`` and ``k`` alone
or with ``r`` and ``R``; one key for a block, or for one more of a sweep; and ``d``. Metadata and cuts inside lines come on top.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median

from rich.console import Console
from rich.table import Table

from cleaner.cleaners import cleaner_named
from cleaner.cleaners.alignment import shares_in
from cleaner.parse import parse
from cleaner.scoring.samples import Sample, sample_sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path)
    arguments = parser.parse_args()
    counted = [_counted(sample) for found in sample_sets(arguments.samples) for sample in found.read()]
    table = Table("of a page", "median", "mean", "most", box=None, pad_edge=False)
    for name, values in zip(
        ("blocks", "wrong blocks", "keys with j k", "keys with r R too"), zip(*counted, strict=True), strict=True
    ):
        table.add_row(name, f"{median(values):g}", f"{mean(values):.1f}", f"{max(values)}")
    Console().print(table)


def _counted(sample: Sample) -> tuple[int, int, int, int]:
    parsed = parse(sample.page)
    keep = [label.keep for label in cleaner_named("combined").label(parsed).labels]
    truth = [bool(sample.body) and share >= 0.5 for share in shares_in(sample.body, parsed.blocks)]
    wrong = [at for at in range(len(keep)) if keep[at] != truth[at]]
    runs = [at for at in range(len(keep)) if at and keep[at] != keep[at - 1]] + [len(keep) - 1]
    return len(keep), len(wrong), _keys(keep, truth, wrong, []), _keys(keep, truth, wrong, runs)


def _keys(keep: Sequence[bool], truth: Sequence[bool], wrong: Sequence[int], runs: Sequence[int]) -> int:
    """Keys for these wrong blocks, from whichever end is nearer, and ``d``; ``runs`` are where ``r`` and ``R`` lead."""
    start = keep.index(True) if True in keep else 0
    counts = []
    for order in (wrong, wrong[::-1]):
        at, keys, before = start, 1, None
        for block in order:
            swept = before is not None and abs(block - before) == 1 and truth[block] == truth[before]
            keys += 1 if swept else 1 + _moves(at, block, runs)
            at = before = block
        counts.append(keys)
    return min(counts)


def _moves(at: int, wanted: int, runs: Sequence[int]) -> int:
    by_runs = (sum(min(at, run) < one <= max(at, run) for one in runs) + abs(wanted - run) for run in runs)
    return min(abs(wanted - at), *by_runs) if runs else abs(wanted - at)


if __name__ == "__main__":
    main()

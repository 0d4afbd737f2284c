"""Near copies among more and more invented bodies: recall, precision, CPU time and memory.

    python -m tests.bench.bench_duplicates [--texts 12500 25000 50000 100000] [--edited .1]

Every tenth body is a copy of an earlier one in which that share of the words, drawn at random, was replaced: harder than
editors' changes, which leave whole paragraphs alone. A pair counts as right when one is a copy of the other, or both are of
one body. Each size in a process of its own; CPU is that of fingerprints and of finding copies, apart.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from rich.console import Console
from rich.table import Table

from cleaner.duplicates import find_copies, fingerprint
from tests.dressed_sites import Author

EVERY = 10  # bodies, of which one is a copy
VOCABULARY = 5_000  # words that replace others


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, nargs="+", default=[12_500, 25_000, 50_000, 100_000])
    parser.add_argument("--edited", type=float, default=0.1, help="the share of a copy's words that is replaced")
    parser.add_argument("--here", action="store_true", help="measure in this process, and print JSON")
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(_measure(arguments.texts[0], arguments.edited)))
        return
    rows = []
    for count in arguments.texts:
        rest = ["--here", "--texts", str(count), "--edited", str(arguments.edited)]
        command = [sys.executable, "-m", "tests.bench.bench_duplicates", *rest]
        rows.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))
    table = Table(*rows[0], box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else f"{value:.4g}" for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _measure(count: int, edited: float) -> dict[str, float]:
    rng = random.Random(3)  # noqa: S311  # texts, no secrets
    author = Author(rng)
    vocabulary = [author.word() for _ in range(VOCABULARY)]
    texts: list[str] = []
    original: list[int] = []  # of each text the body that it is a copy of, or itself
    for number in range(count):
        if number % EVERY == EVERY - 1:
            of = rng.randrange(number)
            words = texts[of].split()
            for at in rng.sample(range(len(words)), round(edited * len(words))):
                words[at] = rng.choice(vocabulary)
            texts.append(" ".join(words))
            original.append(original[of])
        else:
            texts.append("\n".join(author.paragraph() for _ in range(rng.randint(3, 9))))
            original.append(number)
    started = time.process_time()
    fingerprints = {f"{number:09}": fingerprint(text) for number, text in enumerate(texts)}
    fingerprinted = time.process_time()
    groups = find_copies(fingerprints)
    ended = time.process_time()
    found = _pairs([group.first, *(copy.id for copy in group.copies)] for group in groups)
    copies: dict[int, list[str]] = defaultdict(list)
    for number, of in enumerate(original):
        copies[of].append(f"{number:09}")
    wanted = _pairs(copies.values())
    return {
        "texts": count,
        "pairs": len(wanted),
        "recall": len(found & wanted) / len(wanted),
        "precision": len(found & wanted) / len(found),
        "fingerprints s": fingerprinted - started,
        "ms a text": 1000 * (fingerprinted - started) / count,
        "finding s": ended - fingerprinted,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _pairs(groups: Iterable[Sequence[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


if __name__ == "__main__":
    main()

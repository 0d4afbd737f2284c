"""What a correction by ten pages does to these pages, to other samples, and to annotated pages of other sites.

    python -m tests.bench.bench_correcting samples [CORPUS.jsonl.xz ...] [--every 10] [--rounds 4]

The first round corrects the ten samples that ``combined`` gets most wrong, the others ten that are drawn by chance. Word F1 is
that of ``combined`` as it is used, with the model and with its rules.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from cleaner.ml.artefact import SHIPPED, load
from cleaner.ml.correct import correct
from cleaner.scoring.evaluate import PageScore, score_samples
from cleaner.scoring.paired import compare
from cleaner.scoring.samples import Sample, SampleSet, sample_sets

PAGES = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path)
    parser.add_argument("corpora", type=Path, nargs="*")
    parser.add_argument("--every", type=int, default=10, help="of the corpora's pages")
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    samples = [sample for found in sample_sets(arguments.samples) for sample in found.read()]
    others = {
        found.name: list(found.part(arguments.every, None).read()) for path in arguments.corpora for found in sample_sets(path)
    }
    shipped = _scores(samples, "shipped")
    before = {name: _scores(pages, "shipped") for name, pages in others.items()}
    worst = sorted(shipped, key=lambda page: page.words.f1)[:PAGES]
    table = Table("corrected", "pages", "F1 before", "after", "gain", "95 % from", "to", box=None, pad_edge=False)
    for number in range(arguments.rounds):
        chance = random.Random(number)  # noqa: S311 - a draw, no secret
        chosen = {page.sample for page in (chance.sample(shipped, PAGES) if number else worst)}
        corrected = [sample for sample in samples if sample.id in chosen]
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            correct(load(SHIPPED), [_set("ten", corrected)], Path(folder), lambda step, share: None)
            seconds = time.process_time() - started
            rows = [("the ten", shipped, _scores(corrected, folder))]
            rows.append(("other samples", shipped, _scores([one for one in samples if one.id not in chosen], folder)))
            rows += [(name, before[name], _scores(pages, folder)) for name, pages in others.items()]
        for name, old, new in rows:
            _add(table, f"{'ten by chance' if number else 'the worst ten'} ({seconds:.0f} s CPU): {name}", old, new)
    Console(width=130).print(table)


def _set(name: str, samples: Sequence[Sample]) -> SampleSet:
    return SampleSet(name, lambda: iter(samples))


def _scores(samples: Sequence[Sample], model: str) -> list[PageScore]:
    return [page for (page,) in score_samples(samples, [f"combined@{model}"])]


def _add(table: Table, name: str, old: Sequence[PageScore], new: Sequence[PageScore]) -> None:
    pair = compare(name, old, new)
    gain = (f"{pair.gain:+.4f}", f"{pair.low:+.4f}", f"{pair.high:+.4f}")
    table.add_row(name, str(len(new)), f"{mean(one.words.f1 for one, _ in pair.pages):.4f}", f"{pair.new_f1:.4f}", *gain)


if __name__ == "__main__":
    main()

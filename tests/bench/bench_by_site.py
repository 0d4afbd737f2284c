"""What ``by_site`` alone takes out of invented sites, by the number of pages that were learned.

    python -m tests.bench.bench_by_site [--hosts 20] [--seeds 1 2 3]

Of each host some pages are learned, drawn by chance, and as many others cleaned. Counted are lines of the sites' templates
that go, the words of them, and the words of articles that go with them. In pages that are one line, words are counted alone.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from cleaner.cleaners import cleaner_named
from cleaner.parse import parse
from cleaner.pipeline import clean
from cleaner.site_templates import SiteTemplates
from cleaner.types import Page
from tests.dressed_sites import DressedPage, dressed_sites
from tests.one_line_pages import in_one_line, words_of

RUNS = (
    (3, "text", True),
    (5, "text", True),
    (10, "text", True),
    (10, "html", True),
    (10, "text", False),
    (10, "one line", True),
    (20, "text", True),
    (40, "text", True),
)  # pages learned of each host, kind, and whether their address is known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    arguments = parser.parse_args()
    table = Table("learned", "kind", "address", "cleaned", "lines gone", "their words", "article words lost", box=None)
    for learned, kind, known in RUNS:
        counts: Counter[str] = Counter()
        for seed in arguments.seeds:
            counts += Counter(dict(_counted(seed, arguments.hosts, learned, kind, known=known)))
        shares = [
            f"{counts[f'{what} gone'] / counts[what]:.4f}" if counts[what] else "-"
            for what in ("template lines", "template words", "body words")
        ]
        cells = (str(learned), kind, "known" if known else "none", str(counts["pages"]), *shares)
        table.add_row(*cells)
    Console().print(table)


def _counted(seed: int, hosts: int, learned: int, kind: str, *, known: bool) -> Iterator[tuple[str, int]]:
    by_host: dict[str, list[DressedPage]] = defaultdict(list)
    for page in dressed_sites(seed, hosts, 2 * learned):
        by_host[page.host].append(page)
    templates = SiteTemplates()
    for host, pages in by_host.items():
        random.Random(host).shuffle(pages)  # noqa: S311  # an order, no secret
        for page in pages[:learned]:
            templates.learn(parse(_page(page, kind, known=known)))
    templates.prune()
    cleaner = cleaner_named("by_site", templates)
    counts: Counter[str] = Counter()
    for page in (page for pages in by_host.values() for page in pages[learned:]):
        counts["pages"] += 1
        if kind == "one line":
            counts += words_of(page, clean(_page(page, kind, known=known), cleaner=cleaner))
            continue
        for line, label in zip(page.lines, clean(_page(page, kind, known=known), cleaner=cleaner).labels, strict=True):
            cut = " ".join(line.text[cut.start : cut.end] for cut in label.cuts).strip()
            wrongly_cut = 0 if cut == line.cut.strip() else len(cut.split())
            words = len(line.text.split())
            counts[f"{line.kind} lines"] += 1
            counts[f"{line.kind} words"] += words
            counts[f"{line.kind} lines gone"] += not label.keep
            counts[f"{line.kind} words gone"] += wrongly_cut if label.keep else words
    yield from counts.items()


def _page(page: DressedPage, kind: str, *, known: bool) -> Page:
    made = {"text": page.text, "one line": in_one_line(page)}.get(kind) or page.html
    return made if known else replace(made, url=None)


if __name__ == "__main__":
    main()

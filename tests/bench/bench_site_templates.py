"""How learning site templates grows: CPU time, memory and size for more and more pages of invented sites.

    python tests/bench/bench_site_templates.py [--pages 12500 25000 50000 100000] [--pages-per-host 100] [--every-page]

Each size in a process of its own. Pages are flattened and learned in an order of chance, as a crawl brings them, that is
the hosts mixed. ``--every-page`` learns without asking first whether a page is wanted. CPU is that of parsing and learning,
without making the pages up; "ask" is the mean time of cleaning a page by its site, with everything worked out anew.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from cleaner.parse import parse
from cleaner.site_templates import SiteTemplates, find_repeats
from tests.dressed_sites import DressedPage, dressed_sites

ASKED = 300  # pages, of as many hosts as that


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[12_500, 25_000, 50_000, 100_000])
    parser.add_argument("--pages-per-host", type=int, default=100)
    parser.add_argument("--every-page", action="store_true")
    parser.add_argument("--here", action="store_true", help="measure in this process, and print JSON")
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(_measure(arguments.pages[0], arguments.pages_per_host, every_page=arguments.every_page)))
        return
    rest = ["--pages-per-host", str(arguments.pages_per_host), *(["--every-page"] if arguments.every_page else [])]
    rows = []
    for pages in arguments.pages:
        command = [sys.executable, "-m", "tests.bench.bench_site_templates", "--here", "--pages", str(pages), *rest]
        rows.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))
    table = Table(*rows[0], box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else f"{value:.3g}" for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _measure(count: int, pages_per_host: int, *, every_page: bool) -> dict[str, float]:
    hosts = count // pages_per_host
    templates = SiteTemplates()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    learned, taken, spent = 0, 0, 0.0
    for page in _mixed(hosts, pages_per_host):
        text = page.text
        started = time.process_time()
        if every_page or templates.wants(text):
            templates.learn(parse(text))
            taken += 1
        spent += time.process_time() - started
        learned += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = len(templates.to_json())
    asked = [next(iter(dressed_sites(number, 1, 4))) for number in range(min(hosts, ASKED))]
    started = time.process_time()
    for page in asked:
        parsed = parse(page.text)
        if site := templates.site_of(parsed):
            find_repeats(parsed, site)
    asking = (time.process_time() - started) / len(asked)
    return {
        "pages": learned,
        "hosts": hosts,
        "learned": taken,
        "CPU s": spent,
        "CPU ms a page": 1000 * spent / learned,
        "MB": (peak - before) / 1024,
        "kB a host": (peak - before) / hosts,
        "JSON kB a host": size / hosts / 1024,
        "ask ms": 1000 * asking,
    }


def _mixed(hosts: int, pages_per_host: int, at_once: int = 25) -> Iterator[DressedPage]:
    """The pages of all hosts, those of ``at_once`` hosts mixed; a page costs more memory than its sketch."""
    for first in range(0, hosts, at_once):
        pages = [
            page
            for number in range(first, min(first + at_once, hosts))
            for page in dressed_sites(number, 1, pages_per_host - 1)
        ]
        random.Random(first).shuffle(pages)  # noqa: S311  # an order, no secret
        yield from pages


if __name__ == "__main__":
    main()

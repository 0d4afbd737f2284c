"""Tables on standard output: drawn on a terminal, tab-separated in a pipe; the names of the columns stand first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows, in a pipe a row a line; nothing where there are none."""
    if not rows:
        return
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        for row in (columns, *rows):
            print("\t".join(row))
        return
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(table)


def counted(number: int, what: str) -> str:
    """The number with what it counts, in English: 1 page, 2,000 pages."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"

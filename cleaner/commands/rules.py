"""``cleaner rules``: what the heuristic cleaner goes by."""

from __future__ import annotations


def rules() -> None:
    """List the rules in the order they are asked: name, and what each has learned from pages."""
    from cleaner.commands.tables import print_table
    from cleaner.rules import RULES

    print_table(("name", "summary"), [(rule.name, rule.summary) for rule in RULES])

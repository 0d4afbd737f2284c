"""``cleaner cleaners``: which cleaners there are."""

from __future__ import annotations


def cleaners() -> None:
    """List the cleaners: name, version, what each is."""
    from cleaner.cleaners import CLEANERS
    from cleaner.commands.tables import print_table

    print_table(("name", "version", "summary"), [(it.name, it.version, it.summary) for it in CLEANERS.values()])

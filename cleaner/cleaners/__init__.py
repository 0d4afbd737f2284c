"""The cleaners: each answers the same question about the same blocks, so they can be compared, combined and explained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cleaner.cleaners.heuristic import HeuristicCleaner
from cleaner.cleaners.libraries import ReadabilityCleaner, TrafilaturaCleaner
from cleaner.errors import UnknownName
from cleaner.types import Label, Parsed


class Cleaner(Protocol):
    """Labels the blocks of a page, one label a block, and remembers nothing between pages."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def summary(self) -> str:
        """One line for ``cleaner cleaners`` and ``GET /v1/cleaners``."""
        ...

    def label(self, parsed: Parsed) -> Sequence[Label]: ...


CLEANERS: dict[str, Cleaner] = {
    cleaner.name: cleaner for cleaner in (HeuristicCleaner(), TrafilaturaCleaner(), ReadabilityCleaner())
}
DEFAULT_CLEANER = "heuristic"


def cleaner_named(name: str) -> Cleaner:
    """The cleaner of that name. Raises UnknownName, which lists the known ones."""
    try:
        return CLEANERS[name]
    except KeyError:
        raise UnknownName("cleaner", name, sorted(CLEANERS)) from None

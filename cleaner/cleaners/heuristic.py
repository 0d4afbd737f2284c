"""Rules alone: each rule speaks of the blocks it knows, the first to speak decides."""

from __future__ import annotations

from cleaner import rules
from cleaner.types import Labelled, Parsed


class HeuristicCleaner:
    """The rules of ``cleaner.rules`` in their order."""

    name = "heuristic"
    version = "4"
    summary = "rules by theme, each explained; HTML and flattened text; no training data needed"

    def label(self, parsed: Parsed) -> Labelled:
        return Labelled(rules.label(parsed))

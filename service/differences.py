"""Two versions of a document compared; done in a worker, as the time of a diff grows with the square of a hostile text."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

_OF_THE_RUN = {"id", "text", "sources", "removed", "quality", "charset", "timings_ms", "word_count", "reading_minutes"}


@dataclass(frozen=True, slots=True)
class Difference:
    """Two documents as JSON."""

    before: dict[str, Any]
    after: dict[str, Any]


def differences(two: Difference) -> dict[str, Any]:
    """``text``: the lines of a unified diff, empty when the texts are equal; ``fields``: what is told differently."""
    lines = difflib.unified_diff(two.before["text"].splitlines(), two.after["text"].splitlines(), lineterm="", n=1)
    names = [name for name in two.after if name not in _OF_THE_RUN and two.before.get(name) != two.after[name]]
    return {
        "text": list(lines)[2:],
        "fields": {name: {"from": two.before.get(name), "to": two.after[name]} for name in names},
    }

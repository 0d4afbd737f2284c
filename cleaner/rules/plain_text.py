"""Where the content of a flattened page is: lines are all there is to go by."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cleaner.rules.reading import PROSE_WORDS, Finding, Reading, has_bullet
from cleaner.types import Reason

STRONG_SHARE = 0.4
SUBHEADS = 3


def furniture_runs(reading: Reading) -> Iterator[Finding]:
    if reading.html:
        return
    n = len(reading)
    strong = [reading.is_open(i) and (reading.is_sentence(i) or reading.words[i] >= 2 * PROSE_WORDS) for i in range(n)]
    first = next((i for i in range(n) if strong[i]), None)
    if first is None:
        return
    last = max(i for i in range(n) if strong[i])
    for i in range(n):
        if reading.is_open(i) and not strong[i] and (i < first or i > last):
            yield Finding(i, Reason.LINK_LIST, 0.6)
    i = first
    while i <= last:
        if strong[i]:
            i += 1
            continue
        j = i
        while not strong[j]:
            j += 1
        run = [k for k in range(i, j) if reading.is_open(k)]
        if len(run) > SUBHEADS:
            for k in run:
                yield Finding(k, Reason.LINK_LIST, 0.6)
        i = j

"""Which of a site's pages have the layout of a page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ALIKE_SHARE = 0.8  # of what the page most like this one shares with it, from which a page has the same layout
MIN_SHARED = 3  # lines, or shingles, that a page of the same layout shares at least


def alike_groups(on_group: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The groups (columns) whose pages have the layout of this page: they share most of what (rows) any of them shares."""
    if not on_group.shape[1]:
        return np.zeros(0, dtype=bool)
    shared = on_group.sum(axis=0)
    return np.asarray(shared >= max(MIN_SHARED, ALIKE_SHARE * float(shared.max())))

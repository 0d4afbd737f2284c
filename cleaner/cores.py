"""How many processor cores there are to work with, in a container as well."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_CONTROLLERS = Path("/sys/fs/cgroup")
_OWN_GROUPS = Path("/proc/self/cgroup")


def usable_cores(controllers: Path = _CONTROLLERS, own_groups: Path = _OWN_GROUPS) -> int:
    """The cores that this process may keep busy: those it may run on, or what the CPU quota of its control group or of one
    above pays for (Linux, cgroup v1 and v2), a started core counted whole; at least 1.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([allowed, *(math.ceil(quota) for quota in _quotas(controllers, own_groups))]))


def _quotas(controllers: Path, own_groups: Path) -> Iterator[float]:
    """The quotas, in cores, of the groups that this process is in."""
    try:
        groups = own_groups.read_text().splitlines()
    except OSError:  # no Linux
        return
    for group in groups:
        number, _, rest = group.partition(":")
        kinds, _, path = rest.partition(":")
        if number == "0":
            folder, files = controllers, ["cpu.max"]
        elif "cpu" in kinds.split(","):
            folder, files = controllers / "cpu", ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
        else:
            continue
        own = PurePosixPath(path.lstrip("/"))
        # in a container the path is often that of the host, and what is mounted is the group itself
        for place in (own, *own.parents):
            yield from _quota([folder / place / file for file in files])


def _quota(files: list[Path]) -> Iterator[float]:
    """``quota period`` in microseconds, of one file or of two; ``max`` and -1 set no limit."""
    try:
        quota, period = " ".join(file.read_text() for file in files).split()
    except (OSError, ValueError):  # no such group or controller here
        return
    if quota.isdigit() and period.isdigit() and int(quota) and int(period):
        yield int(quota) / int(period)

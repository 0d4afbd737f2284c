"""A file that is whole or not there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a file under a temporary name beside its own and rename it, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(path)
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """The temporary name a file is written under; what a killed process left there can be deleted."""
    name = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]  # a long name has no room for an addition
    return path.with_name(f".{name}.part")

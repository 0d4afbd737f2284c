"""Names of results, which come from pages and are not to be trusted."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePosixPath

from cleaner.errors import InputError

MAX_NAME = 255  # bytes of a name, in all common file systems
_KEPT = 180  # bytes of a name that is too long


def result_path(out: Path, target: str, suffix: str) -> Path:
    """Where the result of that name goes, below ``out``; a name that is too long is cut, and its hash keeps it apart.

    Raises InputError for a name that leads elsewhere.
    """
    path = PurePosixPath(target)
    if path.is_absolute() or ".." in path.parts or "\0" in target or not path.name:
        raise InputError(f"the name {target!r} leads out of the output folder: rename the page")
    *folders, name = path.parts
    try:
        return out.joinpath(*(_short(folder, "") for folder in folders), _short(name, suffix))
    except UnicodeEncodeError as error:
        raise InputError(f"the name {target!r} cannot be that of a file: rename the page") from error


def _short(name: str, suffix: str) -> str:
    encoded = os.fsencode(name)
    if len(encoded) + len(suffix) <= MAX_NAME:
        return name + suffix
    kept = encoded[:_KEPT].decode("utf-8", "ignore")
    return f"{kept}~{hashlib.sha256(encoded).hexdigest()[:10]}{suffix}"

"""Where results go: on this machine, or in an object store."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from cleaner.errors import InputError
from cleaner.readers.places import STORES, is_url, store_of


def output_at(given: str) -> Path:
    """The path of an output, or of a prefix in an object store (``s3://bucket/prefix``), which is used in the same way.

    Raises InputError for a store that is not known, whose extra is not installed, or that does not let itself be asked.
    """
    if not is_url(given):
        return Path(given)
    store_of(given)
    protocol, _, path = given.partition("://")
    if protocol == "file":
        return Path(path)
    try:
        from upath import UPath
    except ModuleNotFoundError as error:
        raise InputError(f"{protocol}:// needs the extra {STORES[protocol]!r}: pip install 'cleaner[{protocol}]'") from error
    place = cast(Path, UPath(given, use_listings_cache=False))  # other machines write there as well
    try:
        place.exists()
    except Exception as error:  # each store's library has exceptions of its own
        raise InputError(f"{given} cannot be reached: {type(error).__name__}: {error}") from error
    return place


def is_in_store(path: Path) -> bool:
    return not isinstance(path, Path)

"""Where results go: on this machine, or in an object store."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from cleaner.errors import InputError
from cleaner.readers.places import STORES, is_url, store_of


def output_at(given: str) -> Path:
    """The path of an output, or of a prefix in an object store (``s3://bucket/prefix``), which is used in the same way.

    Raises InputError for a store that is not known or whose extra is not installed.
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
    return cast(Path, UPath(given, use_listings_cache=False))  # other machines write there as well


def is_in_store(path: Path) -> bool:
    return not isinstance(path, Path)

"""A folder of models, one of which is in use.

    FOLDER/versions/<version>/{model.npz, card.json}    never changed once they are there
    FOLDER/current                                      the versions that were put into use, one a line, the last one now

``current`` is replaced whole, so whoever reads it finds the old model or the new one. The line ``shipped`` stands for the
model that comes with the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cleaner.errors import InputError
from cleaner.ml.artefact import ARRAYS, CARD, SHIPPED, Artefact, load, made_of, read_files
from cleaner.writers.file import write_durably

CURRENT, VERSIONS = "current", "versions"
SHIPPED_LINE = "shipped"


def folder_of(place: Path) -> Path:
    """The folder of the model that a place stands for: the place itself, or the version in use of a folder of versions; the
    word ``shipped`` is the model of the package.

    Raises InputError where there is neither.
    """
    if place == Path(SHIPPED_LINE) and not place.exists():
        return SHIPPED
    if (place / CURRENT).exists():
        return folder_of_version(place, history(place)[-1])
    if (place / CARD).exists() or (place / ARRAYS).exists():
        return place
    raise InputError(
        f"{place} holds no model: name a folder that 'cleaner train' wrote, or one that 'cleaner artefact promote' made"
    )


def history(place: Path) -> Sequence[str]:
    """The versions that were in use, the present one last. Raises InputError for a place that is no folder of versions."""
    try:
        lines = (place / CURRENT).read_text(encoding="ascii").split()
    except FileNotFoundError as error:
        raise InputError(
            f"{place} is no folder of versions: 'cleaner artefact promote MODEL --in {place}' makes one"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{place / CURRENT} cannot be read ({error}): promote a model anew") from error
    if not lines:
        raise InputError(f"{place / CURRENT} is empty: promote a model anew")
    return lines


def versions(place: Path) -> Sequence[str]:
    """All versions that are there, in use or not, sorted."""
    return sorted(folder.name for folder in (place / VERSIONS).glob("*") if (folder / CARD).exists())


def folder_of_version(place: Path, version: str) -> Path:
    """Where a version lies, whether it is there or not."""
    if version == SHIPPED_LINE:
        return SHIPPED
    return place / VERSIONS / Path(version).name


def promote(place: Path, model: Path) -> Artefact:
    """Copy a model in and put it into use; the folder is made where there is none, and begins with the shipped model.

    Raises InputError for a model that is damaged or made for another version of this package, and changes nothing then.
    """
    files = read_files(folder_of(model))
    artefact = made_of(files)
    artefact.check()
    target = folder_of_version(place, artefact.version)
    target.mkdir(parents=True, exist_ok=True)
    write_durably(target / ARRAYS, files.arrays)
    write_durably(target / CARD, files.card)
    before = history(place) if (place / CURRENT).exists() else [SHIPPED_LINE]
    if before[-1] != artefact.version:
        _point(place, [*before, artefact.version])
    return artefact


def roll_back(place: Path) -> str:
    """Put the version before the present one into use again, and give its name.

    Raises InputError where there is none before it, or where it is damaged.
    """
    *before, present = history(place)
    if not before:
        raise InputError(f"{place}: {present} is the first version, there is none before it")
    load(folder_of_version(place, before[-1])).check()
    _point(place, before)
    return before[-1]


def _point(place: Path, lines: Sequence[str]) -> None:
    write_durably(place / CURRENT, "".join(f"{line}\n" for line in lines).encode("ascii"))

"""The model that cleaners ask where they are handed none."""

from __future__ import annotations

import os
from pathlib import Path

from cleaner.errors import InputError
from cleaner.ml.artefact import SHIPPED, Artefact, load
from cleaner.ml.versions import folder_of

VARIABLE = "CLEANER_ARTEFACT"

_in_use: Artefact | None = None


def model_in_use() -> Artefact:
    """The model that comes with the package, or the one that CLEANER_ARTEFACT names; read once a process.

    Raises InputError, which names the variable, for one that is missing or damaged.
    """
    if _in_use is None:
        try:
            use(load(folder_in_use()))
        except InputError as error:
            if not os.environ.get(VARIABLE):
                raise
            raise InputError(f"{VARIABLE}: {error}") from error
    assert _in_use is not None
    return _in_use


def folder_in_use() -> Path:
    """Where that model lies now: of a folder of versions, the one that is current. Raises InputError where there is none."""
    place = os.environ.get(VARIABLE)
    return folder_of(Path(place)) if place else SHIPPED


def folder_of_another() -> Path | None:
    """Where the model lies that this process uses, if that is not the one that comes with the package."""
    if not os.environ.get(VARIABLE):
        return None
    folder = model_in_use().folder
    return None if folder == SHIPPED else folder.resolve()


def use(model: Artefact) -> None:
    """Let the cleaners of this process ask another model from now on."""
    global _in_use
    _in_use = model

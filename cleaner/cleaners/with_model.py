"""Cleaners by names that bring their model along, so that two models can be compared: ``combined@models/new``.

For the command line alone: such a name opens a folder, which nobody may ask of a service.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cleaner.cleaners import CLEANERS, Cleaner, cleaner_named
from cleaner.cleaners.combined import CombinedCleaner
from cleaner.cleaners.learned import LearnedCleaner
from cleaner.errors import InputError
from cleaner.ml.artefact import Artefact, load
from cleaner.ml.versions import folder_of

_AT = "@"


def cleaner_and_model(name: str) -> Cleaner:
    """The cleaner of a name as ``cleaner_named`` takes it, behind which ``@`` and a model's folder may stand.

    Raises what ``cleaner_named`` and ``load`` raise.
    """
    plain, at, folder = name.partition(_AT)
    return cleaner_named(plain, model=_model(folder) if at else None)


def model_of(name: str) -> Artefact | None:
    """The model that such a name brings along, if it does. Raises what ``load`` raises."""
    _, at, folder = name.partition(_AT)
    return _model(folder) if at else None


def with_each(names: Sequence[str], models: Sequence[Path]) -> list[str]:
    """The names, those of cleaners that ask a model once with each of the models. Raises UnknownName, InputError."""
    if not models:
        return list(names)
    given: list[str] = []
    for name in names:
        asks = isinstance(CLEANERS.get(name.split(":", 1)[0]), CombinedCleaner | LearnedCleaner)
        given += [f"{name}{_AT}{model}" for model in models] if asks else [name]
    if not any(_AT in name for name in given):
        raise InputError(f"of {', '.join(names)} none asks a model: choose combined or learned, or leave the models out")
    return given


def without_model(name: str) -> str:
    """The cleaner's name alone."""
    return name.partition(_AT)[0]


@lru_cache(maxsize=4)
def _model(folder: str) -> Artefact:
    return load(folder_of(Path(folder)))

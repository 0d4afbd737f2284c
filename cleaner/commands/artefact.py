"""``cleaner artefact``: which model is in use, and putting another one there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

VARIABLE = "CLEANER_ARTEFACT"

artefact = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Show, promote and roll back the models of a folder, which CLEANER_ARTEFACT names to whoever shall use them.",
)

Place = Annotated[
    Path, typer.Option("--in", envvar=VARIABLE, metavar="FOLDER", help="The folder of models.", show_default=False)
]


@artefact.command("promote")
def promote_model(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="The folder that 'cleaner train' wrote.")],
    place: Place,
    on: Annotated[
        list[Path] | None,
        typer.Option(metavar="SET", help="Only if it holds the gates on these pages, against the model in use."),
    ] = None,
    gate: Annotated[
        list[str] | None,
        typer.Option(metavar="GATE", help="The gates, as in 'cleaner score'.  [default: better]", show_default=False),
    ] = None,
) -> None:
    """Copy a model into the folder and put it into use, at once for services that run.

    The folder is made where there is none. A damaged model is refused, and nothing changes then.

    Exit codes: 0 fine, 2 usage or a model that cannot be used, 4 a gate was missed, 5 no samples.
    """
    from cleaner.ml import versions

    if gate and not on:
        raise typer.BadParameter("a gate needs pages to be held on: name them with --on SET")
    if on:
        _check(model, place, on, gate or ["better"])
    promoted = versions.promote(place, model)
    typer.echo(f"{promoted.version} is in use in {place}", err=True)


@artefact.command("rollback")
def roll_back(place: Place) -> None:
    """Put the model before the present one into use again.

    Exit codes: 0 fine, 2 there is none before it.
    """
    from cleaner.ml import versions

    typer.echo(f"{versions.roll_back(place)} is in use again in {place}", err=True)


@artefact.command("show")
def show_models(place: Place) -> None:
    """List the models of the folder, the one in use first, then those before it, then the others."""
    from cleaner.commands.tables import print_table
    from cleaner.ml import versions

    *before, present = versions.history(place)
    others = [version for version in versions.versions(place) if version not in (present, *before)]
    states = [
        (present, "in use"),
        *((version, "before") for version in reversed(before)),
        *((one, "not in use") for one in others),
    ]
    rows = [(version, state, _told(versions.folder_of_version(place, version))) for version, state in states]
    print_table(("version", "state", "trained on"), rows)


def _check(model: Path, place: Path, sets: list[Path], gates: list[str]) -> None:
    """Score the model in use and the new one, and leave with 4 where a gate is missed."""
    from cleaner.commands.score import score
    from cleaner.ml.versions import CURRENT, SHIPPED_LINE

    old = place if (place / CURRENT).exists() else Path(SHIPPED_LINE)
    score(sets, artefact=[old, model], gate=gates)


def _told(folder: Path) -> str:
    """The sets that a model was trained on, or what is wrong with it."""
    from cleaner.errors import InputError
    from cleaner.ml.artefact import load

    try:
        card = load(folder).card
    except InputError as error:
        return str(error)
    sets = dict.fromkeys(name for of_kind in card["data"].values() for name in of_kind)
    return ", ".join(sets)

"""The command line: a table of commands, and what their errors become."""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from cleaner.errors import CleanerError, CleanerFailed, NothingFound, PageRefused
from cleaner.version import __version__

COMMANDS = (
    "clean",
    "batch",
    "score",
    "diff",
    "serve",
    "cleaners",
    "rules",
    "train",
    "artefact",
    "sites",
    "dupes",
)  # cleaner/commands/NAME.py defines NAME: a function, or a Typer with commands of its own


_SETTING = "CLEANER_ARTEFACT"


class _Commands(TyperGroup):
    """Imports a command's module when that command is asked for."""

    def list_commands(self, ctx: object) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        if cmd_name not in COMMANDS:
            return None
        found = getattr(import_module(f"cleaner.commands.{cmd_name}"), cmd_name)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False, rich_markup_mode=None)
            single.command(cmd_name)(found)
            found = single
        command = typer.main.get_command(found)
        assert isinstance(command, TyperCommand | TyperGroup)
        command.name = cmd_name  # which the help lists; a Typer of several commands has none of its own
        return command


app = typer.Typer(cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"cleaner {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Turn scraped pages, as HTML or as flattened text, into clean articles, and say what was removed and why."""


def main() -> None:
    """The ``cleaner`` program. An error of ours is one line and exit code 2, or 3 when it is the page's fault, or 5 when there
    is nothing to work on.
    """
    _tell_of_misspelt_settings()
    try:
        app()
    except (PageRefused, CleanerFailed) as error:
        print(f"the page was refused: {error}", file=sys.stderr)
        sys.exit(3)
    except NothingFound as error:
        print(error, file=sys.stderr)
        sys.exit(5)
    except CleanerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the flush at exit would fail once more
        sys.exit(0)


def _tell_of_misspelt_settings() -> None:
    """A variable that is called nearly as the one setting of the commands; what else begins so is the service's."""
    for name in get_close_matches(_SETTING, os.environ, n=3, cutoff=0.8):
        if name != _SETTING:
            print(f"{name} sets nothing: is {_SETTING} meant?", file=sys.stderr)

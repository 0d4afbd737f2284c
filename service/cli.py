"""``cleaner-service``: what whoever runs the service does beside running it. ``cleaner serve`` runs it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cleaner.errors import CleanerError
from service.settings import misspelt, origins, read_settings
from service.store import keys
from service.store.database import Store, check

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
keys_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="API keys: make, list and revoke them.")
app.add_typer(keys_app, name="keys")


@app.callback()
def _root() -> None:
    """What whoever runs the service does beside running it; 'cleaner serve' runs it."""


def main() -> None:
    """Exit codes: 0 fine, 2 usage, settings or database."""
    try:
        app()
    except CleanerError as error:
        print(f"cleaner-service: {error}", file=sys.stderr)
        sys.exit(2)


@app.command()
def config() -> None:
    """Print the settings, each with where it comes from."""
    table = Table("setting", "value", "from", box=None, pad_edge=False)
    for name, (value, origin) in origins(read_settings()).items():
        table.add_row(name, value, origin)
    _print(table)
    for warning in misspelt():
        print(f"warning: {warning}", file=sys.stderr)


@app.command()
def migrate() -> None:
    """Make the database, or bring it up to this version; the service does so by itself when it starts."""
    store = _store()
    store.reading(check)
    store.close()
    print("the database is up to date", file=sys.stderr)


@keys_app.command("create")
def create_key(
    name: Annotated[str, typer.Option(metavar="NAME", help="What the key is for.")],
    scopes: Annotated[
        str, typer.Option(metavar="SCOPES", help="What it may do: read, write, admin; with commas between.")
    ] = "read,write",
    owner: Annotated[
        str | None, typer.Option(metavar="OWNER", help="Whose documents it sees: keys of one owner share them.")
    ] = None,
) -> None:
    """Make a key and print it: it is shown this once, and only its hash is kept."""
    store = _store()
    print(store.writing(keys.create, name, [scope.strip() for scope in scopes.split(",") if scope.strip()], owner))
    store.close()


@keys_app.command("list")
def list_keys() -> None:
    """List the keys, without what opens anything."""
    store = _store()
    table = Table("id", "name", "owner", "scopes", "created", "revoked", box=None, pad_edge=False)
    for row in store.reading(keys.list_keys):
        table.add_row(row.id, row.name, row.owner, ",".join(row.scopes), row.created_at[:19], (row.revoked_at or "")[:19])
    store.close()
    _print(table)


@keys_app.command("revoke")
def revoke_key(identity: Annotated[str, typer.Argument(metavar="ID", help="The id that 'keys list' shows.")]) -> None:
    """Make a key worthless, within seconds in services that run."""
    store = _store()
    store.writing(keys.revoke, identity)
    store.close()
    print(f"revoked {identity}", file=sys.stderr)


def _store() -> Store:
    return Store(read_settings().database)


def _print(table: Table) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = 1000  # a pipe has no edge to break lines at
    console.print(table)

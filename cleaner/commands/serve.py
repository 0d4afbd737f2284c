"""``cleaner serve``: the HTTP service on this machine."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="The address to listen on, 0.0.0.0 for every one.  [default: 127.0.0.1]", show_default=False
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, metavar="PORT", help="The port to listen on.  [default: 8000]", show_default=False),
    ] = None,
) -> None:
    """Run the HTTP service until it is interrupted.

    Environment variables named CLEANER_* set it up; an option given here wins over its variable. On an address that other
    machines can reach it needs an API key: 'cleaner-service keys create' makes one.
    """
    from cleaner.errors import InputError

    try:
        from service.serving import serve as run
        from service.settings import read_settings
    except ModuleNotFoundError as error:
        raise InputError(f"the service needs {error.name}, which is not installed: pip install 'cleaner[service]'") from error
    run(read_settings(host, port))

"""``cleaner serve``: the HTTP service on this machine."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[
        str | None,
        typer.Option(help="The address to listen on, 0.0.0.0 for every one.  [default: 127.0.0.1]", show_default=False),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port to listen on.  [default: 8000]", show_default=False)
    ] = None,
) -> None:
    """Run the HTTP service until it is interrupted.

    Environment variables named CLEANER_* set it up; an option given here wins over its variable.
    """
    from cleaner.errors import InputError

    try:
        import uvicorn

        from service.app import create_app
        from service.settings import read_settings
    except ModuleNotFoundError as error:
        raise InputError(f"the service needs {error.name}, which is not installed: pip install 'cleaner[service]'") from error
    settings = read_settings(host, port)
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port)

"""Runs the service: refuses what would open it to everybody by mistake."""

from __future__ import annotations

import uvicorn

from service.app import create_app
from service.settings import Settings, SettingsError, is_loopback
from service.store import keys
from service.store.database import Store


def serve(settings: Settings) -> None:
    """Run the service until it is interrupted. Raises SettingsError, StoreError."""
    check_access(settings)
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port)


def check_access(settings: Settings) -> None:
    """Raises SettingsError when nobody could use the service, because it needs keys and there is none."""
    if not settings.needs_keys:
        return
    store = Store(settings.database)
    try:
        if store.reading(keys.any_valid):
            return
    finally:
        store.close()
    where = "" if is_loopback(settings.host) else f" on {settings.host}, which other machines can reach"
    raise SettingsError(
        f"the service needs a key for every request{where}, and there is none: make one with "
        "'cleaner-service keys create --name NAME', or let everybody in with CLEANER_ACCESS=open"
    )

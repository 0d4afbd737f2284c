"""Runs the service: refuses what would open it to everybody by mistake, and ends without dropping what it has accepted."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from service.app import create_app
from service.connections import GuardedConnection
from service.logs import configure_logs
from service.settings import Settings, SettingsError, is_loopback
from service.store import keys
from service.store.database import Store

_BACKLOG = 2048
SHUTDOWN_SECONDS = 30  # for requests that were accepted; whoever asked has given up by then


def serve(settings: Settings) -> None:
    """Run the service until SIGINT or SIGTERM, answer what was accepted, and return. Raises SettingsError, StoreError."""
    check_access(settings)
    configure_logs()
    _take_all_descriptors()
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=GuardedConnection,
        ws="none",
        backlog=_BACKLOG,
        access_log=False,  # RequestIds writes one
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    _Server(config, app, settings.drain_seconds).run()


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


class _Server(uvicorn.Server):
    """uvicorn's, which ends with status 0 when it was told to end, after a while in which it is not ready but still answers."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_seconds: float) -> None:
        super().__init__(config)
        self._service = app
        self._drain_seconds = drain_seconds

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.state.draining = True
        if self._drain_seconds and not self.force_exit:
            await asyncio.sleep(self._drain_seconds)
        await self._accept_the_last()
        await super().shutdown(sockets)

    async def _accept_the_last(self) -> None:
        """Take what the system has connected already, and close the doors behind it: closing them would reset it."""
        last = []
        for server in self.servers:
            for door in server.sockets:
                with socket.socket(fileno=os.dup(door.fileno())) as listener, contextlib.suppress(BlockingIOError):
                    listener.setblocking(False)
                    while True:
                        last.append(listener.accept()[0])
            server.close()
        for connection in last:
            with contextlib.suppress(OSError):  # gone again
                await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> GuardedConnection:
        return GuardedConnection(self.config, self.server_state, self.lifespan.state)


def _take_all_descriptors() -> None:
    """As many connections as the system lets us have: a thousand idle ones shall not keep others out."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

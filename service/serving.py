"""Runs the service: refuses what would open it to everybody by mistake, and ends without dropping what it has accepted."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
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
from service.settings import Settings, SettingsError, is_loopback, misspelt
from service.store import keys
from service.store.database import Store

_BACKLOG = 2048
_NOT_TO_LISTEN_ON = {
    errno.EADDRINUSE: "port {port} on {host} is taken by another program",
    errno.EADDRNOTAVAIL: "this machine does not have the address {host}",
    errno.EACCES: "port {port} on {host} is not for this user to listen on",
    socket.EAI_NONAME: "there is no address of the name {host}",
}
SHUTDOWN_SECONDS = 30  # for requests that were accepted; whoever asked has given up by then

_log = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Run the service until SIGINT or SIGTERM, answer what was accepted, and return. Raises SettingsError, StoreError."""
    check_address(settings.host, settings.port)
    check_access(settings)
    configure_logs()
    for warning in misspelt():
        _log.warning(warning)
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


def check_address(host: str, port: int) -> None:
    """Raises SettingsError when nothing can listen there, before anything is started that has to be ended again."""
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as door:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # this and the next as the server itself does
                if family == socket.AF_INET6:
                    door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                door.bind(address)
    except (OSError, UnicodeError) as error:
        told = _NOT_TO_LISTEN_ON.get(
            getattr(error, "errno", None) or 0, "the service cannot listen on {host}, port {port} ({error})"
        )
        hint = "choose another with --host and --port, or CLEANER_HOST and CLEANER_PORT"
        raise SettingsError(f"{told.format(host=host, port=port, error=error)}: {hint}") from None


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

"""A real PostgreSQL for the tests: a cluster in a folder of its own, on a free port of 127.0.0.1, ended with the test run."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # the tests kill the service, not the machine
    "max_connections": "200",
    "log_min_messages": "fatal",
}


class Postgres:
    """A server, and as many empty databases as are asked for."""

    def __init__(self, port: int, user: str | None, login: str) -> None:
        self._user = user  # of the server's processes, where it is not this one's
        self.port = port
        self.address = f"postgresql://{login}@127.0.0.1:{port}"
        self._numbers = itertools.count()

    def new_database(self, name: str | None = None) -> str:
        """The URL of an empty database."""
        name = name or f"test{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return f"{self.address}/{name}"

    @contextmanager
    def database_in(self, folder: Path) -> Iterator[str]:
        """The URL of an empty database whose files are in this folder, until it is dropped."""
        name = f"test{next(self._numbers)}"
        files = folder / name
        files.mkdir()
        if self._user:
            shutil.chown(files, self._user)
        self._run(f"CREATE TABLESPACE {name} LOCATION '{files}'")
        self._run(f"CREATE DATABASE {name} TABLESPACE {name}")
        yield f"{self.address}/{name}"
        self._run(f"DROP DATABASE {name} WITH (FORCE)")
        self._run(f"DROP TABLESPACE {name}")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.address.replace("postgresql", "postgresql+pg8000") + "/postgres")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def running_postgres(name: str = "postgres", password: str = "") -> Iterator[Postgres]:
    """A server with its files in a folder of its own, which asks its superuser for the password, if there is one.

    Skips the test where PostgreSQL is not installed, but not in CI.
    """
    installed = programs()
    if installed is None:
        message = "there is no PostgreSQL here: install the Debian package postgresql, and these tests run"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    folder = Path(tempfile.mkdtemp(prefix="cleaner-postgres-"))  # pytest keeps its own from other users
    user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    asks = "trust"
    if password:
        asks = f"scram-sha-256 --pwfile={folder}/password"
        (folder / "password").write_text(password)
    make = f"{installed}/initdb --username={name} --encoding=UTF8 --locale=C.UTF-8 --no-sync --auth={asks}"
    made = subprocess.run(
        [*make.split(), f"--pgdata={data}"], capture_output=True, text=True, user=user, cwd=folder, check=False
    )
    assert made.returncode == 0, made.stderr
    port = _free_port()
    settings = {**_SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [installed / "postgres", "-D", data, *options], stdout=log, stderr=log, user=user, cwd=folder
        ) as server,
    ):
        try:
            _wait_for(server, port, folder / "log")
            yield Postgres(port, user, f"{name}:{password}" if password else name)
        finally:
            server.send_signal(2)  # SIGINT: end the connections, then the server
            server.wait(30)
            shutil.rmtree(folder)


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    postgres = shutil.which("postgres")
    return Path(postgres).resolve().parent if postgres and shutil.which("initdb") else None


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            try:
                server.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    raise AssertionError(f"PostgreSQL did not start:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port

"""Opens the database, brings it up to date, and runs functions in transactions, off the event loop."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from cleaner.errors import CleanerError

Given = ParamSpec("Given")
Result = TypeVar("Result")

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+pg8000", "postgres": "postgresql+pg8000"}

POSTGRES_CONNECTIONS = 8  # of one service; ten replicas stay below the 100 that a server takes unless told otherwise
SQLITE_READERS = 4
WAITING = 512  # calls that may wait for a connection; more is a store that cannot keep up
PATIENCE_S = 10  # for a connection, or for another process that writes to the same file

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x636C6561  # any number, the same in every replica
_LITTLE_SPACE = 1_000_000  # bytes: below, a failed write is put down to the disk being full


class StoreError(CleanerError):
    """The database cannot do what was asked; the message says why."""


class StoreFull(StoreError):
    """There is no room left; nothing of the transaction was kept."""


class StoreDamaged(StoreError):
    """What is stored is not what was written."""


class StoreUnavailable(StoreError):
    """The database cannot be reached or is too busy; asking again later may help."""


class Store:
    """One database. ``read`` and ``write`` run a function of a connection in a transaction of its own.

    SQLite has one writer at a time, so there is one thread that writes. The database is opened, and made or brought up to
    date, with the first call.
    """

    def __init__(self, url: str) -> None:
        """Raises StoreError when the URL is none of a database that is known."""
        self._url = _known_url(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        writers, readers = (1, SQLITE_READERS) if self.is_sqlite else (POSTGRES_CONNECTIONS // 2,) * 2
        self._writers = ThreadPoolExecutor(writers, "store-write")
        self._readers = ThreadPoolExecutor(readers, "store-read")
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        self._waiting = 0

    async def read(
        self, work: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """``work(connection, ...)`` on one state of the database. Raises StoreError."""
        return await self._in_thread(self._readers, lambda: self.reading(work, *args, **kwargs))

    async def write(
        self, work: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """``work(connection, ...)``, and on the disk when this returns. Raises StoreError, and then nothing was kept."""
        return await self._in_thread(self._writers, lambda: self.writing(work, *args, **kwargs))

    def reading(
        self, work: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """``read`` for callers that have a thread of their own."""
        with self._told(), self._opened().begin() as connection:
            return work(connection, *args, **kwargs)

    def writing(
        self, work: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """``write`` for callers that have a thread of their own."""
        with self._told(), self._opened().execution_options(writes=True).begin() as connection:
            return work(connection, *args, **kwargs)

    def close(self) -> None:
        """Finish what is being written and close all connections."""
        self._writers.shutdown()
        self._readers.shutdown()
        if self._engine is not None:
            self._engine.dispose()

    async def _in_thread(self, threads: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
        if self._waiting >= WAITING:
            raise StoreUnavailable("too many requests are waiting for the database")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        finally:
            self._waiting -= 1

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                engine = _engine(self._url)
                try:
                    migrate(engine)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the database in the words of this module; they never quote a statement's values, which are pages."""
        try:
            yield
        except DBAPIError as error:
            raise self._sentence(error) from None
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the database gives no connection: {type(error).__name__}") from None

    def _sentence(self, error: DBAPIError) -> StoreError:
        name = _error_name(error)
        if name in ("SQLITE_FULL", "53100") or (name.startswith("SQLITE_IOERR") and self._hardly_any_space()):
            return StoreFull("the disk of the database is full")
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002")):
            return StoreDamaged("the database is damaged: restore it from a backup")
        return StoreUnavailable(f"the database does not answer as it should: {name}")

    def _hardly_any_space(self) -> bool:
        return self.is_sqlite and shutil.disk_usage(Path(self._url.database or ".").resolve().parent).free < _LITTLE_SPACE


def now() -> str:
    """The time as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def check(connection: Connection) -> None:
    """Ask the database something that touches its files."""
    connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one()


def integrity(connection: Connection) -> list[str]:
    """What the database itself finds wrong with its files; for SQLite alone, where PostgreSQL has pg_amcheck."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    return [str(line) for line in found if line != "ok"]


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the database up to the tables of this version, in one transaction. Raises StoreError for one that is newer."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        has = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(config)
        known = [revision.revision for revision in script.walk_revisions()]
        if has is not None and has not in known:
            raise StoreError(f"the database was made by a newer version of the service (step {has}): update the service")
        if has == script.get_current_head():
            return
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def _known_url(url: str) -> URL:
    try:
        given = make_url(url)
    except ArgumentError:
        raise StoreError(
            "the database must be given as a URL: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        ) from None
    driver = DRIVERS.get(given.drivername)
    if driver is None:
        raise StoreError(f"there is no database {given.drivername!r} here: give sqlite:///FILE or postgresql://HOST/NAME")
    if driver == "sqlite" and given.database in (None, "", ":memory:"):
        raise StoreError("the database needs a file, as its connections share nothing else: sqlite:///FILE")
    return given.set(drivername=driver)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url,
            pool_size=POSTGRES_CONNECTIONS,
            max_overflow=0,
            pool_timeout=PATIENCE_S,
            pool_pre_ping=True,
            connect_args={"timeout": PATIENCE_S, "tcp_keepalive": True} if url.host else {"timeout": PATIENCE_S},
            hide_parameters=True,
        )
    engine = create_engine(
        url,
        pool_size=SQLITE_READERS + 2,
        max_overflow=0,
        # Python's own handling of transactions begins them too late to lock; see _begin
        connect_args={"isolation_level": None, "timeout": PATIENCE_S, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _settle_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _settle_connection(connection: sqlite3.Connection, _record: object) -> None:
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Connection) -> None:
    # One that means to write says so at once: one that reads first and then writes may find that another has written.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _error_name(error: DBAPIError) -> str:
    """SQLite's name of an error, PostgreSQL's SQLSTATE, or the type of exception."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorname", None) or type(original).__name__
    said = original.args[0] if original is not None and original.args else None
    if isinstance(said, dict) and "C" in said:
        return str(said["C"])
    return type(original).__name__ if not isinstance(error, OperationalError) else "no connection"

"""The database: where transactions begin. SQLite through aiosqlite, PostgreSQL through psycopg."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

Tx = AsyncConnection

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
READERS = 4  # SQLite connections beside the one that writes
CONNECTIONS = 10  # to PostgreSQL; the spare ones are opened in a rush and closed again
SPARE = 10


def driver_url(url: str) -> sa.URL:
    """`url` with the driver we use. Raises ValueError for another database, or SQLite without a file."""
    parsed = sa.make_url(url)
    name = parsed.drivername.partition("+")[0]
    if name not in DRIVERS:
        raise ValueError(f"the database must be sqlite or postgresql, not {name}")
    if name == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: readers and the writer are different connections")
    return parsed.set(drivername=DRIVERS[name])


class Database:
    """Transactions for the services: `begin()` to change, `read()` to look.

    Leaving `begin()` commits; leaving it by an exception rolls back. One of each at a time in a task: a `begin()`
    inside another would wait for itself on SQLite.
    """

    def __init__(self, *, dialect: str, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.dialect = dialect
        self._writer = writer
        self._reader = reader
        # Writers of this process queue here, in order; SQLite's own waiting is neither fair nor patient.
        self._one_writer = asyncio.Lock() if dialect == "sqlite" else None

    @classmethod
    def open(cls, url: str) -> Self:
        """The database at `url` (`sqlite:///file.db` or `postgresql://…`); connects when first used."""
        parsed = driver_url(url)
        return cls._open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else cls._open_postgresql(parsed)

    @classmethod
    def _open_sqlite(cls, url: sa.URL) -> Self:
        writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", connections=1, pragmas=WRITER_PRAGMAS)
        reader = _sqlite_engine(url, begin="BEGIN", connections=READERS, pragmas=READER_PRAGMAS)
        return cls(dialect="sqlite", writer=writer, reader=reader)

    @classmethod
    def _open_postgresql(cls, url: sa.URL) -> Self:
        writer = create_async_engine(
            url, hide_parameters=True, pool_size=CONNECTIONS, max_overflow=SPARE, pool_pre_ping=True
        )
        # A reader sees one moment throughout, as it does on SQLite.
        reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return cls(dialect="postgresql", writer=writer, reader=reader)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """A transaction that may write; on SQLite it holds the only write lock from its first moment."""
        if self._one_writer is None:
            async with self._writer.begin() as tx:
                yield tx
            return
        async with self._one_writer, self._writer.begin() as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that sees one moment of the database and cannot write."""
        async with self._reader.begin() as tx:
            yield tx

    async def dispose(self) -> None:
        """Close all connections."""
        await self._reader.dispose()
        await self._writer.dispose()


_PRAGMAS = ("PRAGMA busy_timeout = 5000", "PRAGMA foreign_keys = ON")
WRITER_PRAGMAS = (
    *_PRAGMAS,
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an accepted answer survives a power cut
    "PRAGMA secure_delete = ON",  # what is erased is overwritten
)
READER_PRAGMAS = (*_PRAGMAS, "PRAGMA query_only = ON")


def _sqlite_engine(url: sa.URL, *, begin: str, connections: int, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
    )
    own_transactions(engine.sync_engine, begin=begin, pragmas=pragmas)
    return engine


def own_transactions(engine: sa.Engine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    """Let SQLAlchemy begin SQLite's transactions with `begin`.

    Python's driver would begin them itself, late and without the write lock; two processes then lose updates.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql(begin)

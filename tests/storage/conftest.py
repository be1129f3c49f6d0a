"""Fixtures of the storage tests."""

from __future__ import annotations

import pytest

from storage.engine import Database
from tests.fixtures_db import (
    database as database,
)
from tests.fixtures_db import (
    database_url as database_url,
)
from tests.fixtures_db import (
    postgres_server as postgres_server,
)
from tests.fixtures_db import (
    postgres_url as postgres_url,
)
from tests.fixtures_db import (
    sqlite_template as sqlite_template,
)
from tests.fixtures_db import (
    sqlite_url as sqlite_url,
)
from tests.storage import world


@pytest.fixture
async def peopled(database: Database) -> Database:
    """A database with the cast and a collecting cycle, without any review."""
    async with database.begin() as tx:
        await world.fill(tx)
    return database

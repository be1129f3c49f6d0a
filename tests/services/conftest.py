import pytest

from storage.engine import Database
from tests.world import World


@pytest.fixture
async def world(database: Database) -> World:
    """The named cast on a fresh database, SQLite and PostgreSQL in turn."""
    return await World(database).settle()

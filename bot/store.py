"""The use cases on the stored data, for one command of the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from appraisal.intake.sources import Sources
from bot.clock import SystemClock
from bot.settings import StoreSettings
from services.deps import Deps
from storage.engine import Database
from storage.migrate import migrate

NO_SOURCES = Sources()


@asynccontextmanager
async def opened(settings: StoreSettings, *, sources: Sources = NO_SOURCES) -> AsyncIterator[Deps]:
    """What use cases need, with the tables brought up to date. `sources`: those declared, where they matter."""
    await asyncio.to_thread(migrate, settings.database_url)
    database = Database.open(settings.database_url)
    try:
        yield Deps(database, SystemClock().now, settings.hr_admins, sources=sources)
    finally:
        await database.dispose()

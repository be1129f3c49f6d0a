"""The bot beside a real sandbox: its world on SQLite, and a delivery loop to start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Delivery
from bot.posting import Post
from sandbox.config import Config
from sandbox.server import Running, start
from storage.engine import Database
from tests.world import CAST, World

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Commands set logging up for their process; other tests must not notice."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
async def slack() -> AsyncIterator[Running]:
    """A sandbox with the cast of `tests.world` as its users."""
    users = [
        {
            "id": p.slack_id,
            "name": p.id,
            "real_name": p.name,
            "email": p.email,
            "tz": p.time_zone,
            "locale": "zh-CN" if p.locale == "zh" else "en-GB",
            "deleted": not p.active,
        }
        for p in CAST
    ]
    running = await start(Config(manifest=MANIFEST, users=users))
    yield running
    await running.stop()


@dataclass
class Office:
    """The world, the local Slack, and what was said in it."""

    world: World
    slack: Running
    ahead: timedelta = timedelta()  # of the wall clock, so that leases run out

    def wall(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def client(self) -> AsyncWebClient:
        return AsyncWebClient("xoxb-sandbox", base_url=self.slack.api_url, retry_handlers=[])

    @property
    def post(self) -> Post:
        return Post(self.client, posts_per_minute=60_000, updates_per_minute=60_000)

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[Delivery]:
        delivery = Delivery(self.world.deps, self.post, wall=self.wall)
        running = asyncio.create_task(delivery.run())
        try:
            yield delivery
        finally:
            delivery.stop()
            await running

    async def deliver(self) -> None:
        """Send all that is due."""
        async with self.delivering() as delivery:
            await delivery.drain(20)

    def messages(self, key: str) -> list[dict[str, Any]]:
        """The DM between a person and the app."""
        return self.slack.workspace.messages.list(f"U{key.upper()}")

    def calls(self, method: str) -> list[str | None]:
        """The errors (None: none) of the calls of a Web API method so far."""
        return [call["error"] for call in self.slack.workspace.log if call["method"] == method]

    def fail(self, **failure: Any) -> None:
        self.slack.workspace.failures.order(failure)


@pytest.fixture
async def office(sqlite_url: str, slack: Running) -> AsyncIterator[Office]:
    database = Database.open(sqlite_url)
    yield Office(await World(database).settle(), slack)
    await database.dispose()

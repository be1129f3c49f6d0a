"""The whole product against a local Slack: real Socket Mode, real SQLite, simulated clicks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import Bot
from bot.clock import MovableClock
from bot.local_slack import local_settings
from bot.sandbox_client import Found, Json, Question, SandboxClient, buttons, questions, state_of, texts
from sandbox.config import Config
from sandbox.server import start
from storage.engine import Database
from tests.world import CAST, MONDAY, World
from views.ids import CANT_SAY, Action

ROOT = Path(__file__).resolve().parents[2]
SLACK = {"zh": "zh-CN", "en": "en-GB"}


class StandingClock(MovableClock):
    """Begins on the Monday of the tests' world."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = MONDAY - datetime.now(UTC)


def slack_users() -> list[Json]:
    """The named cast as Slack knows it."""
    return [
        {
            "id": p.slack_id,
            "name": p.id,
            "real_name": p.name,
            "email": p.email,
            "tz": p.time_zone,
            "locale": SLACK[p.locale],
            "deleted": not p.active,
        }
        for p in CAST
    ]


@dataclass
class Local:
    """A running bot with its Slack. People are called by their keys in the cast."""

    slack: SandboxClient
    bot: Bot
    url: str

    async def dm(self, key: str) -> list[Json]:
        await self.bot.drain()
        return await self.slack.messages(f"U{key.upper()}")

    async def said(self, key: str) -> str:
        """Everything in the person's DM as one text."""
        return "\n".join(line for message in await self.dm(key) for line in texts(message))

    async def command(self, key: str, line: str) -> list[Json]:
        stack = await self.slack.command(f"U{key.upper()}", line)
        await self.bot.drain()
        return stack

    async def find(self, key: str, action: Action, *, beside: str = "") -> Found:
        """The newest button with this action: in a block that contains `beside`, else in such a message."""
        messages = list(reversed(await self.dm(key)))
        blocks = [{**message, "blocks": [block]} for message in messages for block in message.get("blocks", [])]
        for place in [*blocks, *messages]:
            if beside in "\n".join(texts(place)):
                for button in buttons(place):
                    if button.action_id == action:
                        return button
        raise LookupError(f"{key} has no button {action} beside {beside!r}")

    async def press(self, key: str, action: Action, *, beside: str = "") -> list[Json]:
        stack = await self.slack.press(f"U{key.upper()}", await self.find(key, action, beside=beside))
        await self.bot.drain()
        return stack

    async def submit(self, key: str, view: Json, fill: Callable[[Question], Json | None] | None = None) -> list[Json]:
        filled = {q.block_id: (q, a) for q in questions(view) if fill and (a := fill(q)) is not None}
        stack = await self.slack.submit(f"U{key.upper()}", view, state_of(filled))
        await self.bot.drain()
        return stack

    async def write_review(self, key: str, view: Json, fill: Callable[[Question], Json | None] | None = None) -> Json:
        """From the page that is open to the thanks; returns the last view."""
        while view.get("submit"):
            (view,) = await self.submit(key, view, fill or four_points)
        await self.slack.close(f"U{key.upper()}", view)
        return view

    async def write_all(self, key: str) -> None:
        """Every review on the person's card."""
        done: set[str] = set()
        while left := [b for b in await self._reviews(key) if b.value not in done]:
            (page,) = await self.slack.press(f"U{key.upper()}", left[0])
            await self.write_review(key, page)
            done.add(left[0].value)

    async def _reviews(self, key: str) -> list[Found]:
        return [b for m in await self.dm(key) for b in buttons(m) if b.action_id == Action.OPEN_REVIEW]

    async def launch(self) -> None:
        """HR opens a cycle for everybody with the form's own suggestions."""
        (form,) = await self.command("hana", "/cycle start")
        (preview,) = await self.submit("hana", form)
        await self.submit("hana", preview)

    async def advance(self, **span: float) -> None:
        await self.bot.advance(timedelta(**span))
        await self.bot.drain()


def four_points(question: Question) -> Json | None:
    """Four of five everywhere, and a sentence where text is asked."""
    if question.type == "radio_buttons":
        return {"selected_option": next(o for o in question.options if o["value"] == "4")}
    if question.type == "plain_text_input":
        return {"value": "Kept the Friday handover calm when two lorries were late."}
    return None


def cant_say(question: Question) -> Json | None:
    if question.type == "radio_buttons":
        return {"selected_option": next(o for o in question.options if o["value"] == CANT_SAY)}
    return None


@asynccontextmanager
async def local_slack(tmp_path: Path, database_url: str, **config: Any) -> AsyncIterator[Local]:
    database = Database.open(database_url)
    await World(database).settle()
    await database.dispose()
    running = await start(Config(manifest=ROOT / "manifest.yml", users=slack_users(), **config))
    try:
        async with (
            Bot(local_settings(running.api_url, database_url, ["UHANA"]), StandingClock()) as bot,
            SandboxClient(running.url) as slack,
        ):
            await bot.synced
            yield Local(slack, bot, running.url)
    finally:
        await running.stop()


@pytest.fixture
async def local(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Local]:
    """The named cast in a local Slack with the bot connected."""
    async with local_slack(tmp_path, sqlite_url) as found:
        yield found

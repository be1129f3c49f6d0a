"""The process is killed while people send reviews: what was accepted is there after the restart."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

from bot.sandbox_client import Found, Refused, SandboxClient, buttons, questions, state_of
from sandbox.config import Config
from sandbox.server import Running, start
from storage import people, reviews
from storage.cycles import all_cycles
from storage.engine import Database
from tests.e2e.conftest import ROOT, four_points, slack_users
from tests.world import CAST, World
from views.ids import Action, Callback

WRITERS = ("ann", "bo", "cai", "dee", "max", "rosa", "tom")
KILLS = 3


async def test_no_accepted_review_is_lost_when_the_bot_is_killed(tmp_path: Path, sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    await World(database).settle()
    world = World(database)
    cycle_id = await world.launched()
    running = await start(Config(manifest=ROOT / "manifest.yml", users=slack_users(), ack_seconds=1.0))
    accepted: set[str] = set()
    bot = await _serve(running, sqlite_url)
    try:
        async with SandboxClient(running.url) as slack:
            for key in WRITERS:
                await _card(slack, key)
            writing = [asyncio.create_task(_write_all(slack, key, accepted)) for key in WRITERS]
            for _ in range(KILLS):
                await asyncio.sleep(0.5 + random.random())
                bot.send_signal(signal.SIGKILL)
                await bot.wait()
                bot = await _serve(running, sqlite_url)
            await asyncio.gather(*writing)
            bot.terminate()
            assert await bot.wait() == 0
        async with database.read() as tx:
            stored = {t.id for t in await reviews.of_cycle(tx, cycle_id) if t.submitted_at}
            assert len(await all_cycles(tx)) == 1
            assert len(await people.all_people(tx)) == len(CAST)
        assert accepted
        assert accepted <= stored
        assert stored == accepted  # everybody tried until Slack said thanks
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()
        await running.stop()
        await database.dispose()


async def _serve(running: Running, database_url: str) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_API_URL": running.api_url,
        "DATABASE_URL": database_url,
        "HR_ADMINS": "UHANA",
        "LOG_LEVEL": "ERROR",
        "HEALTH_PORT": "0",
        "MESSAGES_PER_MINUTE": "60000",
        "UPDATES_PER_MINUTE": "60000",
        "PYTHONPATH": str(ROOT),
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "serve", env=environment)


async def _card(slack: SandboxClient, key: str) -> None:
    async with asyncio.timeout(30):
        while not await slack.messages(f"U{key.upper()}"):
            await asyncio.sleep(0.05)


async def _write_all(slack: SandboxClient, key: str, accepted: set[str]) -> None:
    user = f"U{key.upper()}"
    for task_id in [b.value for b in await _reviews(slack, user)]:
        async with asyncio.timeout(180):
            while task_id not in accepted:
                try:
                    button = next((b for b in await _reviews(slack, user) if b.value == task_id), None)
                    if button and await _write(slack, user, button):
                        accepted.add(task_id)
                except (Refused, LookupError):  # the bot is down: a person tries again
                    await asyncio.sleep(0.1)


async def _reviews(slack: SandboxClient, user: str) -> list[Found]:
    """The buttons on the card as it is now; a click changes the card."""
    (card, *_) = await slack.messages(user)
    return [b for b in buttons(card) if b.action_id == Action.OPEN_REVIEW]


async def _write(slack: SandboxClient, user: str, button: Found) -> bool:
    (view, *_) = await slack.press(user, button) or [None]
    while view and view.get("submit"):
        last = view["callback_id"] == Callback.REVIEW_CHECK
        filled = {q.block_id: (q, a) for q in questions(view) if (a := four_points(q)) is not None}
        (view, *_) = await slack.submit(user, view, state_of(filled)) or [None]
        if last and view and view["callback_id"] == Callback.MESSAGE:
            return True
    return False

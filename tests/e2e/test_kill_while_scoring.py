"""The process is killed while it scores a cycle: the ticker of the next one ends it, to the same bytes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.clock import SystemClock
from bot.scheduler import Ticker
from services.closing import close_cycle
from services.people import SlackUser
from storage import approvals, scores
from storage.engine import Database
from storage.tables import score_cards, scorings
from tests.crowd import CYCLE, SIZE, crowd
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]


async def nobody() -> list[SlackUser]:
    return []


async def killed_after(url: str, saved: int) -> None:
    """A process closes the cycle and is killed when it has said so often that it saved a card."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.services.scorer",
        url,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout
    for _ in range(saved):
        assert await asyncio.wait_for(process.stdout.readline(), 60) == b"saved\n"
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL


async def as_stored(database: Database) -> list[tuple[str, ...]]:
    async with database.read() as tx:
        columns = [sa.type_coerce(score_cards.c[name], sa.Text) for name in ("person_id", "card", "written")]
        rows = await tx.execute(sa.select(*columns).order_by(score_cards.c.person_id))
        basis = await tx.scalar(sa.select(sa.type_coerce(scorings.c.basis, sa.Text)))
        return [*(tuple(row) for row in rows), (str(basis),)]


@pytest.mark.parametrize("saved", [1, 9])
async def test_scores_are_the_same_whether_or_not_the_bot_was_killed_while_it_made_them(
    saved: int, database_url: str, tmp_path: Path, sqlite_template: Path
) -> None:
    undisturbed = tmp_path / "undisturbed.db"
    undisturbed.write_bytes(sqlite_template.read_bytes())
    straight, world = (World(Database.open(url)) for url in (f"sqlite:///{undisturbed}", database_url))
    for each in (straight, world):
        await crowd(each)
    await close_cycle(straight.deps, await straight.who("hana"), CYCLE)

    await killed_after(database_url, saved)
    async with world.deps.read() as tx:
        half = await scores.people_scored(tx, CYCLE)
        assert await approvals.of_cycle(tx, CYCLE) == []
    assert saved - 1 <= len(half) <= saved + 1
    woken: list[bool] = []
    ticker = Ticker(world.deps, SystemClock(), list_people=nobody, wake=lambda: woken.append(True))
    await ticker.tick()
    assert woken == [True]
    assert await as_stored(world.database) == await as_stored(straight.database)
    async with world.deps.read() as tx:
        assert len(await approvals.of_cycle(tx, CYCLE)) == SIZE + 1
    assert len(await world.outgoing("approval-card")) == SIZE + 1
    await ticker.tick()
    assert await world.outgoing("approval-card") == []
    for each in (straight, world):
        await each.database.dispose()

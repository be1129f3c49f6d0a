"""Sources in the whole bot: fetched by themselves, by one of two bots, after a kill; what HR reads and presses."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from appraisal.intake.runs import Outcome
from bot.clock import MovableClock
from bot.health import listen
from bot.sandbox_client import SandboxClient, buttons
from sandbox.server import Running
from storage import metrics, sources
from storage.engine import Database
from storage.tables import source_runs
from tests.bot.conftest import MANIFEST
from tests.bot.test_app import running
from tests.world import World
from views.ids import Action

CSV = "person,metric,target,actual\nann@example.com,business_volume,100,95\nbo@example.com,business_volume,100,80\n"
CRM = "key: crm\nname: {en: CRM export, zh: 客户系统}\nkind: folder\npath: ../exports\npattern: '*.csv'\nevery: 1h\n"


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """A cycle that collects reviews, on SQLite."""
    database = Database.open(sqlite_url)
    world = await World(database).settle()
    await world.launched()
    await world.outgoing()
    yield world
    await database.dispose()


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    """The folder of declarations, with one that works, and its files."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "kpi.csv").write_text(CSV)
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "crm.yml").write_text(CRM, "utf-8")
    return folder


async def figures(world: World) -> dict[str, float]:
    async with world.deps.read() as tx:
        found = await metrics.of_period(tx, date(2026, 7, 1), date(2026, 9, 30))
    return {f.person_id: f.actual for f in found}


async def runs(world: World) -> list[tuple[str, Outcome]]:
    async with world.deps.read() as tx:
        rows = await tx.execute(source_runs.select().order_by(source_runs.c.started_at))
        return [(row.source, row.outcome) for row in rows]


async def until(what: Callable[[], Awaitable[Any]], seconds: float = 30) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await what()):
            await asyncio.sleep(0.05)
    return found


def whispers(slack: Running) -> list[dict[str, Any]]:
    return [m for m in slack.workspace.messages.list("UHANA") if m.get("ephemeral")]


async def test_hr_sees_figures_come_by_themselves_and_can_want_them_now(
    slack: Running, world: World, sqlite_url: str, declared: Path
) -> None:
    (declared / "bad.yml").write_text("key: bad\nkind: folder\nevry: 1h\n")
    async with running(slack, sqlite_url, sources_dir=declared) as (bot, _), SandboxClient(slack.url) as client:
        await until(lambda: figures(world))
        assert await figures(world) == {"ann": 95, "bo": 80}
        await client.command("UHANA", "/cycle metrics status")
        await bot.drain()
        (shown,) = whispers(slack)
        said = json.dumps(shown, ensure_ascii=False)
        for expected in ("CRM export", "up to date", "2 rows", "bad.yml, line 3, evry", "is missing for"):
            assert expected in said
        (declared.parent / "exports" / "kpi2.csv").write_text(CSV.replace("95", "97"))
        fetch = next(b for b in buttons(shown) if b.action_id == Action.FETCH_SOURCE)
        await client.press("UHANA", fetch)
        await until(lambda: _is(world, {"ann": 97, "bo": 80}))
        await client.command("UANN", "/cycle metrics status")
        await bot.drain()
    refused = json.dumps(slack.workspace.messages.list("UANN"))
    assert "Only HR" in refused
    assert "CRM export" not in refused


async def _is(world: World, wanted: dict[str, float]) -> bool:
    return await figures(world) == wanted


async def test_hr_hears_once_of_a_source_that_fails_and_of_rows_left_out(
    slack: Running, world: World, sqlite_url: str, declared: Path
) -> None:
    (declared / "gone.yml").write_text(CRM.replace("crm", "gone").replace("exports", "nowhere"))
    (declared.parent / "exports" / "kpi.csv").write_text(CSV + "nobody@example.com,business_volume,1,1\n")
    async with running(slack, sqlite_url, sources_dir=declared) as (bot, _):
        await until(lambda: figures(world))
        await bot.ticker.pull(to_the_end=True)
        await bot.drain()
        told = [json.dumps(m) for m in slack.workspace.messages.list("UHANA")]
    assert sum("cannot be fetched" in m for m in told) == 1
    assert sum("1 row was left out" in m for m in told) == 1
    assert [m for m in slack.workspace.messages.list("UANN") if "row" in json.dumps(m)] == []


async def test_two_bots_fetch_a_source_once(slack: Running, world: World, sqlite_url: str, declared: Path) -> None:
    async with (
        running(slack, sqlite_url, sources_dir=declared) as (one, _),
        running(slack, sqlite_url, sources_dir=declared) as (two, _),
    ):
        await asyncio.gather(*(bot.ticker.pull(to_the_end=True) for bot in (one, two) for _ in range(5)))
        await until(lambda: figures(world))
    assert await runs(world) == [("crm", Outcome.APPLIED)]


class Slow:
    """A server that answers only when it may."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.url = ""

    async def answer(self, _request: web.BaseRequest) -> web.Response:
        self.asked.set()
        await self.may_answer.wait()
        return web.Response(text=CSV, content_type="text/csv")


@pytest.fixture
async def slow() -> AsyncIterator[Slow]:
    server = Slow()
    runner = web.ServerRunner(web.Server(server.answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/kpi.csv"
    yield server
    server.may_answer.set()
    await runner.cleanup()


async def test_what_a_killed_bot_was_fetching_is_taken_up_again(
    slack: Running, world: World, sqlite_url: str, declared: Path, slow: Slow
) -> None:
    (declared / "crm.yml").write_text(f"key: crm\nname: {{en: CRM, zh: CRM}}\nkind: http\nurl: {slow.url}\n")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(MANIFEST.parent),
        "DATABASE_URL": sqlite_url,
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "HR_ADMINS": "UHANA",
        "HEALTH_PORT": "0",
        "SOURCES_DIR": str(declared),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"), cwd=declared.parent, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    async with asyncio.timeout(30):
        await slow.asked.wait()
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert await runs(world) == [("crm", Outcome.RUNNING)]
    slow.may_answer.set()
    async with running(slack, sqlite_url, MovableClock(), sources_dir=declared) as (bot, _):
        await bot.ticker.pull(to_the_end=True)
        assert await figures(world) == {}  # it may still be at work
        await bot.advance(timedelta(minutes=10))
    assert await figures(world) == {"ann": 95, "bo": 80}
    assert await runs(world) == [("crm", Outcome.APPLIED)]


async def test_a_bot_that_stops_leaves_its_source_to_the_next(
    slack: Running, world: World, sqlite_url: str, declared: Path, slow: Slow
) -> None:
    (declared / "crm.yml").write_text(f"key: crm\nname: {{en: CRM, zh: CRM}}\nkind: http\nurl: {slow.url}\n")
    async with running(slack, sqlite_url, sources_dir=declared):
        await slow.asked.wait()
    async with world.deps.read() as tx:
        history = await sources.history(tx, "crm")
    assert history.last
    assert history.last.outcome is Outcome.ASKED
    slow.may_answer.set()
    async with running(slack, sqlite_url, sources_dir=declared):
        await until(lambda: figures(world))


async def test_other_systems_push_to_the_bot(
    slack: Running, world: World, sqlite_url: str, declared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (declared / "crm.yml").write_text(
        "key: desk\nname: {en: Desk, zh: 服务台}\nkind: push\ntoken_env: DESK_TOKEN\n", "utf-8"
    )
    monkeypatch.setenv("DESK_TOKEN", "s3cret")
    port = free_port()
    async with running(slack, sqlite_url, sources_dir=declared, push_port=port), aiohttp.ClientSession() as session:
        headers = {"Authorization": "Bearer s3cret", "Content-Type": "text/csv"}
        async with session.post(f"http://127.0.0.1:{port}/metrics/desk", data=CSV, headers=headers) as answer:
            assert answer.status == 200
    assert await figures(world) == {"ann": 95, "bo": 80}


def free_port() -> int:
    with listen("127.0.0.1", 0) as sock:
        return sock.getsockname()[1]


async def test_closing_names_figures_that_are_too_old(
    slack: Running, world: World, sqlite_url: str, declared: Path
) -> None:
    old = datetime(2026, 8, 1, tzinfo=UTC).timestamp()
    os.utime(declared.parent / "exports" / "kpi.csv", (old, old))
    async with running(slack, sqlite_url, sources_dir=declared) as (bot, _), SandboxClient(slack.url) as client:
        await until(lambda: figures(world))
        await client.command("UHANA", "/cycle close")
        await bot.drain()
        (modal,) = await client.stack("UHANA")
    said = json.dumps(modal)
    assert "may be out of date" in said
    assert "2 figures older than 10 days, the oldest of 1 Aug 2026" in said

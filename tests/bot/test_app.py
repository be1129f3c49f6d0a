"""The whole bot beside the sandbox: it starts, answers over Socket Mode, tells its health, and stops cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from pydantic import SecretStr

from bot.app import Bot
from bot.clock import MovableClock, SystemClock
from bot.health import listen
from bot.sandbox_client import SandboxClient
from bot.settings import Settings, SettingsError
from sandbox.config import Config
from sandbox.server import Running, start
from services import people
from tests.bot.conftest import MANIFEST

ROOT = MANIFEST.parent


def settings(slack: Running, database: str, **changes: Any) -> Settings:
    usual: dict[str, Any] = {
        "slack_bot_token": SecretStr("xoxb-sandbox"),
        "slack_app_token": SecretStr("xapp-sandbox"),
        "slack_api_url": slack.api_url,
        "database_url": database,
        "hr_admins": frozenset({"UHANA"}),
        "health_port": 0,
    }
    return Settings.model_construct(**{**usual, **changes})


@asynccontextmanager
async def running(
    slack: Running, database: str, clock: SystemClock | None = None, **changes: Any
) -> AsyncIterator[tuple[Bot, str]]:
    """A started bot and the address of its health port."""
    health = listen("127.0.0.1", 0)
    bot = Bot(settings(slack, database, **changes), clock or SystemClock(), health=health)
    async with bot:
        await bot.synced
        yield bot, f"http://127.0.0.1:{bot.health.port}"


async def answer(url: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.request("POST" if body else "GET", url, json=body) as got:
        return got.status, await got.json()


async def test_it_makes_its_tables_and_knows_everybody(slack: Running, tmp_path: Path) -> None:
    async with running(slack, f"sqlite:///{tmp_path}/new.db") as (bot, _):
        known = [p.slack_id for p in await people.everyone(bot.deps)]
    assert {"UANN", "UBO", "UHANA"} <= set(known)
    assert "USLACKBOT" not in known


async def test_a_command_is_answered_over_socket_mode(slack: Running, sqlite_url: str) -> None:
    async with running(slack, sqlite_url) as (bot, _), SandboxClient(slack.url) as client:
        await client.command("UANN", "/review")
        await bot.drain()
    (whisper,) = slack.workspace.messages.list("UANN")
    assert whisper["ephemeral"]


async def test_a_command_is_answered_over_signed_http(sqlite_url: str) -> None:
    http = listen("127.0.0.1", 0)
    port = http.getsockname()[1]
    http.close()
    users = [{"id": "UANN", "name": "ann", "real_name": "Ann"}]
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    manifest["settings"]["socket_mode_enabled"] = False
    config = Config(manifest=manifest, users=users, request_url=f"http://127.0.0.1:{port}/slack/events")
    slack = await start(config)
    secret = SecretStr(config.signing_secret)
    changes = {"slack_app_token": None, "slack_signing_secret": secret, "http_port": port}
    async with running(slack, sqlite_url, **changes) as (bot, _), SandboxClient(slack.url) as client:
        await client.command("UANN", "/review")
        await bot.drain()
        status, _body = await _unsigned(f"http://127.0.0.1:{port}/slack/events")
    assert status == 401
    assert len(slack.workspace.messages.list("UANN")) == 1
    await slack.stop()


async def _unsigned(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, data="command=/review") as got:
        return got.status, await got.text()


async def test_it_is_alive_and_ready(slack: Running, sqlite_url: str) -> None:
    async with running(slack, sqlite_url) as (bot, health):
        await bot.ticker.tick()
        assert await answer(f"{health}/livez") == (200, {"alive": True})
        checks = {"database": True, "slack": True, "ticker": True}
        assert await answer(f"{health}/readyz") == (200, {"ready": True, "checks": checks})


async def test_it_is_not_ready_without_slack(slack: Running, sqlite_url: str) -> None:
    async with running(slack, sqlite_url) as (bot, health):
        await bot.incoming.stop()
        status, body = await answer(f"{health}/readyz")
    assert status == 503
    assert body["checks"]["slack"] is False


async def test_the_real_clock_cannot_be_moved(slack: Running, sqlite_url: str) -> None:
    async with running(slack, sqlite_url) as (_, health):
        assert await answer(f"{health}/clock", {"advance": "3d"}) == (403, {"ok": False, "error": "clock-fixed"})


async def test_the_clock_of_the_demo_moves_when_it_is_asked_to(slack: Running, sqlite_url: str) -> None:
    clock = MovableClock()
    async with running(slack, sqlite_url, clock) as (bot, health):
        status, body = await answer(f"{health}/clock", {"advance": "3d"})
        assert status == 200
        assert body["now"][:10] == f"{bot.deps.now():%Y-%m-%d}"
        assert clock.now() - clock.wall() > timedelta(days=2, hours=23)
        assert (await answer(f"{health}/clock", {"advance": "yesterday"}))[0] == 400
        assert (await answer(f"{health}/clock", {"back": "3d"}))[0] == 400


@pytest.mark.parametrize(
    ("changes", "beginning"),
    [
        ({"slack_bot_token": SecretStr("xoxb-wrong")}, "SLACK_BOT_TOKEN is wrong: Slack refuses it (invalid_auth)."),
        ({"slack_app_token": SecretStr("xapp-wrong")}, "SLACK_APP_TOKEN is wrong: Slack refuses it (invalid_auth)."),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "SLACK_API_URL cannot be reached"),
        ({"database_url": "sqlite:////nowhere/at/all.db"}, "DATABASE_URL is wrong: the database cannot be opened"),
    ],
)
async def test_a_setting_that_does_not_work_is_named(
    slack: Running, sqlite_url: str, changes: dict[str, Any], beginning: str
) -> None:
    with pytest.raises(SettingsError, match=r"wrong|reached") as caught:
        async with running(slack, sqlite_url, **changes):
            pass
    assert str(caught.value).startswith(beginning)


async def test_a_port_that_is_taken_is_named(slack: Running, sqlite_url: str) -> None:
    with listen("127.0.0.1", 0) as taken:
        bot = Bot(settings(slack, sqlite_url, health_port=taken.getsockname()[1]), SystemClock())
        with pytest.raises(SettingsError, match="HEALTH_PORT is wrong: the port cannot be used"):
            async with bot:
                pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_serve_ends_with_0_when_it_is_told_to(slack: Running, tmp_path: Path, number: signal.Signals) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
        "SLACK_API_URL": slack.api_url,
        "HR_ADMINS": "UHANA",
        "HEALTH_PORT": "0",
        "HTTPS_PROXY": "http://127.0.0.1:9",  # must not be asked for addresses of this machine
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", cwd=tmp_path, env=environment, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr
    lines = []
    while not any('"started"' in line for line in lines):
        line = (await process.stderr.readline()).decode()
        assert line, "".join(lines)
        lines.append(line)
    process.send_signal(number)
    _, rest = await process.communicate()
    assert process.returncode == 0, rest.decode()
    assert "Traceback" not in rest.decode()

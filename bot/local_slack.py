"""The local Slack as a process of its own, as the demo and play need it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings, SettingsError

BOT_TOKEN, APP_TOKEN = "xoxb-sandbox", "xapp-sandbox"
UNHURRIED = 60_000  # messages a minute
READY_WITHIN = 20.0  # seconds
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class LocalSlack:
    """Where the page and the people's API are, and where the bot calls."""

    url: str
    api_url: str


def local_settings(api_url: str, database_url: str, hr_admins: Iterable[str]) -> Settings:
    """A bot for a Slack on this machine, which has no limits to keep to. Reads no environment."""
    return Settings.model_construct(
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_api_url=api_url,
        database_url=database_url,
        hr_admins=frozenset(hr_admins),
        health_port=0,
        messages_per_minute=UNHURRIED,
        updates_per_minute=UNHURRIED,
    )


@asynccontextmanager
async def local_slack(
    folder: Path,
    users: Sequence[dict[str, Any]],
    *,
    clock_url: str,
    port: int = 0,
    pass_fds: Sequence[int] = (),
    state: Path | None = None,
) -> AsyncIterator[LocalSlack]:
    """Start it, and stop it at the end. Port 0 takes a free one; `clock_url` is told when people move the clock.

    In a session of its own: Ctrl-C is for us, and it stops last; if we are killed, it notices and ends.
    Raises SettingsError where it does not start.
    """
    people = folder / "users.json"
    people.write_text(json.dumps(list(users), ensure_ascii=False, indent=1), "utf-8")
    options = {
        "--port": str(port),
        "--manifest": str(ROOT / "manifest.yml"),
        "--users": str(people),
        "--clock-url": clock_url,
        "--app-token": APP_TOKEN,
        "--bot-token": BOT_TOKEN,
        **({"--state": str(state)} if state else {}),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *(part for option in options.items() for part in option),
        "--stop-with-stdin",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))},
        start_new_session=True,
        pass_fds=tuple(pass_fds),
    )
    try:
        yield await _address(process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> LocalSlack:
    assert process.stdout, "its standard output is a pipe"
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), READY_WITHIN)).decode()
    except TimeoutError:
        line = ""
    found = re.search(r"(http://\S+?)/?\s+\(SLACK_API_URL=(\S+)\)", line)
    if not found:
        raise SettingsError("The local Slack did not start; what it said stands above.")
    return LocalSlack(found[1], found[2])

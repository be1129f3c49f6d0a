"""`fullcircle doctor`: what stands between this machine and a working bot, a line each."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot import failures, scopes
from bot.clock import SystemClock
from bot.settings import Settings
from bot.sources.commands import fault_line
from bot.sources.declared import read_sources
from storage.migrate import is_current

Check = tuple[bool, str]
SAFE_SQLITE = (3, 51, 3)
MOST_SKEW = timedelta(seconds=60)  # Slack refuses signatures that are five minutes off


def examine(settings: Settings) -> int:
    """Print the checks; 1 where one failed."""
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    healthy = True
    print("ok    settings")
    async for good, line in _checks(settings):
        healthy = healthy and good
        print(f"{'ok   ' if good else 'FAULT'} {line}")
    return 0 if healthy else 1


async def _checks(settings: Settings) -> AsyncIterator[Check]:
    yield await _database(settings)
    if settings.database_url.startswith("sqlite") and sqlite3.sqlite_version_info < SAFE_SQLITE:
        version = sqlite3.sqlite_version
        yield True, f"SQLite {version}: start only one bot with this file; two at once are safe from 3.51.3 on"
    yield _way_in(settings)
    for fault in read_sources(settings.sources_dir).faults:
        yield False, f"source {fault_line(fault)}"
    async for check in _slack(settings):
        yield check


async def _database(settings: Settings) -> Check:
    try:
        current = await asyncio.to_thread(is_current, settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        how = "check DATABASE_URL, that the folder can be written to, or that PostgreSQL runs and takes the password"
        return False, f"database: cannot be opened ({type(error).__name__}); {how}"
    return True, "database" if current else "database: will be brought up to date when the bot starts"


def _way_in(settings: Settings) -> Check:
    """Only the form of it: Slack lets apps.connections.open be tried once a minute, and `serve` needs that."""
    if settings.slack_app_token is None:
        return True, "SLACK_SIGNING_SECRET: is set; Slack's first request to the bot will show whether it is right"
    return True, "SLACK_APP_TOKEN: looks like one; only its form was checked, the start will show whether it is right"


async def _slack(settings: Settings) -> AsyncIterator[Check]:
    client = AsyncWebClient(settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, timeout=15)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        how = "install the app and copy the Bot User OAuth Token again from OAuth & Permissions"
        if failures.code(error) not in failures.BAD_TOKEN:
            how = "try again in a minute; if it stays, look at status.slack.com"
        yield False, f"SLACK_BOT_TOKEN: Slack refuses it ({failures.code(error)}); {how}"
        return
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        where = urlsplit(settings.slack_api_url).hostname
        how = f"check that this machine reaches {where}, HTTPS_PROXY if there is a proxy, and SLACK_API_URL"
        yield False, f"Slack cannot be reached ({type(error).__name__}); {how}"
        return
    yield True, f"Slack: {answer.get('user')} in {answer.get('team')}"
    headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
    yield _scopes(headers.get("x-oauth-scopes", ""))
    yield _clock(headers.get("date", ""), SystemClock().wall())


def _scopes(given: str) -> Check:
    missing = sorted(scopes.needed() - {scope.strip() for scope in given.split(",")})
    if missing:
        return False, f"scopes: {', '.join(missing)} missing; add them as in manifest.yml and reinstall the app"
    return True, "scopes"


def _clock(date: str, wall: datetime) -> Check:
    if not date:
        return True, "clock: Slack told no time to compare with"
    skew = abs(parsedate_to_datetime(date) - wall)
    if skew > MOST_SKEW:
        away = f"clock: {skew.total_seconds():.0f} s away from Slack's"
        return False, f"{away}; set the clock of this machine, best by its time service (NTP)"
    return True, "clock"

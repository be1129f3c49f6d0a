"""Setting the stage: a local Slack, the bot with a clock that can be moved, and what is made of the story's end."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import log
from bot.app import Bot
from bot.cast import Cast, cast
from bot.clock import MovableClock
from bot.health import listen
from bot.local_slack import local_settings, local_slack
from bot.play.cycle import play_cycle
from bot.play.people import actors
from bot.play.report import Report
from bot.play.stage import Stage
from bot.play.story import Story
from bot.sandbox_client import Refused, SandboxClient

# A Monday in the last month of a quarter, 14:00 in Shanghai, with no public holiday in the two weeks that follow.
START = datetime(2026, 3, 9, 6, tzinfo=UTC)
NO_TICKS = 3600.0  # seconds: only moving the clock makes anything due
TIME_LIMIT = 300.0  # seconds, for a machine that is busy with other things


def main(options: argparse.Namespace) -> int:
    """Play with `options.people`, `seed` and `json` (a path, or `-` for standard output). 0 where all went well."""
    path: Path | None = options.json
    to_stdout = str(path) == "-"
    story = Story(errors=to_stdout)
    limit = getattr(options, "real_time_limit", None) or TIME_LIMIT
    began = time.monotonic()
    log.configure("WARNING")
    problems: list[str] = []
    found: Report | None = None
    try:
        company = cast(options.people, options.seed)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        found = asyncio.run(_within(limit, company, story, problems))
    except TimeoutError:
        problems.append(f"it was not over after {limit:.0f} seconds")
    except (Refused, LookupError, RuntimeError) as error:  # what was to come next has not arrived
        last = traceback.extract_tb(error.__traceback__)[-1]
        problems.append(f"the story could not go on: {error or type(error).__name__} (at {last.name}:{last.lineno})")
    if found and path:
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        _ = sys.stdout.write(text) if to_stdout else path.write_text(text, "utf-8")
    if problems:
        story.fail(problems)
        return 1
    story.end(f"Everything arrived, once, where it should. {time.monotonic() - began:.0f} s")
    return 0


async def _within(limit: float, company: Cast, story: Story, problems: list[str]) -> Report:
    async with asyncio.timeout(limit), _stage(company, story, problems) as stage:
        return await play_cycle(stage)


@asynccontextmanager
async def _stage(company: Cast, story: Story, problems: list[str]) -> AsyncIterator[Stage]:
    """A local Slack and the bot, in a folder that is gone afterwards. The bot's warnings are problems too."""
    handler = _Complaints(problems)
    logging.getLogger().addHandler(handler)
    try:
        with tempfile.TemporaryDirectory(prefix="fullcircle-play-") as name:
            folder = Path(name)
            health = listen("127.0.0.1", 0)
            clock_url = f"http://127.0.0.1:{health.getsockname()[1]}/clock"
            clock = MovableClock()
            clock.advance(START - clock.wall())
            async with local_slack(folder, company.slack_users(), clock_url=clock_url) as slack:
                database = f"sqlite:///{folder / 'fullcircle.db'}"
                settings = local_settings(slack.api_url, database, company.hr_slack_ids)
                bot = Bot(settings, clock, tick_seconds=NO_TICKS, health=health)
                bot.deps = replace(bot.deps, new_seed=lambda: random.Random(f"cycle:{company.seed}").randrange(2**31))
                async with bot, SandboxClient(slack.url) as client:
                    await bot.synced
                    yield Stage(bot, client, company, actors(company), story, problems)
    finally:
        logging.getLogger().removeHandler(handler)


class _Complaints(logging.Handler):
    """What the bot itself warns of."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._problems = problems

    def emit(self, record: logging.LogRecord) -> None:
        said = {k: v for k, v in record.msg.items() if not k.startswith("_")} if isinstance(record.msg, dict) else None
        self._problems.append(f"the bot warned: {said or record.getMessage()}")

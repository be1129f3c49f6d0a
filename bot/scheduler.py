"""The ticker: every so often it looks at what is due. What is due is decided by the data, never by a stored job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import SystemClock
from services import people
from services.deps import Deps
from services.people import SlackUser
from services.reminding import remind
from services.settling import settle_returns
from storage import inbox

log = structlog.get_logger()

DAY = 24 * 3600.0
REMEMBERED = timedelta(days=30)  # deliveries and modals; Slack repeats an event for six minutes


class Ticker:
    """Runs `tick` and `daily` on the clock of the machine; both also by hand."""

    def __init__(
        self,
        deps: Deps,
        clock: SystemClock,
        *,
        list_people: Callable[[], Awaitable[list[SlackUser]]],
        wake: Callable[[], None],
        seconds: float = 30.0,
    ) -> None:
        self._deps = deps
        self._clock = clock
        self._list_people = list_people
        self._wake = wake
        self._seconds = seconds
        self._one_at_a_time = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self.last_tick: datetime | None = None  # by the wall clock

    def start(self) -> None:
        """Tick at once and then regularly; the daily work comes a day from now."""
        at_once = self._clock.wall()
        self._scheduler.add_job(self.tick, "interval", seconds=self._seconds, next_run_time=at_once)
        self._scheduler.add_job(self.daily, "interval", seconds=DAY)
        self._scheduler.start()

    async def stop(self) -> None:
        """Begin no more work, and let what runs end."""
        self._scheduler.pause()
        async with self._one_at_a_time:  # shutting down cuts off what runs
            self._scheduler.shutdown(wait=False)

    @property
    def late(self) -> bool:
        """Whether ticks fail or have stopped."""
        return self.last_tick is None or self._clock.wall() - self.last_tick > timedelta(seconds=5 * self._seconds + 30)

    async def tick(self) -> None:
        """Reminders that are due, and returned scores whose answers are in."""
        async with self._one_at_a_time:
            try:
                reminded = await remind(self._deps)
                settled = await settle_returns(self._deps)
            except Exception:  # the next tick tries again
                log.exception("tick-failed")
                return
        self.last_tick = self._clock.wall()
        if reminded or settled:
            log.info("tick", count=reminded + settled)
            self._wake()

    async def daily(self) -> None:
        """People from Slack; deliveries of long ago are forgotten."""
        try:
            changed = await people.sync_from_slack(self._deps, await self._list_people())
            async with self._deps.begin() as tx:
                await inbox.forget_before(tx, self._deps.now() - REMEMBERED)
        except Exception:  # tomorrow is another day
            log.exception("daily-failed")
            return
        log.info("people-synced", count=changed)
        self._wake()

"""The ticker: every so often it looks at what is due. What is due is decided by the data, never by a stored job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import SystemClock
from bot.sources.puller import Puller
from services import people
from services.deps import Deps
from services.finishing import finish_scorings
from services.people import SlackUser
from services.reminding import remind
from services.settling import settle_returns
from services.tidying import tidy

log = structlog.get_logger()

DAY = timedelta(days=1)
PULLING = "sources"
RETRY = 300.0  # seconds until daily work that failed is tried again


class Ticker:
    """Runs `tick` and `daily` on the clock of the machine; both also by hand."""

    def __init__(
        self,
        deps: Deps,
        clock: SystemClock,
        *,
        list_people: Callable[[], Awaitable[list[SlackUser]]],
        wake: Callable[[], None],
        puller: Puller | None = None,
        seconds: float = 30.0,
        retry_seconds: float = RETRY,
    ) -> None:
        self._deps = deps
        self._clock = clock
        self._list_people = list_people
        self._wake = wake
        self._puller = puller
        self._seconds = seconds
        self._retry_seconds = retry_seconds
        self._one_at_a_time = asyncio.Lock()
        self._one_day_at_a_time = asyncio.Lock()
        self._one_pull_at_a_time = asyncio.Lock()
        self._done: dict[str, datetime] = {}  # daily work: when it last succeeded, by the wall clock
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self.last_tick: datetime | None = None  # by the wall clock

    def start(self) -> None:
        """Tick at once and then regularly, and look now and then whether daily work is due."""
        at_once = self._clock.wall()
        self._scheduler.add_job(self.tick, "interval", seconds=self._seconds, next_run_time=at_once)
        self._scheduler.add_job(self.daily, "interval", seconds=self._retry_seconds)
        if self._puller:
            self._scheduler.add_job(self.pull, "interval", id=PULLING, seconds=self._seconds, next_run_time=at_once)
        self._scheduler.start()

    async def stop(self) -> None:
        """Begin no more work, and let what runs end."""
        self._scheduler.pause()
        async with self._one_at_a_time, self._one_pull_at_a_time:  # shutting down cuts off what runs
            self._scheduler.shutdown(wait=False)
        if self._puller:
            await self._puller.stop()

    @property
    def late(self) -> bool:
        """Whether ticks fail or have stopped."""
        return self.last_tick is None or self._clock.wall() - self.last_tick > timedelta(seconds=5 * self._seconds + 30)

    async def tick(self) -> None:
        """Reminders that are due, returned scores whose answers are in, and scoring that was interrupted."""
        async with self._one_at_a_time:
            counts = [await self._try(work) for work in (remind, settle_returns, finish_scorings)]
        if None not in counts:
            self.last_tick = self._clock.wall()
        if count := sum(filter(None, counts)):
            log.info("tick", count=count)
        if any(each != 0 for each in counts):  # what failed in part may have messages to send as well
            self._wake()

    async def _try(self, work: Callable[[Deps], Awaitable[int]]) -> int | None:
        """None where it failed, which keeps nothing else from being done; the next tick tries again."""
        try:
            return await work(self._deps)
        except Exception:
            log.exception("tick-failed", action=work.__name__)
            return None

    async def pull(self, *, to_the_end: bool = False) -> None:
        """Fetch sources that are due; `to_the_end` waits until all are done, which may be minutes."""
        if self._puller is None:
            return
        async with self._one_pull_at_a_time:
            try:
                await self._puller.pull()
            except Exception:  # the next turn tries again
                log.exception("pull-failed")
        if to_the_end:
            await self._puller.settle()

    def pull_soon(self) -> None:
        """Somebody may have asked for a source."""
        if self._puller and self._scheduler.get_job(PULLING):
            self._scheduler.modify_job(PULLING, next_run_time=self._clock.wall())

    async def daily(self) -> None:
        """People from Slack, and tidying: each where it has not succeeded for a day."""
        async with self._one_day_at_a_time:
            await self._once_a_day("people-synced", self._sync)
            await self._once_a_day("tidied", lambda: tidy(self._deps))

    async def _sync(self) -> int:
        return await people.sync_from_slack(self._deps, await self._list_people())

    async def _once_a_day(self, name: str, work: Callable[[], Awaitable[int]]) -> None:
        last = self._done.get(name)
        if last and self._clock.wall() - last < DAY:
            return
        try:
            count = await work()
        except Exception:  # Slack may be away for a moment only
            log.exception("daily-failed", action=name)
            return
        self._done[name] = self._clock.wall()
        log.info(name, count=count)
        self._wake()

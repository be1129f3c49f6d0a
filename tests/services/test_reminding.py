import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from appraisal.reminders import Rule
from services.deps import Deps
from services.reminding import AT_ONCE, remind
from storage import people, reminders, reviews
from storage.engine import Database, Tx
from tests.world import World, person

MORNING_TWO_BEFORE = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)  # due on Friday, 16 October
MORNING_OF = datetime(2026, 10, 16, 9, 30, tzinfo=UTC)
MONDAY_AFTER = datetime(2026, 10, 19, 9, 30, tzinfo=UTC)


async def reminded(world: World, at: datetime) -> dict[str, Rule]:
    await world.outgoing()
    world.now = at
    await remind(world.deps)
    return {to: m.rule for to, m in await world.outgoing("review-reminder")}  # type: ignore[union-attr]


async def test_those_with_open_reviews_are_reminded_by_rule(world: World) -> None:
    await world.launched()
    for todo in (await world.todo("ann")).todos:
        await world.write("ann", todo.reviewee.id)
    waiting = {"max", "rosa", "tom", "bo", "cai", "dee"}
    assert await reminded(world, MORNING_TWO_BEFORE) == dict.fromkeys(waiting, Rule.TWO_DAYS_BEFORE)
    assert await reminded(world, MORNING_OF) == dict.fromkeys(waiting, Rule.ON_THE_DAY)
    assert await reminded(world, MONDAY_AFTER) == dict.fromkeys(waiting, Rule.ONE_DAY_OVERDUE)


async def test_ticking_again_sends_nothing_twice(world: World) -> None:
    await world.launched()
    assert await reminded(world, MORNING_OF)
    assert await reminded(world, MORNING_OF) == {}


async def test_two_open_cycles_remind_a_person_once_a_day(world: World) -> None:
    await world.launched()
    await world.launched(name="Q3 again")
    world.now = MORNING_OF
    await world.outgoing()
    await remind(world.deps)
    recipients = [to for to, _ in await world.outgoing("review-reminder")]
    assert len(recipients) == len(set(recipients)) > 0


async def test_nobody_is_reminded_at_night(world: World) -> None:
    await world.launched()
    assert await reminded(world, datetime(2026, 10, 16, 3, 0, tzinfo=UTC)) == {}


async def test_long_before_the_deadline_and_after_the_last_reminder_there_is_nothing_to_do(world: World) -> None:
    await world.launched()
    assert await reminded(world, datetime(2026, 10, 9, 9, 30, tzinfo=UTC)) == {}
    assert await reminded(world, MONDAY_AFTER)
    assert await reminded(world, datetime(2026, 12, 1, 9, 30, tzinfo=UTC)) == {}


@dataclass(frozen=True)
class Process(Deps):
    """Another process, which writes only after all have decided what to write."""

    decided: asyncio.Barrier = field(default_factory=lambda: asyncio.Barrier(2))

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        return self._begin()

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[Tx]:
        async with asyncio.timeout(20):
            await self.decided.wait()
        async with self.database.begin() as tx:
            yield tx


async def test_two_processes_that_decide_alike_remind_each_person_once(world: World, database_url: str) -> None:
    await world.launched()
    await world.outgoing()
    other = Database.open(database_url)
    barrier = asyncio.Barrier(2)
    both = [Process(database, lambda: MORNING_OF, decided=barrier) for database in (world.database, other)]
    counts = await asyncio.gather(*(remind(deps) for deps in both))
    await other.dispose()
    world.now = MORNING_OF
    recipients = [to for to, _ in await world.outgoing("review-reminder")]
    assert sorted(recipients) == ["ann", "bo", "cai", "dee", "max", "rosa", "tom"]
    assert sum(counts) == len(recipients)


async def test_more_people_than_go_into_one_transaction_are_all_reminded_once(world: World) -> None:
    cycle_id = await world.launched()
    task_id = await world.task("ann", "max")
    crowd = [person(f"crowd{n}") for n in range(AT_ONCE + 5)]
    async with world.deps.begin() as tx:
        pattern = await reviews.get(tx, task_id)
        assert pattern is not None
        await people.save(tx, crowd)
        await reviews.add_tasks(tx, [replace(pattern, id=f"of-{p.id}", reviewer_id=p.id) for p in crowd])
    world.now = MORNING_OF
    assert await remind(world.deps) == len(crowd) + 7
    assert await remind(world.deps) == 0
    async with world.deps.read() as tx:
        marked = await reminders.sent(tx, cycle_id)
    assert {p.id for p in crowd} < marked.keys()

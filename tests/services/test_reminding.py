from datetime import UTC, datetime

from appraisal.reminders import Rule
from services.reminding import remind
from tests.world import World

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

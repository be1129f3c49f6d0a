"""Tidying goes on until nothing old is left, and leaves what is new."""

from services import tidying
from storage import inbox
from tests.world import World


async def test_more_than_fits_one_batch_is_forgotten_in_one_go(world: World) -> None:
    _, age, at_once = tidying.RULES[0]
    async with world.deps.begin() as tx:
        for n in range(at_once + 1):
            await inbox.first_time(tx, f"old{n}", world.now)
    world.now += age
    async with world.deps.begin() as tx:
        await inbox.first_time(tx, "new", world.now)
    assert await tidying.tidy(world.deps) == 0
    world.advance(seconds=1)
    assert await tidying.tidy(world.deps) == at_once + 1
    async with world.deps.begin() as tx:
        assert not await inbox.first_time(tx, "new", world.now)
        assert await inbox.first_time(tx, "old0", world.now)


async def test_sent_messages_go_and_old_ones_that_wait_stay(world: World) -> None:
    await world.launched()
    sent = len(await world.outgoing())
    await world.launched(name="Q3 again")
    world.advance(days=31)
    assert await tidying.tidy(world.deps) == sent
    assert len(await world.outgoing()) == sent

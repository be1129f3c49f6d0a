"""The outbox: queued once, claimed by one, sent in order."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from appraisal.messages import ActionAnswered, AllReviewsIn, Message, ReviewReminder, TodoCard
from appraisal.people import Person
from appraisal.reminders import Rule
from storage import outbox
from storage.engine import Database, Tx
from storage.outbox import Outgoing
from tests.storage.world import ANN, BOB, CYCLE, HR, NOW

CARD = TodoCard(cycle_id=CYCLE.id)
ALL_IN = AllReviewsIn(cycle_id=CYCLE.id)
WALL = datetime.fromisoformat("2031-01-01T00:00:00Z")  # the product's clock was moved: it does not matter for leases
LEASE = 60


async def add(tx: Tx, message: Message = ALL_IN, *, recipient: Person = ANN, **more: Any) -> bool:
    return await outbox.add(tx, recipient=recipient.id, message=message, now=NOW, **more)


async def claim(
    tx: Tx, owner: str = "one", *, now: datetime = NOW, wall: datetime = WALL, limit: int = 9
) -> list[Outgoing]:
    return await outbox.claim(tx, owner=owner, limit=limit, lease_seconds=LEASE, now=now, wall=wall)


async def sent(tx: Tx, out: Outgoing, owner: str = "one") -> bool:
    return await outbox.mark_sent(tx, out.id, owner=owner, attempts=out.attempts, channel="D1", ts="1.0", now=NOW)


async def test_a_message_comes_back_as_it_was_queued(peopled: Database) -> None:
    reminder = ReviewReminder(cycle_id=CYCLE.id, rule=Rule.ON_THE_DAY, day=date(2024, 10, 11))
    async with peopled.begin() as tx:
        assert await add(tx, reminder)
        [out] = await claim(tx)
    assert (out.recipient, out.message, out.attempts, out.channel, out.ts) == (ANN.id, reminder, 1, None, None)
    assert len(out.metadata_key) == 32


async def test_a_key_makes_a_message_unique_for_ever(peopled: Database) -> None:
    async with peopled.begin() as tx:
        assert await add(tx, key="all-in:c1")
        assert not await add(tx, key="all-in:c1")
        [out] = await claim(tx)
        assert await sent(tx, out)
        assert not await add(tx, key="all-in:c1")
        assert await add(tx, key="all-in:c2")
        assert await add(tx)
        assert await outbox.pending_count(tx) == 2


async def test_cards_that_wait_are_queued_once_and_go_out_at_the_earliest_wish(peopled: Database) -> None:
    async with peopled.begin() as tx:
        assert await add(tx, CARD, available_at=NOW + timedelta(hours=1), priority=5)
        assert await add(tx, CARD, priority=0)
        assert await add(tx, CARD, available_at=NOW + timedelta(hours=2))
        assert await add(tx, CARD, recipient=BOB)
        assert await add(tx, TodoCard(cycle_id="c2"), recipient=BOB)
        assert await outbox.pending_count(tx) == 3
        assert [(out.recipient, out.priority) for out in await claim(tx)] == [(ANN.id, 0), (BOB.id, 1)]


async def test_a_card_that_is_on_its_way_is_queued_again(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await add(tx, CARD)
        [first] = await claim(tx)
        await add(tx, CARD)
        assert await claim(tx, "two") == []
        assert await sent(tx, first)
        [second] = await claim(tx, "two")
    assert second.id != first.id


async def test_a_card_that_may_have_been_worded_already_is_queued_again(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await add(tx, CARD)
        [first] = await claim(tx)
        await outbox.retry(tx, first.id, owner="one", attempts=1, available_at=NOW, error="timeout")
        await add(tx, CARD)
        assert await outbox.pending_count(tx) == 2


async def test_a_card_that_joins_another_hands_on_its_key(peopled: Database) -> None:
    async with peopled.begin() as tx:
        assert await add(tx, CARD)
        assert await add(tx, CARD, key="opened")
        assert not await add(tx, CARD, key="opened")
        assert await add(tx, CARD, key="reopened")
        assert not await add(tx, CARD, key="reopened")


async def test_due_messages_go_by_priority_then_age_one_at_a_time_for_each_person(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await add(tx, ActionAnswered(action_id="later"), recipient=HR, available_at=NOW + timedelta(seconds=1))
        await add(tx, ActionAnswered(action_id="second"))
        await add(tx, ActionAnswered(action_id="bob"), recipient=BOB, priority=2)
        await add(tx, ActionAnswered(action_id="first"), priority=0)
        claimed = await claim(tx)
        assert [out.message for out in claimed] == [ActionAnswered(action_id="first"), ActionAnswered(action_id="bob")]
        assert await claim(tx, "two") == []
        assert await sent(tx, claimed[0])
        assert [out.message for out in await claim(tx, "two")] == [ActionAnswered(action_id="second")]
        assert [out.recipient for out in await claim(tx, now=NOW + timedelta(seconds=1))] == [HR.id]


async def test_a_claim_takes_no_more_than_its_limit(peopled: Database) -> None:
    async with peopled.begin() as tx:
        for recipient in (ANN, BOB, HR):
            await add(tx, recipient=recipient)
        assert len(await claim(tx, limit=2)) == 2
        assert len(await claim(tx, limit=2)) == 1


async def test_only_an_expired_lease_is_claimed_again_and_the_late_sender_is_told(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await add(tx)
        [lost] = await claim(tx, "lost")
        in_time, too_late = WALL + timedelta(seconds=LEASE), WALL + timedelta(seconds=LEASE + 1)
        assert await claim(tx, "next", wall=in_time, now=NOW + timedelta(days=9)) == []
        [again] = await claim(tx, "next", wall=too_late)
        assert (again.id, again.attempts, again.metadata_key) == (lost.id, 2, lost.metadata_key)
        assert not await sent(tx, lost, "lost")
        assert not await outbox.retry(tx, lost.id, owner="lost", attempts=1, available_at=NOW, error="")
        assert not await outbox.give_up(tx, lost.id, owner="lost", attempts=1, error="")
        assert await sent(tx, again, "next")
        assert not await sent(tx, again, "next")


async def test_the_same_owner_cannot_end_a_claim_of_its_earlier_life(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await add(tx)
        [before] = await claim(tx)
        [now] = await claim(tx, wall=WALL + timedelta(seconds=LEASE + 1))
        assert not await sent(tx, before)
        assert await sent(tx, now)


async def test_a_retry_waits_for_its_time_and_counts(peopled: Database) -> None:
    later = NOW + timedelta(minutes=1)
    async with peopled.begin() as tx:
        await add(tx)
        [out] = await claim(tx)
        assert await outbox.retry(tx, out.id, owner="one", attempts=1, available_at=later, error="ratelimited")
        assert await claim(tx) == []
        assert await outbox.oldest_pending(tx) == later
        [again] = await claim(tx, now=later)
    assert again.attempts == 2


async def test_what_is_given_up_waits_no_longer(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await add(tx)
        [out] = await claim(tx)
        assert await outbox.pending_count(tx) == 1
        assert await outbox.oldest_pending(tx) == NOW
        assert await outbox.give_up(tx, out.id, owner="one", attempts=1, error="user_not_found")
        assert await outbox.pending_count(tx) == 0
        assert await outbox.oldest_pending(tx) is None
        assert await claim(tx, wall=WALL + timedelta(days=1)) == []


async def test_old_messages_are_forgotten_but_what_waits_and_what_has_a_key_stays(peopled: Database) -> None:
    month = timedelta(days=30)
    async with peopled.begin() as tx:
        for recipient in (ANN, BOB, HR):
            await add(tx, recipient=recipient)
        first, second, third = await claim(tx)
        assert await sent(tx, first)
        assert await outbox.give_up(tx, second.id, owner="one", attempts=1, error="user_not_found")
        late = NOW + month
        assert await outbox.mark_sent(tx, third.id, owner="one", attempts=1, channel="D1", ts="1.0", now=late)
        await add(tx, key="once")
        [once] = await claim(tx)
        assert await sent(tx, once)
        await add(tx)
        assert [await outbox.forget(tx, NOW + month, limit=1) for _ in range(3)] == [1, 1, 0]
        assert await outbox.forget(tx, NOW + 2 * month, limit=9) == 1
        assert not await add(tx, key="once")
        assert await outbox.pending_count(tx) == 1


async def test_a_sender_that_stops_gives_back_only_its_own(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await add(tx)
        await add(tx, recipient=BOB)
        [mine] = await claim(tx, "mine", limit=1)
        await claim(tx, "theirs", limit=1)
        assert await outbox.release(tx, "mine") == 1
        assert [(out.id, out.attempts) for out in await claim(tx, "next")] == [(mine.id, 2)]


async def test_a_pause_holds_for_all_and_is_never_shortened(database: Database) -> None:
    async with database.begin() as tx:
        assert await outbox.paused_until(tx) is None
        for seconds in (30, 10):
            await outbox.pause(tx, WALL + timedelta(seconds=seconds))
        assert await outbox.paused_until(tx) == WALL + timedelta(seconds=30)
        await outbox.pause(tx, WALL + timedelta(seconds=90))
        assert await outbox.paused_until(tx) == WALL + timedelta(seconds=90)


async def test_a_message_is_queued_only_with_the_change_it_tells_of(peopled: Database) -> None:
    async def queue_and_fail() -> None:
        async with peopled.begin() as tx:
            await add(tx)
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await queue_and_fail()
    async with peopled.read() as tx:
        assert await outbox.pending_count(tx) == 0


async def test_claiming_reads_neither_what_was_sent_nor_the_whole_queue(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    plans: list[str] = []
    async with database.begin() as tx:

        def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            if statement.startswith("SELECT due"):
                rows = connection.connection.cursor()
                rows.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.extend(row[3] for row in rows.fetchall())

        event.listen(tx.sync_connection, "before_cursor_execute", explain)
        await claim(tx)
    await database.dispose()
    assert any("due USING INDEX ix_outbox_unsent" in line for line in plans), plans
    assert any("other USING INDEX ix_outbox_unsent_recipient" in line for line in plans), plans

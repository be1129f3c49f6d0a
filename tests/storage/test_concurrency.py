"""Several at once: processes that write, click, claim and die."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from appraisal.messages import ActionAnswered, AllReviewsIn, TodoCard
from appraisal.review import Answer, TaskState
from appraisal.scheme import Relation, Source
from appraisal.scoring.card import ItemStats
from storage import outbox, reviews, tallies
from storage.engine import Database
from tests.storage.world import ANN, BOB, CYCLE, DAN, EVERYBODY, EVERYONE, NOW, fill, task

ROOT = Path(__file__).parents[2]
WRITABLE = frozenset({TaskState.OPEN, TaskState.DRAFT})


async def start(job: str, *words: str) -> Process:
    command = ("-m", "tests.storage.worker", job, *words)
    return await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, stdout=PIPE)


async def first_line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


@asynccontextmanager
async def second_process_of(url: str) -> AsyncIterator[Database]:
    """As another process would open it: with connections and a lock of its own."""
    other = Database.open(url)
    yield other
    await other.dispose()


async def test_two_processes_lose_no_update(peopled: Database, database_url: str) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("t1")])
    both = [await start("count_up", database_url, "t1", "100") for _ in range(2)]
    assert [await process.wait() for process in both] == [0, 0]
    async with peopled.read() as tx:
        counted = await reviews.get(tx, "t1")
    assert counted is not None
    assert counted.revision == 200


async def test_of_two_clicks_on_submit_one_counts(peopled: Database, database_url: str) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("t1")])
        await reviews.save_answers(tx, "t1", [Answer("skill", number=4)])

    async def click(database: Database) -> bool:
        async with database.begin() as tx:
            return await reviews.submit(tx, "t1", frm=WRITABLE, at=NOW)

    async with second_process_of(database_url) as other:
        clicks = await asyncio.gather(*(click(database) for database in (peopled, other) * 5))
    assert sorted(clicks) == [False] * 9 + [True]
    async with peopled.read() as tx:
        assert await reviews.answers(tx, "t1") == {"skill": Answer("skill", number=4)}


async def test_two_reviewers_submit_at_once_and_both_count(peopled: Database, database_url: str) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("t1"), task("t2", reviewer_id=DAN.id)])

    async def submit(database: Database, task_id: str, number: int) -> bool:
        async with database.begin() as tx:
            await reviews.save_answers(tx, task_id, [Answer("skill", number=number)])
            return await reviews.submit(tx, task_id, frm=WRITABLE, at=NOW)

    async with second_process_of(database_url) as other:
        assert await asyncio.gather(submit(peopled, "t1", 3), submit(other, "t2", 5)) == [True, True]
    async with peopled.read() as tx:
        assert await tallies.item_stats(tx, CYCLE.id, EVERYBODY) == [
            ItemStats(ANN.id, "skill", Source.PEER, 2, 4.0, 2.0)
        ]
        assert (await tallies.counts(tx, CYCLE.id))[Relation.PEER, TaskState.SUBMITTED] == 2


async def test_two_senders_never_share_a_message(peopled: Database, database_url: str) -> None:
    queued = 60
    async with peopled.begin() as tx:
        for n in range(queued):
            recipient = EVERYONE[n % len(EVERYONE)].id
            await outbox.add(tx, recipient=recipient, message=ActionAnswered(action_id=str(n)), now=NOW)
    senders = [await start("send", database_url, owner) for owner in ("one", "two")]
    said = [(await process.communicate())[0].split() for process in senders]
    assert [process.returncode for process in senders] == [0, 0]
    assert len(said[0]) + len(said[1]) == queued
    assert len({*said[0], *said[1]}) == queued


async def test_two_senders_never_serve_one_person_at_once(peopled: Database, database_url: str) -> None:
    async with peopled.begin() as tx:
        for n in range(12):
            recipient = (ANN if n % 2 else BOB).id
            await outbox.add(tx, recipient=recipient, message=ActionAnswered(action_id=str(n)), now=NOW)

    async def claim(database: Database, owner: str) -> list[str]:
        async with database.begin() as tx:
            claimed = await outbox.claim(tx, owner=owner, limit=1, lease_seconds=60, now=NOW, wall=NOW)
            return [out.recipient for out in claimed]

    async with second_process_of(database_url) as other:
        served = await asyncio.gather(*(claim((peopled, other)[n % 2], f"s{n}") for n in range(8)))
    assert sorted(recipient for claimed in served for recipient in claimed) == [ANN.id, BOB.id]


async def test_a_card_is_queued_again_while_a_sender_is_just_claiming_it(postgres_url: str) -> None:
    """Joining the row would lose the change: it may be worded before our commit."""
    async with second_process_of(postgres_url) as ours, second_process_of(postgres_url) as theirs:
        async with ours.begin() as tx:
            await fill(tx)
            await outbox.add(tx, recipient=ANN.id, message=TodoCard(cycle_id=CYCLE.id), now=NOW)
        async with theirs.begin() as claiming:
            await outbox.claim(claiming, owner="x", limit=1, lease_seconds=60, now=NOW, wall=NOW)
            async with ours.begin() as tx:
                assert await outbox.add(tx, recipient=ANN.id, message=TodoCard(cycle_id=CYCLE.id), now=NOW)
        async with ours.read() as tx:
            assert await outbox.pending_count(tx) == 2


async def test_a_sender_killed_between_claim_and_mark_leaves_a_message_of_unknown_outcome(
    peopled: Database, database_url: str
) -> None:
    async with peopled.begin() as tx:
        await outbox.add(tx, recipient=ANN.id, message=AllReviewsIn(cycle_id=CYCLE.id), now=NOW)
    sender = await start("claim_and_hang", database_url, NOW.isoformat())
    claimed = int(await first_line(sender))
    sender.kill()
    await sender.wait()

    async def claim(after: int) -> list[tuple[int, int]]:
        wall = NOW + timedelta(seconds=after)
        async with peopled.begin() as tx:
            found = await outbox.claim(tx, owner="heir", limit=9, lease_seconds=60, now=NOW, wall=wall)
        return [(out.id, out.attempts) for out in found]

    assert await claim(after=60) == []
    assert await claim(after=61) == [(claimed, 2)]


async def test_a_killed_process_loses_nothing_it_accepted_and_keeps_nothing_it_did_not(
    peopled: Database, database_url: str
) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("t1")])
    writer = await start("type_and_hang", database_url, "t1")
    assert await first_line(writer) == "typed"
    writer.kill()
    await writer.wait()
    async with peopled.begin() as tx:
        assert await reviews.answers(tx, "t1") == {"skill": Answer("skill", number=1)}
        await reviews.save_answers(tx, "t1", [Answer("speed", number=3)])

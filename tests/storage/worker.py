"""Another process, for the tests of concurrency: `python -m tests.storage.worker JOB URL …`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from appraisal.review import Answer
from storage import outbox, reviews
from storage.engine import Database
from tests.storage.world import NOW


def say(*words: object) -> None:
    print(*words, flush=True)


async def count_up(database: Database, task_id: str, times: str) -> None:
    """Read a revision and write it plus one."""
    for _ in range(int(times)):
        async with database.begin() as tx:
            task = await reviews.get(tx, task_id, lock=True)
            assert task is not None
            await reviews.turn_page(tx, task_id, page=0, revision=task.revision + 1, view="")


async def send(database: Database, owner: str) -> None:
    """Claim, "send" and mark until nothing is left; say the id of each."""
    while True:
        async with database.begin() as tx:
            wall = datetime.now(UTC)
            claimed = await outbox.claim(tx, owner=owner, limit=3, lease_seconds=600, now=NOW, wall=wall)
            left = await outbox.pending_count(tx)
        if not left:
            return
        for out in claimed:
            say(out.id)
            async with database.begin() as tx:
                marks = {"owner": owner, "attempts": out.attempts, "channel": "D", "ts": "1", "now": NOW}
                assert await outbox.mark_sent(tx, out.id, **marks)


async def claim_and_hang(database: Database, wall: str) -> None:
    """Commit a claim, and never mark it."""
    async with database.begin() as tx:
        moment = datetime.fromisoformat(wall)
        [out] = await outbox.claim(tx, owner="killed", limit=1, lease_seconds=60, now=NOW, wall=moment)
    say(out.id)
    await asyncio.Event().wait()


async def type_and_hang(database: Database, task_id: str) -> None:
    """Commit a first answer; write a second one, and never commit it."""
    async with database.begin() as tx:
        await reviews.save_answers(tx, task_id, [Answer("skill", number=1)])
    async with database.begin() as tx:
        await reviews.save_answers(tx, task_id, [Answer("skill", number=2), Answer("speed", number=2)])
        say("typed")
        await asyncio.Event().wait()


JOBS: dict[str, Callable[..., Awaitable[None]]] = {
    job.__name__: job for job in (count_up, send, claim_and_hang, type_and_hang)
}


async def main(job: str, url: str, *words: str) -> None:
    database = Database.open(url)
    await JOBS[job](database, *words)
    await database.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

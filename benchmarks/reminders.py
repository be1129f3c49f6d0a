"""What a tick costs when thousands are due a reminder, beside the floor of storing as many rows.

Run from the repository: `python -m benchmarks.reminders [people]`; 5,000 without a number. On SQLite in a temporary
folder; each person has five reviews to write. Seconds depend on the machine, ratios to the floor hardly do.
"stopped": the longest that the event loop did nothing else; "lock": the longest that another writer waited.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import sqlalchemy as sa

from appraisal.cycle import Cycle, State
from appraisal.messages import ReviewReminder
from appraisal.people import Person
from appraisal.reminders import Rule
from appraisal.review import Task
from appraisal.scheme import Relation
from services import schemes
from services.deps import Deps
from services.reminding import remind
from storage import cycles, outbox, people, reviews, tables
from storage.engine import Database
from storage.migrate import migrate

MORNING = datetime(2026, 10, 16, 9, 30, tzinfo=UTC)
DUE = MORNING.replace(hour=22)
DAY = MORNING.date()
SCHEME = schemes.builtin()[0]
CYCLE = Cycle("c", "Q3", SCHEME, DAY, DAY, tuple(Relation), 4, 3, DUE, owner_id="p0", state=State.COLLECTING)


async def fill(database: Database, count: int) -> None:
    tasks = ((f"t{i}-{k}", "c", f"p{(i + k) % count}", f"p{i}") for i in range(count) for k in range(1, 6))
    async with database.begin() as tx:
        await people.save(tx, [Person(f"p{i}", f"P {i}", f"p{i}@example.com") for i in range(count)])
        await cycles.add(tx, CYCLE)
        await reviews.add_tasks(tx, [Task(*task, Relation.PEER) for task in tasks])


async def store_rows(database: Database, count: int) -> None:
    """The floor: as many marks and messages in one transaction, with nothing looked up."""
    message = ReviewReminder(cycle_id="c", rule=Rule.ON_THE_DAY, day=DAY)
    marks = [{"cycle_id": "c", "person_id": f"p{i}", "rule": message.rule, "day": DAY} for i in range(count)]
    async with database.begin() as tx:
        await tx.execute(sa.insert(tables.reminders), marks)
        await outbox.add_many(tx, [(f"p{i}", message) for i in range(count)], now=MORNING)


async def measured(database: Database, work: Awaitable[object]) -> tuple[float, float, float]:
    """Seconds that it took, that the loop stopped, that another writer waited."""
    stops, waits, done = [0.0], [0.0], asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            start = perf_counter()
            await asyncio.sleep(0.002)
            stops.append(perf_counter() - start)

    async def write() -> None:
        while not done.is_set():
            start = perf_counter()
            async with database.begin():
                waits.append(perf_counter() - start)
            await asyncio.sleep(0.002)

    watching = asyncio.gather(watch(), write())
    start = perf_counter()
    await work
    took = perf_counter() - start
    done.set()
    await watching
    return took, max(stops), max(waits)


async def main(count: int) -> None:
    with TemporaryDirectory() as folder:
        stored, bot = [Database.open(f"sqlite:///{Path(folder) / name}.db") for name in ("stored", "bot")]
        for name, database in (("stored", stored), ("bot", bot)):
            await asyncio.to_thread(migrate, f"sqlite:///{Path(folder) / name}.db")
            await fill(database, count)
        deps = Deps(bot, lambda: MORNING)
        floor = await measured(stored, store_rows(stored, count))
        runs = {"floor": floor, "due": await measured(bot, remind(deps)), "idle": await measured(bot, remind(deps))}
        await stored.dispose()
        await bot.dispose()
    for name, (took, stopped, lock) in runs.items():
        ratio = f"{took:7.3f} s = {took / floor[0]:5.2f} floors"
        print(f"{name:6}{ratio}; stopped {stopped:.3f} s, lock {lock:.3f} s")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))

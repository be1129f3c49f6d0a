"""Transactions, and the types that pass through them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError, StatementError

from appraisal.people import Person
from storage import cycles, inbox, people
from storage.engine import Database, driver_url
from tests.storage.world import ANN, CYCLE, EVERYONE, NOW, cycle


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://me@host/db", "postgresql+psycopg"),
        ("postgres://me@host/db", "postgresql+psycopg"),
        ("postgresql+asyncpg://me@host/db", "postgresql+psycopg"),
    ],
)
def test_plain_urls_get_the_drivers_we_use(given: str, driver: str) -> None:
    assert driver_url(given).drivername == driver


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_databases_that_cannot_work_are_refused_when_opened(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite|SQLite"):
        Database.open(url)


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    async def add_and_fail() -> None:
        async with database.begin() as tx:
            await people.save(tx, EVERYONE)
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await add_and_fail()
    async with database.read() as tx:
        assert len(await people.all_people(tx)) == 0


async def test_a_cancelled_transaction_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    inside = asyncio.Event()

    async def add_and_wait() -> None:
        async with database.begin() as tx:
            await people.save(tx, EVERYONE)
            inside.set()
            await asyncio.Event().wait()

    waiting = asyncio.create_task(add_and_wait())
    await inside.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with database.begin() as tx:
        assert len(await people.all_people(tx)) == 0
        await people.save(tx, EVERYONE)


async def test_a_reader_cannot_write(database: Database) -> None:
    async with database.read() as tx:
        with pytest.raises(SQLAlchemyError, match=r"read-?only"):
            await inbox.first_time(tx, "key", NOW)


async def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    async with database.read() as looking:
        assert len(await people.all_people(looking)) == 0
        async with database.begin() as tx:
            await people.save(tx, EVERYONE)
        assert len(await people.all_people(looking)) == 0
    async with database.read() as looking:
        assert len(await people.all_people(looking)) == len(EVERYONE)


async def test_a_row_that_refers_to_nobody_is_refused(database: Database) -> None:
    async with database.begin() as tx:
        with pytest.raises(IntegrityError):
            await cycles.add(tx, CYCLE)


async def test_a_commit_that_is_refused_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.begin() as tx:
            await people.save(tx, [ANN])  # without the manager, which is looked for at the end
    async with database.begin() as tx:
        assert len(await people.all_people(tx)) == 0
        await people.save(tx, EVERYONE)


async def test_an_error_does_not_tell_what_was_being_stored(database: Database) -> None:
    canary = "canary-7391"
    with pytest.raises(IntegrityError) as caught:
        async with database.begin() as tx:
            await people.save(tx, [Person(canary, canary, manager_id="nobody")])
    assert canary not in str(caught.value.statement) + str(caught.value.params or "")
    assert "canary" not in str(caught.value).partition("DETAIL")[0]


async def test_moments_come_back_aware_and_exact(peopled: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    due = datetime(2024, 10, 12, 7, 59, 59, 123456, tzinfo=shanghai)
    async with peopled.begin() as tx:
        await cycles.add(tx, cycle("c2", due_at=due))
        stored = await cycles.get(tx, "c2")
    assert stored is not None
    assert stored.due_at == due
    assert stored.due_at.tzinfo is UTC


async def test_a_moment_without_a_time_zone_is_refused(peopled: Database) -> None:
    async with peopled.begin() as tx:
        with pytest.raises(StatementError, match="time zone"):
            await cycles.add(tx, cycle("c2", due_at=datetime(2024, 10, 12)))  # noqa: DTZ001


async def test_moments_sort_by_time_with_and_without_fractions(peopled: Database) -> None:
    moments = [NOW + timedelta(microseconds=n) for n in (3, 0, 1_000_000, 1)]
    async with peopled.begin() as tx:
        for n, moment in enumerate(moments):
            await cycles.add(tx, cycle(str(n), created_at=moment))
        newest_first = [c.created_at for c in await cycles.all_cycles(tx) if c.id != CYCLE.id]
    assert newest_first == sorted(moments, reverse=True)


async def test_erased_text_is_overwritten_and_commits_reach_the_disk(sqlite_url: str) -> None:
    database = Database.open(sqlite_url)
    async with database.begin() as tx:
        found = [
            await tx.scalar(sa.text(f"PRAGMA {name}")) for name in ("secure_delete", "synchronous", "journal_mode")
        ]
    await database.dispose()
    assert found == [1, 2, "wal"]


async def test_writers_of_one_process_queue_up(database: Database) -> None:
    async with database.begin() as tx:
        await people.save(tx, [Person("p", "0")])

    async def add_one() -> None:
        async with database.begin() as tx:
            await tx.execute(sa.text("SELECT 1 FROM people WHERE id = 'p'" + _for_update(database)))
            person = await people.get(tx, "p")
            assert person is not None
            await people.save(tx, [replace(person, name=str(int(person.name) + 1))])

    await asyncio.gather(*(add_one() for _ in range(30)))
    async with database.read() as tx:
        person = await people.get(tx, "p")
    assert person is not None
    assert person.name == "30"


def _for_update(database: Database) -> str:
    return " FOR UPDATE" if database.dialect == "postgresql" else ""

"""Two processes write people at the same time, on the real PostgreSQL: neither loses what the other wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from appraisal.intake.tables import ImportKind
from appraisal.people import Person
from services import imports, people
from services.people import SlackUser
from services.rolling_back import roll_back
from storage import people as store
from storage.engine import Database
from tests.world import World

pytestmark = pytest.mark.postgres


@pytest.fixture
async def world(postgres_url: str) -> AsyncIterator[World]:
    opened = Database.open(postgres_url)
    yield await World(opened).settle()
    await opened.dispose()


@pytest.fixture
async def other(postgres_url: str) -> AsyncIterator[Database]:
    """As another process would open it."""
    opened = Database.open(postgres_url)
    yield opened
    await opened.dispose()


async def waiting(world: World, content: str) -> str:
    """The id of a file of people that waits to be applied."""
    given = {"file_name": "p.csv", "content": content.encode()}
    return (await imports.dry_run(world.deps, None, ImportKind.PEOPLE, **given)).file.id


async def at_once(other: Database, person: Person, work: Coroutine[Any, Any, object]) -> None:
    """Another process is just writing a person; `work` must wait for it."""
    async with other.begin() as tx:
        await store.lock(tx)
        begun = asyncio.create_task(work)
        done, _ = await asyncio.wait({begun}, timeout=0.5)
        assert not done
        await store.save(tx, [person])
    await begun


async def test_two_imports_at_once_both_count(world: World, other: Database) -> None:
    file = await waiting(world, "email,department\nann@example.com,Sales\n")
    work = imports.apply_import(world.deps, None, file)
    await at_once(other, replace(await world.who("ann"), job_family="Engineer"), work)
    ann = await world.who("ann")
    assert (ann.department, ann.job_family) == ("Sales", "Engineer")


async def test_a_newcomer_in_two_imports_at_once_is_one_person(world: World, other: Database) -> None:
    file = await waiting(world, "email,name,department\nnew@example.com,New,Sales\n")
    work = imports.apply_import(world.deps, None, file)
    await at_once(other, Person("new", "New", email="new@example.com"), work)
    found = [p for p in await people.everyone(world.deps) if p.email == "new@example.com"]
    assert [(p.id, p.department) for p in found] == [("new", "Sales")]


async def test_what_is_written_while_an_import_is_undone_stays(world: World, other: Database) -> None:
    before = (await world.who("ann")).department
    file = await waiting(world, "email,department\nann@example.com,Sales\n")
    await imports.apply_import(world.deps, None, file)
    work = roll_back(world.deps, None, file)
    await at_once(other, replace(await world.who("ann"), job_family="Engineer"), work)
    ann = await world.who("ann")
    assert (ann.department, ann.job_family) == (before, "Engineer")


async def test_slack_and_a_file_that_bring_somebody_at_once_bring_one_person(world: World, other: Database) -> None:
    work = people.sync_from_slack(world.deps, [SlackUser("UNEW", "New", "new@example.com")])
    await at_once(other, Person("new", "New", email="new@example.com", department="Sales"), work)
    found = [p for p in await people.everyone(world.deps) if p.email == "new@example.com"]
    assert [(p.id, p.slack_id, p.department) for p in found] == [("new", "UNEW", "Sales")]


async def test_of_two_imports_of_one_newcomer_one_adds_and_the_other_finds_them(world: World, other: Database) -> None:
    files = [await waiting(world, f"email,name,{c}\nnew@example.com,New,X\n") for c in ("department", "job_family")]
    both = (replace(world.deps, database=d) for d in (world.deps.database, other))
    await asyncio.gather(*(imports.apply_import(d, None, f) for d, f in zip(both, files, strict=True)))
    found = [p for p in await people.everyone(world.deps) if p.email == "new@example.com"]
    assert [(p.department, p.job_family) for p in found] == [("X", "X")]

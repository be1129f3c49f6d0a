"""People."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from appraisal.people import Directory, Person
from storage.engine import Tx
from storage.tables import metadata, people
from storage.upsert import upsert

AT_ONCE = 10_000  # ids in one query; SQLite takes 32,766 parameters
_WRITING = 7_317_003  # number of the advisory lock
_NAMING_PEOPLE = [
    column
    for table in metadata.sorted_tables
    if table is not people
    for column in table.columns
    if any(key.column is people.c.id for key in column.foreign_keys)
]


async def lock(tx: Tx) -> None:
    """Until this transaction ends nobody else who asks first writes people. On SQLite writers are alone anyway."""
    if tx.dialect.name == "postgresql":
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITING)))


async def all_people(tx: Tx) -> Directory:
    """Everyone, also those who left."""
    rows = await tx.execute(sa.select(people))
    return Directory(Person(**row._mapping) for row in rows)


async def some(tx: Tx, ids: Iterable[str]) -> Directory:
    """These people; ids of nobody are left out. Reports outside of them are not known to the directory."""
    wanted = sorted(set(ids))
    found: list[Person] = []
    for start in range(0, len(wanted), AT_ONCE):
        rows = await tx.execute(sa.select(people).where(people.c.id.in_(wanted[start : start + AT_ONCE])))
        found += (Person(**row._mapping) for row in rows)
    return Directory(found)


async def get(tx: Tx, person_id: str) -> Person | None:
    return await _one(tx, people.c.id == person_id)


async def by_slack_id(tx: Tx, slack_id: str) -> Person | None:
    return await _one(tx, people.c.slack_id == slack_id)


async def called(tx: Tx, text: str) -> list[Person]:
    """Whom an e-mail address, an employee number or a whole name means; those who left only where nobody else does."""
    same = (
        people.c.email == text.lower(),
        people.c.employee_number == text,
        sa.func.lower(people.c.name) == text.lower(),
    )
    rows = await tx.execute(sa.select(people).where(sa.or_(*same, people.c.name == text)).order_by(people.c.email))
    found = [Person(**row._mapping) for row in rows]
    return [p for p in found if p.active] or found


async def save(tx: Tx, persons: Iterable[Person]) -> None:
    """Insert or overwrite by id, in bulk. Managers may come after their reports."""
    if rows := [vars(person) for person in persons]:
        await tx.execute(upsert(tx, people), rows)


async def referred_to(tx: Tx, ids: Collection[str]) -> set[str]:
    """Those of these people whom any table names, be it a review, a figure or the log; not as a manager of people."""
    found: set[str] = set()
    for start in range(0, len(ids), AT_ONCE):
        some = sorted(ids)[start : start + AT_ONCE]
        for column in _NAMING_PEOPLE:
            found |= set(await tx.scalars(sa.select(column).distinct().where(column.in_(some))))
    return found


async def delete(tx: Tx, ids: Collection[str]) -> None:
    """Forget people whom nothing refers to; their managers may go in the same transaction."""
    for start in range(0, len(ids), AT_ONCE):
        some = sorted(ids)[start : start + AT_ONCE]
        await tx.execute(sa.delete(people).where(people.c.id.in_(some)))


async def _one(tx: Tx, condition: sa.ColumnElement[bool]) -> Person | None:
    row = (await tx.execute(sa.select(people).where(condition))).one_or_none()
    return Person(**row._mapping) if row else None

"""Causes of missed targets, as managers named them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from appraisal.approval import Cause
from storage.engine import Tx
from storage.tables import causes, people
from storage.upsert import upsert

_STORED = tuple(c.name for c in causes.columns)


async def save(tx: Tx, named: Iterable[Cause]) -> None:
    """Insert, or overwrite what was said about the same metric before."""
    if rows := [{name: getattr(cause, name) for name in _STORED} for cause in named]:
        await tx.execute(upsert(tx, causes), rows)


async def of_person(tx: Tx, cycle_id: str, person_id: str) -> list[Cause]:
    """With the name of who said it; by metric."""
    query = (
        sa.select(causes, people.c.name.label("author"))
        .join(people, people.c.id == causes.c.actor_id)
        .where(causes.c.cycle_id == cycle_id, causes.c.person_id == person_id)
        .order_by(causes.c.metric)
    )
    return [Cause(**row._mapping) for row in await tx.execute(query)]

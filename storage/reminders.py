"""Which reminders were sent: each rule once a cycle and person, and one a day and person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from appraisal.reminders import Rule
from storage.engine import Tx
from storage.tables import reminders
from storage.upsert import insert_new


async def sent(tx: Tx, cycle_id: str) -> dict[str, set[Rule]]:
    """The rules that were used, by person; people without any are left out."""
    rows = await tx.execute(sa.select(reminders.c.person_id, reminders.c.rule).where(reminders.c.cycle_id == cycle_id))
    rules: dict[str, set[Rule]] = {}
    for person_id, rule in rows:
        rules.setdefault(person_id, set()).add(rule)
    return rules


async def last_day(tx: Tx, person_ids: Collection[str]) -> dict[str, date]:
    """The last day on which each person was reminded of anything, where there is one."""
    rows = await tx.execute(
        sa.select(reminders.c.person_id, sa.func.max(reminders.c.day))
        .where(reminders.c.person_id.in_(person_ids))
        .group_by(reminders.c.person_id)
    )
    return {row[0]: row[1] for row in rows}


async def mark(tx: Tx, *, cycle_id: str, person_id: str, rule: Rule, day: date) -> bool:
    """Note a reminder; False where the rule was used in this cycle, or the person was reminded on this day."""
    row = {"cycle_id": cycle_id, "person_id": person_id, "rule": rule, "day": day}
    return await insert_new(tx, reminders, row)

"""Which reminders were sent: each rule once a cycle and person, and one a day and person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from appraisal.reminders import Reminder, Rule
from storage.engine import Tx
from storage.tables import reminders
from storage.upsert import insert_all_new


async def sent(tx: Tx, cycle_id: str) -> dict[str, frozenset[Rule]]:
    """The rules that were used, by person; people without any are left out."""
    rows = await tx.execute(sa.select(reminders.c.person_id, reminders.c.rule).where(reminders.c.cycle_id == cycle_id))
    rules: dict[str, frozenset[Rule]] = {}
    for person_id, rule in rows:
        rules[person_id] = rules.get(person_id, frozenset()) | {rule}
    return rules


async def last_days(tx: Tx, since: date) -> dict[str, date]:
    """The last day on which each person was reminded of anything, where that was on `since` or later."""
    rows = await tx.execute(
        sa.select(reminders.c.person_id, sa.func.max(reminders.c.day))
        .where(reminders.c.day >= since)
        .group_by(reminders.c.person_id)
    )
    return {row[0]: row[1] for row in rows}


async def mark_many(tx: Tx, planned: Iterable[Reminder]) -> list[Reminder]:
    """Note reminders. Returns those that may be sent now.

    Not returned: where the rule was used in this cycle, or the person was reminded on this day.
    """
    rows = await insert_all_new(tx, reminders, [vars(reminder) for reminder in planned])
    return [Reminder(**row) for row in rows]

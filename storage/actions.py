"""Improvement actions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from appraisal.actions import Action, ActionState
from storage.engine import Tx
from storage.tables import actions


async def add(tx: Tx, action: Action) -> None:
    await tx.execute(sa.insert(actions), vars(action))


async def get(tx: Tx, action_id: str, *, lock: bool = False) -> Action | None:
    """`lock`: nobody else changes it until this transaction ends."""
    query = sa.select(actions).where(actions.c.id == action_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).one_or_none()
    return Action(**row._mapping) if row else None


async def of_person(tx: Tx, cycle_id: str, person_id: str) -> list[Action]:
    """A person's actions of one cycle, in the order they were proposed, without those that were replaced."""
    current = actions.c.state != ActionState.REPLACED
    return await _list(tx, actions.c.cycle_id == cycle_id, actions.c.person_id == person_id, current)


async def open_for(tx: Tx, person_id: str) -> list[Action]:
    """Actions that wait for this employee's answer."""
    return await _list(tx, actions.c.person_id == person_id, actions.c.state == ActionState.PROPOSED)


async def to_change(tx: Tx, person_id: str) -> list[Action]:
    """Actions of which this person asked for a change, or was asked for one, and that have no answer yet."""
    involved = sa.or_(actions.c.person_id == person_id, actions.c.proposer_id == person_id)
    return await _list(tx, involved, actions.c.state == ActionState.COMMENTED)


async def agreed_with(tx: Tx, person_id: str) -> list[Action]:
    """What a person has agreed to, by its day."""
    agreed = await _list(tx, actions.c.person_id == person_id, actions.c.state == ActionState.AGREED)
    return sorted(agreed, key=lambda a: a.due_on)


async def answer(tx: Tx, action_id: str, *, frm: ActionState, to: ActionState, comment: str, at: datetime) -> bool:
    """Compare and set the employee's answer; False where the action was no longer in `frm`."""
    done = await tx.execute(
        sa.update(actions)
        .where(actions.c.id == action_id, actions.c.state == frm)
        .values(state=to, comment=comment, answered_at=at)
    )
    return done.rowcount == 1


async def _list(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Action]:
    order = (actions.c.proposed_at, actions.c.due_on, actions.c.what)
    rows = await tx.execute(sa.select(actions).where(*conditions).order_by(*order))
    return [Action(**row._mapping) for row in rows]

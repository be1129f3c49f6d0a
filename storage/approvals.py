"""Decisions on scores."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from appraisal.approval import Approval, ApprovalState
from storage.engine import Tx
from storage.tables import approvals, cycles, people

_DECIDED = ("state", "adjusted", "reason", "decided_at", "released_at", "acknowledged_at")


async def add(tx: Tx, new: Iterable[Approval]) -> None:
    if rows := [vars(approval) for approval in new]:
        await tx.execute(sa.insert(approvals), rows)


async def get(tx: Tx, cycle_id: str, person_id: str, *, lock: bool = False) -> Approval | None:
    """`lock`: nobody else changes it until this transaction ends."""
    query = sa.select(approvals).where(*_of(cycle_id, person_id))
    row = (await tx.execute(query.with_for_update() if lock else query)).one_or_none()
    return Approval(**row._mapping) if row else None


async def of_cycle(tx: Tx, cycle_id: str) -> list[Approval]:
    """In the directory's order: e-mail, name."""
    return await _list(tx, approvals.c.cycle_id == cycle_id)


async def in_states(tx: Tx, states: Collection[ApprovalState]) -> list[Approval]:
    """Of all cycles."""
    return await _list(tx, approvals.c.state.in_(states))


async def of_approver(tx: Tx, person_id: str, *, states: Collection[ApprovalState]) -> list[Approval]:
    """What a person has to decide or has decided, newest cycle first."""
    return await _list(tx, approvals.c.approver_id == person_id, approvals.c.state.in_(states))


async def of_person(tx: Tx, person_id: str) -> list[Approval]:
    """The decisions on a person's own scores, newest cycle first."""
    return await _list(tx, approvals.c.person_id == person_id)


async def decide(tx: Tx, approval: Approval, *, frm: Collection[ApprovalState]) -> bool:
    """Compare and set all but the approver; False where the stored one is in none of the states `frm`."""
    done = await tx.execute(
        sa.update(approvals)
        .where(*_of(approval.cycle_id, approval.person_id), approvals.c.state.in_(frm))
        .values({field: getattr(approval, field) for field in _DECIDED})
    )
    return done.rowcount == 1


async def release(tx: Tx, cycle_id: str, person_ids: Collection[str], at: datetime) -> list[str]:
    """Release those of these people's results that are approved; returns whose."""
    moved = await tx.scalars(
        sa.update(approvals)
        .where(approvals.c.cycle_id == cycle_id, approvals.c.person_id.in_(person_ids))
        .where(approvals.c.state == ApprovalState.APPROVED)
        .values(state=ApprovalState.RELEASED, released_at=at)
        .returning(approvals.c.person_id)
    )
    return sorted(moved)


async def set_approver(tx: Tx, cycle_id: str, person_id: str, approver_id: str | None) -> None:
    await tx.execute(sa.update(approvals).where(*_of(cycle_id, person_id)).values(approver_id=approver_id))


async def counts(tx: Tx, cycle_id: str) -> dict[ApprovalState, int]:
    """Approvals of a cycle by state; states without any are left out."""
    rows = await tx.execute(
        sa.select(approvals.c.state, sa.func.count())
        .where(approvals.c.cycle_id == cycle_id)
        .group_by(approvals.c.state)
    )
    return {row[0]: row[1] for row in rows}


def _of(cycle_id: str, person_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return approvals.c.cycle_id == cycle_id, approvals.c.person_id == person_id


async def _list(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Approval]:
    newest_first = (cycles.c.period_end.desc(), cycles.c.created_at.desc().nulls_last(), cycles.c.name)
    rows = await tx.execute(
        sa.select(approvals)
        .join(cycles, cycles.c.id == approvals.c.cycle_id)
        .join(people, people.c.id == approvals.c.person_id)
        .where(*conditions)
        .order_by(*newest_first, people.c.email, people.c.name, people.c.id)
    )
    return [Approval(**row._mapping) for row in rows]

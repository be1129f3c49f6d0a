"""Who gave which answers about a person: needed where answers change after they were shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from appraisal.review import TaskState
from appraisal.scheme import Source
from appraisal.scoring.protection import Answered
from storage.engine import Tx
from storage.tables import answers, tasks

# A returned review counts with its last submitted answers until it is submitted again.
_COUNTS = tasks.c.state.in_((TaskState.SUBMITTED, TaskState.REOPENED))


async def answered(
    tx: Tx, cycle_id: str, reviewee_id: str, sources: Collection[Source], *, numbers: Collection[str]
) -> list[Answered]:
    """The answers that count now, by item and relation of `sources`; "can't say" is none.

    `numbers`: the items that ask for a number, which is read and not counted.
    """
    answer = answers.c
    has_text = sa.and_(answer.text.is_not(None), sa.func.trim(answer.text) != "")
    has_number = sa.and_(answer.number.is_not(None), ~answer.cant_say)
    rows = await tx.execute(
        sa.select(answer.item, tasks.c.relation, tasks.c.reviewer_id, tasks.c.submitted_at, answer.number)
        .join(tasks, answer.task_id == tasks.c.id)
        .where(tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id == reviewee_id, _COUNTS)
        .where(sa.or_(has_text, has_number))
        .order_by(answer.item, tasks.c.relation, tasks.c.reviewer_id)
    )
    found: dict[tuple[str, Source, bool], list[tuple[str, datetime]]] = {}
    for item, relation, reviewer_id, sent, number in rows:
        source, is_text = Source(relation), number is None or item in numbers
        if source in sources:
            found.setdefault((item, source, is_text), []).append((reviewer_id, sent))
    return [
        Answered(item, source, tuple(r for r, _ in who), tuple(at for _, at in who), is_text=is_text)
        for (item, source, is_text), who in found.items()
    ]


async def answered_in(tx: Tx, cycle_id: str, reviewee_id: str, reviewer_id: str) -> set[Source]:
    """The groups in which somebody reviewed a person, as far as it counts."""
    mine = (tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id == reviewee_id, tasks.c.reviewer_id == reviewer_id)
    return {Source(r) for r in await tx.scalars(sa.select(tasks.c.relation).where(*mine, _COUNTS))}


async def answered_about(tx: Tx, cycle_id: str, reviewer_id: str) -> dict[str, set[Source]]:
    """Whom somebody reviewed, and in which groups, as far as it counts."""
    rows = await tx.execute(
        sa.select(tasks.c.reviewee_id, tasks.c.relation).where(
            tasks.c.cycle_id == cycle_id, tasks.c.reviewer_id == reviewer_id, _COUNTS
        )
    )
    found: dict[str, set[Source]] = {}
    for person_id, relation in rows:
        found.setdefault(person_id, set()).add(Source(relation))
    return found

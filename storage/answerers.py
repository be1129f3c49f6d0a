"""Who gave which answers about a person: needed where answers change after they were shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from appraisal.scheme import Source
from appraisal.scoring.protection import Answered
from storage.engine import Tx
from storage.tables import answers, tasks
from storage.tallies import COUNTS


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
        .where(tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id == reviewee_id, COUNTS)
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


async def answered_by(tx: Tx, cycle_id: str, reviewers: Mapping[str, str]) -> dict[str, set[Source]]:
    """In which groups a certain reviewer's review of somebody counts. `reviewers`: whose, by reviewee."""
    rows = await tx.execute(
        sa.select(tasks.c.reviewee_id, tasks.c.reviewer_id, tasks.c.relation)
        .where(tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id.in_(reviewers), COUNTS)
        .where(tasks.c.reviewer_id.in_(set(reviewers.values())))
    )
    found: dict[str, set[Source]] = {}
    for person_id, reviewer_id, relation in rows:
        if reviewers[person_id] == reviewer_id:
            found.setdefault(person_id, set()).add(Source(relation))
    return found


async def answered_about(tx: Tx, cycle_id: str, reviewer_id: str) -> dict[str, set[Source]]:
    """Whom somebody reviewed, and in which groups, as far as it counts."""
    rows = await tx.execute(
        sa.select(tasks.c.reviewee_id, tasks.c.relation).where(
            tasks.c.cycle_id == cycle_id, tasks.c.reviewer_id == reviewer_id, COUNTS
        )
    )
    found: dict[str, set[Source]] = {}
    for person_id, relation in rows:
        found.setdefault(person_id, set()).add(Source(relation))
    return found

"""Comments of a whole cycle, as the cards were made with them, and what was made of them for HR."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import sqlalchemy as sa

from appraisal.language.voices import CycleVoices
from storage.engine import Tx
from storage.scores import Scored
from storage.tables import score_cards, voices
from storage.upsert import insert_new

AT_ONCE = 200  # people whose comments are in memory together


async def commented(tx: Tx, cycle_id: str) -> AsyncIterator[list[Scored]]:
    """All cards of a cycle with their comments, some at a time, by person id."""
    columns = (score_cards.c.person_id, score_cards.c.card, score_cards.c.evidence, score_cards.c.written)
    query = sa.select(*columns).where(score_cards.c.cycle_id == cycle_id).order_by(score_cards.c.person_id)
    after = ""
    while rows := (await tx.execute(query.where(score_cards.c.person_id > after).limit(AT_ONCE))).all():
        yield [Scored(row.card, row.evidence, row.written) for row in rows]
        after = rows[-1].person_id


async def get(tx: Tx, cycle_id: str) -> CycleVoices | None:
    """What was made of them when HR first looked."""
    return await tx.scalar(sa.select(voices.c.voices).where(voices.c.cycle_id == cycle_id))


async def keep(tx: Tx, cycle_id: str, at: datetime, found: CycleVoices) -> bool:
    """For good: False where another one was faster, whose figures stay."""
    return await insert_new(tx, voices, {"cycle_id": cycle_id, "at": at, "voices": found})

"""Comments of a whole cycle, as the cards were made with them, and what was made of them for HR."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from appraisal.language.voices import CycleVoices
from appraisal.scheme import Source
from appraisal.scoring.comments import Written
from storage.columns import Json
from storage.engine import Tx
from storage.tables import score_cards, voices
from storage.upsert import insert_new

AT_ONCE = 200  # people whose comments are in memory together


@dataclass(frozen=True)
class Commented:
    """What was written about somebody, and what decides which of it may be read (see `readable`)."""

    person_id: str
    written: tuple[Written, ...]
    merged: tuple[Source, ...]
    insiders: frozenset[Source]


@dataclass(frozen=True)
class _OfCard:
    """As much of a card as is needed: whole ones of thousands take seconds to parse."""

    merged: tuple[Source, ...] = ()


@dataclass(frozen=True)
class _OfEvidence:
    insiders: frozenset[Source] = frozenset()


async def commented(tx: Tx, cycle_id: str) -> AsyncIterator[list[Commented]]:
    """The comments of a cycle, of some people at a time, by person id."""
    stored = score_cards.c
    card = sa.type_coerce(stored.card, Json(_OfCard)).label("card")
    evidence = sa.type_coerce(stored.evidence, Json(_OfEvidence)).label("evidence")
    query = sa.select(stored.person_id, stored.written, card, evidence).where(stored.cycle_id == cycle_id)
    query, after = query.order_by(stored.person_id).limit(AT_ONCE), ""
    while rows := (await tx.execute(query.where(stored.person_id > after))).all():
        yield [Commented(r.person_id, r.written, r.card.merged, r.evidence.insiders) for r in rows]
        after = rows[-1].person_id


async def get(tx: Tx, cycle_id: str) -> CycleVoices | None:
    """What was made of them when HR first looked."""
    return await tx.scalar(sa.select(voices.c.voices).where(voices.c.cycle_id == cycle_id))


async def keep(tx: Tx, cycle_id: str, at: datetime, found: CycleVoices) -> bool:
    """For good: False where another one was faster, whose figures stay."""
    return await insert_new(tx, voices, {"cycle_id": cycle_id, "at": at, "voices": found})

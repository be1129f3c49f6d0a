"""Score cards, each with the aggregated answers that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from appraisal.scoring.card import ItemStats, ScoreCard
from appraisal.scoring.comments import Written
from storage.engine import Tx
from storage.tables import score_cards
from storage.upsert import upsert


async def save(
    tx: Tx,
    cards: Iterable[ScoreCard],
    stats_by_person: Mapping[str, Sequence[ItemStats]],
    written_by_person: Mapping[str, Sequence[Written]],
) -> None:
    """Insert, or overwrite the card of the same cycle and person."""
    rows = [
        {
            "cycle_id": card.cycle_id,
            "person_id": card.person_id,
            "card": card,
            "stats": tuple(stats_by_person.get(card.person_id, ())),
            "written": tuple(written_by_person.get(card.person_id, ())),
        }
        for card in cards
    ]
    if rows:
        await tx.execute(upsert(tx, score_cards), rows)


async def get(tx: Tx, cycle_id: str, person_id: str) -> ScoreCard | None:
    return await tx.scalar(sa.select(score_cards.c.card).where(*_of(cycle_id, person_id)))


async def stats(tx: Tx, cycle_id: str, person_id: str) -> list[ItemStats]:
    """What the stored card was made from; nothing where there is no card."""
    return list(await tx.scalar(sa.select(score_cards.c.stats).where(*_of(cycle_id, person_id))) or ())


async def written(tx: Tx, cycle_id: str, person_id: str) -> list[Written]:
    """The written answers that belong to the stored card."""
    return list(await tx.scalar(sa.select(score_cards.c.written).where(*_of(cycle_id, person_id))) or ())


def _of(cycle_id: str, person_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return score_cards.c.cycle_id == cycle_id, score_cards.c.person_id == person_id

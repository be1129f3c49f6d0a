"""Score cards, each with what it was made from; the scoring of a cycle as a whole; what was shown before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from appraisal.scoring.basis import Basis
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.comments import Written
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.protection import Answered
from storage.engine import Tx
from storage.tables import disclosed, participants, people, score_cards, scorings, severities
from storage.upsert import insert, insert_new, upsert


@dataclass(frozen=True)
class Scored:
    """One person's card with all that it was made from."""

    card: ScoreCard
    evidence: Evidence
    written: tuple[Written, ...] = ()


@dataclass(frozen=True)
class Scoring:
    """Where the scoring of a cycle stands. `basis` None: not worked out yet; `done_at` None: people are missing."""

    cycle_id: str
    started_at: datetime
    basis: Basis | None = None
    done_at: datetime | None = None
    revision: int = 0  # goes up when what cards are made of has changed


async def save(tx: Tx, scored: Iterable[Scored]) -> None:
    """Insert, or overwrite the card of the same cycle and person."""
    rows = [
        {
            "cycle_id": each.card.cycle_id,
            "person_id": each.card.person_id,
            "card": each.card,
            "evidence": each.evidence,
            "written": each.written,
            "total": each.card.total,
            "se": each.card.se,
        }
        for each in scored
    ]
    if rows:
        await tx.execute(upsert(tx, score_cards), rows)


async def get(tx: Tx, cycle_id: str, person_id: str) -> ScoreCard | None:
    return await tx.scalar(sa.select(score_cards.c.card).where(*_of(cycle_id, person_id)))


async def scored(tx: Tx, cycle_id: str, person_id: str) -> Scored | None:
    """The card with what it was made from."""
    columns = (score_cards.c.card, score_cards.c.evidence, score_cards.c.written)
    row = (await tx.execute(sa.select(*columns).where(*_of(cycle_id, person_id)))).one_or_none()
    return Scored(row.card, row.evidence, row.written) if row else None


async def written(tx: Tx, cycle_id: str, person_id: str) -> list[Written]:
    """The written answers that belong to the stored card."""
    return list(await tx.scalar(sa.select(score_cards.c.written).where(*_of(cycle_id, person_id))) or ())


async def people_scored(tx: Tx, cycle_id: str) -> set[str]:
    """Who has a card."""
    return set(await tx.scalars(sa.select(score_cards.c.person_id).where(score_cards.c.cycle_id == cycle_id)))


async def people_unscored(tx: Tx, cycle_id: str) -> list[str]:
    """Who takes part and is still there, and has no card; by id."""
    card = sa.and_(
        score_cards.c.cycle_id == participants.c.cycle_id, score_cards.c.person_id == participants.c.person_id
    )
    query = (
        sa.select(participants.c.person_id)
        .join(people, people.c.id == participants.c.person_id)
        .outerjoin(score_cards, card)
        .where(participants.c.cycle_id == cycle_id, people.c.active, score_cards.c.person_id.is_(None))
    )
    return list(await tx.scalars(query.order_by(participants.c.person_id)))


async def forget_leavers(tx: Tx, cycle_id: str) -> None:
    """Drop the cards of those who left before they were all made: nobody will decide on them."""
    gone = sa.select(people.c.id).where(~people.c.active)
    await tx.execute(
        sa.delete(score_cards).where(score_cards.c.cycle_id == cycle_id, score_cards.c.person_id.in_(gone))
    )


async def cards_of(tx: Tx, cycle_id: str, person_ids: Collection[str] | None = None) -> list[ScoreCard]:
    """The cards of a cycle, by person id; of `person_ids` only where given."""
    of_whom = sa.true() if person_ids is None else score_cards.c.person_id.in_(person_ids)
    query = sa.select(score_cards.c.card).where(score_cards.c.cycle_id == cycle_id, of_whom)
    return list(await tx.scalars(query.order_by(score_cards.c.person_id)))


async def forget_cards(tx: Tx, cycle_id: str, person_ids: Collection[str]) -> bool:
    """These people are to be scored anew, also by whoever is just about to save a card of theirs.

    False, and nothing done, where no scoring is under way.
    """
    under_way = (scorings.c.cycle_id == cycle_id, scorings.c.done_at.is_(None))
    marked = await tx.execute(sa.update(scorings).where(*under_way).values(revision=scorings.c.revision + 1))
    if marked.rowcount != 1:
        return False
    await tx.execute(
        sa.delete(score_cards).where(score_cards.c.cycle_id == cycle_id, score_cards.c.person_id.in_(person_ids))
    )
    return True


async def begin_anew(tx: Tx, cycle_id: str) -> None:
    """Nobody has seen anything yet, and who gets a card or decides has changed: everything is worked out again.

    Only while the scoring is under way.
    """
    under_way = (scorings.c.cycle_id == cycle_id, scorings.c.done_at.is_(None))
    values = {"revision": scorings.c.revision + 1, "basis": None}
    if (await tx.execute(sa.update(scorings).where(*under_way).values(values))).rowcount == 1:
        await tx.execute(sa.delete(severities).where(severities.c.cycle_id == cycle_id))
        await tx.execute(sa.delete(score_cards).where(score_cards.c.cycle_id == cycle_id))


async def begin(tx: Tx, cycle_id: str, at: datetime) -> bool:
    """The scoring of a cycle begins; False where it had begun before."""
    return await insert_new(tx, scorings, {"cycle_id": cycle_id, "started_at": at, "revision": 0})


async def scoring(tx: Tx, cycle_id: str) -> Scoring | None:
    row = (await tx.execute(sa.select(scorings).where(scorings.c.cycle_id == cycle_id))).one_or_none()
    return Scoring(**row._mapping) if row else None


async def basis(tx: Tx, cycle_id: str) -> Basis:
    """What the cycle's scores rest on; an empty one for cycles from before it was kept."""
    return await tx.scalar(sa.select(scorings.c.basis).where(scorings.c.cycle_id == cycle_id)) or Basis()


async def unfinished(tx: Tx) -> list[str]:
    """Ids of the cycles whose scoring was begun and not ended, the oldest first."""
    query = sa.select(scorings.c.cycle_id).where(scorings.c.done_at.is_(None))
    return list(await tx.scalars(query.order_by(scorings.c.started_at)))


async def set_basis(tx: Tx, cycle_id: str, basis: Basis, points: Mapping[str, float], revision: int) -> bool:
    """What all scores of the cycle rest on, with each reviewer's severity in points.

    False where it was set before, or where what it is made of has changed since `revision`.
    """
    unset = (scorings.c.cycle_id == cycle_id, scorings.c.basis.is_(None), scorings.c.revision == revision)
    if (await tx.execute(sa.update(scorings).where(*unset).values(basis=basis))).rowcount != 1:
        return False
    rows = [{"cycle_id": cycle_id, "reviewer_id": r, "points": p} for r, p in sorted(points.items())]
    if rows:
        await tx.execute(insert(tx, severities), rows)
    return True


async def complete_basis(tx: Tx, cycle_id: str, basis: Basis) -> None:
    """The caller has locked the scoring and seen that its basis was not complete."""
    await tx.execute(sa.update(scorings).where(scorings.c.cycle_id == cycle_id).values(basis=basis))


async def locked(tx: Tx, cycle_id: str) -> Scoring:
    """The scoring that was begun; nobody else changes it until this transaction ends."""
    row = (await tx.execute(sa.select(scorings).where(scorings.c.cycle_id == cycle_id).with_for_update())).one()
    return Scoring(**row._mapping)


async def severities_of(tx: Tx, cycle_id: str, reviewer_ids: Collection[str]) -> dict[str, float]:
    """Points by which these reviewers are lenient (+) or severe (-); who has no estimate is left out. For HR alone."""
    columns = (severities.c.reviewer_id, severities.c.points)
    rows = await tx.execute(
        sa.select(*columns).where(severities.c.cycle_id == cycle_id, severities.c.reviewer_id.in_(reviewer_ids))
    )
    return {row[0]: row[1] for row in rows}


async def finish(tx: Tx, cycle_id: str, at: datetime) -> None:
    """Everybody has a card."""
    await tx.execute(sa.update(scorings).where(scorings.c.cycle_id == cycle_id).values(done_at=at))


async def note_disclosed(tx: Tx, cycle_id: str, person_id: str, at: datetime, answered: Sequence[Answered]) -> None:
    """Whose answers stand behind the card as it is shown from now on. The cycle is locked by the caller."""
    of_person = sa.and_(disclosed.c.cycle_id == cycle_id, disclosed.c.person_id == person_id)
    number = await tx.scalar(sa.select(sa.func.count()).select_from(disclosed).where(of_person)) or 0
    row = {"cycle_id": cycle_id, "person_id": person_id, "number": number, "at": at, "answered": tuple(answered)}
    await tx.execute(sa.insert(disclosed), [row])


async def disclosed_before(tx: Tx, cycle_id: str, person_id: str) -> list[tuple[Answered, ...]]:
    """What each noted card was made of, the oldest first."""
    query = sa.select(disclosed.c.answered).where(disclosed.c.cycle_id == cycle_id, disclosed.c.person_id == person_id)
    return list(await tx.scalars(query.order_by(disclosed.c.number)))


async def people_disclosed(tx: Tx, cycle_id: str) -> set[str]:
    """Those of whom more than one card may have been seen."""
    return set(await tx.scalars(sa.select(disclosed.c.person_id).where(disclosed.c.cycle_id == cycle_id).distinct()))


def _of(cycle_id: str, person_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return score_cards.c.cycle_id == cycle_id, score_cards.c.person_id == person_id

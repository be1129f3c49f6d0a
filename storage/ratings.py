"""What HR's figures of a cycle are made from: results side by side, and ratings review by review.

Ratings are given as they are, of groups of every size: who works with them takes only what the cards show.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from appraisal.approval import ApprovalState
from appraisal.scheme import Relation
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.measuring import Rating
from appraisal.scoring.reliability import Measured
from storage.engine import Tx
from storage.scores import Scored
from storage.tables import answers, approvals, measures, participants, score_cards, scorings, tasks
from storage.tallies import COUNTS
from storage.upsert import insert_new

AT_ONCE = 200  # people whose cards, or answers, are in memory together; others wait while as many are parsed


@dataclass(frozen=True)
class Outcome:
    """One person's result in a cycle, as far as it is decided. `total`: the adjusted one where there is one."""

    cycle_id: str
    person_id: str
    department: str
    job_family: str
    variant: str
    computed: float | None
    total: float | None
    se: float | None
    approver_id: str | None
    state: ApprovalState


async def outcomes(tx: Tx, cycle_ids: Collection[str], person_ids: Collection[str] | None = None) -> list[Outcome]:
    """Of everybody with a card and somebody to decide on it, by cycle and person; of `person_ids` where given."""
    card, member, decision = score_cards.c, participants.c, approvals.c
    same_member = sa.and_(member.cycle_id == card.cycle_id, member.person_id == card.person_id)
    same_decision = sa.and_(decision.cycle_id == card.cycle_id, decision.person_id == card.person_id)
    of_whom = sa.true() if person_ids is None else card.person_id.in_(person_ids)
    rows = await tx.execute(
        sa.select(
            card.cycle_id,
            card.person_id,
            member.department,
            member.job_family,
            member.variant,
            card.total.label("computed"),
            sa.func.coalesce(decision.adjusted, card.total).label("total"),
            card.se,
            decision.approver_id,
            decision.state,
        )
        .select_from(score_cards.join(participants, same_member).join(approvals, same_decision))
        .where(card.cycle_id.in_(cycle_ids), of_whom)
        .order_by(card.cycle_id, card.person_id)
    )
    return [Outcome(**row._mapping) for row in rows]


async def cards(tx: Tx, cycle_id: str) -> AsyncIterator[list[ScoreCard]]:
    """All cards of a cycle, some at a time, by person id."""
    async for rows in _by_person(tx, cycle_id, score_cards.c.card):
        yield [row.card for row in rows]


async def scored(tx: Tx, cycle_id: str) -> AsyncIterator[list[Scored]]:
    """The same with what they were made from."""
    async for rows in _by_person(tx, cycle_id, score_cards.c.card, score_cards.c.evidence):
        yield [Scored(row.card, row.evidence) for row in rows]


async def _by_person(tx: Tx, cycle_id: str, *columns: sa.Column[Any]) -> AsyncIterator[Sequence[sa.Row[Any]]]:
    query = sa.select(score_cards.c.person_id, *columns).where(score_cards.c.cycle_id == cycle_id)
    query, after = query.order_by(score_cards.c.person_id).limit(AT_ONCE), ""
    while rows := (await tx.execute(query.where(score_cards.c.person_id > after))).all():
        yield rows
        after = rows[-1].person_id


async def ratings(
    tx: Tx, cycle_id: str, person_ids: Collection[str], *, relation: Relation | None = None
) -> list[Rating]:
    """Every answer on a scale about these people, with who gave it, by review and item; "can't say" is left out.

    Of one relation only where it is given.
    """
    of_relation = sa.true() if relation is None else tasks.c.relation == relation
    word = sa.type_coerce(tasks.c.relation, sa.String)  # made a Relation once, not for each of a million rows
    rows = await tx.execute(
        sa.select(tasks.c.id, tasks.c.reviewee_id, tasks.c.reviewer_id, word, answers.c.item, answers.c.number)
        .join(answers, answers.c.task_id == tasks.c.id)
        .where(tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id.in_(person_ids), COUNTS)
        .where(answers.c.number.is_not(None), ~answers.c.cant_say, of_relation)
        .order_by(tasks.c.reviewee_id, tasks.c.id, answers.c.item)
    )
    relations = {r.value: r for r in Relation}
    return [Rating(a, b, c, relations[of], item, point) for a, b, c, of, item, point in rows]


async def only_signed(tx: Tx, cycle_id: str, reviewer_ids: Collection[str], signed: Collection[Relation]) -> set[str]:
    """Those of these reviewers all of whose reviews in the cycle are in relations that are not anonymous."""
    hidden = sa.select(tasks.c.reviewer_id).where(
        tasks.c.cycle_id == cycle_id, COUNTS, tasks.c.relation.not_in([*signed, Relation.SELF])
    )
    found = set(await tx.scalars(hidden.distinct()))
    return {r for r in reviewer_ids if r not in found}


async def reviewed_as_managers(tx: Tx, cycle_id: str, reviewer_ids: Collection[str]) -> set[str]:
    """Those of these people who handed in a review as somebody's manager."""
    found = sa.select(tasks.c.reviewer_id).where(
        tasks.c.cycle_id == cycle_id, COUNTS, tasks.c.relation == Relation.MANAGER
    )
    return set(await tx.scalars(found.distinct())) & set(reviewer_ids)


async def scored_cycles(tx: Tx) -> list[str]:
    """Ids of the cycles in which everybody has a card."""
    return list(await tx.scalars(sa.select(scorings.c.cycle_id).where(scorings.c.done_at.is_not(None))))


async def taken_part(tx: Tx, cycle_ids: Collection[str], person_ids: Collection[str] | None) -> dict[str, set[str]]:
    """In which of these cycles each person took part; of `person_ids` only where given."""
    of_whom = sa.true() if person_ids is None else participants.c.person_id.in_(person_ids)
    rows = await tx.execute(
        sa.select(participants.c.person_id, participants.c.cycle_id).where(
            participants.c.cycle_id.in_(cycle_ids), of_whom
        )
    )
    found: dict[str, set[str]] = {}
    for person_id, cycle_id in rows:
        found.setdefault(person_id, set()).add(cycle_id)
    return found


async def measured(tx: Tx, cycle_id: str) -> Measured | None:
    """What was worked out when HR first looked."""
    return await tx.scalar(sa.select(measures.c.measured).where(measures.c.cycle_id == cycle_id))


async def keep_measured(tx: Tx, cycle_id: str, at: datetime, found: Measured) -> bool:
    """For good: False where another one was faster, whose figures stay."""
    return await insert_new(tx, measures, {"cycle_id": cycle_id, "at": at, "measured": found})


async def dimensions(tx: Tx, wanted: Mapping[str, Collection[str]]) -> dict[tuple[str, str], dict[str, float]]:
    """Scores of the dimensions by (cycle id, person id), for the `wanted` people by cycle."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for cycle_id, person_ids in sorted(wanted.items()):
        for some in _chunks(sorted(person_ids)):
            of_whom = (score_cards.c.cycle_id == cycle_id, score_cards.c.person_id.in_(some))
            for card in await tx.scalars(sa.select(score_cards.c.card).where(*of_whom)):
                scores = {d.dimension: d.score for d in card.dimensions if d.score is not None}
                found[cycle_id, card.person_id] = scores
    return found


def _chunks(person_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (person_ids[n : n + AT_ONCE] for n in range(0, len(person_ids), AT_ONCE))

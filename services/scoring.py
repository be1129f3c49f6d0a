"""Scores of a cycle: aggregated by the database, composed by the domain, stored with what they were made from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from appraisal.cycle import Cycle
from appraisal.review import Figure
from appraisal.scheme import Disclosure, NumberItem, Source
from appraisal.scoring.basis import Basis
from appraisal.scoring.card import ItemStats
from appraisal.scoring.comments import Written
from appraisal.scoring.composite import Evidence, score
from storage import cycles, metrics, scores, tallies
from storage.engine import Tx
from storage.scores import Scored


async def score_people(tx: Tx, cycle: Cycle, person_ids: Sequence[str]) -> None:
    """Score these people from what is submitted now."""
    written = await tallies.written(tx, cycle.id, person_ids, numbers=numbers_asked(cycle))
    texts = {p: tuple(signed(cycle, written.get(p, ()))) for p in person_ids}
    evidence = await gather(tx, cycle, person_ids)
    await scores.save(tx, await composed(tx, cycle, evidence, texts))


async def gather(tx: Tx, cycle: Cycle, person_ids: Sequence[str]) -> dict[str, Evidence]:
    """What the scores of these people are made of, as it is now."""
    stats: dict[str, list[ItemStats]] = {p: [] for p in person_ids}
    for row in await tallies.item_stats(tx, cycle.id, person_ids):
        stats[row.reviewee_id].append(row)
    figures: dict[str, list[Figure]] = {p: [] for p in person_ids}
    for figure in await metrics.of_period(tx, cycle.period_start, cycle.period_end, person_ids=person_ids):
        figures[figure.person_id].append(figure)
    asked = await tallies.asked(tx, cycle.id, person_ids)
    sizes = await tallies.sizes(tx, cycle.id, person_ids)
    return {
        p: Evidence(tuple(stats[p]), tuple(figures[p]), frozenset(asked.get(p, ())), sizes.get(p, {}))
        for p in person_ids
    }


def numbers_asked(cycle: Cycle) -> frozenset[str]:
    """The items of any form that ask for a number."""
    items = (i for form in cycle.scheme.forms().values() for i in form.items())
    return frozenset(i.key for i in items if isinstance(i, NumberItem))


def signed(cycle: Cycle, written: Sequence[Written]) -> list[Written]:
    """Without the author where nobody may know."""
    nobody = {Source(r.value) for r, how in cycle.scheme.disclosure.items() if how is Disclosure.ANONYMOUS}
    return [replace(w, author_id=None) if w.source in nobody else w for w in written]


async def composed(
    tx: Tx, cycle: Cycle, evidence: Mapping[str, Evidence], written: Mapping[str, tuple[Written, ...]]
) -> list[Scored]:
    """Cards from evidence, each by the person's own form."""
    basis = await scores.basis(tx, cycle.id)
    forms = await cycles.forms_of(tx, cycle, list(evidence))

    def compose() -> list[Scored]:
        return [_scored(forms[p], p, e, basis, written.get(p, ())) for p, e in evidence.items()]

    return await asyncio.to_thread(compose)  # about 1 ms a person: others are answered meanwhile


def _scored(cycle: Cycle, person_id: str, evidence: Evidence, basis: Basis, written: tuple[Written, ...]) -> Scored:
    return Scored(score(cycle, person_id, evidence, basis), evidence, written)

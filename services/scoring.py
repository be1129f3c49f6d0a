"""Scores of a cycle: aggregated by the database, composed by the domain, stored with what they were made from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from appraisal.cycle import Cycle
from appraisal.review import Figure
from appraisal.scheme import Source
from appraisal.scoring.card import ItemStats, ScoreCard
from appraisal.scoring.composite import anonymous, reissue, score
from storage import metrics, scores, tallies
from storage.engine import Tx


async def score_people(tx: Tx, cycle: Cycle, person_ids: Sequence[str]) -> None:
    """Score everybody from what is submitted now."""
    stats: dict[str, list[ItemStats]] = {p: [] for p in person_ids}
    for row in await tallies.item_stats(tx, cycle.id):
        if row.reviewee_id in stats:
            stats[row.reviewee_id].append(row)
    await _store(tx, cycle, stats)


async def rescore(tx: Tx, cycle: Cycle, person_id: str, *, since: datetime) -> None:
    """Score one person again after a return; an anonymous group's figures change only as a group (see `reissue`)."""
    fresh = await tallies.item_stats(tx, cycle.id, reviewee_id=person_id)
    old = await scores.stats(tx, cycle.id, person_id)
    renewed = {Source(r.value): n for r, n in (await tallies.renewed(tx, cycle.id, person_id, since)).items()}
    merged = reissue(old, fresh, renewed, cycle.threshold, anonymous=anonymous(cycle.scheme))
    await _store(tx, cycle, {person_id: merged})


async def _store(tx: Tx, cycle: Cycle, stats: Mapping[str, Sequence[ItemStats]]) -> None:
    figures: dict[str, list[Figure]] = {p: [] for p in stats}
    for figure in await metrics.of_period(tx, cycle.period_start, cycle.period_end):
        if figure.person_id in figures:
            figures[figure.person_id].append(figure)
    asked = await tallies.asked(tx, cycle.id)

    def compose() -> list[ScoreCard]:
        return [score(cycle, p, rows, figures[p], asked=asked.get(p, ())) for p, rows in stats.items()]

    cards = await asyncio.to_thread(compose)  # about 1 ms a person: others are answered meanwhile
    await scores.save(tx, cards, stats)

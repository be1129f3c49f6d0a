"""Scores of a cycle: aggregated by the database, composed by the domain, stored with what they were made from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from appraisal.cycle import Cycle
from appraisal.review import Figure
from appraisal.scheme import Disclosure, NumberItem, Source
from appraisal.scoring.card import ItemStats, ScoreCard
from appraisal.scoring.comments import Written, reissue_written
from appraisal.scoring.composite import anonymous, reissue, score
from storage import cycles, metrics, scores, tallies
from storage.engine import Tx


async def score_people(tx: Tx, cycle: Cycle, person_ids: Sequence[str]) -> None:
    """Score everybody from what is submitted now."""
    stats: dict[str, list[ItemStats]] = {p: [] for p in person_ids}
    for row in await tallies.item_stats(tx, cycle.id):
        if row.reviewee_id in stats:
            stats[row.reviewee_id].append(row)
    written = {p: _signed(cycle, w) for p, w in (await tallies.written(tx, cycle.id, numbers=_numbers(cycle))).items()}
    forms = {p.person_id: p.variant for p in await cycles.participants(tx, cycle.id)}
    of_form = {key: replace(cycle, scheme=cycle.scheme.as_variant(key)) for key in {"", *forms.values()}}
    await _store(tx, {p: of_form[forms.get(p, "")] for p in person_ids}, stats, written)


async def rescore(tx: Tx, cycle: Cycle, person_id: str, *, since: datetime) -> None:
    """Score one person again: figures and texts of an anonymous group change only as a group (see `reissue`).

    `since`: when the reviews were reopened; those sent from then on are new.
    """
    fresh = await tallies.item_stats(tx, cycle.id, reviewee_id=person_id)
    old = await scores.stats(tx, cycle.id, person_id)
    renewed = {Source(r.value): n for r, n in (await tallies.renewed(tx, cycle.id, person_id, since)).items()}
    cycle = await cycles.with_form(tx, cycle, person_id)
    hidden = anonymous(cycle.scheme)
    merged = reissue(old, fresh, renewed, cycle.threshold, anonymous=hidden)
    wrote = await tallies.written(tx, cycle.id, numbers=_numbers(cycle), reviewee_id=person_id)
    texts = _signed(cycle, wrote.get(person_id, []))
    kept = await scores.written(tx, cycle.id, person_id)
    written = reissue_written(kept, texts, renewed, cycle.threshold, anonymous=hidden)
    await _store(tx, {person_id: cycle}, {person_id: merged}, {person_id: written})


def _numbers(cycle: Cycle) -> frozenset[str]:
    """The items of any form that ask for a number."""
    items = (i for form in cycle.scheme.forms().values() for i in form.items())
    return frozenset(i.key for i in items if isinstance(i, NumberItem))


def _signed(cycle: Cycle, written: Sequence[Written]) -> list[Written]:
    """Without the author where nobody may know."""
    nobody = {Source(r.value) for r, how in cycle.scheme.disclosure.items() if how is Disclosure.ANONYMOUS}
    return [replace(w, author_id=None) if w.source in nobody else w for w in written]


async def _store(
    tx: Tx,
    forms: Mapping[str, Cycle],
    stats: Mapping[str, Sequence[ItemStats]],
    written: Mapping[str, Sequence[Written]],
) -> None:
    """Compose and save the cards. `forms`: the cycle with each person's form, all of the same cycle."""
    cycle = next(iter(forms.values()), None)
    if cycle is None:
        return
    figures: dict[str, list[Figure]] = {p: [] for p in stats}
    only = next(iter(stats)) if len(stats) == 1 else None
    wanted = [only] if only else None
    for figure in await metrics.of_period(tx, cycle.period_start, cycle.period_end, person_ids=wanted):
        if figure.person_id in figures:
            figures[figure.person_id].append(figure)
    asked = await tallies.asked(tx, cycle.id, reviewee_id=only)

    def compose() -> list[ScoreCard]:
        return [score(forms[p], p, rows, figures[p], asked=asked.get(p, ())) for p, rows in stats.items()]

    cards = await asyncio.to_thread(compose)  # about 1 ms a person: others are answered meanwhile
    await scores.save(tx, cards, stats, written)

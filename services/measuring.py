"""How far a cycle's ratings can be relied on: worked out when HR first looks, and kept for good."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from appraisal.cycle import Cycle
from appraisal.scheme import Scheme
from appraisal.scoring.measuring import Measuring, Rating
from appraisal.scoring.reliability import Measured
from services.deps import Deps
from storage import cycles, ratings
from storage.engine import Tx
from storage.scores import Scored


async def measured(deps: Deps, cycle: Cycle) -> Measured:
    """What was worked out before, or is now. Of two who look at once, both see the figures of the first."""
    async with deps.read() as tx:
        if found := await ratings.measured(tx, cycle.id):
            return found
        fresh = await measure(tx, cycle)
    async with deps.begin() as tx:
        await ratings.keep_measured(tx, cycle.id, deps.now(), fresh)
        return await ratings.measured(tx, cycle.id) or fresh


async def measure(tx: Tx, cycle: Cycle) -> Measured:
    """From the ratings as they are now, some people at a time. Stores nothing."""
    measuring, forms = Measuring(), cycle.scheme.forms()
    variants = {p.person_id: p.variant for p in await cycles.participants(tx, cycle.id)}
    async for scored in ratings.scored(tx, cycle.id):
        given = await ratings.ratings(tx, cycle.id, [s.card.person_id for s in scored])
        await asyncio.to_thread(_take_in, measuring, forms, variants, scored, given)
    return measuring.result()


def _take_in(
    measuring: Measuring,
    forms: Mapping[str, Scheme],
    variants: Mapping[str, str],
    scored: Sequence[Scored],
    given: Sequence[Rating],
) -> None:
    of: dict[str, list[Rating]] = {}
    for rating in given:
        of.setdefault(rating.reviewee_id, []).append(rating)
    for each in scored:
        person, variant = each.card.person_id, variants.get(each.card.person_id, "")
        measuring.add(forms[variant], variant, each.card, each.evidence, of.get(person, []))

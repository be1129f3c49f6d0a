"""Sources that keep coming: how fresh their figures are, and what HR reads about them."""

from __future__ import annotations

from datetime import date

from appraisal.cycle import Cycle
from appraisal.intake import freshness as ages
from appraisal.intake.freshness import Dated, Freshness, Late
from services.deps import Deps
from storage import cycles, metrics, sources
from storage.engine import Tx


def is_stale(deps: Deps, figure: Dated, period_end: date) -> bool:
    """Whether a figure, also one on a score card, is older than its source allows."""
    limit = deps.sources.fresh_days(figure.source)
    return ages.is_stale(figure, fresh_days=limit, period_end=period_end, now=deps.now())


async def freshness(deps: Deps, cycle: Cycle) -> Freshness:
    """What HR should know about a cycle's figures before scoring."""
    async with deps.read() as tx:
        return await freshness_in(tx, deps, cycle)


async def freshness_in(tx: Tx, deps: Deps, cycle: Cycle, person_ids: list[str] | None = None) -> Freshness:
    """The same within a transaction; `person_ids` for a draft, which has no participants yet."""
    if not cycle.scheme.all_metrics():
        return Freshness()
    now = deps.now()
    if person_ids is None:
        person_ids = [p.person_id for p in await cycles.participants(tx, cycle.id)]
    chosen = frozenset(person_ids)
    figures = [f for f in await metrics.of_period(tx, cycle.period_start, cycle.period_end) if f.person_id in chosen]
    late: list[Late] = []
    for source in deps.sources.declared:
        history = await sources.history(tx, source.key)
        if ages.is_late(source, history, now):
            late.append(Late(source, history.success.started_at if history.success else None))
    return Freshness(ages.stale_of(figures, deps.sources, period_end=cycle.period_end, now=now), tuple(late))

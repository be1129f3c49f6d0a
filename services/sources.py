"""Sources that keep coming: how fresh their figures are, and what HR reads about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from appraisal.cycle import Cycle, State
from appraisal.intake import freshness as ages
from appraisal.intake.freshness import Freshness, Late, Stale
from appraisal.intake.runs import History, Run, Taken
from appraisal.intake.sources import AnySource
from appraisal.intake.standing import (
    CycleFigures,
    Gap,
    HandStatus,
    MetricsStatus,
    SourceStatus,
    cycle_figures,
    source_status,
)
from appraisal.intake.tables import Apply, Import, ImportKind, ImportState
from appraisal.people import Person
from appraisal.scoring.card import MetricResult
from services.deps import Deps
from storage import cycles, imports, metrics, people, sources
from storage.engine import Tx

SHOWN = frozenset({State.SCHEDULED, State.NOMINATING, State.COLLECTING, State.APPROVING, State.PAUSED})
MOST_BY_HAND = 5
RECENT = 100  # imports that are looked through for files by hand


async def stale_metrics(tx: Tx, deps: Deps, cycle: Cycle, results: Iterable[MetricResult]) -> frozenset[str]:
    """The metrics on a score card whose figures are older than their sources allow."""

    def old(result: MetricResult, seen: datetime | None = None) -> bool:
        limit, now = deps.sources.fresh_days(result.source), deps.now()
        return ages.is_stale(result, fresh_days=limit, period_end=cycle.period_end, now=now, seen=seen)

    doubted = [r for r in results if old(r)]
    seen = await _seen(tx, deps, cycle) if doubted else {}
    return frozenset(r.metric for r in doubted if old(r, seen.get(r.source)))


async def freshness(deps: Deps, cycle: Cycle) -> Freshness:
    """What HR should know about a cycle's figures before scoring; of a draft, about all figures of its period."""
    if not cycle.scheme.all_metrics():
        return Freshness()
    now = deps.now()
    late: list[Late] = []
    async with deps.read() as tx:
        for source in deps.sources.declared:
            history = await sources.history(tx, source.key)
            if ages.is_late(source, history, now):
                late.append(Late(source, history.success.ended_at if history.success else None))
        members = {p.person_id for p in await cycles.participants(tx, cycle.id)}
        return Freshness(await _stale(tx, deps, cycle, members), tuple(late))


async def gaps(deps: Deps, cycle: Cycle) -> tuple[Gap, ...]:
    """Metrics of a cycle's forms of which figures are missing, and whose."""
    async with deps.read() as tx:
        return (await _figures(tx, deps, cycle)).gaps


async def metrics_status(deps: Deps, who: Person | None) -> MetricsStatus:
    """How sources stand and which figures are missing, for HR; `who` None: the command line. Raises NotAllowed."""
    if who:
        deps.check_hr(who)
    async with deps.read() as tx:
        shown = [c for c in await cycles.in_states(tx, SHOWN) if c.scheme.all_metrics()]
        figures = [found for cycle in shown if (found := await _figures(tx, deps, cycle)).people]
        stale = {s.source for each in figures for s in each.stale}
        declared = [await _source(tx, deps, source, stale) for source in deps.sources.declared]
        by_hand = await _by_hand(tx, deps, [each.cycle for each in figures], stale)
    return MetricsStatus(tuple(declared), by_hand, tuple(figures), deps.sources.faults)


async def failing(deps: Deps, key: str) -> tuple[AnySource, History] | None:
    """A source whose last run failed; None where it is well again, or no longer declared."""
    source = deps.sources.get(key)
    async with deps.read() as tx:
        history = await sources.history(tx, key)
    return (source, history) if source and history.failures else None


async def left_out(deps: Deps, key: str, import_id: str) -> tuple[AnySource, Taken] | None:
    """What a source's last file left out, if it is still this import's rows."""
    source = deps.sources.get(key)
    async with deps.read() as tx:
        history = await sources.history(tx, key)
        runs = (history.success, history.last)  # also what one period took where another one failed
        stands = [t for run in runs for t in await _as_it_stands(tx, run)]
        taken = [t for t in stands if t.import_id == import_id and t.left_out]
    return (source, taken[0]) if source and taken else None


async def _source(tx: Tx, deps: Deps, source: AnySource, stale: Collection[str]) -> SourceStatus:
    history = await sources.history(tx, source.key)
    taken = await _as_it_stands(tx, history.success)
    return source_status(source, history, stale=source.key in stale, taken=taken, now=deps.now())


async def _as_it_stands(tx: Tx, run: Run | None) -> list[Taken]:
    """What a run took and HR has not taken back; doubtful rows that HR has taken since are no longer left out."""
    found: list[Taken] = []
    for taken in run.detail.taken if run else ():
        file = await imports.known(tx, taken.import_id)
        if file and file.state is ImportState.ROLLED_BACK:
            found.append(replace(taken, applied=0, unchanged=0, doubtful=0, errors=0, undone=True))
            continue
        settled = file is not None and file.state is ImportState.APPLIED and file.what is Apply.ALL
        found.append(replace(taken, applied=taken.applied + taken.doubtful, doubtful=0) if settled else taken)
    return found


async def _figures(tx: Tx, deps: Deps, cycle: Cycle) -> CycleFigures:
    members = await cycles.participants(tx, cycle.id)
    ids = {m.person_id for m in members}
    names = {p.id: p.name for p in await people.all_people(tx) if p.id in ids}
    figures = await metrics.of_period(tx, cycle.period_start, cycle.period_end)
    return cycle_figures(cycle, members, figures, names, await _stale(tx, deps, cycle, ids))


async def _stale(tx: Tx, deps: Deps, cycle: Cycle, person_ids: Collection[str]) -> tuple[Stale, ...]:
    figures = await metrics.of_period(tx, cycle.period_start, cycle.period_end)
    if person_ids:
        figures = [f for f in figures if f.person_id in person_ids]
    seen = await _seen(tx, deps, cycle)
    return ages.stale_of(figures, deps.sources, period_end=cycle.period_end, now=deps.now(), seen=seen)


async def _seen(tx: Tx, deps: Deps, cycle: Cycle) -> dict[str, datetime]:
    """Key of each source that we fetch -> when it last told all that it has of the cycle's period.

    What was pushed may have been a part of it.
    """
    found: dict[str, datetime] = {}
    for source in deps.sources.pulled:
        success = (await sources.history(tx, source.key)).success
        stands = [t for t in await _as_it_stands(tx, success) if not t.undone]
        if success and (cycle.period_start, cycle.period_end) in {(t.period_start, t.period_end) for t in stands}:
            found[source.key] = success.started_at
    return found


async def _by_hand(tx: Tx, deps: Deps, open_ones: Sequence[Cycle], stale: Collection[str]) -> tuple[HandStatus, ...]:
    """The last file of each kind that HR gave for the periods of these cycles."""
    periods = {(c.period_start, c.period_end) for c in open_ones}
    last: dict[str, Import] = {}
    for file in await imports.recent(tx, ImportKind.METRICS, RECENT):
        counts = file.state is ImportState.APPLIED and (file.period_start, file.period_end) in periods
        if counts and deps.sources.get(file.source) is None:
            last.setdefault(file.source, file)
    return tuple(HandStatus(file, file.source in stale) for file in list(last.values())[:MOST_BY_HAND])

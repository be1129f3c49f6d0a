"""Which source runs now, and in which of all copies of the bot."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from appraisal.cycle import State
from appraisal.errors import Code, NotFound, WrongState
from appraisal.intake.runs import (
    UNDER_WAY,
    Detail,
    LastRun,
    Outcome,
    Run,
    comparable,
    is_dead,
    is_due,
    next_due,
)
from appraisal.intake.sources import AnySource, Declared, Pulled, Push
from appraisal.people import Person
from services.deps import Deps
from services.imports import Period
from services.settling import rescore_waiting
from storage import cycles, metrics, sources
from storage.engine import Tx

NEEDS_FIGURES = frozenset({State.SCHEDULED, State.COLLECTING, State.APPROVING})


@dataclass(frozen=True)
class Claim:
    """A run that is ours: the source, the periods that need figures, and what the result may be compared with."""

    source: AnySource
    run: Run
    periods: tuple[Period, ...]
    last: LastRun = field(default_factory=LastRun)

    @property
    def asked(self) -> bool:
        """Whether HR wants all of it, also what was taken back before."""
        return self.run.detail.asked


async def follow_declarations(deps: Deps) -> int:
    """At the start: imports take the precedence that their source's declaration has now. Returns how many changed.

    Scores that are not approved yet follow, where another figure counts now.
    """
    async with deps.begin() as tx:
        waiting = {(c.period_start, c.period_end) for c in await cycles.in_states(tx, {State.APPROVING})}
        before = {period: await metrics.of_period(tx, *period) for period in waiting}
        changed = await sources.follow_precedence(tx, deps.sources)
        for period, counted in before.items() if changed else ():
            others = {f.person_id for f in {*counted} ^ {*await metrics.of_period(tx, *period)}}
            await rescore_waiting(tx, *period, others, deps.now())
        return changed


async def claim_due(deps: Deps, most: int, *, ours: Collection[str] = ()) -> list[Claim]:
    """Take up to `most` sources that are due. `ours`: ids of runs that this process has in hand."""
    now = deps.now()
    async with deps.read() as tx:  # most of the time nothing is due, and nobody who writes is kept waiting
        due = [s for s in deps.sources.pulled if is_due(s, await sources.history(tx, s.key), now, ours)]
    claims = [await _claim_due(deps, source, ours) for source in due[:most]]
    return [claim for claim in claims if claim]


async def _claim_due(deps: Deps, source: Pulled, ours: Collection[str]) -> Claim | None:
    """None where somebody else was quicker."""
    now = deps.now()
    async with deps.begin() as tx:
        await sources.lock(tx)
        history = await sources.history(tx, source.key)
        if not is_due(source, history, now, ours):
            return None
        run = await _begin(tx, deps, source.key, history.last, next_due(source, history, now))
        if run is None:
            return None
        periods = await _periods(tx)
        wanted = frozenset((p.start, p.end) for p in periods)
        last = LastRun() if run.detail.asked else comparable(history, wanted, reading(source), now)
        return Claim(source, run, periods, last)


async def claim_now(deps: Deps, key: str, *, periods: tuple[Period, ...] = ()) -> Claim:
    """Take a source whether it is due or not, and all that it has: for the command line and for who pushes.

    `periods`: instead of those of the cycles that need figures. Raises NotFound(NO_SUCH_SOURCE),
    WrongState(SOURCE_BUSY) while somebody else has it.
    """
    source = declared(deps, key)
    now = deps.now()
    async with deps.begin() as tx:
        await sources.lock(tx)
        last = (await sources.history(tx, key)).last
        busy = last is not None and last.outcome is Outcome.RUNNING and not is_dead(last, source, now)
        due = max(now, last.due_at + timedelta(microseconds=1)) if last else now  # two in one instant are two
        run = None if busy else await _begin(tx, deps, key, last, due, asked=True)
        if run is None:
            raise WrongState(Code.SOURCE_BUSY, name=key)
        return Claim(source, run, periods or await _periods(tx))


async def _begin(tx: Tx, deps: Deps, key: str, last: Run | None, due: datetime, *, asked: bool = False) -> Run | None:
    """The run that waits or whose runner died, or a new one. None where somebody else has it."""
    now = deps.now()
    if last and last.outcome in UNDER_WAY:
        detail = Detail(asked=asked or last.detail.asked)
        again = replace(last, outcome=Outcome.RUNNING, started_at=now, detail=detail)
        return again if await sources.start_again(tx, last, again) else None
    run = Run(deps.new_id(), key, due_at=due, started_at=now, detail=Detail(asked=asked))
    return run if await sources.add(tx, run) else None


async def ask_now(deps: Deps, who: Person, key: str) -> AnySource:
    """HR wants a source fetched: it is due from now on. Asking twice, or while it runs, changes nothing.

    Raises NotAllowed, NotFound(NO_SUCH_SOURCE) also for one that is pushed.
    """
    deps.check_hr(who)
    source = declared(deps, key)
    if isinstance(source, Push):
        raise NotFound(Code.NO_SUCH_SOURCE, name=key)
    async with deps.begin() as tx:
        await sources.lock(tx)
        now = deps.now()
        last = (await sources.history(tx, key)).last
        asked = Detail(asked=True)
        if last and last.outcome is Outcome.ASKED:  # it may wait because it was cut off
            await sources.end(tx, last, detail=asked)
        elif last is None or last.outcome is not Outcome.RUNNING:
            due = max(now, last.due_at + timedelta(microseconds=1)) if last else now
            wanted = Run(deps.new_id(), key, due_at=due, started_at=now, outcome=Outcome.ASKED, detail=asked)
            await sources.add(tx, wanted)
    return source


def declared(deps: Deps, key: str) -> AnySource:
    """Raises NotFound(NO_SUCH_SOURCE)."""
    source = deps.sources.get(key)
    if source is None:
        raise NotFound(Code.NO_SUCH_SOURCE, name=key)
    return source


async def only_period(deps: Deps) -> Period:
    """The one period that needs figures. Raises WrongState(NO_OPEN_CYCLE, SEVERAL_CYCLES)."""
    async with deps.read() as tx:
        periods = await _periods(tx)
    if len(periods) > 1:
        raise WrongState(Code.SEVERAL_CYCLES)
    if not periods:
        raise WrongState(Code.NO_OPEN_CYCLE)
    return periods[0]


async def _periods(tx: Tx) -> tuple[Period, ...]:
    """Of the cycles that need figures and have metrics, each once, in order."""
    measured = [c for c in await cycles.in_states(tx, NEEDS_FIGURES) if c.scheme.all_metrics()]
    found: set[tuple[date, date]] = {(c.period_start, c.period_end) for c in measured}
    return tuple(Period(start, end) for start, end in sorted(found))


def reading(source: Declared) -> str:
    """Stands for what a declaration says about where figures are and how they are read.

    When that changes, what came before is no longer compared with: the same bytes, or the same ETag, mean something
    else.
    """
    said = source.model_dump_json(exclude={"name", "every", "fresh_days"})
    return hashlib.sha256(said.encode()).hexdigest()[:16]

"""One run of a source: claimed by one of all copies of the bot, imported by itself, remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from appraisal import messages
from appraisal.cycle import State
from appraisal.errors import AppraisalError, Code, InvalidInput, NotFound, WrongState
from appraisal.intake.mapping import FileMapping
from appraisal.intake.runs import (
    UNDER_WAY,
    Detail,
    Fetched,
    FetchFailed,
    LastRun,
    Outcome,
    Run,
    Taken,
    Unchanged,
    comparable,
    is_dead,
    is_due,
    next_due,
    unreadable,
)
from appraisal.intake.sources import AnySource, Declared, Pulled, Push
from appraisal.intake.tables import ImportKind
from appraisal.people import Person
from services import imports
from services.deps import Deps
from services.imports import DryRun, Period
from storage import cycles, outbox, people, sources
from storage.engine import Tx

NEEDS_FIGURES = frozenset({State.SCHEDULED, State.COLLECTING, State.APPROVING})


@dataclass(frozen=True)
class Claim:
    """A run that is ours: the source, the periods that need figures, and what the result may be compared with."""

    source: AnySource
    run: Run
    periods: tuple[Period, ...]
    last: LastRun = field(default_factory=LastRun)


async def follow_declarations(deps: Deps) -> int:
    """At the start: imports take the precedence that their source's declaration has now. Returns how many changed."""
    async with deps.begin() as tx:
        return await sources.follow_precedence(tx, deps.sources)


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
        asked = history.last is not None and history.last.outcome is Outcome.ASKED
        wanted = frozenset((p.start, p.end) for p in periods)
        last = LastRun() if asked else comparable(history, wanted, _reading(source), now)
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
        run = None if busy else await _begin(tx, deps, key, last, due)
        if run is None:
            raise WrongState(Code.SOURCE_BUSY, name=key)
        return Claim(source, run, periods or await _periods(tx))


async def _begin(tx: Tx, deps: Deps, key: str, last: Run | None, due: datetime) -> Run | None:
    """The run that waits or whose runner died, or a new one. None where somebody else has it."""
    now = deps.now()
    if last and last.outcome in UNDER_WAY:
        again = replace(last, outcome=Outcome.RUNNING, started_at=now)
        return again if await sources.start_again(tx, last, now) else None
    run = Run(deps.new_id(), key, due_at=due, started_at=now)
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
        if last is None or last.outcome not in UNDER_WAY:
            due = max(now, last.due_at + timedelta(microseconds=1)) if last else now
            await sources.add(tx, Run(deps.new_id(), key, due_at=due, started_at=now, outcome=Outcome.ASKED))
    return source


def declared(deps: Deps, key: str) -> AnySource:
    """Raises NotFound(NO_SUCH_SOURCE)."""
    source = deps.sources.get(key)
    if source is None:
        raise NotFound(Code.NO_SUCH_SOURCE, name=key)
    return source


async def take(deps: Deps, claim: Claim, got: Fetched | Unchanged) -> Run:
    """Import what was got for each period that needs it, good rows only, and end the run.

    The same bytes as last time change nothing. HR is told about rows that were left out, once for each file.
    """
    if isinstance(got, Unchanged):
        return await _unchanged(deps, claim)
    if _hash(got) == claim.last.sha256:
        return await _unchanged(deps, claim, etag=got.etag)
    got = replace(got, as_of=got.as_of and min(got.as_of, deps.now().date()))  # another machine's clock may be ahead
    done = [await _import(deps, claim.source, got, period) for period in claim.periods]
    return await _taken(deps, claim, got, done)


async def receive(deps: Deps, key: str, got: Fetched, period: Period, *, only_look: bool = False) -> DryRun:
    """Import what another system has pushed; `only_look` writes nothing but the dry run.

    Raises NotFound(NO_SUCH_SOURCE), WrongState(SOURCE_BUSY), FetchFailed, which is remembered as a failed run.
    """
    if only_look:
        return await _looked_at(deps, declared(deps, key), got, period)
    claim = await claim_now(deps, key, periods=(period,))
    try:
        done = await _import(deps, claim.source, got, period)
    except FetchFailed as error:
        await fail(deps, claim, error)
        raise
    except BaseException:
        await give_back(deps, claim)
        raise
    await _taken(deps, claim, got, [done])
    return done


async def only_period(deps: Deps) -> Period:
    """The one period that needs figures. Raises WrongState(NO_OPEN_CYCLE, SEVERAL_CYCLES)."""
    async with deps.read() as tx:
        periods = await _periods(tx)
    if len(periods) > 1:
        raise WrongState(Code.SEVERAL_CYCLES)
    if not periods:
        raise WrongState(Code.NO_OPEN_CYCLE)
    return periods[0]


async def _taken(deps: Deps, claim: Claim, got: Fetched, done: Sequence[DryRun]) -> Run:
    """End a run with what each period took."""
    now = deps.now()
    taken = [Taken(p.start, p.end, run.file.id, **vars(run.counts)) for p, run in zip(claim.periods, done, strict=True)]
    detail = Detail(tuple(taken), _reading(claim.source), got.file_name, got.as_of, looked_at=now)
    return await _end(
        deps,
        claim,
        outcome=Outcome.APPLIED if any(t.applied or t.left_out for t in taken) else Outcome.UNCHANGED,
        ended_at=now,
        import_id=taken[0].import_id,
        detail=detail,
        etag=got.etag,
        sha256=_hash(got),
    )


async def idle(deps: Deps, claim: Claim) -> Run:
    """No open cycle needs figures."""
    return await _end(deps, claim, outcome=Outcome.IDLE, ended_at=deps.now())


async def fail(deps: Deps, claim: Claim, error: FetchFailed) -> Run:
    """Nothing came; it is tried again with growing pauses, and HR is told, once a day."""
    detail = Detail(failure=error.failure, values=error.values)
    return await _end(deps, claim, outcome=Outcome.FAILED, ended_at=deps.now(), detail=detail)


async def give_back(deps: Deps, claim: Claim) -> None:
    """This process ends: whoever comes next does it, at once."""
    async with deps.begin() as tx:
        await sources.end(tx, claim.run, outcome=Outcome.ASKED)


async def _periods(tx: Tx) -> tuple[Period, ...]:
    """Of the cycles that need figures, each once, in order."""
    found: set[tuple[date, date]] = {(c.period_start, c.period_end) for c in await cycles.in_states(tx, NEEDS_FIGURES)}
    return tuple(Period(start, end) for start, end in sorted(found))


def _reading(source: Declared) -> str:
    """Stands for how a declaration says that files are read: when that changes, the same bytes say something new."""
    said = f"{source.precedence} {source.mapping.model_dump_json()}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _hash(got: Fetched) -> str:
    return hashlib.sha256(got.content).hexdigest()


async def _import(deps: Deps, source: AnySource, got: Fetched, period: Period) -> DryRun:
    """Take the good rows. Raises FetchFailed."""
    run = await _looked_at(deps, source, got, period)
    try:
        return await imports.apply_import(deps, None, run.file.id)
    except AppraisalError as error:
        raise unreadable(error) from error


async def _looked_at(deps: Deps, source: AnySource, got: Fetched, period: Period) -> DryRun:
    """Raises FetchFailed for bytes that are no table of figures."""
    try:
        if not got.content:
            raise InvalidInput(Code.FILE_EMPTY)
        return await imports.dry_run(
            deps,
            None,
            ImportKind.METRICS,
            file_name=got.file_name,
            content=got.content,
            period=period,
            source=source.key,
            rank=source.precedence,
            mapping=None if source.mapping == FileMapping() else source.mapping,
            as_of=got.as_of,
        )
    except AppraisalError as error:
        raise unreadable(error) from error


async def _unchanged(deps: Deps, claim: Claim, *, etag: str = "") -> Run:
    """What the last success said still stands, and is remembered with this run."""
    async with deps.begin() as tx:
        success = (await sources.history(tx, claim.source.key)).success
    assert success is not None, "only what came before can be unchanged"
    return await _end(
        deps,
        claim,
        outcome=Outcome.UNCHANGED,
        ended_at=deps.now(),
        import_id=success.import_id,
        detail=success.detail,
        etag=etag or success.etag,
        sha256=success.sha256,
    )


async def _end(deps: Deps, claim: Claim, **values: object) -> Run:
    """End the run and tell HR what it must know, unless somebody else has taken it up meanwhile."""
    ended = replace(claim.run, **values)  # pyright: ignore[reportArgumentType]
    async with deps.begin() as tx:
        if await sources.end(tx, claim.run, **values):
            await _tell_hr(tx, deps, ended)
    return ended


async def _tell_hr(tx: Tx, deps: Deps, run: Run) -> None:
    now = deps.now()
    news: list[tuple[str, messages.Message]] = []
    if run.outcome is Outcome.FAILED:
        failing = messages.SourceFailing(source=run.source, day=now.date())
        news.append((f"source-failing:{run.source}:{now.date()}", failing))
    elif run.outcome in (Outcome.APPLIED, Outcome.UNCHANGED):
        for taken in run.detail.taken:
            if taken.left_out:
                key = f"rows-left-out:{run.source}:{run.sha256}:{taken.period_start}:{taken.period_end}"
                news.append((key, messages.RowsLeftOut(source=run.source, import_id=taken.import_id)))
    if not news:
        return
    for person in deps.hr_people(await people.all_people(tx)):
        for key, message in news:
            await outbox.add(tx, recipient=person.id, message=message, now=now, key=f"{key}:{person.id}")

"""Files with people or metrics: a dry run first, applied when it is confirmed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

from appraisal.cycle import OPEN, Cycle, State
from appraisal.errors import Code, InvalidInput, NotFound, WrongState
from appraisal.intake.mapping import FileMapping
from appraisal.intake.origin import by_hand, source_of
from appraisal.intake.tables import (
    UPLOADED,
    Apply,
    Counts,
    Import,
    ImportKind,
    ImportState,
    PeoplePlan,
    Table,
    counted,
)
from appraisal.people import Person
from services.backgrounds import Period
from services.deps import Deps
from services.people import save_people
from services.planning import DryRun, Step, Tell, planned, read, read_or_forget, say
from services.settling import rescore_waiting
from storage import audit, cycles, imports, metrics, people
from storage.engine import Tx

__all__ = [
    "DryRun",
    "Period",
    "apply_import",
    "dry_run",
    "look_again",
    "mapping_of",
    "metric_cycles",
    "period_of",
    "recent_imports",
    "remap",
]


async def metric_cycles(deps: Deps, who: Person) -> list[Cycle]:
    """Cycles whose period metrics can be imported for, for HR."""
    deps.check_hr(who)
    async with deps.read() as tx:
        return await cycles.in_states(tx, {State.SCHEDULED, *OPEN})


async def period_of(deps: Deps, who: Person, cycle_id: str) -> Period:
    """The period of a cycle, for HR. Raises NotAllowed, NotFound."""
    deps.check_hr(who)
    async with deps.read() as tx:
        cycle = await cycles.get(tx, cycle_id)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    return Period(cycle.period_start, cycle.period_end)


async def recent_imports(
    deps: Deps, who: Person | None, kind: ImportKind, limit: int = 10, *, by_hand: bool = False
) -> list[Import]:
    """The last files that were applied, also those taken back, the newest first; without their bytes. For HR.

    `by_hand`: without what sources brought.
    """
    _check(deps, who)
    async with deps.read() as tx:
        return await imports.recent(tx, kind, limit, by_hand=by_hand)


async def mapping_of(deps: Deps, who: Person, import_id: str) -> FileMapping:
    """How a stored file was read, for HR. Raises NotAllowed, NotFound."""
    _check(deps, who)
    return (await _stored(deps, import_id)).mapping or FileMapping()


async def dry_run(
    deps: Deps,
    who: Person | None,
    kind: ImportKind,
    *,
    file_name: str,
    content: bytes,
    period: Period | None = None,
    source: str = "",
    mapping: FileMapping | None = None,
    rank: int = UPLOADED,
    as_of: date | None = None,
    tell: Tell | None = None,
    keep: bool = True,
) -> DryRun:
    """Read and check a file and keep it for confirmation. `who` None: the command line or a source, which are HR.

    `period` is needed for metrics; without it the only open cycle's is taken. `source` "" is made from the file's
    name; metrics by hand are never of a declared one. Without a `mapping` the file is read as the last one of its
    source was, if that fits. `as_of`: the day of the figures that say nothing else. Without `keep` nothing is written.
    Raises NotAllowed, InvalidInput for a file that cannot be read, WrongState(NO_OPEN_CYCLE, SEVERAL_CYCLES).
    """
    _check(deps, who)
    if as_of and as_of > deps.now().date():
        raise InvalidInput(Code.AS_OF_FUTURE, field="as_of")
    source = source or source_of(file_name)
    if kind is ImportKind.METRICS and rank == UPLOADED:
        source = by_hand(source, {s.key for s in deps.sources.declared})
    async with deps.read() as tx:
        if kind is ImportKind.METRICS and period is None:
            period = await _only_period(tx)
        remembered = await imports.remembered(tx, kind, source)
    file = Import(
        id=deps.new_id(),
        kind=kind,
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        actor_id=who.id if who else None,
        created_at=deps.now(),
        period_start=period.start if period else None,
        period_end=period.end if period else None,
        source=source,
        rank=rank,
        as_of=as_of,
        mapping=remembered if mapping is None else mapping,
    )
    say(tell, Step.READING)
    file, table = await read_or_forget(deps, file) if mapping is None else (file, await read(deps, file))
    say(tell, Step.CHECKING)
    async with deps.read() as tx:
        run = await planned(tx, deps, file, table)
    if keep:
        async with deps.begin() as tx:
            await imports.add(tx, file)
    return run


async def remap(deps: Deps, who: Person | None, import_id: str, mapping: FileMapping) -> DryRun:
    """Read a file that waits in another way. The mapping is remembered when the file is applied.

    Raises NotAllowed, NotFound, InvalidInput where the mapping does not fit, WrongState where it waits no longer.
    """
    _check(deps, who)
    file = replace(await _stored(deps, import_id), mapping=mapping)
    _check_waits(file)
    table = await _read_again(deps, file)
    async with deps.begin() as tx:
        if not await imports.set_mapping(tx, import_id, mapping):
            raise WrongState(Code.IMPORT_APPLIED)
    async with deps.read() as tx:
        return await planned(tx, deps, file, table)


async def look_again(deps: Deps, who: Person | None, import_id: str) -> DryRun:
    """What applying the file would do now; also of one that was applied, for its problems.

    Raises NotAllowed, NotFound also where its bytes were forgotten.
    """
    _check(deps, who)
    file = await _stored(deps, import_id)
    table = await _read_again(deps, file)
    async with deps.read() as tx:
        return await planned(tx, deps, file, table)


async def apply_import(
    deps: Deps, who: Person | None, import_id: str, *, what: Apply = Apply.GOOD, tell: Tell | None = None
) -> DryRun:
    """Do what the dry run showed, planned again from today's data; rows in error are left out.

    `what` ALL takes the doubtful rows too; they may follow after the good ones. Where nothing is new nothing is
    written, and the file goes on waiting.
    Raises NotAllowed, NotFound also where the file was forgotten, WrongState(IMPORT_APPLIED, IMPORT_ROLLED_BACK).
    """
    _check(deps, who)
    now = deps.now()
    file = await _stored(deps, import_id)
    if not (file.state is ImportState.APPLIED and (what, file.what) == (Apply.ALL, Apply.GOOD)):
        _check_waits(file)
    say(tell, Step.READING)
    table = await _read_again(deps, file)
    say(tell, Step.WRITING)
    async with deps.begin() as tx:
        if file.kind is ImportKind.PEOPLE:
            await people.lock(tx)
        run = await planned(tx, deps, file, table)  # in here: nobody changes what it was made from
        if await imports.state(tx, import_id) is not file.state:  # a double click
            raise WrongState(Code.IMPORT_APPLIED)
        if not run.plan.has_news(what):
            return run
        counts = _summed(file.counts, counted(table, run.plan, what))
        if not await imports.mark_applied(tx, import_id, now, what, counts):
            raise WrongState(Code.IMPORT_APPLIED)
        await _write(tx, deps, run, what)
        await imports.remember(tx, file.kind, file.source, run.mapping, now)
        await audit.add(
            tx,
            at=now,
            actor_id=who.id if who else None,
            verb=f"import-{file.kind.value}",
            subject=file.id,
            detail={"file": file.sha256, "what": what.value},
        )
    applied = replace(file, state=ImportState.APPLIED, applied_at=file.applied_at or now, what=what, counts=counts)
    return replace(run, file=applied)


async def _write(tx: Tx, deps: Deps, run: DryRun, what: Apply) -> None:
    file, plan, now = run.file, run.plan, deps.now()
    if isinstance(plan, PeoplePlan):
        changed = (*plan.added, *(c.after for c in plan.changed))
        await imports.save_changes(tx, file.id, plan.added, plan.changed)
        await save_people(tx, deps, changed, await people.all_people(tx), now)
        return
    period = Period.of(file)
    figures = plan.writes(what)
    await metrics.save(tx, figures)
    await rescore_waiting(tx, period.start, period.end, {f.person_id for f in figures}, now)


def _summed(before: Counts | None, now: Counts) -> Counts:
    """The doubtful rows are applied after the good ones: these are unchanged by now, and stay counted as applied."""
    if before is None:
        return now
    return replace(now, applied=now.applied + before.applied, unchanged=before.unchanged)


async def _stored(deps: Deps, import_id: str) -> Import:
    async with deps.read() as tx:
        file = await imports.get(tx, import_id)
    if file is None:
        raise NotFound(Code.NO_SUCH_IMPORT)
    return file


async def _read_again(deps: Deps, file: Import) -> Table:
    """Raises NotFound where the bytes were forgotten."""
    if not file.content:
        raise NotFound(Code.NO_SUCH_IMPORT)
    return await read(deps, file)


def _check_waits(file: Import) -> None:
    if file.state is ImportState.APPLIED:
        raise WrongState(Code.IMPORT_APPLIED)
    if file.state is ImportState.ROLLED_BACK:
        raise WrongState(Code.IMPORT_ROLLED_BACK)


async def _only_period(tx: Tx) -> Period:
    open_ones = await cycles.in_states(tx, OPEN)
    if not open_ones:
        raise WrongState(Code.NO_OPEN_CYCLE)
    periods = {(c.period_start, c.period_end) for c in open_ones}
    if len(periods) > 1:
        raise WrongState(Code.SEVERAL_CYCLES, names=[c.name for c in open_ones])
    return Period(*periods.pop())


def _check(deps: Deps, who: Person | None) -> None:
    """Raises NotAllowed(NOT_HR)."""
    if who:
        deps.check_hr(who)

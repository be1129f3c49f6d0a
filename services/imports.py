"""Files with people or metrics: a dry run first, applied when it is confirmed."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import chain

from appraisal.cycle import OPEN, Cycle, State
from appraisal.errors import Code, InvalidInput, NotFound, WrongState
from appraisal.intake.headers import METRIC_COLUMNS, PEOPLE_COLUMNS
from appraisal.intake.metrics import plan_metrics
from appraisal.intake.people import plan_people
from appraisal.intake.readers import read_csv
from appraisal.intake.tables import Import, ImportKind, ImportState, MetricsPlan, PeoplePlan, Table
from appraisal.people import Person
from appraisal.scheme import MetricItem
from services import schemes
from services.deps import Deps
from services.people import save_people
from services.settling import rescore_waiting
from storage import audit, cycles, imports, metrics, people
from storage.engine import Tx

Plan = PeoplePlan | MetricsPlan


@dataclass(frozen=True)
class DryRun:
    """What applying the stored file would do now."""

    file: Import
    plan: Plan


@dataclass(frozen=True)
class Period:
    """The days that metrics are about."""

    start: date
    end: date


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


async def dry_run(
    deps: Deps,
    who: Person | None,
    kind: ImportKind,
    *,
    file_name: str,
    content: bytes,
    period: Period | None = None,
) -> DryRun:
    """Read and check a file and keep it for confirmation. `who` None: the command line, which is HR.

    `period` is needed for metrics; without it the only open cycle's is taken.
    Raises NotAllowed, InvalidInput for a file that cannot be read, WrongState(NO_OPEN_CYCLE, SEVERAL_CYCLES).
    """
    if who:
        deps.check_hr(who)
    table = await _read(kind, content)
    async with deps.read() as tx:
        if kind is ImportKind.METRICS and period is None:
            period = await _only_period(tx)
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
            source=file_name,
        )
        plan = await _plan(tx, deps, file, table)
    async with deps.begin() as tx:
        await imports.add(tx, file)
    return DryRun(file, plan)


async def apply_import(deps: Deps, who: Person | None, import_id: str) -> DryRun:
    """Do what the dry run showed, planned again from today's data.

    People: all or nothing. Metrics: the good rows. Raises NotAllowed, NotFound also where the file was forgotten,
    WrongState(IMPORT_APPLIED), InvalidInput(ROWS_IN_ERROR) for people with problems.
    """
    if who:
        deps.check_hr(who)
    now = deps.now()
    async with deps.read() as tx:
        file = await imports.get(tx, import_id)
    if file and file.state is ImportState.APPLIED:
        raise WrongState(Code.IMPORT_APPLIED)
    if file is None or not file.content:
        raise NotFound(Code.NO_SUCH_IMPORT)
    table = await _read(file.kind, file.content)
    async with deps.begin() as tx:
        plan = await _plan(tx, deps, file, table)  # in here: nobody changes what it was made from
        if isinstance(plan, PeoplePlan) and plan.problems:
            raise InvalidInput(Code.ROWS_IN_ERROR, count=len(plan.problems))
        if not await imports.mark_applied(tx, import_id, now):
            raise WrongState(Code.IMPORT_APPLIED)
        if isinstance(plan, PeoplePlan):
            await save_people(
                tx, deps, (*plan.added, *(c.after for c in plan.changed)), await people.all_people(tx), now
            )
        else:
            assert file.period_start is not None, "metrics are stored with their period"
            assert file.period_end is not None, "metrics are stored with their period"
            await metrics.save(tx, plan.figures)
            concerned = {f.person_id for f in plan.figures}
            await rescore_waiting(tx, file.period_start, file.period_end, concerned, now)
        await audit.add(
            tx,
            at=now,
            actor_id=who.id if who else None,
            verb=f"import-{file.kind.value}",
            subject=file.id,
            detail={"file": file.sha256},
        )
    return DryRun(file, plan)


async def _read(kind: ImportKind, content: bytes) -> Table:
    """In a thread: a large file takes long, and neither the event loop nor the database should wait for it."""
    columns = PEOPLE_COLUMNS if kind is ImportKind.PEOPLE else METRIC_COLUMNS
    return await asyncio.to_thread(read_csv, content, columns)


async def _plan(tx: Tx, deps: Deps, file: Import, table: Table) -> Plan:
    """In a thread, too."""
    directory = await people.all_people(tx)
    if file.kind is ImportKind.PEOPLE:
        return await asyncio.to_thread(plan_people, table, directory, new_id=deps.new_id)
    assert file.period_start is not None, "metrics are planned for a period"
    assert file.period_end is not None, "metrics are planned for a period"
    return await asyncio.to_thread(
        plan_metrics,
        table,
        directory,
        await _metrics(tx, Period(file.period_start, file.period_end)),
        await metrics.of_period(tx, file.period_start, file.period_end),
        import_id=file.id,
        source=file.file_name,
        now=deps.now(),
    )


async def _metrics(tx: Tx, period: Period) -> list[MetricItem]:
    """The metrics that cycles of this period score, or those of the built-in schemes where there is none."""
    using = [
        c.scheme
        for c in await cycles.all_cycles(tx)
        if (c.period_start, c.period_end) == (period.start, period.end) and c.state is not State.CANCELLED
    ]
    items = chain.from_iterable(s.metrics() for s in using or schemes.builtin())
    return list({i.key: i for i in items}.values())


async def _only_period(tx: Tx) -> Period:
    open_ones = await cycles.in_states(tx, OPEN)
    if not open_ones:
        raise WrongState(Code.NO_OPEN_CYCLE)
    periods = {(c.period_start, c.period_end) for c in open_ones}
    if len(periods) > 1:
        raise WrongState(Code.SEVERAL_CYCLES, names=[c.name for c in open_ones])
    return Period(*periods.pop())

"""Runs of sources that keep coming, so that of several copies of the bot one does each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from appraisal.intake.runs import SUCCESS, History, Outcome, Run, Taken
from appraisal.intake.sources import Sources
from appraisal.intake.tables import UPLOADED, ImportKind, ImportState
from storage.engine import Tx
from storage.tables import imports
from storage.tables import source_runs as runs
from storage.upsert import insert_new

_CLAIMING = 7_317_002  # number of the advisory lock


async def lock(tx: Tx) -> None:
    """Until this transaction ends nobody else decides which sources run. On SQLite writers are alone anyway."""
    if tx.dialect.name == "postgresql":
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIMING)))


async def add(tx: Tx, run: Run) -> bool:
    """A new run; False where another has the same moment of the same source."""
    return await insert_new(tx, runs, vars(run))


async def start_again(tx: Tx, run: Run, again: Run) -> bool:
    """Take up a run that waits, or whose runner died. False where somebody else did."""
    values = {"outcome": again.outcome, "started_at": again.started_at, "detail": again.detail, "ended_at": None}
    return (await tx.execute(_still(run).values(values))).rowcount == 1


async def end(tx: Tx, run: Run, **values: Any) -> bool:
    """Write how a run ended. False where it was taken up by somebody else meanwhile."""
    done = await tx.execute(_still(run).values(**values))
    return done.rowcount == 1


def _still(run: Run) -> sa.Update:
    """Compare and set: the run as we know it."""
    return sa.update(runs).where(
        runs.c.id == run.id, runs.c.outcome == run.outcome, runs.c.started_at == run.started_at
    )


async def history(tx: Tx, source: str) -> History:
    last = await _latest(tx, runs.c.source == source)
    success = await _latest(tx, runs.c.source == source, runs.c.outcome.in_(SUCCESS))
    fine = await _latest(tx, runs.c.source == source, runs.c.outcome.in_((*SUCCESS, Outcome.IDLE)))
    failed = [runs.c.source == source, runs.c.outcome == Outcome.FAILED]
    if fine:
        failed.append(runs.c.started_at > fine.started_at)
    failures = await tx.scalar(sa.select(sa.func.count()).select_from(runs).where(*failed))
    return History(last, success, failures or 0)


async def _latest(tx: Tx, *conditions: sa.ColumnElement[bool]) -> Run | None:
    query = sa.select(runs).where(*conditions).order_by(runs.c.started_at.desc(), runs.c.due_at.desc()).limit(1)
    row = (await tx.execute(query)).one_or_none()
    return Run(**row._mapping) if row else None


async def forget(tx: Tx, before: datetime, *, limit: int) -> int:
    """Forget runs that ended before that moment, `limit` at most; how many. The last success of each source stays."""
    kept = sa.select(sa.func.max(runs.c.started_at)).where(runs.c.outcome.in_(SUCCESS)).group_by(runs.c.source)
    old = sa.select(runs.c.id).where(runs.c.ended_at < before, runs.c.started_at.not_in(kept)).limit(limit)
    return (await tx.execute(sa.delete(runs).where(runs.c.id.in_(old)))).rowcount


async def undone(tx: Tx, source: str, sha256: str, start: date, end: date) -> Taken | None:
    """What a period once took of these bytes of a source, where HR has taken that back; None where it still counts."""
    query = sa.select(imports.c.id, imports.c.state, imports.c.counts).where(
        *_of_source(source),
        imports.c.sha256 == sha256,
        imports.c.period_start == start,
        imports.c.period_end == end,
        imports.c.applied_at.is_not(None),
    )
    last = (await tx.execute(query.order_by(imports.c.applied_at.desc(), imports.c.id).limit(1))).one_or_none()
    if last is None or last.state is not ImportState.ROLLED_BACK:
        return None
    return Taken(start, end, last.id, rows=last.counts.rows if last.counts else 0, undone=True)


def _of_source(source: str) -> tuple[sa.ColumnElement[bool], ...]:
    """What a declared source brought: a file that HR gave by hand may be called the same."""
    return imports.c.kind == ImportKind.METRICS, imports.c.source == source, imports.c.rank > UPLOADED


async def follow_precedence(tx: Tx, sources: Sources) -> int:
    """Give what each declared source brought the rank that its declaration has now; how many imports changed."""
    changed = 0
    for source in sources.declared:
        other = imports.c.rank != source.precedence
        mine = sa.update(imports).where(*_of_source(source.key), other)
        done = await tx.execute(mine.values(rank=source.precedence))
        changed += done.rowcount
    return changed

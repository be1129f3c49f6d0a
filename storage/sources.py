"""Runs of sources that keep coming, so that of several copies of the bot one does each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from appraisal.intake.runs import SUCCESS, History, Outcome, Run
from appraisal.intake.sources import Sources
from appraisal.intake.tables import ImportKind
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


async def start_again(tx: Tx, run: Run, now: datetime) -> bool:
    """Take up a run that waits, or whose runner died. False where somebody else did."""
    done = await tx.execute(_still(run).values(outcome=Outcome.RUNNING, started_at=now, ended_at=None))
    return done.rowcount == 1


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


async def follow_precedence(tx: Tx, sources: Sources) -> int:
    """Give the imports of each declared source the rank that its declaration has now; how many changed."""
    changed = 0
    for source in sources.declared:
        mine = (imports.c.kind == ImportKind.METRICS, imports.c.source == source.key)
        other = imports.c.rank != source.precedence
        done = await tx.execute(sa.update(imports).where(*mine, other).values(rank=source.precedence))
        changed += done.rowcount
    return changed

"""Files given on the command line: a dry run is shown first, and applied in the same go unless it was asked for."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from appraisal.errors import AppraisalError, Code, NotFound
from appraisal.intake.tables import ImportKind, MetricsPlan, PeoplePlan
from bot.clock import SystemClock
from bot.settings import StoreSettings
from services.deps import Deps
from services.imports import DryRun, Period, apply_import, dry_run
from storage import cycles
from storage.engine import Database
from storage.migrate import migrate
from views.imports import problem_text
from views.notices import error_text
from views.text import Words

W = Words("en")


def import_people(settings: StoreSettings, file: Path, *, only_look: bool) -> int:
    """All or nothing. Returns the exit code: 1 where nothing could be applied."""
    return asyncio.run(_run(settings, ImportKind.PEOPLE, file, only_look=only_look))


def import_metrics(
    settings: StoreSettings, file: Path, *, only_look: bool, cycle: str | None, period: tuple[date, date] | None
) -> int:
    """The good rows, for the period of a cycle (by name), a period, or the only open cycle."""
    return asyncio.run(_run(settings, ImportKind.METRICS, file, only_look=only_look, cycle=cycle, period=period))


async def _run(
    settings: StoreSettings,
    kind: ImportKind,
    file: Path,
    *,
    only_look: bool,
    cycle: str | None = None,
    period: tuple[date, date] | None = None,
) -> int:
    content = await asyncio.to_thread(file.read_bytes)
    await asyncio.to_thread(migrate, settings.database_url)
    database = Database.open(settings.database_url)
    deps = Deps(database, SystemClock().now, settings.hr_admins)
    try:
        when = await _period(deps, cycle) if cycle else Period(*period) if period else None
        run = await dry_run(deps, None, kind, file_name=file.name, content=content, period=when)
        return await _apply(deps, run, only_look=only_look)
    except AppraisalError as error:
        print(error_text(error, W))
        return 1
    finally:
        await database.dispose()


async def _period(deps: Deps, name: str) -> Period:
    async with deps.read() as tx:
        cycle = await cycles.by_name(tx, name)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    return Period(cycle.period_start, cycle.period_end)


async def _apply(deps: Deps, run: DryRun, *, only_look: bool) -> int:
    plan = run.plan
    for problem in plan.problems:
        print(problem_text(problem, W))
    if plan.problems and isinstance(plan, PeoplePlan):
        print("Nothing was imported. Put these rows right and try again.")
        return 1
    if plan.problems and isinstance(plan, MetricsPlan) and not plan.figures:
        print("Nothing was imported: no row can be used.")
        return 1
    if not only_look:
        await apply_import(deps, None, run.file.id)
    print(f"{'Would be imported' if only_look else 'Imported'}: {_counts(run)}.")
    return 0


def _counts(run: DryRun) -> str:
    plan = run.plan
    if isinstance(plan, PeoplePlan):
        return f"{len(plan.added)} new people, {len(plan.changed)} changed, {plan.unchanged} as before"
    left_out = f", {len(plan.problems)} rows left out" if plan.problems else ""
    return f"{len(plan.figures)} figures of {plan.people} people, {plan.unchanged} as before{left_out}"

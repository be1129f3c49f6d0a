"""Files as HR gives them, and every view that is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from appraisal.intake.mapping import FileMapping
from appraisal.intake.tables import (
    Apply,
    Because,
    Change,
    Conflict,
    Counts,
    Import,
    ImportKind,
    ImportState,
    Layout,
    MappedBy,
    MetricsPlan,
    PeoplePlan,
    Problem,
    Reason,
    Table,
)
from appraisal.intake.taking_back import Left, TakenBack
from appraisal.review import Figure
from tests.views import cast
from views import columns, dry_run, imports
from views.dry_run import Reading
from views.text import Words

Make = Callable[[Words], Any]
METRICS = {m.key: m for m in cast.SCHEME.all_metrics()}
LAYOUT = Layout(
    "Q3 <客服>",
    3,
    ("工号", "姓名", "备注", "指标", "目标值", "实际值"),
    {0: "employee_number", 1: "name", 3: "metric", 4: "target", 5: "actual"},
    tuple((f"E{n}", "Ann <Lee>", "", "Goal completion", "100", "96 %") for n in range(5)),
    120,
)
TABLE = Table((), (LAYOUT,), skipped=("Notes",), format="xlsx")


def problems(count: int) -> tuple[Problem, ...]:
    reasons = list(Reason)
    return tuple(
        Problem(n + 4, reasons[n % len(reasons)], "actual", "Bob <x>", "name", sheet="Q3 <客服>") for n in range(count)
    )


def file(kind: ImportKind = ImportKind.METRICS, **changes: object) -> Import:
    usual = Import(
        "i1",
        kind,
        "客服KPI 2026Q3.xlsx",
        "0" * 64,
        b"x",
        cast.HR.id,
        cast.NOW,
        source="客服KPI",
        period_start=date(2026, 7, 1) if kind is ImportKind.METRICS else None,
        period_end=date(2026, 9, 30) if kind is ImportKind.METRICS else None,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def applied(kind: ImportKind = ImportKind.METRICS, **changes: object) -> Import:
    usual = {"state": ImportState.APPLIED, "applied_at": cast.NOW, "counts": Counts(120, 115, 0, 2, 3)}
    return file(kind, **{**usual, **changes})


def figure(actual: float, **changes: object) -> Figure:
    usual = Figure(cast.PERSON.id, "goal_completion", 100, actual, source="客服KPI", file_name="客服KPI 2026Q3.xlsx")
    return replace(usual, **changes)  # type: ignore[arg-type]


def metrics_plan(count: int = 0, **changes: object) -> MetricsPlan:
    crm = figure(92, source="crm")
    usual = MetricsPlan(
        (figure(95),),
        3,
        problems(count),
        4,
        doubtful=(figure(9500),) if count > 20 else (),
        replaced=((figure(90), figure(95)), (figure(90, target=80), figure(95))),
        conflicts=tuple(Conflict(figure(95), crm, why is Because.AS_OF, why) for why in Because),
        other_periods=7,
        repeated=2,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def people_plan(count: int = 0) -> PeoplePlan:
    moved = replace(
        cast.COLLEAGUE,
        department="Service",
        manager_id=cast.HR.id,
        hired_on=date(2024, 3, 31),
        active=not cast.COLLEAGUE.active,
    )
    return PeoplePlan((cast.PERSON,), (Change(cast.COLLEAGUE, moved),), 3, problems(count))


def reading(plan: MetricsPlan | PeoplePlan, given: Import | None = None, **changes: object) -> Reading:
    kind = ImportKind.PEOPLE if isinstance(plan, PeoplePlan) else ImportKind.METRICS
    names = {p.id: p.name for p in (cast.PERSON, cast.COLLEAGUE, cast.HR, cast.MANAGER)}
    usual = Reading(given or file(kind), plan, TABLE, MappedBy.MEMORY, names, METRICS)
    return replace(usual, **changes)  # type: ignore[arg-type]


def taken_back() -> TakenBack:
    return TakenBack(
        restored=people_plan().changed,
        removed=(cast.PERSON,),
        deactivated=(cast.MANAGER,),
        left=(Left(cast.COLLEAGUE, "manager_id"),),
    )


def file_views() -> Iterator[tuple[str, Make]]:
    """(name, how to make it) of everything HR sees of files."""
    cycles = [cast.cycle(), cast.cycle(id="c2")]
    for kind in ImportKind:
        recent = [applied(kind), applied(kind, id="i2", counts=None), applied(kind, state=ImportState.ROLLED_BACK)]
        yield f"{kind} upload", lambda w, k=kind: imports.upload_modal(k, w, cycles)
        yield f"{kind} upload again", lambda w, k=kind, r=recent: imports.upload_modal(k, w, cycles, r)
        yield f"{kind} undone", lambda w, k=kind: imports.undone_modal(applied(k), taken_back(), 12, w)
    yield "metrics upload without a cycle", lambda w: imports.upload_modal(ImportKind.METRICS, w)
    yield "reading", lambda w: imports.reading_modal("q1.csv", w)
    for n in (0, 1, 60):
        for plan in (people_plan(n), metrics_plan(n)):
            name = f"{'people' if isinstance(plan, PeoplePlan) else 'metrics'}, {n} problems"
            yield f"dry run of {name}", lambda w, p=plan: dry_run.dry_run_modal(reading(p), w)
    for state in ImportState:
        seen = reading(metrics_plan(60), applied(state=state, rolled_back_at=cast.NOW))
        yield f"look at one that is {state}", lambda w, r=seen: dry_run.dry_run_modal(r, w)
    for by in MappedBy:
        yield f"mapped by {by}", lambda w, b=by: dry_run.dry_run_modal(reading(metrics_plan(), mapped_by=b), w)
    same = reading(MetricsPlan((), 3, (), 4), repeats=applied(id="i0"))
    yield "dry run of the same file", lambda w: dry_run.dry_run_modal(same, w)
    for what, plan in ((Apply.GOOD, people_plan(2)), (Apply.GOOD, metrics_plan(2)), (Apply.ALL, metrics_plan(60))):
        done = reading(plan, applied(what=what))
        yield f"applied {what} of {done.file.kind}", lambda w, d=done, a=what: imports.applied_modal(d, a, w)
    nothing = reading(MetricsPlan((), 3, (), 4))
    yield "applied nothing", lambda w: imports.applied_modal(nothing, Apply.GOOD, w)
    found = columns.Found.of(TABLE, FileMapping(header_row=3, fractions=True))
    for kind in ImportKind:
        yield f"columns of {kind}", lambda w, k=kind: columns.columns_modal(found, k, METRICS, w, metadata="{}")
    unknown = columns.Found(["Wer", "Was", "Soll", "Ist"])
    yield (
        "columns of a file that is not understood",
        lambda w: columns.columns_modal(unknown, ImportKind.METRICS, METRICS, w, metadata="{}", trouble="Oh"),
    )
    yield "problems sent", lambda w: imports.problems_sent_modal("f.xlsx", 24_000, w)
    yield "no problems", lambda w: imports.no_problems_modal("f.xlsx", w)
    yield "making the workbook", lambda w: imports.making_workbook_modal(w)

"""What a file would do, or did, as JSON for other programs: docs/imports.md describes it.

The same file on the same data gives the same text: people are named by what files call them, and there is no id and
no time in it. Rows stand in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from appraisal.intake.tables import (
    Apply,
    Change,
    Conflict,
    Layout,
    MetricsPlan,
    PeoplePlan,
    Problem,
    counted,
)
from appraisal.people import Person
from appraisal.review import Figure
from services.imports import DryRun

Json = dict[str, Any]


def report(run: DryRun, what: Apply) -> Json:
    """The whole dry run; `counts` are those of applying `what`."""
    file, table, plan = run.file, run.table, run.plan
    counts = file.counts or counted(table, plan, what)
    place = {layout.sheet: n for n, layout in enumerate(table.layouts)}
    return {
        "file": file.file_name,
        "kind": file.kind.value,
        "source": file.source,
        "period": [_day(file.period_start), _day(file.period_end)] if file.period_start else None,
        "as_of": _day(file.as_of),
        "state": file.state.value,
        "is_repeated": run.repeats is not None,
        "format": table.format,
        "encoding": table.encoding,
        "separator": table.separator,
        "mapped_by": run.mapped_by.value,
        "mapping": run.mapping.model_dump(exclude_defaults=True),
        "layouts": [_layout(layout) for layout in table.layouts],
        "skipped_sheets": list(table.skipped),
        "counts": {
            **vars(counts),
            "repeated": plan.repeated,
            "other_periods": plan.other_periods if isinstance(plan, MetricsPlan) else 0,
        },
        **(_metrics(plan, run.people, place) if isinstance(plan, MetricsPlan) else _people(plan, run.people)),
        "problems": [_problem(p) for p in _ordered(plan.problems, place)],
        "notes": [_problem(p) for p in _ordered(table.notes, place)],
    }


def _layout(layout: Layout) -> Json:
    columns = [{"header": layout.header[n], "column": name} for n, name in sorted(layout.columns.items())]
    return {
        "sheet": layout.sheet,
        "header_row": layout.header_row,
        "rows": layout.rows,
        "columns": columns,
        "ignored": list(layout.ignored),
    }


def _ordered(problems: Iterable[Problem], place: Mapping[str, int]) -> list[Problem]:
    return sorted(problems, key=lambda p: (place.get(p.sheet, len(place)), p.row, p.column, p.reason))


def _problem(problem: Problem) -> Json:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "metric": problem.metric,
        "column": problem.column,
        "value": problem.value,
        "reason": problem.reason.value,
        "detail": problem.detail,
        "is_doubt": problem.is_doubt,
    }


def _metrics(plan: MetricsPlan, people: Mapping[str, Person], place: Mapping[str, int]) -> Json:
    doubtful = {id(f) for f in plan.doubtful}
    figures = sorted((*plan.figures, *plan.doubtful), key=lambda f: (place.get(f.sheet, len(place)), f.row, f.metric))
    return {
        "rows": [{**_figure(f, people), "is_doubtful": id(f) in doubtful} for f in figures],
        "replaced": [{**_figure(new, people), "before": _values(old)} for old, new in plan.replaced],
        "conflicts": [_conflict(c, people) for c in plan.conflicts],
    }


def _conflict(conflict: Conflict, people: Mapping[str, Person]) -> Json:
    return {
        **_figure(conflict.fresh, people),
        "other_source": conflict.other.source,
        "other": _values(conflict.other),
        "wins": conflict.wins,
        "why": conflict.why.value,
    }


def _figure(figure: Figure, people: Mapping[str, Person]) -> Json:
    who = people[figure.person_id]
    return {"sheet": figure.sheet, "row": figure.row, **_who(who), "metric": figure.metric, **_values(figure)}


def _values(figure: Figure) -> Json:
    return {"target": _number(figure.target), "actual": _number(figure.actual), "as_of": _day(figure.as_of)}


def _people(plan: PeoplePlan, people: Mapping[str, Person]) -> Json:
    added = [Change(Person(p.id, ""), p) for p in plan.added]
    rows = [("added", c) for c in added] + [("changed", c) for c in plan.changed]
    return {"rows": [{**_who(c.after), "change": kind, "fields": fields(c, people)} for kind, c in rows]}


def fields(change: Change, people: Mapping[str, Person]) -> dict[str, list[Any]]:
    """Field -> [before, after]; managers by e-mail or name."""

    def shown(person: Person, field: str) -> Any:
        value = getattr(person, field)
        if field == "manager_id":
            manager = people.get(value)
            return (manager.email or manager.name) if manager else None
        return _day(value) if isinstance(value, date) else value

    names = {"manager_id": "manager"}
    return {names.get(f, f): [shown(change.before, f), shown(change.after, f)] for f in change.fields()}


def _who(person: Person) -> Json:
    return {"name": person.name, "email": person.email, "employee_number": person.employee_number}


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

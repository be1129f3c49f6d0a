"""A table of business figures to what importing it would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from appraisal.intake import cleaning
from appraisal.intake.headers import plain
from appraisal.intake.matching import IDENTIFIERS, Register
from appraisal.intake.tables import MetricsPlan, Problem, Reason, Table
from appraisal.people import Directory, Person
from appraisal.review import Figure
from appraisal.scheme import MetricItem
from appraisal.scoring.metrics import is_usable

Outcome = Figure | Problem


def plan_metrics(
    table: Table,
    directory: Directory,
    metrics: Sequence[MetricItem],
    existing: Iterable[Figure],
    *,
    import_id: str,
    source: str,
    now: datetime,
) -> MetricsPlan:
    """What importing `table` would do to the figures `existing` of one period.

    Each row is a person, a metric (its key or its name in either language), a target and an actual value. The good
    rows can be applied without the others. A figure that is stored with the same values is left as it is.
    """
    reader = _RowReader(Register(directory), {plain(n): m for m in metrics for n in _names(m)})
    stored = {(f.person_id, f.metric): f for f in existing}
    read: dict[tuple[str, str], Figure] = {}
    problems = list(table.problems)
    for row, cells, _ in table.rows:
        outcome = reader.figure(row, cells)
        if isinstance(outcome, Problem):
            problems.append(outcome)
            continue
        key = (outcome.person_id, outcome.metric)
        if key in read:
            detail = str(read[key].row)
            problems.append(Problem(row, Reason.DUPLICATE, value=cells.get("metric", ""), detail=detail))
            continue
        read[key] = replace(outcome, import_id=import_id, source=source, imported_at=now)
    fresh = [f for key, f in read.items() if not _says_the_same(stored.get(key), f)]
    return MetricsPlan(
        figures=tuple(fresh),
        unchanged=len(read) - len(fresh),
        problems=tuple(sorted(problems, key=lambda p: p.row)),
        people=len({person for person, _ in read}),
    )


@dataclass(frozen=True)
class _RowReader:
    register: Register
    metrics: Mapping[str, MetricItem]  # by plain name

    def figure(self, row: int, cells: Mapping[str, str]) -> Outcome:
        """The figure of a row, or the first thing that is wrong with it."""
        person = self._person(row, cells)
        if isinstance(person, Problem):
            return person
        metric = self.metrics.get(plain(cells["metric"]))
        if metric is None:
            return _unreadable(row, cells, "metric", Reason.UNKNOWN_METRIC)
        target = cleaning.number(cells["target"], *metric.units())
        if target is None:
            return _unreadable(row, cells, "target", Reason.NOT_A_NUMBER)
        actual = cleaning.number(cells["actual"], *metric.units())
        if actual is None:
            return _unreadable(row, cells, "actual", Reason.NOT_A_NUMBER)
        if not is_usable(metric, target):
            return Problem(row, Reason.TARGET_ZERO, column="target", value=cells["target"])
        return Figure(person.id, metric.key, target, actual, row=row)

    def _person(self, row: int, cells: Mapping[str, str]) -> Person | Problem:
        given = {c: cells[c] for c in ("person", *IDENTIFIERS, "name") if cells.get(c)}
        if not given:
            return Problem(row, Reason.MISSING, column="person", detail="person")
        found = self.register.meant_by_row(given)
        if not found and "person" in given:
            found = self.register.meant_by(given["person"])
        if len(found) == 1:
            return found[0]
        return Problem(row, Reason.AMBIGUOUS if found else Reason.UNKNOWN_PERSON, value=next(iter(given.values())))


def _names(metric: MetricItem) -> tuple[str, ...]:
    return (metric.key, metric.name.en, metric.name.zh)


def _unreadable(row: int, cells: Mapping[str, str], column: str, reason: Reason) -> Problem:
    """An empty cell is missing; anything else is what `reason` says."""
    if not cells[column]:
        return Problem(row, Reason.MISSING, column=column, detail=column)
    return Problem(row, reason, column=column, value=cells[column][:80])


def _says_the_same(stored: Figure | None, fresh: Figure) -> bool:
    return stored is not None and (stored.target, stored.actual) == (fresh.target, fresh.actual)

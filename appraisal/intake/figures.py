"""One row of a file to a figure: whose, which metric, what target, how much."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from unicodedata import normalize

from appraisal.intake import cleaning
from appraisal.intake.headers import plain
from appraisal.intake.matching import IDENTIFIERS, Register, told_apart
from appraisal.intake.tables import Import, Problem, Reason, Row
from appraisal.people import Directory, Person
from appraisal.review import Figure
from appraisal.scheme import Measure, MetricItem
from appraisal.scoring import goals
from appraisal.scoring.metrics import is_usable

_WHO = ("person", *IDENTIFIERS, "name")
_SHOWN = 80  # characters of a cell
_AHEAD = timedelta(hours=14)  # where the day begins first, it is tomorrow already


class Read(NamedTuple):
    """A row that can be used."""

    row: Row
    figure: Figure
    metric: Measure
    bare: tuple[str, ...]  # of a metric in %: columns with a number that carries no sign of it
    is_wide: bool = False  # from a sheet with one column per metric

    def problem(self, reason: Reason, column: str, detail: str = "") -> Problem:
        return _problem(self.row, reason, column, detail, is_wide=self.is_wide)


class RowReader:
    """Reads the rows of one file, one after the other."""

    def __init__(
        self,
        directory: Directory,
        metrics: Sequence[Measure],
        forms: Mapping[str, Mapping[str, Measure]],
        file: Import,
        now: datetime,
        wide: Collection[str] = (),  # sheets with one column per metric
    ) -> None:
        self._wide = frozenset(wide)
        self._register = Register(directory)
        self._metrics = {m.key: m for m in reversed(metrics)}  # of those with one key the first
        self._keys: dict[str, list[str]] = {}  # name, with and without remarks -> metrics that are called so
        for metric in metrics:
            for name in {plain(n, with_asides=w) for n in metric.names() for w in (True, False)}:
                self._keys.setdefault(name, []).append(metric.key)
        self._forms = forms
        self._file = file
        self._now = now
        self._last_day = (now + _AHEAD).date()
        self._fractions = file.mapping is not None and file.mapping.fractions
        self._people: dict[tuple[str, ...], list[Person]] = {}  # files name the same people many times

    def figure(self, row: Row) -> Read | Problem | None:
        """The figure of a row, or the first thing that is wrong with it; None where it is about another period."""
        cells = row.cells
        if cell := cells.get("period"):
            period = cleaning.period(cell)
            if period is None:
                return self._problem(row, Reason.NOT_A_PERIOD, "period")
            if period != (self._file.period_start, self._file.period_end):
                return None
        person = self._person(row)
        if isinstance(person, Problem):
            return person
        metric = self._metric(person, cells["metric"])
        if metric is None:
            return self._problem(row, Reason.UNKNOWN_METRIC, "metric")
        return self._measured(row, person, metric)

    def _person(self, row: Row) -> Person | Problem:
        given = tuple(row.cells.get(c, "") for c in (*_WHO, "department"))
        found = self._people.get(given)
        if found is None:
            found = self._people[given] = self._meant(row.cells)
        if len(found) == 1:
            return found[0]
        column = next((c for c in _WHO if row.cells.get(c)), "person")
        if found:
            return self._problem(row, Reason.AMBIGUOUS, column, told_apart(found))
        return self._problem(row, Reason.UNKNOWN_PERSON, column)

    def _meant(self, cells: Mapping[str, str]) -> list[Person]:
        found = self._register.meant_by_row(cells)
        if not found and cells.get("person"):
            found = self._register.meant_by(cells["person"], cells.get("department", ""))
        return found

    def _metric(self, person: Person, cell: str) -> Measure | None:
        """The metric of that name, of the person's own form if it is in there."""
        keys = self._keys.get(plain(cell, with_asides=True)) or self._keys.get(plain(cell), [])
        form = self._forms.get(person.id, {})
        own = next((form[k] for k in keys if k in form), None)
        return own or next((self._metrics[k] for k in keys), None)

    def _measured(self, row: Row, person: Person, metric: Measure) -> Read | Problem:
        cells = row.cells
        usual = metric.target if isinstance(metric, MetricItem) else goals.LEVEL_AGREED
        target, wrong = self._number(row, "target", metric) if cells.get("target") else (usual, None)
        actual, wrong_actual = self._number(row, "actual", metric)
        if problem := wrong or wrong_actual:
            return problem
        if target is None or actual is None:
            return self._problem(row, Reason.MISSING, "target")
        if problem := self._unfit(row, metric, target, actual):
            return problem
        as_of = cleaning.day(cells["as_of"]) if cells.get("as_of") else self._file.as_of
        if cells.get("as_of") and as_of is None:
            return self._problem(row, Reason.NOT_A_DATE, "as_of")
        if as_of and as_of > self._last_day:
            return self._problem(row, Reason.AS_OF_FUTURE, "as_of")
        stated = self._stated(row, person, metric, target, actual, as_of)
        return Read(row, stated, metric, self._bare(metric, cells), row.sheet in self._wide)

    def _unfit(self, row: Row, metric: Measure, target: float, actual: float) -> Problem | None:
        """What keeps two numbers from being a figure of this metric, or a level of this goal."""
        if isinstance(metric, MetricItem):
            return None if is_usable(metric, target) else self._problem(row, Reason.TARGET_ZERO, "target")
        if target != goals.LEVEL_AGREED:
            return self._problem(row, Reason.GOAL_WITH_TARGET, "target")
        is_level = goals.level(actual) is not None and _is_bare(row.cells["actual"])  # 100 % would be 1
        return None if is_level else self._problem(row, Reason.NOT_A_LEVEL, "actual")

    def _problem(self, row: Row, reason: Reason, column: str, detail: str = "") -> Problem:
        return _problem(row, reason, column, detail, is_wide=row.sheet in self._wide)

    def _number(self, row: Row, column: str, metric: Measure) -> tuple[float | None, Problem | None]:
        cell = row.cells.get(column, "")
        if not cell:
            return None, self._problem(row, Reason.MISSING, column)
        value = cleaning.number(cell, *metric.units())
        if value is None:
            return None, self._problem(row, Reason.NOT_A_NUMBER, column)
        if self._fractions and _is_bare(cell) and is_percent(metric):
            value = round(100 * value, 10)  # 0.57 is 57 and not 56.99999999999999
        return value, None

    def _bare(self, metric: Measure, cells: Mapping[str, str]) -> tuple[str, ...]:
        bare = tuple(c for c in ("target", "actual") if cells.get(c) and _is_bare(cells[c]))
        return bare if bare and is_percent(metric) else ()

    def _stated(
        self, row: Row, person: Person, metric: Measure, target: float, actual: float, as_of: date | None
    ) -> Figure:
        return Figure(
            person_id=person.id,
            metric=metric.key,
            target=target,
            actual=actual,
            import_id=self._file.id,
            row=row.number,
            sheet=row.sheet,
            as_of=as_of,
            source=self._file.source,
            file_name=self._file.file_name,
            imported_at=self._now,
        )


def is_percent(metric: Measure) -> bool:
    return any(normalize("NFKC", unit).strip().startswith("%") for unit in metric.units())


def _is_bare(cell: str) -> bool:
    return "%" not in cell and "％" not in cell and "‰" not in cell


def _problem(row: Row, reason: Reason, column: str, detail: str = "", *, is_wide: bool) -> Problem:
    """An empty cell is missing, whatever else it is. The metric is named where it tells the cell."""
    value = row.cells.get(column, "")
    if not value and reason is not Reason.MISSING:
        return _problem(row, Reason.MISSING, column, is_wide=is_wide)
    shown = detail or (column if reason is Reason.MISSING else "")
    metric = row.cells["metric"] if is_wide and column in ("target", "actual") else ""
    return Problem(row.number, reason, column, value[:_SHOWN], shown, row.sheet, metric)

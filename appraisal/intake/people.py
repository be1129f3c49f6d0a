"""A table of people to what importing it would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from appraisal.intake import cleaning
from appraisal.intake.matching import IDENTIFIERS, Register, told_apart
from appraisal.intake.tables import Change, PeoplePlan, Problem, Reason, Row, Table, place
from appraisal.people import Directory, Person

_SHOWN = 80  # characters of a cell
NOBODY = frozenset({"-", "—", "none", "无"})  # in the manager column: has no manager


def plan_people(table: Table, directory: Directory, *, new_id: Callable[[], str]) -> PeoplePlan:
    """What importing `table` would do to `directory`, for the dry run and for applying it.

    A row means the person with its Slack id, e-mail or employee number, else of its name; an unknown e-mail with a
    name is a new person. Only the columns of the table change, and an empty cell changes nothing; "-" as manager
    takes the manager away. A Slack id only identifies: accounts come from Slack itself. Rows with a problem are left
    out, and what depends on them: reports of somebody who is not added, all rows that close a circle of managers.
    """
    plan = _Plan(directory, new_id)
    for row in table.rows:
        plan.read(row)
    plan.set_managers()
    while plan.drop(list(plan.stranded())) or plan.drop(list(plan.circles())):
        pass
    return plan.result(table.problems)


@dataclass
class _Entry:
    """One usable row: the person before and after."""

    row: Row
    before: Person | None
    after: Person
    manager: str  # the cell
    is_contradicted: bool = False  # by another row

    def says_the_same(self, other: _Entry) -> bool:
        alike = replace(other.after, id=self.after.id) == self.after
        return alike and cleaning.name(self.manager) == cleaning.name(other.manager)

    def problem(self, reason: Reason, column: str, detail: str = "") -> Problem:
        cell = self.row.cells.get(column, "") or self.after.name
        return Problem(self.row.number, reason, column, cell[:_SHOWN], detail, self.row.sheet)


@dataclass
class _Plan:
    directory: Directory
    new_id: Callable[[], str]
    entries: dict[str, _Entry] = field(default_factory=dict)  # by person id
    problems: list[Problem] = field(default_factory=list)
    repeated: int = 0

    def __post_init__(self) -> None:
        self.register = Register(self.directory)
        self.taken: dict[tuple[str, str], _Entry] = {}  # person id, e-mail or number -> the entry that has it

    def read(self, row: Row) -> None:
        """Find the person of a row and what it changes, except the manager, who may stand further down."""
        values, wrong = _values(row)
        people = [] if wrong else self.register.meant_by_row(row.cells)
        if problems := wrong or _unclear(row, people):
            self.problems += problems
            return
        before = people[0] if people else None
        after = replace(before, **values) if before else _new_person(self.new_id(), values)
        entry = _Entry(row, before, after, row.cells.get("manager", ""))
        keys = _keys(after)
        first = next((self.taken[key] for key in keys if key in self.taken), None)
        if first and not first.is_contradicted and first.says_the_same(entry):
            self.repeated += 1
            return
        if first:
            self._contradict(first, entry)
        else:
            self.entries[after.id] = entry
        for key in keys:
            self.taken.setdefault(key, entry)

    def _contradict(self, first: _Entry, entry: _Entry) -> None:
        """Two rows say different things of one person: neither is used."""
        column = _identifying(entry.row)
        self.problems.append(entry.problem(Reason.DUPLICATE, column, place(first.row, entry.row)))
        entry.is_contradicted = True
        if not first.is_contradicted:
            first.is_contradicted = True
            self.problems.append(first.problem(Reason.DUPLICATE, column, place(entry.row, first.row)))
            self.entries.pop(first.after.id, None)

    def set_managers(self) -> None:
        """Look managers up among everybody there will be, those of the file included."""
        everybody = Register(self._resulting().values())
        wrong: list[tuple[_Entry, Problem]] = []
        for entry in self.entries.values():
            if not entry.manager:
                continue
            if cleaning.name(entry.manager) in NOBODY:
                entry.after = replace(entry.after, manager_id=None)
                continue
            found = everybody.meant_by(entry.manager)  # managers may well be of another department
            if reason := _wrong_manager(entry.after, found):
                detail = told_apart(found) if reason is Reason.AMBIGUOUS else ""
                wrong.append((entry, entry.problem(reason, "manager", detail)))
                continue
            entry.after = replace(entry.after, manager_id=found[0].id)
        self.drop(wrong)

    def drop(self, wrong: Sequence[tuple[_Entry, Problem]]) -> bool:
        """Leave rows out; whether there were any."""
        for entry, problem in wrong:
            if self.entries.pop(entry.after.id, None):
                self.problems.append(problem)
        return bool(wrong)

    def stranded(self) -> Iterator[tuple[_Entry, Problem]]:
        """Rows whose manager would have been added by a row that is left out."""
        for entry in self.entries.values():
            manager = entry.after.manager_id
            if _changes_manager(entry) and manager and manager not in self.directory and manager not in self.entries:
                yield entry, entry.problem(Reason.UNKNOWN_MANAGER, "manager")

    def circles(self) -> Iterator[tuple[_Entry, Problem]]:
        """Rows that together make a circle of managers; circles that were there before are not the file's."""
        people = self._resulting()
        for loop in _loops(people):
            makers = [e for i in loop if (e := self.entries.get(i)) and _changes_manager(e)]
            if not makers:
                continue
            start = loop.index(min(makers, key=lambda e: e.row.number).after.id)
            chain = " → ".join(people[i].name for i in [*loop[start:], *loop[: start + 1]])
            yield from ((e, e.problem(Reason.MANAGER_LOOP, "manager", chain)) for e in makers)

    def result(self, unread: Sequence[Problem]) -> PeoplePlan:
        entries = list(self.entries.values())
        changed = [Change(e.before, e.after) for e in entries if e.before and e.before != e.after]
        added = [e for e in entries if not e.before]
        return PeoplePlan(
            added=tuple(e.after for e in added),
            changed=tuple(changed),
            unchanged=len(entries) - len(added) - len(changed),
            problems=tuple(sorted([*unread, *self.problems], key=lambda p: (p.sheet, p.row))),
            repeated=self.repeated,
        )

    def _resulting(self) -> dict[str, Person]:
        return {p.id: p for p in self.directory} | {i: e.after for i, e in self.entries.items()}


def _unclear(row: Row, people: Sequence[Person]) -> list[Problem]:
    """Why the row cannot be used, seen from whom it means."""
    if len(people) == 1:
        return []
    column = _identifying(row)
    cell = row.cells.get(column, "")[:_SHOWN]
    if people:
        return [Problem(row.number, Reason.AMBIGUOUS, column, cell, told_apart(people), row.sheet)]
    if not row.cells.get("email"):
        return [Problem(row.number, Reason.UNKNOWN_PERSON, column, cell, sheet=row.sheet)]
    if not row.cells.get("name"):
        return [Problem(row.number, Reason.MISSING, "name", row.cells["email"][:_SHOWN], "name", row.sheet)]
    return []


def _identifying(row: Row) -> str:
    """The column by which the row names its person."""
    return next((c for c in (*IDENTIFIERS, "name") if row.cells.get(c)), "name")


def _values(row: Row) -> tuple[dict[str, Any], list[Problem]]:
    """The fields that a row sets, and the cells that cannot be read."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, cell in row.cells.items():
        if not cell or column in ("manager", "slack_id"):
            continue
        read, reason = _READERS.get(column, (_one_line, Reason.MISSING))
        values[column] = read(cell)
        if values[column] is None:
            problems.append(Problem(row.number, reason, column, cell[:_SHOWN], sheet=row.sheet))
    return values, problems


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


_READERS: dict[str, tuple[Callable[[str], Any], Reason]] = {
    "email": (cleaning.email, Reason.NOT_AN_EMAIL),
    "hired_on": (cleaning.day, Reason.NOT_A_DATE),
    "active": (cleaning.yes_or_no, Reason.NOT_YES_OR_NO),
    "time_zone": (cleaning.time_zone, Reason.NOT_A_TIME_ZONE),
}


def _new_person(person_id: str, values: Mapping[str, Any]) -> Person:
    return replace(Person(id=person_id, name=values["name"]), **values)


def _keys(person: Person) -> list[tuple[str, str]]:
    """What no two rows may share."""
    pairs = [("email", person.email), ("employee_number", person.employee_number or "")]
    return [("id", person.id), *((column, cleaning.name(value)) for column, value in pairs if value)]


def _wrong_manager(person: Person, found: list[Person]) -> Reason | None:
    if not found:
        return Reason.UNKNOWN_MANAGER
    if len(found) > 1:
        return Reason.AMBIGUOUS
    return Reason.OWN_MANAGER if found[0].id == person.id else None


def _changes_manager(entry: _Entry) -> bool:
    return entry.after.manager_id != (entry.before.manager_id if entry.before else None)


def _loops(people: Mapping[str, Person]) -> Iterator[list[str]]:
    """The ids of each loop of two or more managers, once. Looks at each person once."""
    done: set[str] = set()
    for start in people:
        line: dict[str, None] = {}  # an ordered set
        at: str | None = start
        while at is not None and at in people and at not in done and at not in line:
            line[at] = None
            at = people[at].manager_id
        if at is not None and at in line:
            ids = list(line)
            loop = ids[ids.index(at) :]
            if len(loop) > 1:
                yield loop
        done.update(line)

"""A table of people to what importing it would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from appraisal.intake import cleaning
from appraisal.intake.matching import IDENTIFIERS, Register
from appraisal.intake.tables import Change, PeoplePlan, Problem, Reason, Table
from appraisal.people import Directory, Person

NOBODY = frozenset({"-", "—", "none", "无"})  # in the manager column: has no manager


def plan_people(table: Table, directory: Directory, *, new_id: Callable[[], str]) -> PeoplePlan:
    """What importing `table` would do to `directory`, for the dry run and for applying it.

    A row means the person with its Slack id, e-mail or employee number, else of its name; an unknown e-mail with a
    name is a new person. Only the columns of the table change, and an empty cell changes nothing; "-" as manager
    takes the manager away. A Slack id only identifies: accounts come from Slack itself.
    """
    plan = _Plan(directory, new_id)
    for row in table.rows:
        plan.read(row.number, row.cells)
    plan.set_managers()
    plan.find_loops()
    return plan.result(table.problems)


@dataclass
class _Entry:
    """One usable row: the person before and after."""

    row: int
    before: Person | None
    after: Person
    manager: str  # the cell


@dataclass
class _Plan:
    directory: Directory
    new_id: Callable[[], str]
    entries: dict[str, _Entry] = field(default_factory=dict)  # by person id
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.register = Register(self.directory)
        self.taken: dict[tuple[str, str], _Entry] = {}  # e-mail or number -> the entry that has it

    def read(self, row: int, cells: Mapping[str, str]) -> None:
        """Find the person of a row and what it changes, except the manager, who may stand further down."""
        values, wrong = _values(row, cells)
        if wrong:
            self.problems += wrong
            return
        people = self.register.meant_by_row(cells)
        problem = self._doubt(row, cells, people)
        if problem:
            self.problems.append(problem)
            return
        before = people[0] if people else None
        after = replace(before, **values) if before else _new_person(self.new_id(), values)
        entry = _Entry(row, before, after, cells.get("manager", ""))
        if first := self._earlier(entry):
            self.problems.append(Problem(row, Reason.DUPLICATE, value=after.name, detail=str(first.row)))
            return
        self.entries[after.id] = entry
        self.taken |= dict.fromkeys(_keys(after), entry)

    def _doubt(self, row: int, cells: Mapping[str, str], people: list[Person]) -> Problem | None:
        """Why the row cannot be used, seen from whom it means."""
        if len(people) > 1:
            return Problem(row, Reason.AMBIGUOUS, value=", ".join(p.name for p in people))
        if people:
            return None
        if not cells.get("email"):
            who = next((cells[c] for c in ("name", *IDENTIFIERS) if cells.get(c)), "")
            return Problem(row, Reason.UNKNOWN_PERSON, value=who)
        if not cells.get("name"):
            return Problem(row, Reason.MISSING, column="name", value=cells["email"], detail="name")
        return None

    def _earlier(self, entry: _Entry) -> _Entry | None:
        """The row that this one repeats: the same person, e-mail or number."""
        same = [self.taken[key] for key in _keys(entry.after) if key in self.taken]
        return self.entries.get(entry.after.id) or next(iter(same), None)

    def set_managers(self) -> None:
        """Look managers up among everybody there will be, those of the file included."""
        everybody = Register(self._resulting().values())
        for entry in self.entries.values():
            if not entry.manager:
                continue
            if cleaning.name(entry.manager) in NOBODY:
                entry.after = replace(entry.after, manager_id=None)
                continue
            found = everybody.meant_by(entry.manager)
            if reason := _wrong_manager(entry.after, found):
                self.problems.append(Problem(entry.row, reason, column="manager", value=entry.manager))
                continue
            entry.after = replace(entry.after, manager_id=found[0].id)

    def find_loops(self) -> None:
        """Report each loop of managers that the file would make, once, at its first row."""
        people = self._resulting()
        for loop in _loops(people):
            makers = [e for i in loop if (e := self.entries.get(i)) and _changes_manager(e)]
            if not makers:
                continue
            first = min(makers, key=lambda e: e.row)
            start = loop.index(first.after.id)
            chain = " → ".join(people[i].name for i in [*loop[start:], *loop[: start + 1]])
            self.problems.append(Problem(first.row, Reason.MANAGER_LOOP, "manager", first.manager, chain))

    def result(self, unread: tuple[Problem, ...]) -> PeoplePlan:
        entries = sorted(self.entries.values(), key=lambda e: e.row)
        changed = [Change(e.before, e.after) for e in entries if e.before and e.before != e.after]
        added = [e for e in entries if not e.before]
        return PeoplePlan(
            added=tuple(e.after for e in added),
            changed=tuple(changed),
            unchanged=len(entries) - len(added) - len(changed),
            problems=tuple(sorted([*unread, *self.problems], key=lambda p: p.row)),
        )

    def _resulting(self) -> dict[str, Person]:
        return {p.id: p for p in self.directory} | {i: e.after for i, e in self.entries.items()}


def _values(row: int, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """The fields that a row sets, and the cells that cannot be read."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, cell in cells.items():
        if not cell or column in ("manager", "slack_id"):
            continue
        read, reason = _READERS.get(column, (_one_line, Reason.MISSING))
        values[column] = read(cell)
        if values[column] is None:
            problems.append(Problem(row, reason, column=column, value=cell[:80]))
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
    """What no two people may share."""
    pairs = [("email", person.email), ("employee_number", person.employee_number or "")]
    return [(column, cleaning.name(value)) for column, value in pairs if value]


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

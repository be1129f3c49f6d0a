"""Whom a row or a cell means: by Slack id, e-mail, employee number or name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from appraisal.intake import cleaning
from appraisal.people import Person

IDENTIFIERS = ("slack_id", "email", "employee_number")  # as sure as they are listed; a name is less sure


class Register:
    """People to look up by what spreadsheets call them."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_identifier: dict[tuple[str, str], Person] = {}
        self._by_name: dict[str, list[Person]] = {}
        for person in people:
            for column in IDENTIFIERS:
                if value := getattr(person, column):
                    self._by_identifier[column, _comparable(column, value)] = person
            self._by_name.setdefault(cleaning.name(person.name), []).append(person)

    def identified(self, column: str, cell: str) -> Person | None:
        """The person with this identifier."""
        return self._by_identifier.get((column, _comparable(column, cell)))

    def named(self, cell: str, department: str = "") -> list[Person]:
        """Everyone of that name; only those who have not left, and those of the department, if there are any."""
        everyone = self._by_name.get(cleaning.name(cell), []) if cell else []
        here = [p for p in everyone if p.active] or everyone
        if len(here) < 2 or not department:
            return here
        return [p for p in here if cleaning.name(p.department) == cleaning.name(department)] or here

    def meant_by(self, cell: str, department: str = "") -> list[Person]:
        """Whom a single cell means, whatever it holds: one is a match, several are ambiguous."""
        hit = next((p for column in IDENTIFIERS if (p := self.identified(column, cell))), None)
        return [hit] if hit else self.named(cell, department)

    def meant_by_row(self, cells: Mapping[str, str]) -> list[Person]:
        """Whom the identifying cells of a row mean together; several where they contradict each other.

        Where no identifier is known the name decides, in the department if the row has one, but not against another
        e-mail, number or Slack id: those belong to a namesake.
        """
        given = [c for c in IDENTIFIERS if cells.get(c)]
        hits = {p.id: p for c in given if (p := self.identified(c, cells[c]))}
        if hits:
            return list(hits.values())
        namesakes = self.named(cells.get("name", ""), cells.get("department", ""))
        return [p for p in namesakes if not any(getattr(p, c) for c in given)]


def told_apart(people: Iterable[Person]) -> str:
    """Several people in one line, each with what tells namesakes apart: "Ann (Sales), Ann (Support)"."""
    named = sorted((p.name, p.department or p.email or p.employee_number or "") for p in people)
    return ", ".join(f"{name} ({aside})" if aside else name for name, aside in named)


def _comparable(column: str, cell: str) -> str:
    if column == "slack_id":
        return cleaning.slack_id(cell)
    return cleaning.name(cell).removeprefix("mailto:")

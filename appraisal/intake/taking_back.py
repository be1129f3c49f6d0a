"""An import of people taken back: who gets which fields back, who goes, what stays as it is by now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

from appraisal.intake.tables import Change
from appraisal.people import Directory, Person


@dataclass(frozen=True)
class Left:
    """A field that was changed again since the import, and is left as it is."""

    person: Person
    field: str


@dataclass(frozen=True)
class TakenBack:
    """What taking an import of people back does."""

    restored: tuple[Change, ...] = ()
    removed: tuple[Person, ...] = ()  # added by the import, and nothing refers to them
    deactivated: tuple[Person, ...] = ()  # added by the import, and something does
    left: tuple[Left, ...] = ()


def take_back(
    changes: Iterable[tuple[Person | None, Person]], directory: Directory, referred_to: Set[str]
) -> TakenBack:
    """Undo (before, after) of each person; before is None for those who were added.

    A field gets its old value back where it still has the one that the import gave it. Who was added goes, or is
    deactivated if `referred_to` or the manager of somebody who stays; who came to Slack since stays, without what
    the import said.
    """
    restored: list[Change] = []
    added: list[Person] = []
    left: list[Left] = []
    for before, after in changes:
        now = directory.find(after.id)
        if now is None:
            continue
        if before is None and not now.slack_id:
            added.append(now)
            continue
        back, kept = _put_back(before or _unknown(after), after, now)
        left += kept
        if back != now:
            restored.append(Change(now, back))
    result = {p.id: p for p in directory} | {c.after.id: c.after for c in restored}
    removable = _removable({p.id for p in added} - referred_to, result)
    return TakenBack(
        restored=tuple(restored),
        removed=tuple(p for p in added if p.id in removable),
        deactivated=tuple(p for p in added if p.id not in removable),
        left=tuple(left),
    )


def _put_back(before: Person, after: Person, now: Person) -> tuple[Person, list[Left]]:
    given = Change(before, after).fields()
    mine = {f: getattr(before, f) for f in given if getattr(now, f) == getattr(after, f)}
    since = [f for f in given if f not in mine and getattr(now, f) != getattr(before, f)]
    return replace(now, **mine), [Left(now, f) for f in since]


def _unknown(person: Person) -> Person:
    """Somebody of whom only Slack tells."""
    return Person(person.id, person.name, person.email, time_zone=person.time_zone, locale=person.locale)


def _removable(candidates: set[str], people: Mapping[str, Person]) -> set[str]:
    """Those of `candidates` who manage nobody who stays."""
    while managers := {p.manager_id for p in people.values() if p.id not in candidates} & candidates:
        candidates = candidates - managers
    return candidates

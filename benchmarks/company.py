"""A large company whose reviews are in, for benchmarks: straight into SQLite, as the product would have stored them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from appraisal.cycle import Cycle, Participant, State
from appraisal.people import Person
from appraisal.review import Task, TaskState
from appraisal.scheme import RatingItem, Relation, Scheme
from services import schemes
from storage import tables

QUARTER = (date(2026, 7, 1), date(2026, 9, 30))
NOW = datetime(2026, 10, 16, 9, 30, tzinfo=UTC)
CYCLE = "c" * 32
TEAM = 25
ITEMS = 15  # that everybody rates
PEERS, REPORTS = 3, 3
FAR = 0.2  # share of the reviewers from another department

Answered = tuple[str, str, float | None, str | None, bool]


def scheme() -> Scheme:
    """The quarterly form with ITEMS questions to rate instead of six."""
    form = schemes.builtin()[0]
    rated = [i for i in form.items() if isinstance(i, RatingItem)]
    more = [rated[n % len(rated)].model_copy(update={"key": f"more_{n}"}) for n in range(ITEMS - len(rated))]
    last = form.dimensions[-1]
    longer = last.model_copy(update={"items": (*more, *last.items)})
    return form.model_copy(update={"dimensions": (*form.dimensions[:-1], longer)})


def cycle(owner: str, *, correct_severity: bool = True) -> Cycle:
    return Cycle(
        id=CYCLE,
        name="Q3",
        scheme=scheme(),
        period_start=QUARTER[0],
        period_end=QUARTER[1],
        relations=tuple(Relation),
        peers_wanted=PEERS,
        threshold=3,
        due_at=NOW,
        owner_id=owner,
        state=State.COLLECTING,
        correct_severity=correct_severity,
    )


def people(count: int, dice: random.Random) -> list[Person]:
    """The first of each team of TEAM manages it; the first of all is HR and has no manager."""
    ids = [f"{dice.getrandbits(128):032x}" for _ in range(count)]

    def one(n: int) -> Person:
        head = n // TEAM * TEAM
        manager = ids[head] if n != head else ids[0] if n else None
        return Person(
            ids[n], f"Person {n}", f"p{n}@example.com", f"U{n}", department=f"Team {n // TEAM:04}", manager_id=manager
        )

    return [one(n) for n in range(count)]


def asked(staff: list[Person], dice: random.Random) -> Iterator[tuple[int, int, Relation]]:
    """(reviewee, reviewer, relation) by their numbers: self, manager, PEERS and REPORTS others."""
    place = {p.id: n for n, p in enumerate(staff)}
    for n, person in enumerate(staff):
        yield n, n, Relation.SELF
        if person.manager_id:
            yield n, place[person.manager_id], Relation.MANAGER
        near = range(n // TEAM * TEAM, min(n // TEAM * TEAM + TEAM, len(staff)))
        chosen: set[int] = set()
        while len(chosen) < PEERS + REPORTS:
            other = dice.randrange(len(staff)) if dice.random() < FAR else dice.choice(near)
            if other != n:
                chosen.add(other)
        for k, other in enumerate(sorted(chosen)):
            yield n, other, Relation.PEER if k < PEERS else Relation.REPORT


def fill(path: Path, count: int, *, correct_severity: bool = True) -> int:
    """The cycle CYCLE in its last moment of collecting; how many ratings it has."""
    dice = random.Random(1)
    staff = people(count, dice)
    own = cycle(staff[0].id, correct_severity=correct_severity)
    tasks = [
        Task(
            f"{dice.getrandbits(128):032x}",
            own.id,
            staff[a].id,
            staff[b].id,
            how,
            TaskState.SUBMITTED,
            submitted_at=NOW,
        )
        for a, b, how in asked(staff, dice)
    ]
    tasks.sort(key=lambda t: t.id)
    members = [Participant(own.id, p.id, p.department, p.manager_id) for p in staff]
    with sqlite3.connect(path) as raw:
        _insert(raw, tables.people, (vars(p) for p in staff))
        _insert(raw, tables.cycles, [vars(own)])
        _insert(raw, tables.participants, sorted((vars(m) for m in members), key=lambda m: m["person_id"]))
        _insert(raw, tables.tasks, ({c.name: getattr(t, c.name) for c in tables.tasks.c} for t in tasks))
        raw.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", answers(own.scheme, tasks, dice))
        found = raw.execute("SELECT count(number) FROM answers").fetchone()[0]
        raw.execute("ANALYZE")
    raw.close()
    return found


def answers(form: Scheme, tasks: list[Task], dice: random.Random) -> Iterator[Answered]:
    """30 % of the variance of a rating is the person's, 45 % the reviewer's, 25 % chance."""
    person = {t.reviewee_id: dice.gauss(0, 0.8 * 0.30**0.5) for t in tasks}
    severity = {t.reviewer_id: dice.gauss(0, 0.8 * 0.45**0.5) for t in tasks}
    for task in tasks:
        rated = sorted(i.key for d in form.dimensions for i in d.scored() if task.relation in i.relations)
        middle = 3.6 + person[task.reviewee_id] + severity[task.reviewer_id]
        for key in rated:
            yield task.id, key, float(min(max(round(middle + dice.gauss(0, 0.6)), 1), 5)), None, False
        yield task.id, "zz_text", None, "Kept the Friday handover calm when two lorries were late.", False


def _insert(raw: sqlite3.Connection, table: sa.Table, rows: Any) -> None:
    """Through the table's own types."""
    dialect = sqlite.dialect()
    binds = {c.name: c.type.bind_processor(dialect) for c in table.columns}
    names = list(binds)

    def bound(row: dict[str, Any]) -> list[Any]:
        return [bind(row.get(n)) if (bind := binds[n]) else row.get(n) for n in names]

    places = ", ".join("?" * len(names))
    raw.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", map(bound, rows))

"""A department whose reviews are in, large enough to tell strict reviewers from lenient ones."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from appraisal.cycle import Cycle, Participant, State
from appraisal.people import Person
from appraisal.review import Answer, Task, TaskState
from appraisal.scheme import RatedItem, Relation
from services import schemes
from storage import cycles, people, reviews
from tests.world import DUE, MONDAY, Q3, World, person

CYCLE = "crowd"
SIZE = 24
PEERS = 5


def staff() -> list[Person]:
    """Max manages everybody else; he reports to Hana, who is HR and takes no part."""
    hana, boss = person("hana", department="People"), person("max", manager="hana")
    return [hana, boss, *(replace(person(f"p{n:02}", manager="max")) for n in range(SIZE))]


def cycle(**changes: object) -> Cycle:
    usual = Cycle(
        id=CYCLE,
        name="Q3 crowd",
        scheme=schemes.builtin()[0],
        period_start=Q3[0],
        period_end=Q3[1],
        relations=tuple(Relation),
        peers_wanted=4,
        threshold=3,
        due_at=MONDAY.replace(day=DUE.day),
        owner_id="hana",
        state=State.COLLECTING,
        correct_severity=True,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def as_given(_: Task, answers: list[Answer]) -> list[Answer] | None:
    return answers


async def crowd(
    world: World,
    *,
    severity: float = 1.2,
    change: Callable[[Task, list[Answer]], list[Answer] | None] = as_given,
    **changes: object,
) -> Cycle:
    """A cycle in its last moment of collecting. `severity`: how far reviewers differ, in points of the scale.
    `change` may write another review than they would, or, with None, none."""
    dice = random.Random(3)
    everybody, own = staff(), cycle(**changes)
    members = everybody[1:]
    strict = {p.id: dice.gauss(0, severity) for p in everybody}
    tasks = [_task(p, p, Relation.SELF) for p in members]
    tasks += [_task(p, next(m for m in everybody if m.id == p.manager_id), Relation.MANAGER) for p in members]
    for n, p in enumerate(members):
        tasks += [_task(p, members[(n + 1 + k * k) % len(members)], Relation.PEER) for k in range(PEERS)]
    async with world.deps.begin() as tx:
        await people.save(tx, everybody)
        await cycles.add(tx, own)
        await cycles.add_participants(tx, [Participant(own.id, p.id, p.department, p.manager_id) for p in members])
        await reviews.add_tasks(tx, tasks)
        for task in tasks:
            middle = 3.2 + (0 if task.relation is Relation.SELF else strict[task.reviewer_id])
            answers = change(task, _answers(own, task, middle, dice))
            if answers is not None:
                await reviews.save_answers(tx, task.id, answers)
                assert await reviews.submit(tx, task.id, frm={TaskState.OPEN}, at=world.now)
    return own


def _task(reviewee: Person, reviewer: Person, relation: Relation) -> Task:
    return Task(f"{reviewee.id}-{reviewer.id}-{relation.value}"[:32], CYCLE, reviewee.id, reviewer.id, relation)


def _answers(own: Cycle, task: Task, middle: float, dice: random.Random) -> list[Answer]:
    asked = [i for i in own.scheme.items() if isinstance(i, RatedItem) and task.relation in i.relations]
    return [Answer(i.key, number=float(min(max(round(middle + dice.gauss(0, 0.7)), 1), 5))) for i in asked]

"""The cast of the storage tests: Mia manages Ann, Bob and Cho; Dan is a peer; Hana is HR."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from appraisal.cycle import Cycle, Participant
from appraisal.review import Answer, Task, TaskState
from appraisal.scheme import Relation
from storage import cycles, people, reviews
from storage.engine import Tx
from tests.domain import cast

NOW = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)
HR, MIA = cast.person("Hana"), cast.person("Mia")
ANN, BOB, CHO = (cast.person(name, manager_id=MIA.id) for name in ("Ann", "Bob", "Cho"))
DAN = cast.person("Dan")
EVERYONE = (ANN, BOB, CHO, DAN, HR, MIA)
EVERYBODY = tuple(p.id for p in EVERYONE)
CYCLE = cast.cycle(owner_id=HR.id, created_at=NOW)
EVERY_STATE = frozenset(TaskState)


def cycle(cycle_id: str, **fields: Any) -> Cycle:
    return cast.cycle(**{"id": cycle_id, "name": f"Cycle {cycle_id}", "owner_id": HR.id, "created_at": NOW} | fields)


def task(task_id: str, **fields: Any) -> Task:
    """Bob's review of Ann, his peer."""
    plain = {"cycle_id": CYCLE.id, "reviewee_id": ANN.id, "reviewer_id": BOB.id, "relation": Relation.PEER}
    return Task(id=task_id, **plain | fields)


async def fill(tx: Tx) -> None:
    await people.save(tx, EVERYONE)
    await cycles.add(tx, CYCLE)
    await cycles.add_participants(
        tx,
        [
            Participant(CYCLE.id, ANN.id, "Picking", MIA.id),
            Participant(CYCLE.id, BOB.id, "Picking", MIA.id),
            Participant(CYCLE.id, CHO.id, "Packing", None),
        ],
    )


async def submitted(tx: Tx, review: Task, *typed: Answer, at: datetime = NOW) -> None:
    """Add a review and submit it."""
    await reviews.add_tasks(tx, [review])
    await reviews.save_answers(tx, review.id, typed)
    assert await reviews.submit(tx, review.id, frm=EVERY_STATE, at=at)

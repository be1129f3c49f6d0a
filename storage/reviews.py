"""Review tasks and their answers.

What counts are the answers as last submitted. What is typed since lies beside them as drafts and replaces them
on submission, so that a review that is being edited, or was returned, keeps standing until it is submitted again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from appraisal.cycle import OPEN
from appraisal.review import UNDONE, Answer, Task, TaskState
from appraisal.scheme import Relation
from storage.engine import Tx
from storage.tables import answers as submitted
from storage.tables import cycles, drafts, people, tasks
from storage.upsert import upsert

_reviewee = people.alias("reviewee")
_reviewer = people.alias("reviewer")
# By people and not by ids, which are random: lists and the simulated cycle repeat.
_ORDER = (
    _reviewee.c.email,
    _reviewee.c.name,
    tasks.c.relation,
    _reviewer.c.email,
    _reviewer.c.name,
    tasks.c.id,
)
_NEVER_SUBMITTED = sa.and_(tasks.c.state.in_(UNDONE), tasks.c.submitted_at.is_(None))


async def add_tasks(tx: Tx, new: Iterable[Task]) -> None:
    if rows := [{c.name: getattr(task, c.name) for c in tasks.c} for task in new]:
        await tx.execute(sa.insert(tasks), rows)


async def get(tx: Tx, task_id: str, *, lock: bool = False) -> Task | None:
    """`lock`: nobody else changes it until this transaction ends."""
    query = sa.select(tasks).where(tasks.c.id == task_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).one_or_none()
    return Task(**row._mapping) if row else None


async def of_reviewer(tx: Tx, person_id: str, *, cycle_ids: Collection[str] | None = None) -> list[Task]:
    """What a person is asked to write, in every state, nearest deadline first; `None` means all open cycles."""
    of_cycles = cycles.c.state.in_(OPEN) if cycle_ids is None else cycles.c.id.in_(cycle_ids)
    rows = await tx.execute(
        _listed()
        .join(cycles, cycles.c.id == tasks.c.cycle_id)
        .where(tasks.c.reviewer_id == person_id, of_cycles)
        .order_by(cycles.c.due_at, cycles.c.name, *_ORDER)
    )
    return [Task(**row._mapping) for row in rows]


async def of_reviewee(tx: Tx, cycle_id: str, person_id: str) -> list[Task]:
    """The reviews about a person, in every state."""
    about = (tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id == person_id)
    rows = await tx.execute(_listed().where(*about).order_by(*_ORDER))
    return [Task(**row._mapping) for row in rows]


async def of_cycle(tx: Tx, cycle_id: str) -> list[Task]:
    """All reviews of a cycle, in every state."""
    rows = await tx.execute(_listed().where(tasks.c.cycle_id == cycle_id).order_by(*_ORDER))
    return [Task(**row._mapping) for row in rows]


async def answers(tx: Tx, task_id: str) -> dict[str, Answer]:
    """What the reviewer sees in the form: the submitted answers with the drafts laid over them. No empty ones."""
    found: dict[str, Answer] = {}
    for table in (submitted, drafts):
        columns = (table.c.item, table.c.number, table.c.text, table.c.cant_say)
        rows = await tx.execute(sa.select(*columns).where(table.c.task_id == task_id))
        found |= {row.item: Answer(**row._mapping) for row in rows}
    return {item: answer for item, answer in found.items() if not answer.empty}


async def save_answers(tx: Tx, task_id: str, typed: Iterable[Answer]) -> None:
    """Keep what was typed as drafts; an empty answer takes back what was there. Changes no state."""
    rows = [{"task_id": task_id, **vars(Answer(a.item) if a.empty else a)} for a in typed]
    if rows:
        await tx.execute(upsert(tx, drafts), rows)


async def turn_page(tx: Tx, task_id: str, *, page: int, revision: int, view: str) -> None:
    """Remember where the draft stopped. An open review becomes a draft; other states stay."""
    await tx.execute(
        sa.update(tasks)
        .where(tasks.c.id == task_id)
        .values(page=page, revision=revision, draft_view=view, state=_draft_if_open())
    )


async def mark_draft(tx: Tx, task_id: str) -> None:
    """An open review becomes a draft; other states stay."""
    await tx.execute(
        sa.update(tasks).where(tasks.c.id == task_id, tasks.c.state == TaskState.OPEN).values(state=TaskState.DRAFT)
    )


async def submit(tx: Tx, task_id: str, *, frm: Collection[TaskState], at: datetime) -> bool:
    """Make the drafts count. False, and nothing done, where the review is in none of the states `frm`."""
    moved = await tx.execute(
        sa.update(tasks)
        .where(tasks.c.id == task_id, tasks.c.state.in_(frm))
        .values(state=TaskState.SUBMITTED, submitted_at=at, reopened_until=None)
    )
    if moved.rowcount != 1:
        return False
    # 1. What was typed anew replaces what was submitted; 2. what was taken back is gone; 3. no draft is left.
    typed = sa.select(drafts).where(drafts.c.task_id == task_id)
    given = sa.or_(drafts.c.number.is_not(None), drafts.c.text.is_not(None), drafts.c.cant_say)
    replaced = submitted.c.item.in_(typed.with_only_columns(drafts.c.item))
    await tx.execute(sa.delete(submitted).where(submitted.c.task_id == task_id, replaced))
    await tx.execute(sa.insert(submitted).from_select(list(drafts.columns.keys()), typed.where(given)))
    await tx.execute(sa.delete(drafts).where(drafts.c.task_id == task_id))
    return True


async def reopen(tx: Tx, task_ids: Collection[str], until: datetime) -> int:
    """Return reviews to their reviewers until a moment, in whatever state they are, at the first page; how many."""
    values = {"state": TaskState.REOPENED, "reopened_until": until, "page": 0}
    done = await tx.execute(sa.update(tasks).where(tasks.c.id.in_(task_ids)).values(values))
    return done.rowcount


async def close_reopened(tx: Tx, cycle_id: str, reviewee_id: str) -> int:
    """End the return of a person's reviews; how many. What was submitted before stands, the rest is void."""
    again = sa.case(
        (_NEVER_SUBMITTED, sa.literal(TaskState.VOID, tasks.c.state.type)),
        else_=sa.literal(TaskState.SUBMITTED, tasks.c.state.type),
    )
    done = await tx.execute(
        sa.update(tasks)
        .where(tasks.c.cycle_id == cycle_id, tasks.c.reviewee_id == reviewee_id)
        .where(tasks.c.state == TaskState.REOPENED)
        .values(state=again, reopened_until=None)
    )
    return done.rowcount


async def void_unsubmitted(tx: Tx, cycle_id: str) -> int:
    """Give up the reviews of a cycle that were never submitted; how many. Their drafts are kept."""
    return await _void(tx, tasks.c.cycle_id == cycle_id)


async def void_of_person(tx: Tx, cycle_id: str, person_id: str) -> int:
    """Give up the never submitted reviews by and about a person who left; how many."""
    concerned = sa.or_(tasks.c.reviewer_id == person_id, tasks.c.reviewee_id == person_id)
    return await _void(tx, sa.and_(tasks.c.cycle_id == cycle_id, concerned))


async def reassign_manager(
    tx: Tx, cycle_id: str, reviewee_id: str, new_reviewer_id: str, *, revive: bool = False
) -> bool:
    """Move the open manager review to a new manager; what the old one had typed is dropped, for it is theirs.

    `revive`: also one that became void unwritten, because the old manager left. False where there is none to
    move, or where the new manager has one of this person already.
    """
    theirs = (
        tasks.c.cycle_id == cycle_id,
        tasks.c.reviewee_id == reviewee_id,
        tasks.c.relation == Relation.MANAGER,
    )
    if await tx.scalar(sa.select(tasks.c.id).where(*theirs, tasks.c.reviewer_id == new_reviewer_id)):
        return False
    movable = tasks.c.state.in_(UNDONE)
    if revive:
        movable |= sa.and_(tasks.c.state == TaskState.VOID, tasks.c.submitted_at.is_(None))
    ids = list(await tx.scalars(sa.select(tasks.c.id).where(*theirs, movable)))
    await tx.execute(sa.delete(drafts).where(drafts.c.task_id.in_(ids)))
    afresh = sa.case(
        (tasks.c.submitted_at.is_(None), sa.literal(TaskState.OPEN, tasks.c.state.type)), else_=tasks.c.state
    )
    await tx.execute(
        sa.update(tasks)
        .where(tasks.c.id.in_(ids))
        .values(reviewer_id=new_reviewer_id, state=afresh, page=0, draft_view="", revision=tasks.c.revision + 1)
    )
    return bool(ids)


def _listed() -> sa.Select[tuple[object, ...]]:
    unsent = sa.and_(tasks.c.submitted_at.is_not(None), sa.exists().where(drafts.c.task_id == tasks.c.id))
    return (
        sa.select(tasks, unsent.label("unsent"))
        .join(_reviewee, _reviewee.c.id == tasks.c.reviewee_id)
        .join(_reviewer, _reviewer.c.id == tasks.c.reviewer_id)
    )


def _draft_if_open() -> sa.ColumnElement[TaskState]:
    return sa.case(
        (tasks.c.state == TaskState.OPEN, sa.literal(TaskState.DRAFT, tasks.c.state.type)),
        else_=tasks.c.state,
    )


async def _void(tx: Tx, condition: sa.ColumnElement[bool]) -> int:
    done = await tx.execute(
        sa.update(tasks).where(condition, _NEVER_SUBMITTED).values(state=TaskState.VOID, reopened_until=None)
    )
    return done.rowcount

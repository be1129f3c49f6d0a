"""What a reviewer does: see the list, open a review, write it page by page, send it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from appraisal import messages
from appraisal.cycle import MINUTES_A_REVIEW, OPEN, Cycle, State
from appraisal.errors import Code, InvalidInput, NotAllowed, NotFound, WrongState
from appraisal.people import Directory, Person
from appraisal.review import (
    UNDONE,
    Answer,
    Page,
    Sheet,
    Task,
    TaskState,
    Todo,
    TodoList,
    check_answer,
    check_can_write,
    is_stale,
    missing,
    pages_for,
)
from services import asking_again
from services.deps import Deps
from services.people import check_active
from services.settling import settle_at_once
from storage import cycles, metrics, outbox, people, reviews, tallies
from storage.engine import Tx


async def todo_lists(deps: Deps, who: Person) -> list[TodoList]:
    """The person's reviews in every open cycle, the one due first on top."""
    async with deps.read() as tx:
        return await todos(tx, who)


async def todos(tx: Tx, who: Person) -> list[TodoList]:
    mine: dict[str, list[Task]] = {}
    for task in await reviews.of_reviewer(tx, who.id):
        mine.setdefault(task.cycle_id, []).append(task)
    directory = await people.some(tx, (t.reviewee_id for tasks in mine.values() for t in tasks))
    lists = [todo_list(c, who, mine[c.id], directory) for c in await cycles.in_states(tx, OPEN) if c.id in mine]
    return sorted(lists, key=lambda t: t.cycle.due_at)


async def next_to_write(deps: Deps, who: Person) -> Todo | None:
    """The review to go on with: one already begun, else the first of the cycle due first; None where all are sent."""
    waiting = [t for todo in await todo_lists(deps, who) for t in todo.open]
    return min(waiting, key=lambda t: t.task.state is TaskState.OPEN, default=None)


async def todo_of(deps: Deps, reviewer_id: str, cycle_id: str) -> TodoList | None:
    """One person's reviews of one cycle, open or closed; None where there are none."""
    async with deps.read() as tx:
        who = await people.get(tx, reviewer_id)
        cycle = await cycles.get(tx, cycle_id)
        tasks = await reviews.of_reviewer(tx, reviewer_id, cycle_ids=[cycle_id])
        if not (who and cycle and tasks):
            return None
        return todo_list(cycle, who, tasks, await people.some(tx, (t.reviewee_id for t in tasks)))


def todo_list(cycle: Cycle, who: Person, tasks: Iterable[Task], directory: Directory) -> TodoList:
    """Own review first, then by the reviewee's name; void reviews left out."""
    lines = sorted(
        (Todo(t, directory[t.reviewee_id]) for t in tasks if t.state is not TaskState.VOID),
        key=lambda t: (t.reviewee.id != who.id, t.reviewee.name, t.task.relation),
    )
    return TodoList(cycle, who, tuple(lines), MINUTES_A_REVIEW * sum(t.task.state in UNDONE for t in lines))


async def open_review(deps: Deps, who: Person, task_id: str) -> Sheet:
    """The review where the person left it. Raises NotAllowed, NotFound, WrongState where it is too late."""
    async with deps.read() as tx:
        task, cycle = await _own(tx, who, task_id)
        check_can_write(cycle, task, deps.now())
        return await _sheet(tx, task, cycle)


async def save_typing(
    deps: Deps, who: Person, task_id: str, answers: Mapping[str, Answer], *, view: str, revision: int
) -> bool:
    """Keep what is being filled in. False where it came too late to matter: a page turn has saved more since.

    Raises NotAllowed, NotFound, WrongState, InvalidInput.
    """
    async with deps.begin() as tx:
        task, cycle = await _own(tx, who, task_id, lock=True)
        check_can_write(cycle, task, deps.now())
        if is_stale(task, view=view, revision=revision):
            return False
        await _save(tx, cycle, task, answers)
        if task.state is TaskState.OPEN:
            await reviews.mark_draft(tx, task.id)
            await _refresh_card(tx, deps, cycle, who)
    return True


async def turn_page(
    deps: Deps, who: Person, task_id: str, answers: Mapping[str, Answer], *, to: int, view: str
) -> Sheet:
    """Save the page being left and go to page `to` (0-based; the number of pages means the last check)."""
    async with deps.begin() as tx:
        task, cycle = await _own(tx, who, task_id, lock=True)
        check_can_write(cycle, task, deps.now())
        await _save(tx, cycle, task, answers)
        page = max(0, min(to, len(pages_for(cycle.scheme, task.relation))))
        await reviews.turn_page(tx, task.id, page=page, revision=task.revision + 1, view=view)
        state = TaskState.DRAFT if task.state is TaskState.OPEN else task.state
        if state is not task.state or state is TaskState.SUBMITTED:  # begun, or changed and not sent yet
            await _refresh_card(tx, deps, cycle, who)
        turned = replace(task, page=page, revision=task.revision + 1, draft_view=view, state=state)
        return await _sheet(tx, turned, cycle)


async def submit_review(deps: Deps, who: Person, task_id: str) -> Sheet:
    """Hand in what is saved. Sending twice is harmless.

    1. everything that must be answered is; 2. the draft becomes the answers; 3. the reviewer's card is updated;
    4. HR hears when the last review of the cycle is in; a returned score is worked out again.

    Raises InvalidInput(ANSWERS_MISSING) with `field` the first page (0-based) that lacks something.
    """
    now = deps.now()
    async with deps.begin() as tx:
        first = await reviews.get(tx, task_id)
        if first:  # the cycle first, so that closing waits for us or we for it, and of two last reviews one sees it
            await cycles.get(tx, first.cycle_id, lock=True)
        task, cycle = await _own(tx, who, task_id, lock=True)
        check_can_write(cycle, task, now)
        sheet = await _sheet(tx, task, cycle)
        if lacking := missing(sheet.pages, sheet.answers):
            raise InvalidInput(Code.ANSWERS_MISSING, field=str(lacking[0][0]), count=len(lacking))
        states = {*UNDONE, TaskState.SUBMITTED}
        if not await reviews.submit(tx, task.id, frm=states, at=now):
            raise WrongState(Code.REVIEW_GONE)
        await outbox.add(tx, recipient=who.id, message=messages.TodoCard(cycle_id=cycle.id), now=now, priority=0)
        await asking_again.tell_sent(tx, task, now=now)
        is_again = task.state is TaskState.REOPENED and cycle.state is State.APPROVING
        if not is_again and task.state in UNDONE and not await tallies.waiting(tx, cycle.id, 1):
            await outbox.add(
                tx,
                recipient=cycle.owner_id,
                message=messages.AllReviewsIn(cycle_id=cycle.id),
                now=now,
                key=f"all-reviews-in:{cycle.id}",
            )
    if is_again:
        await settle_at_once(deps, cycle.id, task.reviewee_id)
    return replace(sheet, task=replace(task, state=TaskState.SUBMITTED, submitted_at=now))


async def unsent(deps: Deps, who: Person, task_id: str) -> Sheet:
    """What the person has written, when it can no longer be sent: to be shown and copied."""
    async with deps.read() as tx:
        task, cycle = await _own(tx, who, task_id)
        return await _sheet(tx, task, cycle)


async def _own(tx: Tx, who: Person, task_id: str, *, lock: bool = False) -> tuple[Task, Cycle]:
    """The review, if it is theirs to write, and its cycle with the reviewee's form."""
    check_active(who)
    task = await reviews.get(tx, task_id, lock=lock)
    if task is None:
        raise NotFound(Code.NO_SUCH_REVIEW)
    if task.reviewer_id != who.id:
        raise NotAllowed(Code.NOT_YOURS)
    cycle = await cycles.get(tx, task.cycle_id)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    return task, await cycles.with_form(tx, cycle, task.reviewee_id)


async def _refresh_card(tx: Tx, deps: Deps, cycle: Cycle, who: Person) -> None:
    card = messages.TodoCard(cycle_id=cycle.id)
    await outbox.add(tx, recipient=who.id, message=card, now=deps.now(), priority=2)


async def _save(tx: Tx, cycle: Cycle, task: Task, answers: Mapping[str, Answer]) -> None:
    asked = {i.key: i for p in pages_for(cycle.scheme, task.relation) for i in p.items}
    for key, answer in answers.items():
        if key not in asked:
            raise InvalidInput(Code.ANSWER_INVALID, field=key, item=key)
        check_answer(asked[key], answer)
    await reviews.save_answers(tx, task.id, answers.values())


async def _sheet(tx: Tx, task: Task, cycle: Cycle) -> Sheet:
    directory = await people.some(tx, (task.reviewee_id, task.reviewer_id))
    figures = await metrics.of_period(tx, cycle.period_start, cycle.period_end, person_ids=[task.reviewee_id])
    sizes = await tallies.group_sizes(tx, cycle.id, task.reviewee_id)
    pages: tuple[Page, ...] = pages_for(cycle.scheme, task.relation)
    return Sheet(
        task=task,
        cycle=cycle,
        reviewee=directory[task.reviewee_id],
        reviewer=directory[task.reviewer_id],
        pages=pages,
        answers=await reviews.answers(tx, task.id),
        figures=tuple(figures),
        group_size=sizes.get(task.relation, 0),
        request=await asking_again.request_of(tx, task),
    )

"""Working a score out again: when returned reviews are in, and when figures come late."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from functools import partial

import structlog

from appraisal import messages
from appraisal.approval import Approval, ApprovalState
from appraisal.cycle import Cycle, State
from appraisal.review import Task, TaskState
from services import asking_again
from services.deps import Deps
from services.rescoring import Decided, decide, rescore, take_in_figures
from services.turns import in_turn
from storage import approvals, cycles, outbox, reviews, scores
from storage.engine import Tx

_log = structlog.get_logger(__name__)

FAILED = "settling-failed"


async def settle_returns(deps: Deps) -> int:
    """Work out again every returned score whose reopened reviews are in, or overdue. Returns how many.

    Raises ExceptionGroup where some fail, after all others.
    """
    async with deps.read() as tx:
        returned = await approvals.in_states(tx, {ApprovalState.RETURNED})
    return await in_turn(FAILED, [(a.cycle_id, partial(settle, deps, a.cycle_id, a.person_id)) for a in returned])


async def settle_at_once(deps: Deps, cycle_id: str, person_id: str) -> None:
    """The same of one person, for whoever has just sent a review again: theirs is sent even where this fails.

    The ticker tries again.
    """
    try:
        await settle(deps, cycle_id, person_id)
    except Exception:
        _log.exception(FAILED, id=cycle_id)


async def settle(deps: Deps, cycle_id: str, person_id: str) -> bool:
    """Work a returned score out again. False while somebody may still answer.

    1. what may be taken in is decided, while others can write; 2. reviews that were not sent in time close again, what
    was sent before stands; 3. the score is worked out again; 4. the manager gets the card back.
    """
    now = deps.now()
    async with deps.read() as tx:
        if not await _is_due(tx, cycle_id, person_id, now):
            return False
    decided = await decide(deps, cycle_id, person_id)
    async with deps.begin() as tx:
        cycle = await cycles.get(tx, cycle_id, lock=True)
        approval = await approvals.get(tx, cycle_id, person_id)
        if cycle is None or approval is None or not await _is_due(tx, cycle_id, person_id, now):
            return False
        await _settle(tx, cycle, approval, decided, now)
    return True


async def _is_due(tx: Tx, cycle_id: str, person_id: str, now: datetime) -> bool:
    cycle, approval = await cycles.get(tx, cycle_id), await approvals.get(tx, cycle_id, person_id)
    if cycle is None or cycle.state is not State.APPROVING:
        return False
    if approval is None or approval.state is not ApprovalState.RETURNED:
        return False
    return not any(t.reopened_until and now <= t.reopened_until for t in await _reopened(tx, approval))


async def _reopened(tx: Tx, approval: Approval) -> list[Task]:
    about = await reviews.of_reviewee(tx, approval.cycle_id, approval.person_id)
    return [t for t in about if t.state is TaskState.REOPENED]


async def _settle(tx: Tx, cycle: Cycle, approval: Approval, decided: Decided | None, now: datetime) -> None:
    person_id, reopened = approval.person_id, await _reopened(tx, approval)
    await reviews.close_reopened(tx, cycle.id, person_id)
    await rescore(tx, cycle, person_id, since=_returned_at(approval), now=now, decided=decided)
    again: Approval = replace(approval, state=ApprovalState.PENDING, decided_at=None)
    done = await approvals.decide(tx, again, frm={ApprovalState.RETURNED})
    assert done, "nobody else decides while the cycle is locked"
    if approval.approver_id:
        card = messages.ApprovalCard(cycle_id=cycle.id, person_id=person_id)
        await outbox.add(tx, recipient=approval.approver_id, message=card, now=now)
        told = messages.ReviewsAnswered(cycle_id=cycle.id, person_id=person_id, in_time=not reopened)
        await outbox.add(tx, recipient=approval.approver_id, message=told, now=now)
    for task in sorted(reopened, key=lambda t: t.reviewer_id):
        mine = messages.TodoCard(cycle_id=cycle.id)
        await outbox.add(tx, recipient=task.reviewer_id, message=mine, now=now, priority=3)
        await asking_again.tell(tx, approval, task, now=now)


async def rescore_waiting(tx: Tx, start: date, end: date, person_ids: Collection[str], now: datetime) -> None:
    """Figures came after collecting: scores of that period that are not approved yet take them in.

    What is being scored just now is scored anew. Nobody ends collecting until these figures can be seen.
    """
    for cycle in await cycles.in_states(tx, {State.COLLECTING, State.APPROVING}, hold=True):
        if cycle.state is State.COLLECTING or (cycle.period_start, cycle.period_end) != (start, end):
            continue
        if await scores.forget_cards(tx, cycle.id, person_ids):
            continue
        for approval in await approvals.of_cycle(tx, cycle.id):
            undecided = approval.state in (ApprovalState.PENDING, ApprovalState.RETURNED)
            if undecided and approval.person_id in person_ids:
                await take_in_figures(tx, cycle, approval.person_id, now=now)
                if approval.approver_id:
                    card = messages.ApprovalCard(cycle_id=cycle.id, person_id=approval.person_id)
                    await outbox.add(tx, recipient=approval.approver_id, message=card, now=now)


def _returned_at(approval: Approval) -> datetime:
    assert approval.decided_at is not None, "a returned approval has the time of its return"
    return approval.decided_at

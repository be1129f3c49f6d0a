"""Working a score out again: when returned reviews are in, and when figures come late."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from appraisal import messages
from appraisal.approval import Approval, ApprovalState
from appraisal.cycle import Cycle, State
from appraisal.review import TaskState
from services import asking_again
from services.deps import Deps
from services.rescoring import rescore, take_in_figures
from storage import approvals, cycles, outbox, reviews, scores
from storage.engine import Tx


async def settle_returns(deps: Deps) -> int:
    """Work out again every returned score whose reopened reviews are in, or overdue. Returns how many."""
    async with deps.read() as tx:
        returned = await approvals.in_states(tx, {ApprovalState.RETURNED})
    settled = 0
    for approval in returned:
        async with deps.begin() as tx:
            cycle = await cycles.get(tx, approval.cycle_id, lock=True)
            if cycle and cycle.state is State.APPROVING:
                settled += await settle_return(tx, cycle, approval.person_id, deps.now())
    return settled


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


async def settle_return(tx: Tx, cycle: Cycle, person_id: str, now: datetime) -> bool:
    """False while somebody may still answer.

    1. reviews that were not sent in time close again, what was sent before stands; 2. the score is worked out
    again; 3. the manager gets the card back.
    """
    approval = await approvals.get(tx, cycle.id, person_id)
    if approval is None or approval.state is not ApprovalState.RETURNED:
        return False
    reopened = [t for t in await reviews.of_reviewee(tx, cycle.id, person_id) if t.state is TaskState.REOPENED]
    if any(t.reopened_until and now <= t.reopened_until for t in reopened):
        return False
    await reviews.close_reopened(tx, cycle.id, person_id)
    await rescore(tx, cycle, person_id, since=_returned_at(approval), now=now)
    again: Approval = replace(approval, state=ApprovalState.PENDING, decided_at=None)
    if not await approvals.decide(tx, again, frm={ApprovalState.RETURNED}):
        return False
    if approval.approver_id:
        card = messages.ApprovalCard(cycle_id=cycle.id, person_id=person_id)
        await outbox.add(tx, recipient=approval.approver_id, message=card, now=now)
        told = messages.ReviewsAnswered(cycle_id=cycle.id, person_id=person_id, in_time=not reopened)
        await outbox.add(tx, recipient=approval.approver_id, message=told, now=now)
    for task in sorted(reopened, key=lambda t: t.reviewer_id):
        card_of_theirs = messages.TodoCard(cycle_id=cycle.id)
        await outbox.add(tx, recipient=task.reviewer_id, message=card_of_theirs, now=now, priority=3)
        await asking_again.tell(tx, approval, task, now=now)
    return True


def _returned_at(approval: Approval) -> datetime:
    assert approval.decided_at is not None, "a returned approval has the time of its return"
    return approval.decided_at

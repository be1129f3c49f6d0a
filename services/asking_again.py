"""What those read who are asked to write about somebody again: in their DM, and on top of the review."""

from __future__ import annotations

from datetime import datetime

from appraisal.approval import Approval, ApprovalState
from appraisal.messages import ReviewsReturned
from appraisal.review import Request, Task, TaskState, Todo
from services.deps import Deps
from storage import approvals, outbox, people, reviews
from storage.engine import Tx


async def tell(tx: Tx, approval: Approval, task: Task, *, now: datetime) -> None:
    """Queue what a reviewer is to know of the return of a review, also that it is over. `task`: while it is open."""
    if approval.state is not ApprovalState.RETURNED or task.reopened_until is None:
        return
    message = ReviewsReturned(
        cycle_id=task.cycle_id,
        reviewee_id=task.reviewee_id,
        note=approval.reason,
        until=task.reopened_until,
        at=approval.decided_at,
        by=approval.approver_id or "",
    )
    await outbox.add(tx, recipient=task.reviewer_id, message=message, now=now)


async def tell_sent(tx: Tx, task: Task, *, now: datetime) -> None:
    """The same, for one who has just sent the review."""
    if task.state is TaskState.REOPENED and (approval := await approvals.get(tx, task.cycle_id, task.reviewee_id)):
        await tell(tx, approval, task, now=now)


async def asked(deps: Deps, reviewer_id: str, message: ReviewsReturned) -> tuple[list[Todo], str]:
    """For delivery: the recipient's reviews about the person, in every state, and the name of who asks."""
    async with deps.read() as tx:
        mine = await reviews.of_reviewer(tx, reviewer_id, cycle_ids=[message.cycle_id])
        names = await people.some(tx, (message.reviewee_id, message.by))
    by = names.find(message.by)
    about = [Todo(t, names[t.reviewee_id]) for t in mine if t.reviewee_id == message.reviewee_id]
    return about, by.name if by else ""


async def request_of(tx: Tx, task: Task) -> Request | None:
    """What is asked of the writer of a review; None where it was not returned."""
    if task.state is not TaskState.REOPENED or task.reopened_until is None:
        return None
    approval = await approvals.get(tx, task.cycle_id, task.reviewee_id)
    by = await people.get(tx, approval.approver_id) if approval and approval.approver_id else None
    return Request(by.name if by else "", approval.reason if approval else "", task.reopened_until)

"""What each message says: facts from the services, words from the views, at the moment of sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appraisal import messages
from appraisal.approval import ApprovalState
from appraisal.cycle import State
from appraisal.errors import AppraisalError
from appraisal.messages import Message
from appraisal.people import Person
from appraisal.reminders import Rule
from appraisal.review import Request
from services import asking_again, results, reviews, sources
from services.deps import Deps
from services.progress import progress_of
from views import approval, asked, improvement, news, notices, result, todo
from views import sources as source_pages
from views.blocks import Rendered
from views.text import Words


@dataclass(frozen=True)
class Envelope:
    """To whom, when, and whether the card is in the conversation already."""

    deps: Deps
    recipient: Person
    now: datetime
    has_card: bool = False

    @property
    def w(self) -> Words:
        return Words(self.recipient.locale, self.recipient.time_zone)


async def write(envelope: Envelope, message: Message) -> Rendered | None:
    """The message in the recipient's language; None where nothing is left to say, or not to them any more."""
    try:
        return await LETTERS[type(message)](envelope, message)
    except AppraisalError:  # what it was about is gone, or was never released
        return None


async def _todo_card(to: Envelope, message: messages.TodoCard) -> Rendered | None:
    mine = await reviews.todo_of(to.deps, to.recipient.id, message.cycle_id)
    if mine is None or not (mine.open or to.has_card):
        return None
    return todo.todo_card(mine, to.w, to.now)


async def _review_reminder(to: Envelope, message: messages.ReviewReminder) -> Rendered | None:
    mine = await reviews.todo_of(to.deps, to.recipient.id, message.cycle_id)
    if mine is None:
        return None
    if to.now > mine.cycle.due_at and message.rule is not Rule.ONE_DAY_OVERDUE:
        return None  # held up for so long that its words would be wrong; the next rule has better ones
    return todo.reminder(mine, message.rule, to.w, to.now)


async def _reviews_returned(to: Envelope, message: messages.ReviewsReturned) -> Rendered | None:
    about, by = await asking_again.asked(to.deps, to.recipient.id, message)
    if opened := [t for t in about if t.task.reopened_until == message.until]:
        return asked.returned(opened[0], Request(by, message.note, message.until), to.w)
    if not about or not to.has_card or message.at is None:
        return None
    return asked.over(about[0], message.at, to.w)


async def _approval_card(to: Envelope, message: messages.ApprovalCard) -> Rendered | None:
    card = await results.manager_card_of(to.deps, message.cycle_id, message.person_id)
    if card.approval.approver_id != to.recipient.id:
        return None
    return approval.manager_card(card, to.w, to.now)


async def _reviews_answered(to: Envelope, message: messages.ReviewsAnswered) -> Rendered | None:
    card = await results.manager_card_of(to.deps, message.cycle_id, message.person_id)
    if card.approval.approver_id != to.recipient.id or card.approval.state is not ApprovalState.PENDING:
        return None
    return news.reviews_answered(card, to.w, in_time=message.in_time)


async def _action_proposed(to: Envelope, message: messages.ActionProposed) -> Rendered | None:
    card = await results.action_card(to.deps, message.action_id)
    return improvement.action_card(card, to.w) if card.action.person_id == to.recipient.id else None


async def _action_answered(to: Envelope, message: messages.ActionAnswered) -> Rendered | None:
    card = await results.action_card(to.deps, message.action_id)
    return improvement.action_answered(card, to.w) if card.action.proposer_id == to.recipient.id else None


async def _result_released(to: Envelope, message: messages.ResultReleased) -> Rendered | None:
    own = await results.own_result(to.deps, to.recipient, message.cycle_id)
    return result.result_card(own, to.w, to.now)


async def _all_reviews_in(to: Envelope, message: messages.AllReviewsIn) -> Rendered | None:
    progress = await progress_of(to.deps, message.cycle_id)
    if progress.cycle.state is not State.COLLECTING or progress.submitted < progress.reviews:
        return None
    return notices.all_reviews_in(progress, to.w)


async def _all_approved(to: Envelope, message: messages.AllApproved) -> Rendered | None:
    progress = await progress_of(to.deps, message.cycle_id)
    if progress.approved < progress.approvals or progress.released == progress.approvals:
        return None
    return notices.all_approved(progress, to.w)


async def _result_acknowledged(to: Envelope, message: messages.ResultAcknowledged) -> Rendered | None:
    card = await results.manager_card_of(to.deps, message.cycle_id, message.person_id)
    if card.approval.state is not ApprovalState.ACKNOWLEDGED:
        return None
    return notices.acknowledged(card.person.name, to.w)


async def _source_failing(to: Envelope, message: messages.SourceFailing) -> Rendered | None:
    found = await sources.failing(to.deps, message.source)
    return source_pages.failing(*found, to.w) if found else None


async def _rows_left_out(to: Envelope, message: messages.RowsLeftOut) -> Rendered | None:
    found = await sources.left_out(to.deps, message.source, message.import_id)
    return source_pages.rows_left_out(*found, to.w) if found else None


Letter = Callable[[Envelope, Any], Awaitable[Rendered | None]]
LETTERS: dict[type[Any], Letter] = {
    messages.TodoCard: _todo_card,
    messages.ReviewReminder: _review_reminder,
    messages.ReviewsReturned: _reviews_returned,
    messages.ApprovalCard: _approval_card,
    messages.ReviewsAnswered: _reviews_answered,
    messages.ActionProposed: _action_proposed,
    messages.ActionAnswered: _action_answered,
    messages.ResultReleased: _result_released,
    messages.AllReviewsIn: _all_reviews_in,
    messages.AllApproved: _all_approved,
    messages.ResultAcknowledged: _result_acknowledged,
    messages.SourceFailing: _source_failing,
    messages.RowsLeftOut: _rows_left_out,
}

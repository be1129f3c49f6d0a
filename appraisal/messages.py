"""Things to tell people, as facts. Stored in the outbox, worded in the recipient's language when they are sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from appraisal.reminders import Rule


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def card_key(self) -> str | None:
        """The card this message updates in place; None where each is a message of its own."""
        return None


class TodoCard(_Message):
    """The recipient's reviews of a cycle."""

    kind: Literal["todo-card"] = "todo-card"
    cycle_id: str

    def card_key(self) -> str:
        return f"todo:{self.cycle_id}"


class ReviewReminder(_Message):
    """Reviews are due. Rendered from what is still open when it is sent; nothing open, nothing sent."""

    kind: Literal["review-reminder"] = "review-reminder"
    cycle_id: str
    rule: Rule
    day: date


class ReviewsReturned(_Message):
    """The manager (`by`) asked at that moment for (more of) the recipient's reviews about one person.

    Says afterwards what became of it. Queued before `at` was known, it is no card.
    """

    kind: Literal["reviews-returned"] = "reviews-returned"
    cycle_id: str
    reviewee_id: str
    note: str
    until: datetime
    at: datetime | None = None
    by: str = ""

    def card_key(self) -> str | None:
        return f"returned:{self.cycle_id}:{self.reviewee_id}:{self.at.timestamp()}" if self.at else None


class ApprovalCard(_Message):
    """A score to decide on."""

    kind: Literal["approval-card"] = "approval-card"
    cycle_id: str
    person_id: str

    def card_key(self) -> str:
        return f"approval:{self.cycle_id}:{self.person_id}"


class ReviewsAnswered(_Message):
    """The reviews that the recipient asked for again are in, or (`in_time` False) their time is over."""

    kind: Literal["reviews-answered"] = "reviews-answered"
    cycle_id: str
    person_id: str
    in_time: bool


class ActionProposed(_Message):
    """An improvement action for the recipient to accept or comment on."""

    kind: Literal["action-proposed"] = "action-proposed"
    action_id: str

    def card_key(self) -> str:
        return f"action:{self.action_id}"


class ActionAnswered(_Message):
    """The employee accepted or commented on the action that the recipient proposed."""

    kind: Literal["action-answered"] = "action-answered"
    action_id: str


class ResultReleased(_Message):
    """The recipient's result."""

    kind: Literal["result-released"] = "result-released"
    cycle_id: str

    def card_key(self) -> str:
        return f"result:{self.cycle_id}"


class AllReviewsIn(_Message):
    """Every review of a cycle is submitted; HR can close collecting."""

    kind: Literal["all-reviews-in"] = "all-reviews-in"
    cycle_id: str


class AllApproved(_Message):
    """Every score of a cycle is approved; HR can release."""

    kind: Literal["all-approved"] = "all-approved"
    cycle_id: str


class ResultAcknowledged(_Message):
    """An employee has read the result; for the approver."""

    kind: Literal["result-acknowledged"] = "result-acknowledged"
    cycle_id: str
    person_id: str


class SourceFailing(_Message):
    """A source of figures gives nothing; for HR, once a day while that lasts."""

    kind: Literal["source-failing"] = "source-failing"
    source: str
    day: date


class RowsLeftOut(_Message):
    """A source brought rows that could not be taken, or are doubtful; for HR, once for each file."""

    kind: Literal["rows-left-out"] = "rows-left-out"
    source: str
    import_id: str


Message = Annotated[
    TodoCard
    | ReviewReminder
    | ReviewsReturned
    | ApprovalCard
    | ReviewsAnswered
    | ActionProposed
    | ActionAnswered
    | ResultReleased
    | AllReviewsIn
    | AllApproved
    | ResultAcknowledged
    | SourceFailing
    | RowsLeftOut,
    Field(discriminator="kind"),
]
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)

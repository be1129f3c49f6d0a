"""What a person's Home shows: what they have to do, actions, the last result, and for HR the open cycles."""

from __future__ import annotations

from dataclasses import dataclass

from appraisal.actions import Action, ActionCard
from appraisal.approval import Approval
from appraisal.cycle import Cycle, Progress
from appraisal.people import Person
from appraisal.review import TodoList


@dataclass(frozen=True)
class ToDecide:
    """A score that waits for the reader's decision, or for release."""

    cycle: Cycle
    person: Person
    approval: Approval


@dataclass(frozen=True)
class LastResult:
    """The newest released result in one line: `total` and `band` are the approved ones."""

    cycle: Cycle
    total: float | None
    band: str | None


@dataclass(frozen=True)
class Home:
    person: Person
    is_hr: bool
    todo: tuple[TodoList, ...]
    to_decide: tuple[ToDecide, ...]
    actions_to_answer: tuple[ActionCard, ...]
    last_result: LastResult | None
    agreed: tuple[Action, ...] = ()  # improvement actions
    to_change: tuple[ActionCard, ...] = ()  # that the person, or somebody of theirs, would like changed
    progress: tuple[Progress, ...] = ()  # HR only

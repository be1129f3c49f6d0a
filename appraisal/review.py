"""A review: one reviewer's answers about one reviewee, filled page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appraisal.cycle import Cycle, State
from appraisal.errors import Code, InvalidInput, WrongState
from appraisal.people import Person
from appraisal.scheme import (
    AnyQuestion,
    ChoiceItem,
    Dimension,
    Disclosure,
    MetricItem,
    NumberItem,
    RatingItem,
    Relation,
    Scheme,
    TextItem,
)


class TaskState(StrEnum):
    OPEN = "open"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REOPENED = "reopened"  # returned by the manager; the answers stand until it is submitted again
    VOID = "void"  # the cycle was closed without it, or a person left


@dataclass(frozen=True)
class Task:
    """A review to write. `page` is where the draft stopped (0-based); `revision` counts saved page turns.

    `draft_view` is the id of the modal that made the last page turn: typing that this modal sent before the
    turn and that arrives after it is stale.
    """

    id: str
    cycle_id: str
    reviewee_id: str
    reviewer_id: str
    relation: Relation
    state: TaskState = TaskState.OPEN
    page: int = 0
    revision: int = 0
    draft_view: str = ""
    submitted_at: datetime | None = None
    reopened_until: datetime | None = None
    unsent: bool = False  # sent before, and changed since without sending again; known in lists only


@dataclass(frozen=True)
class Answer:
    """The answer to one item: a number (rating, number), a text (text, choice key), or `cant_say`."""

    item: str
    number: float | None = None
    text: str | None = None
    cant_say: bool = False

    @property
    def empty(self) -> bool:
        return self.number is None and not (self.text or "").strip() and not self.cant_say


@dataclass(frozen=True)
class Page:
    """The questions of one dimension that this relation is asked."""

    dimension: Dimension
    items: tuple[AnyQuestion, ...]


@dataclass(frozen=True, slots=True)  # a file may hold a hundred thousand
class Figure:
    """A metric of one person and period as imported, and where it comes from. Values in the metric's unit."""

    person_id: str
    metric: str
    target: float
    actual: float
    import_id: str = ""
    row: int = 0
    sheet: str = ""
    as_of: date | None = None  # the day it is of, where the file says
    source: str = ""
    file_name: str = ""
    imported_at: datetime | None = None


@dataclass(frozen=True)
class Request:
    """What is asked of a reviewer who may write again. `by`: who decides on the score, "" where nobody does."""

    by: str
    note: str
    until: datetime


@dataclass(frozen=True)
class Sheet:
    """All that the review modal shows. `audience` per relation is computed from the live numbers."""

    task: Task
    cycle: Cycle
    reviewee: Person
    reviewer: Person
    pages: tuple[Page, ...]
    answers: dict[str, Answer]
    figures: tuple[Figure, ...]
    group_size: int  # reviewers of this relation asked about this reviewee
    last_actions: tuple[str, ...] = ()
    request: Request | None = None  # while the review is returned

    @property
    def disclosure(self) -> Disclosure:
        return self.cycle.scheme.disclosure[self.task.relation]


@dataclass(frozen=True)
class Todo:
    """One line of a person's list of reviews."""

    task: Task
    reviewee: Person


@dataclass(frozen=True)
class TodoList:
    """A person's reviews of one cycle, for the card, App Home and `/review`."""

    cycle: Cycle
    reviewer: Person
    todos: tuple[Todo, ...]
    minutes_left: int

    @property
    def open(self) -> tuple[Todo, ...]:
        return tuple(t for t in self.todos if t.task.state in UNDONE)

    @property
    def done(self) -> tuple[Todo, ...]:
        return tuple(t for t in self.todos if t.task.state is TaskState.SUBMITTED)


UNDONE = frozenset({TaskState.OPEN, TaskState.DRAFT, TaskState.REOPENED})


def pages_for(scheme: Scheme, relation: Relation) -> tuple[Page, ...]:
    """The form of one relation: a page per dimension, dimensions without a question left out."""
    pages = (Page(d, tuple(i for i in d.questions() if relation in i.relations)) for d in scheme.dimensions)
    return tuple(p for p in pages if p.items)


def relations_asked(scheme: Scheme) -> frozenset[Relation]:
    """The relations that a form has a question for; a review without one could not be written."""
    return frozenset(r for d in scheme.dimensions for i in d.questions() for r in i.relations)


def check_answer(item: AnyQuestion, answer: Answer) -> None:
    """Refuse a value the item does not have. Raises InvalidInput(ANSWER_INVALID or TEXT_TOO_LONG)."""
    if answer.cant_say or answer.empty:
        return
    match item:
        case RatingItem() | MetricItem():
            valid = answer.number in {a.point for a in item.anchors}
        case NumberItem():
            valid = answer.number is not None and item.low <= answer.number <= item.high
        case ChoiceItem():
            valid = answer.text in {o.key for o in item.options}
        case TextItem():
            if len(answer.text or "") > item.max_length:
                raise InvalidInput(Code.TEXT_TOO_LONG, field=item.key, limit=item.max_length)
            valid = answer.text is not None
    if not valid:
        raise InvalidInput(Code.ANSWER_INVALID, field=item.key, item=item.key)


def missing(pages: tuple[Page, ...], answers: dict[str, Answer]) -> list[tuple[int, str]]:
    """(page, item) of each question that must be answered and is not. Texts and numbers may stay empty."""
    return [
        (number, item.key)
        for number, page in enumerate(pages)
        for item in page.items
        if not isinstance(item, TextItem | NumberItem) and (item.key not in answers or answers[item.key].empty)
    ]


def is_stale(task: Task, *, view: str, revision: int) -> bool:
    """Whether typing comes from before the page turn that this same modal has made since."""
    return view == task.draft_view and revision < task.revision


def check_can_write(cycle: Cycle, task: Task, now: datetime) -> None:
    """Refuse writing where it is too late.

    While collecting, a first submission is welcome even after the deadline; a submitted review can be edited
    until the deadline. A review that the manager returned can be written until its own deadline.

    Raises WrongState(REVIEW_GONE, COLLECTING_OVER or EDITING_OVER).
    """
    if task.state is TaskState.REOPENED and task.reopened_until and now <= task.reopened_until:
        return
    if cycle.state is not State.COLLECTING:
        raise WrongState(Code.COLLECTING_OVER, name=cycle.name)
    if task.state is TaskState.VOID:
        raise WrongState(Code.REVIEW_GONE)
    if task.state is TaskState.SUBMITTED and now > cycle.due_at:
        raise WrongState(Code.EDITING_OVER, due=cycle.due_at)

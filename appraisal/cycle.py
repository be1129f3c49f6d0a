"""A cycle: who is reviewed, by whom, until when; its states and the only ways between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from appraisal.errors import Code, WrongState
from appraisal.scheme import Relation, Scheme

FEWEST_FOR_A_GROUP = 3  # the anonymity threshold cannot be set lower
MOST_PEERS = 4  # of one reviewee
FORMULA = 2  # version of the score formula that a new cycle gets; what it changes: `scoring/formulas.py`
MINUTES_A_REVIEW = 8  # estimate for a colleague's review; measured again when there is data


class State(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    NOMINATING = "nominating"
    COLLECTING = "collecting"
    APPROVING = "approving"
    RELEASED = "released"
    CLOSED = "closed"
    PAUSED = "paused"
    CANCELLED = "cancelled"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SCHEDULED, State.NOMINATING, State.COLLECTING, State.CANCELLED}),
    State.SCHEDULED: frozenset({State.NOMINATING, State.COLLECTING, State.CANCELLED}),
    State.NOMINATING: frozenset({State.COLLECTING, State.PAUSED, State.CANCELLED}),
    State.COLLECTING: frozenset({State.APPROVING, State.PAUSED, State.CANCELLED}),
    State.APPROVING: frozenset({State.RELEASED, State.PAUSED, State.CANCELLED}),
    State.RELEASED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
    State.PAUSED: frozenset({State.NOMINATING, State.COLLECTING, State.APPROVING, State.CANCELLED}),
    State.CANCELLED: frozenset(),
}
OPEN = frozenset({State.NOMINATING, State.COLLECTING, State.APPROVING, State.RELEASED, State.PAUSED})


@dataclass(frozen=True)
class Cycle:
    """One round of reviews. Period and `due_on` are calendar days; `due_at` is aware UTC (end of `due_on` for HR)."""

    id: str
    name: str
    scheme: Scheme  # the frozen copy
    period_start: date
    period_end: date
    relations: tuple[Relation, ...]
    peers_wanted: int  # per reviewee, 0 to 4
    threshold: int  # fewest ratings of a group that are shown or counted, at least 3
    due_at: datetime
    owner_id: str  # the HR person who opened it
    state: State = State.DRAFT
    seed: int = 1  # of assignment and of comment order; random, stored, so that both repeat
    formula: int = FORMULA  # version of the score formula, frozen when the cycle is drafted
    comment_threshold: int = FEWEST_FOR_A_GROUP  # fewest who must have written in a group for its comments to be shown
    correct_severity: bool = False  # whether strict and lenient reviewers are evened out, where there is enough data
    reads_texts: bool = True  # whether themes and tone of the comments are counted; off: nobody's text is analysed
    created_at: datetime | None = None
    opened_at: datetime | None = None
    collected_at: datetime | None = None  # when collecting was closed


@dataclass(frozen=True)
class Selection:
    """Who takes part: everyone, or the union of departments and people."""

    departments: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    everyone: bool = False


@dataclass(frozen=True)
class Participant:
    """A reviewee of a cycle with department, job family, form and manager at launch, as the results will be grouped."""

    cycle_id: str
    person_id: str
    department: str
    manager_id: str | None
    job_family: str = ""
    variant: str = ""  # key of the scheme's variant that is this person's form; "" is the common one


class Warning(StrEnum):
    """What HR should know before launch. Each has a text `warning-<value>`."""

    NO_MANAGER = "no-manager"  # nobody to approve but HR
    NO_APPROVER = "no-approver"  # not even HR: it would be their own score
    FEW_PEERS = "few-peers"  # fewer peers than the threshold: their answers will not be shown
    FEW_REPORTS = "few-reports"  # 1 or 2 reports: their answers will not be shown
    IN_OTHER_CYCLE = "in-other-cycle"
    EMPTY_DEPARTMENT = "empty-department"
    NOT_IN_SLACK = "not-in-slack"
    NO_METRICS = "no-metrics"
    FEW_TO_EVEN_OUT = "few-to-even-out"  # strict and lenient reviewers cannot be told apart


@dataclass(frozen=True)
class Notice:
    """One warning with whom or what it concerns (names)."""

    warning: Warning
    names: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What launching would do; nothing is stored but the draft."""

    cycle: Cycle
    people: int
    reviews: int
    by_relation: dict[Relation, int]
    highest_load: int
    busiest: tuple[str, ...]  # names of those with the highest load, at most 3
    minutes_each: int  # estimate for the average reviewer
    notices: tuple[Notice, ...]
    by_form: tuple[tuple[str, int], ...] = ()  # (variant, people), "" the common form; empty without variants


@dataclass(frozen=True)
class Progress:
    """Where an open cycle stands, for HR. No scores, no names of who said what."""

    cycle: Cycle
    people: int
    reviews: int
    submitted: int
    started: int
    waiting_on: tuple[tuple[str, int], ...]  # (name, reviews open), most first, at most 10
    by_department: tuple[tuple[str, int, int], ...]  # (department, submitted, reviews)
    approvals: int = 0
    approved: int = 0
    released: int = 0
    acknowledged: int = 0
    metrics_people: int = 0  # participants with at least one figure of the period


def check_move(cycle: Cycle, to: State) -> None:
    """Refuse a move that the table does not have. Raises WrongState(CYCLE_MOVED_ON)."""
    if to not in TRANSITIONS[cycle.state]:
        raise WrongState(Code.CYCLE_MOVED_ON, name=cycle.name, state=cycle.state.value)


def last_quarter(today: date) -> tuple[date, date]:
    """First and last day of the quarter to review: the one running in its last month, else the one before."""
    year, quarter = today.year, (today.month - 1) // 3
    if today.month % 3:
        year, quarter = (year, quarter - 1) if quarter else (year - 1, 3)
    start = date(year, 3 * quarter + 1, 1)
    after = date(year + quarter // 3, 3 * ((quarter + 1) % 4) + 1, 1)
    return start, after - timedelta(days=1)


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day

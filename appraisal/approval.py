"""Approval: the manager looks at a proposed score and approves, adjusts or returns it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from appraisal.actions import Action, ActionState
from appraisal.cycle import Cycle
from appraisal.errors import Code, InvalidInput, NotAllowed, WrongState
from appraisal.language.voices import Voices
from appraisal.news import News
from appraisal.people import Directory, Person
from appraisal.scheme import Disclosure, Relation, Scheme, Source, Text
from appraisal.scoring.card import Highlights, MetricResult, ScoreCard
from appraisal.scoring.composite import shown
from appraisal.scoring.formulas import FORMULAS
from appraisal.scoring.metrics import missed
from appraisal.scoring.protection import grouping
from appraisal.scoring.year import Annual

LEAST_REASON = 20  # characters
MOST_NOTE = 500  # characters of what is said about a cause


class ApprovalState(StrEnum):
    PENDING = "pending"
    RETURNED = "returned"  # reviews were reopened; the figures stand until they are in
    APPROVED = "approved"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"


UNDECIDED = frozenset({ApprovalState.PENDING, ApprovalState.RETURNED})
OUT = frozenset({ApprovalState.RELEASED, ApprovalState.ACKNOWLEDGED})  # the employee has the result


@dataclass(frozen=True)
class Approval:
    """The decision on one person's score. `adjusted` replaces the card's total where set."""

    cycle_id: str
    person_id: str
    approver_id: str | None
    state: ApprovalState = ApprovalState.PENDING
    adjusted: float | None = None
    reason: str = ""
    decided_at: datetime | None = None
    released_at: datetime | None = None
    acknowledged_at: datetime | None = None


@dataclass(frozen=True)
class Comment:
    """A written answer as it is shown: no reviewer, no time, no id."""

    item: str
    source: Source  # the group under which it stands
    text: str
    author: str | None = None  # only where the group is not anonymous


@dataclass(frozen=True)
class Comments:
    """Comments in an order that tells nothing. `hidden`: (item, group) of which too few wrote to show any."""

    comments: tuple[Comment, ...]
    hidden: tuple[tuple[str, Source], ...] = ()
    voices: Voices | None = None  # what they are about, where there are enough to sum up


@dataclass(frozen=True)
class ReviewCount:
    """How many of a group's reviews are in."""

    relation: Relation
    submitted: int
    asked: int


@dataclass(frozen=True)
class Cause:
    """Why somebody missed a metric's target, as the manager sees it.

    `cause` is a key of the scheme's list, "" for another one: then `note` says which. `author` is the manager's
    name, known where it is read.
    """

    cycle_id: str
    person_id: str
    metric: str
    cause: str
    note: str
    actor_id: str
    at: datetime
    author: str = ""


@dataclass(frozen=True)
class CauseNamed:
    """What the manager chose and wrote about one metric."""

    cause: str
    note: str = ""


@dataclass(frozen=True)
class ManagerCard:
    """All the manager sees before deciding."""

    cycle: Cycle
    person: Person
    approval: Approval
    score: ScoreCard
    highlights: Highlights
    comments: Comments
    actions: tuple[Action, ...]
    counts: tuple[ReviewCount, ...]
    causes: tuple[Cause, ...] = ()  # of missed targets
    sources: Mapping[str, Text] = field(default_factory=dict)  # by key: what HR calls those that are declared
    stale: frozenset[str] = frozenset()  # metrics whose figure is older than its source allows
    year: Annual | None = None  # so far, from what is decided
    news: News | None = None  # while it is to be decided

    @property
    def revision(self) -> str:
        """The same for as long as the approver would decide on the same: figures, comments, requests for a change."""
        requests = [(a.id, a.comment) for a in self.actions if a.state is ActionState.COMMENTED]
        comments = [(c.item, c.source, c.text) for c in self.comments.comments]
        looks = repr((self.score, comments, requests))
        return hashlib.sha256(looks.encode()).hexdigest()[:12]

    @property
    def missed(self) -> tuple[MetricResult, ...]:
        return missed(self.score.metrics)

    @property
    def unexplained(self) -> tuple[MetricResult, ...]:
        """The missed metrics whose cause nobody has named yet."""
        named = {c.metric for c in self.causes}
        return tuple(m for m in self.missed if m.metric not in named)


@dataclass(frozen=True)
class Result:
    """All the employee is told on release; `total` and `band` are the approved ones."""

    cycle: Cycle
    person: Person
    approver: Person | None
    approval: Approval
    total: float | None
    band: str | None
    score: ScoreCard
    highlights: Highlights
    comments: Comments
    actions: tuple[Action, ...]
    causes: tuple[Cause, ...] = ()  # of missed targets
    sources: Mapping[str, Text] = field(default_factory=dict)  # by key: what HR calls those that are declared
    year: Annual | None = None  # so far, from what is released


def final_total(card: ScoreCard, approval: Approval) -> float | None:
    """The total that counts: the adjusted one where the manager adjusted."""
    return approval.adjusted if approval.adjusted is not None else card.total


def final_band(scheme: Scheme, total: float | None) -> str | None:
    return scheme.band(shown(total)).key if total is not None else None


def adjustment_range(scheme: Scheme, total: float) -> tuple[int, int]:
    """Lowest and highest total a manager may set, whole points."""
    low, high = max(0.0, total - scheme.adjustment_limit), min(100.0, total + scheme.adjustment_limit)
    return shown(low), shown(high)


def to_ask_again(cycle: Cycle, counts: Iterable[ReviewCount], group: Relation | None) -> tuple[Relation, ...]:
    """The relations whose reviews a return reopens: a whole group, or (`group` None) whoever has not answered.

    Never so that one anonymous reviewer is asked, or their answer could be told from the others': of an anonymous
    group the missing are asked only while so few have answered that nothing was shown, alone or as part of others, or
    if there are as many of them as the threshold. Else a whole group is whoever has answered (`late_may_answer`).
    """
    every = list(counts)
    found: list[Relation] = []
    for count in every:
        late = count.asked - count.submitted if late_may_answer(cycle, every, count.relation) else 0
        if group is None:
            asks = late > 0
        elif cycle.scheme.disclosure[count.relation] is Disclosure.NAMED:
            asks = count.relation is group
        else:
            asks = count.relation is group and count.submitted + late >= cycle.threshold
        if asks:
            found.append(count.relation)
    return tuple(found)


def late_may_answer(cycle: Cycle, counts: Sequence[ReviewCount], relation: Relation) -> bool:
    """Whether those of a group who have not answered may be asked: a late answer could not be told from the others'."""
    if cycle.scheme.disclosure[relation] is Disclosure.NAMED:
        return True
    missing = sum(c.asked - c.submitted for c in counts if c.relation is relation)
    sizes = {Source(c.relation.value): c.submitted for c in counts}
    groups = grouping(cycle, sizes) if FORMULAS[cycle.formula].merges else {}
    own = Source(relation.value)
    together = [s for s in sizes if groups.get(s, s) is groups.get(own, own)]
    return sum(sizes[s] for s in together) < cycle.threshold or missing >= cycle.threshold


def check_adjustment(scheme: Scheme, card: ScoreCard, *, value: float, reason: str) -> None:
    """Refuse an adjustment beyond the scheme's limit or without a reason that explains.

    Raises InvalidInput(ADJUSTMENT_TOO_LARGE, SCORE_UNCHANGED, REASON_TOO_SHORT), WrongState(NO_SCORE).
    """
    if card.total is None:
        raise WrongState(Code.NO_SCORE)
    low, high = adjustment_range(scheme, card.total)
    if not low <= value <= high:
        raise InvalidInput(
            Code.ADJUSTMENT_TOO_LARGE,
            field="value",
            limit=scheme.adjustment_limit,
            low=low,
            high=high,
        )
    if value == shown(card.total):
        raise InvalidInput(Code.SCORE_UNCHANGED, field="value")
    if len(reason.strip()) < LEAST_REASON:
        raise InvalidInput(Code.REASON_TOO_SHORT, field="reason", least=LEAST_REASON)


def check_causes(scheme: Scheme, named: Mapping[str, CauseNamed]) -> None:
    """Refuse a cause that is not on the scheme's list, and another one without a note. `named` is by metric.

    Raises InvalidInput(ANSWER_INVALID, CAUSE_NOTE_MISSING, TEXT_TOO_LONG), with the metric as its field.
    """
    known = {"", *(option.key for option in scheme.causes)}
    for metric, given in named.items():
        if given.cause not in known:
            raise InvalidInput(Code.ANSWER_INVALID, field=metric, item=metric)
        if not given.cause and not given.note.strip():
            raise InvalidInput(Code.CAUSE_NOTE_MISSING, field=metric)
        if len(given.note) > MOST_NOTE:
            raise InvalidInput(Code.TEXT_TOO_LONG, field=metric, limit=MOST_NOTE)


def check_decides(approval: Approval, actor: Person) -> None:
    """Nobody decides their own score, and nobody but its approver. Raises NotAllowed."""
    if approval.person_id == actor.id:
        raise NotAllowed(Code.OWN_SCORE)
    if approval.approver_id != actor.id:
        raise NotAllowed(Code.NOT_YOUR_APPROVAL)


def check_undecided(approval: Approval) -> None:
    """Refuse a second decision. Raises WrongState(ALREADY_DECIDED, ALREADY_RELEASED or REVIEWS_AWAITED)."""
    if approval.state in OUT:
        raise WrongState(Code.ALREADY_RELEASED)
    if approval.state is ApprovalState.RETURNED:
        raise WrongState(Code.REVIEWS_AWAITED)
    if approval.state is not ApprovalState.PENDING:
        raise WrongState(Code.ALREADY_DECIDED)


def check_seen(card: ManagerCard, revision: str) -> None:
    """Refuse a decision on what is not there any more. Raises WrongState(CARD_CHANGED).

    `revision`: of the card on which was decided, "" where that is not known.
    """
    if revision and revision != card.revision:
        if card.score.total is None:
            raise WrongState(Code.CARD_CHANGED)
        raise WrongState(Code.CARD_CHANGED, total=shown(card.score.total))


def approver_for(person: Person, people: Directory, *, hr: Sequence[str], owner_id: str) -> str | None:
    """Who decides: the manager; without one the cycle's owner, another HR admin, or the manager's manager.

    Never the person. None where nobody is left.
    """
    if manager := people.manager_of(person):
        return manager.id
    gone = people.find(person.manager_id)
    above = people.manager_of(gone) if gone else None
    candidates = [owner_id, *hr, *([above.id] if above else [])]
    fit = [c for c in candidates if c != person.id and c in people and people[c].active]
    # Whoever reports to the person decides only where there is nobody else.
    return min(fit, key=lambda c: people[c].manager_id == person.id, default=None)

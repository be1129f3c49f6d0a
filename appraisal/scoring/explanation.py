"""What "Why this score?" says: every part of a card with its weight, and who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appraisal.scheme import Source, Text
from appraisal.scoring.agreement import Agreement
from appraisal.scoring.basis import Evened, Spread, Uncorrected
from appraisal.scoring.card import Gap, LeftOut, MetricResult


class Reader(StrEnum):
    """Who reads an explanation."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    HR = "hr"


class Happened(StrEnum):
    """What was done to a score. Each has a text `happened-<value>`."""

    RETURNED = "returned"  # reviews were asked for again
    SCORED_AGAIN = "scored-again"
    APPROVED = "approved"
    ADJUSTED = "adjusted"
    CAUSES_NAMED = "causes-named"
    RELEASED = "released"


@dataclass(frozen=True)
class FigureChange:
    """A metric's figure when a score was worked out again; None where there was none, or is none any more."""

    metric: str
    was: float | None
    now: float | None


@dataclass(frozen=True)
class Change:
    """Something that was done to a score. `by` is a name, "" where nobody in particular did it.

    `before` and `after` are totals: of an adjustment, whose `reason` is known while it stands, and of a score that was
    worked out again, where the reader decides on it and saw the one before. Of such a score too: `reviews`, whether
    answers that came in again were counted; `approver`, whether somebody else decides.
    """

    what: Happened
    at: datetime
    by: str = ""
    before: float | None = None
    after: float | None = None
    reason: str = ""
    asked: str = ""  # of a return: the relation that was asked again, or "missing"
    figures: tuple[FigureChange, ...] = ()
    reviews: bool = False
    approver: bool = False


@dataclass(frozen=True)
class OtherFigure:
    """What another import says about a metric, or about the level of one `goal`.

    `is_late`: it would count now, but came after the decision.
    """

    target: float
    actual: float
    source: str
    file_name: str
    as_of: date | None
    imported_at: datetime | None
    is_late: bool
    goal: str = ""


@dataclass(frozen=True)
class PartOf:
    """One group's part in an item. `weight` as the scheme has it, `share` of the item after renormalisation.

    `score`: what counts. `points`: what it adds to the total; None where it does not count.
    """

    source: Source
    weight: float
    share: float
    n: int
    score: float | None
    mean: float | None  # on the original scale
    points: float | None
    se: float | None
    agreement: Agreement | None
    left_out: LeftOut | None


@dataclass(frozen=True)
class ItemOf:
    """`share` of its dimension. `pull`: by how many points the item moves the total away from what the rest gives."""

    item: str
    name: Text
    weight: float
    share: float
    score: float | None
    points: float | None
    pull: float | None
    scale: tuple[float, float] | None  # lowest and highest point
    parts: tuple[PartOf, ...]
    gap: Gap | None


@dataclass(frozen=True)
class DimensionOf:
    """`share` of the total; `points` = share · score. The points of all dimensions add up to the total."""

    dimension: str
    name: Text
    weight: float
    share: float
    score: float | None
    se: float | None
    interval: tuple[float, float] | None
    points: float | None
    items: tuple[ItemOf, ...]


@dataclass(frozen=True)
class MetricOf:
    """A figure as it was measured, and what other imports say."""

    name: Text
    result: MetricResult
    others: tuple[OtherFigure, ...] = ()


@dataclass(frozen=True)
class SourceOf:
    """A source's share of the total. `error`: what it adds to the uncertainty, points of the total.

    `spread`: how far one reviewer of the kind is off, and where that is known from.
    """

    source: Source
    share: float
    n: int  # the most answers that any item has
    error: float | None
    spread: Spread | None


@dataclass(frozen=True)
class EveningOut:
    """Whether strict and lenient reviewers were evened out.

    For HR alone: `before`, the total without it, in whole points, and the `figures` of the cycle.
    """

    wanted: bool
    applied: bool
    reason: Uncorrected | None
    before: int | None
    figures: Evened | None


@dataclass(frozen=True)
class Explanation:
    """All that a total is made of, as far as the reader may see. Scores are 0 to 100 and not rounded.

    `total` is the computed one; `final` the one that counts. `stated`: the interval as people read it; `reach`: the
    bands besides the computed one that it touches. `is_same`: computing again from what was kept gives this card.
    """

    cycle_id: str
    cycle: str
    period: tuple[date, date]
    person_id: str
    person: str
    reader: Reader
    total: float | None
    final: float | None
    band: str | None
    final_band: str | None
    se: float | None
    interval: tuple[float, float] | None
    stated: tuple[int, int] | None
    reach: tuple[str, ...]
    formula: int
    formula_since: datetime | None
    threshold: int
    dimensions: tuple[DimensionOf, ...]
    sources: tuple[SourceOf, ...]
    merged: tuple[Source, ...]
    metrics: tuple[MetricOf, ...]
    missing_metrics: tuple[str, ...]
    bad_metrics: tuple[str, ...]
    evening_out: EveningOut
    changes: tuple[Change, ...]
    is_same: bool

    def items(self) -> list[ItemOf]:
        return [i for d in self.dimensions for i in d.items]

"""The score card: every figure of one person in one cycle, with what it was made of and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appraisal.scheme import Direction, Point, Source, Unit
from appraisal.scoring.agreement import Agreement

CONFIDENCE = 1.96  # standard errors on either side: 95 %


def interval(score: float | None, se: float | None) -> tuple[float, float] | None:
    """Where a score lies with 95 % confidence, within 0 to 100; None where it has no error that is known."""
    if score is None or se is None:
        return None
    return max(0.0, score - CONFIDENCE * se), min(100.0, score + CONFIDENCE * se)


class LeftOut(StrEnum):
    """Why a part does not count. Each has a text `left-out-<value>`."""

    NO_DATA = "no-data"
    TOO_FEW = "too-few"  # a group under the anonymity threshold
    NO_WEIGHT = "no-weight"  # shown for comparison only


class Gap(StrEnum):
    """How somebody's own view compares with that of others. Each but NONE has a text `gap-<value>`."""

    BLIND_SPOT = "blind-spot"  # sees it clearly more positively than others do
    HIDDEN_STRENGTH = "hidden-strength"  # others see it clearly more positively
    NONE = "none"  # no clear gap


@dataclass(frozen=True)
class ItemStats:
    """Answers of one group to one item about one person, aggregated by the database.

    `mean` and `variance` (over n - 1) are on the item's scale; a variance is unknown for one answer and for cycles
    from before it was kept. `shift`: points of 0 to 100 by which these reviewers are lenient on average (severe where
    negative); 0 where nothing is estimated. It is taken off anonymous groups only, and only where HR wants it.
    """

    reviewee_id: str
    item: str
    source: Source
    n: int
    mean: float
    variance: float | None = None
    shift: float = 0.0


@dataclass(frozen=True)
class Part:
    """One source's part in an item. `score` 0 to 100, None where it is not shown; `share` 0 to 1 of the item.

    `se`: standard error of the score in points, by n alone.
    """

    source: Source
    n: int  # answers; 0 where the group is hidden
    score: float | None
    mean: float | None  # on the original scale; None where strict and lenient reviewers were evened out
    share: float
    left_out: LeftOut | None = None
    se: float | None = None
    agreement: Agreement | None = None  # in words only: a figure would give the answers away


@dataclass(frozen=True)
class GoalLevel:
    """The level, -2 to 2, at which one of several goals was reached, its weight, and where that comes from."""

    goal: str
    weight: float
    level: int
    source: str = ""
    row: int = 0
    sheet: str = ""
    file_name: str = ""
    as_of: date | None = None
    imported_at: datetime | None = None


@dataclass(frozen=True)
class MetricResult:
    """A figure against its target. `attainment` 0 to cap, 1.0 is on target.

    `score`: 100 attainment / cap, or along the `points` where the scheme gives any. Of an item with goals, `goals` are
    those that have a level, `actual` is their T and `target` the 50 of goals as agreed. Where it comes from stands
    beside it. Cards of before know only `source` and `row`.
    """

    metric: str
    target: float
    actual: float
    attainment: float
    score: float
    cap: float
    direction: Direction
    unit: Unit | str
    source: str = ""
    row: int = 0
    sheet: str = ""
    file_name: str = ""
    as_of: date | None = None  # the day it is of, where the source says
    imported_at: datetime | None = None
    points: tuple[Point, ...] | None = None
    goals: tuple[GoalLevel, ...] = ()


@dataclass(frozen=True)
class ItemScore:
    item: str
    score: float | None
    share: float  # of its dimension, 0 to 1, after renormalisation
    parts: tuple[Part, ...]
    gap: Gap | None = None  # None where own and others' view cannot be compared

    def part(self, source: Source) -> Part | None:
        return next((p for p in self.parts if p.source is source), None)


@dataclass(frozen=True)
class DimensionScore:
    dimension: str
    score: float | None
    share: float  # of the total
    items: tuple[ItemScore, ...]
    by_source: tuple[Part, ...]  # mean over the dimension's shown items, per source, for comparison
    se: float | None = None


@dataclass(frozen=True)
class ScoreCard:
    """`total` 0 to 100, None where nothing could be counted; `band` the key of its band.

    `se`: standard error of the total in points, None in formula 1. `merged`: the groups that stand together as
    "others". `corrected`: whether strict and lenient reviewers were evened out in a group that is shown.
    """

    cycle_id: str
    person_id: str
    total: float | None
    band: str | None
    dimensions: tuple[DimensionScore, ...]
    metrics: tuple[MetricResult, ...]
    missing_metrics: tuple[str, ...] = ()
    bad_metrics: tuple[str, ...] = ()  # figures that cannot be scored (target 0, or no level of a goal)
    formula: int = 1
    se: float | None = None
    merged: tuple[Source, ...] = ()
    corrected: bool = False

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the total."""
        return interval(self.total, self.se)

    def items(self) -> list[ItemScore]:
        return [i for d in self.dimensions for i in d.items]


@dataclass(frozen=True)
class Highlight:
    """An item worth naming. `others` and `self_score` 0 to 100; `gap`: how they compare, None where they cannot."""

    item: str
    others: float
    self_score: float | None
    gap: Gap | None


@dataclass(frozen=True)
class Highlights:
    strengths: tuple[Highlight, ...]
    growth: tuple[Highlight, ...]

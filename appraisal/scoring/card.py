"""The score card: every figure of one person in one cycle, with what it was made of and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appraisal.scheme import Direction, Source, Unit

FORMULA = 1  # version of the formula in this folder; stored with every card


class LeftOut(StrEnum):
    """Why a part does not count. Each has a text `left-out-<value>`."""

    NO_DATA = "no-data"
    TOO_FEW = "too-few"  # a group under the anonymity threshold
    NO_WEIGHT = "no-weight"  # shown for comparison only


@dataclass(frozen=True)
class ItemStats:
    """Answers of one group to one item about one person, aggregated by the database. `mean` on the item's scale."""

    reviewee_id: str
    item: str
    source: Source
    n: int
    mean: float


@dataclass(frozen=True)
class Part:
    """One source's part in an item. `score` 0 to 100, None where it is not shown; `share` 0 to 1 of the item."""

    source: Source
    n: int  # answers; 0 where the group is hidden
    score: float | None
    mean: float | None  # on the original scale
    share: float
    left_out: LeftOut | None = None


@dataclass(frozen=True)
class MetricResult:
    """A figure against its target. `attainment` 0 to cap, 1.0 is on target; `score` = 100 attainment / cap.

    Where it comes from stands beside it. Cards of before know only `source` and `row`.
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


@dataclass(frozen=True)
class ItemScore:
    item: str
    score: float | None
    share: float  # of its dimension, 0 to 1, after renormalisation
    parts: tuple[Part, ...]

    def part(self, source: Source) -> Part | None:
        return next((p for p in self.parts if p.source is source), None)


@dataclass(frozen=True)
class DimensionScore:
    dimension: str
    score: float | None
    share: float  # of the total
    items: tuple[ItemScore, ...]
    by_source: tuple[Part, ...]  # mean over the dimension's shown items, per source, for comparison


@dataclass(frozen=True)
class ScoreCard:
    """`total` 0 to 100, None where nothing could be counted; `band` the key of its band."""

    cycle_id: str
    person_id: str
    total: float | None
    band: str | None
    dimensions: tuple[DimensionScore, ...]
    metrics: tuple[MetricResult, ...]
    missing_metrics: tuple[str, ...] = ()
    bad_metrics: tuple[str, ...] = ()  # figures that cannot be scored (target 0)
    formula: int = FORMULA

    def items(self) -> list[ItemScore]:
        return [i for d in self.dimensions for i in d.items]


@dataclass(frozen=True)
class Highlight:
    """An item worth naming. `others` and `self_score` 0 to 100; `gap` = self - others where both exist."""

    item: str
    others: float
    self_score: float | None
    gap: float | None


@dataclass(frozen=True)
class Highlights:
    strengths: tuple[Highlight, ...]
    growth: tuple[Highlight, ...]

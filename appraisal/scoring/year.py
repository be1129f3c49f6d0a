"""A year of somebody's results, as data: what went in, what came out, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from appraisal.scheme import Scheme, Text
from appraisal.scoring.card import interval


class Skipped(StrEnum):
    """Why a cycle is not in somebody's year. Each has a text `annual-skipped-<value>`."""

    NOT_YET_HIRED = "not-yet-hired"
    MISSED = "missed"  # on leave, or not chosen to take part
    NO_RESULT = "no-result"  # not decided, not released, or nothing could be counted
    OTHER_MANAGER = "other-manager"
    OTHER_FORM = "other-form"
    SAME_TIME = "same-time"  # another cycle of the scheme that counts is about the same days


class Insufficient(StrEnum):
    """Why there is no annual figure. Each has a text `annual-insufficient-<value>`."""

    NO_CYCLE = "no-cycle"
    JOINED = "joined"  # the first result is next year's
    TOO_FEW_CYCLES = "too-few-cycles"
    TOO_SHORT = "too-short"  # under half of the year


@dataclass(frozen=True)
class YearCycle:
    """A cycle of the year. `form`: the scheme as this person was asked by, or the common one."""

    cycle_id: str
    name: str
    start: date
    end: date
    form: Scheme


@dataclass(frozen=True)
class CycleResult:
    """What somebody got in a cycle: `total` the one that counts (adjusted where it was), 0 to 100; `computed` as the
    card has it; `dimensions` the scores of the card, which only a change of form needs."""

    cycle: YearCycle
    total: float
    se: float | None = None
    approver_id: str | None = None
    computed: float | None = None
    dimensions: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_adjusted(self) -> bool:
        """Whether somebody moved the total; then its error is not known."""
        return self.computed is not None and self.computed != self.total


@dataclass(frozen=True)
class Member:
    """Whose year it is. `took_part`: ids of cycles, with or without a result."""

    person_id: str
    hired_on: date | None
    manager_id: str | None
    took_part: frozenset[str]


@dataclass(frozen=True)
class Counted:
    """A cycle in somebody's year. `weight`: its share of the figure, 0 to 1; `score`: what it counts with, None where
    it was left out; `stands_in`: the name of the cycle before, whose result stands for one that was missed."""

    cycle_id: str
    name: str
    start: date
    end: date
    days: int
    weight: float = 0.0
    score: float | None = None
    skipped: Skipped | None = None
    stands_in: str | None = None


@dataclass(frozen=True)
class Annual:
    """`score`: 0 to 100, None where `insufficient` says why; `of`: how many cycles a whole year has, as far as known;
    `coverage`: share of the days until `until` that own results are about; `by_dimension`: scores where the form
    changed and dimensions were averaged, with their names; `se`: in points, as if all cycles erred
    alike, None where one of the results has no error that is known."""

    year: int
    until: date
    score: float | None
    band: str | None
    coverage: float
    of: int
    cycles: tuple[Counted, ...]
    insufficient: Insufficient | None = None
    se: float | None = None
    by_dimension: Mapping[str, float] = field(default_factory=dict)
    dimension_names: Mapping[str, Text] = field(default_factory=dict)
    weights_ignored: bool = False  # the year has more cycles than the policy has weights

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the figure."""
        return interval(self.score, self.se)

    @property
    def counted(self) -> int:
        return sum(c.score is not None and c.stands_in is None for c in self.cycles)

    @property
    def so_far(self) -> bool:
        return self.until < date(self.year, 12, 31)

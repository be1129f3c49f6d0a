"""What comes from files and not from reviewers: metrics, and goals with levels that were agreed before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from appraisal.scheme_parts import (
    Anchors,
    Direction,
    Item,
    Key,
    Model,
    Name,
    Question,
    Relation,
    Relations,
    Source,
    Text,
    TopicWords,
    Unit,
    Weight,
    Weights,
    keys_differ,
)
from appraisal.scheme_reasons import Broken, SchemeReason, refuse

LEVEL_LIMIT = 150  # characters: ten goals of one item still fit a message
MOST_ATTAINMENT = 1.5  # of the target; more says less about work than about the target


class Point(Model):
    """One point of the line from attainment to score."""

    attainment: float = Field(ge=0, le=MOST_ATTAINMENT)
    """How much of the target is reached: 1 is on target, 0.8 is a fifth short of it, whatever the direction."""
    score: float = Field(ge=0, le=100)
    """What that is worth, 0 to 100."""


def _climbing(points: tuple[Point, ...], info: ValidationInfo) -> tuple[Point, ...]:
    pairs = [(n, low, high) for n, (low, high) in enumerate(pairwise(points), 1)]
    broken = [
        Broken(SchemeReason.SCORES_NOT_RISING, (n, "attainment")) for n, a, b in pairs if a.attainment >= b.attainment
    ]
    broken += [Broken(SchemeReason.SCORES_NOT_RISING, (n, "score")) for n, a, b in pairs if a.score >= b.score]
    refuse(broken, info)
    return points


Cap = Annotated[float, Field(ge=1.0, le=MOST_ATTAINMENT)]
Points = Annotated[tuple[Point, ...], Field(min_length=2, max_length=10), AfterValidator(_climbing)]


def _out_of_reach(points: Points | None, most: float) -> Iterator[Broken]:
    for n, point in enumerate(points or ()):
        if point.attainment > most:
            yield Broken(SchemeReason.POINT_OUT_OF_REACH, ("points", n, "attainment"), f"{most:g}")


class MetricItem(Question):
    """A business figure, filled by import, and a rating of its circumstances by `relations`."""

    kind: Literal["metric"]
    weight: Weight
    """Relative to the other items of its dimension."""
    unit: Unit
    """Of target and actual value, like "%"; empty for a count. One text, or one for each language."""
    direction: Direction = Direction.HIGHER
    """Which way is better."""
    cap: Cap = 1.2
    """The most attainment that counts: 1.2 is 120 % of the target. Full marks where there are no points."""
    points: Points | None = None
    """What single attainments are worth, the least first; in between along a line."""
    tolerance: float | None = Field(default=None, gt=0)
    """For on-target: how far from the target, in its unit, attainment is 0."""
    target: float | None = None
    """The target where a file gives none."""
    low: float | None = None
    """The least that the actual value can plausibly be; less is held back when a file is read."""
    high: float | None = None
    """The most that the actual value can plausibly be; more is held back when a file is read."""
    aliases: tuple[Name, ...] = ()
    """Other names by which files call this metric."""
    relations: Relations = (Relation.MANAGER,)
    """Who rates what lies behind the figure."""
    anchors: Anchors
    """The points of that rating."""
    weights: Weights | None = None
    """How much the figure (metric) and each rating of it count; the scheme's weights where it says nothing."""
    words: TopicWords | None = None
    """How comments speak of it, for "what people wrote about". Built-in items have such words; else the name is one."""

    @model_validator(mode="after")
    def _is_measurable(self, info: ValidationInfo) -> Self:
        refuse(self._broken(), info)
        return self

    def _broken(self) -> Iterator[Broken]:
        if self.direction is Direction.ON_TARGET and self.tolerance is None:
            yield Broken(SchemeReason.TOLERANCE_MISSING)
        yield from _out_of_reach(self.points, 1.0 if self.direction is Direction.ON_TARGET else self.cap)
        if self.low is not None and self.high is not None and self.low >= self.high:
            yield Broken(SchemeReason.LOW_NOT_BELOW_HIGH, ("high",))

    def units(self) -> tuple[str, ...]:
        """Every way in which a file may write the unit."""
        return tuple(dict.fromkeys((self.unit.en, self.unit.zh)))

    def names(self) -> tuple[str, ...]:
        """Every name by which a file may mean this metric."""
        return names_of(self)


class LevelText(Text):
    """How one level of a goal can be told; short enough to stand beside the goal on a card."""

    en: str = Field(min_length=1, max_length=LEVEL_LIMIT)
    zh: str = Field(min_length=1, max_length=LEVEL_LIMIT)


class Goal(Model):
    """A goal that is no number, with what five levels of it look like, agreed before the period."""

    unit: ClassVar[Unit] = Unit(en="", zh="")

    key: Key
    """Its level is found by it."""
    name: Text
    """Short, as on score cards and in files."""
    weight: Weight = 1.0
    """Relative to the other goals of the item."""
    levels: Annotated[tuple[LevelText, ...], Field(min_length=5, max_length=5)]
    """From -2 (much less than agreed) over 0 (as agreed) to 2 (much more): how each level can be told."""
    aliases: tuple[Name, ...] = ()
    """Other names by which files call this goal."""

    def level(self, number: int) -> LevelText:
        """What this level, -2 to 2, looks like."""
        return self.levels[number + 2]

    def units(self) -> tuple[str, ...]:
        """A level is a bare number."""
        return ("",)

    def names(self) -> tuple[str, ...]:
        """Every name by which a file may mean this goal."""
        return names_of(self)


class GoalsItem(Item):
    """Goals whose levels are filled by import and counted together, as goal attainment scaling does."""

    relations: ClassVar[tuple[Relation, ...]] = ()  # nobody is asked
    weights: ClassVar[Weights] = {Source.METRIC: 1.0}

    kind: Literal["goals"]
    weight: Weight
    """Relative to the other items of its dimension."""
    cap: Cap = 1.2
    """The most attainment that counts: 1 is all goals as agreed. Full marks where there are no points."""
    points: Points | None = None
    """What single attainments are worth, the least first; in between along a line."""
    goals: Annotated[tuple[Goal, ...], Field(min_length=1, max_length=10), AfterValidator(keys_differ)]
    """What was agreed."""
    words: TopicWords | None = None
    """How comments speak of it, for "what people wrote about"; else the name is one such word."""

    @model_validator(mode="after")
    def _is_reachable(self, info: ValidationInfo) -> Self:
        refuse(_out_of_reach(self.points, self.cap), info)
        return self


Measure = MetricItem | Goal  # what a file gives a number for


def names_of(measure: Measure) -> tuple[str, ...]:
    return tuple(dict.fromkeys((measure.key, measure.name.en, measure.name.zh, *measure.aliases)))

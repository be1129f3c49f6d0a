"""What a form is made of: items of each kind, and dimensions."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from appraisal.scheme_measures import GoalsItem, MetricItem
from appraisal.scheme_parts import (
    Anchors,
    AnchorText,
    Key,
    Model,
    Question,
    Text,
    TopicWords,
    Unit,
    Visibility,
    Weight,
    Weights,
    keys_differ,
)
from appraisal.scheme_reasons import Broken, SchemeReason, refuse

TEXT_LIMIT = 3000  # characters of one written answer: Slack's limit for a text input
MOST_ITEMS = 20  # of a dimension: a page of the form


class RatingItem(Question):
    """A rating of 2 to 10 points with an anchor for each."""

    kind: Literal["rating"]
    weight: Weight
    """Relative to the other items of its dimension."""
    anchors: Anchors
    """The points of the scale, from the lowest to the highest."""
    weights: Weights | None = None
    """How much each source counts in this item; the scheme's weights where it says nothing."""
    words: TopicWords | None = None
    """How comments speak of it, for "what people wrote about". Built-in items have such words; else the name is one."""


class TextItem(Question):
    """A written answer, which may stay empty. Not counted."""

    kind: Literal["text"]
    visible: Visibility = Visibility.EMPLOYEE
    """Who reads it: the employee and the manager, or the manager only."""
    max_length: int = Field(default=TEXT_LIMIT, ge=1, le=TEXT_LIMIT)
    """Characters."""
    quotable: bool = True
    """Whether single sentences of it may stand word for word in the summary of comments."""


class Option(Model):
    """One of the answers to choose from."""

    key: Key
    name: AnchorText


class ChoiceItem(Question):
    """One of several options. Not counted."""

    kind: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=10), AfterValidator(keys_differ)]
    """What there is to choose from."""
    visible: Visibility = Visibility.EMPLOYEE
    """Who reads it: the employee and the manager, or the manager only."""


class NumberItem(Question):
    """A number between `low` and `high`, with a unit; may stay empty. Not counted."""

    kind: Literal["number"]
    unit: Unit
    """Like "days"; empty for a count. One text, or one for each language."""
    low: float
    high: float
    visible: Visibility = Visibility.EMPLOYEE
    """Who reads it: the employee and the manager, or the manager only."""

    @model_validator(mode="after")
    def _has_a_range(self, info: ValidationInfo) -> Self:
        refuse([Broken(SchemeReason.LOW_NOT_BELOW_HIGH, ("high",))] if self.low >= self.high else [], info)
        return self


RatedItem = RatingItem | MetricItem  # reviewers choose one of its anchors
ScoredItem = RatedItem | GoalsItem
AnyQuestion = RatedItem | TextItem | ChoiceItem | NumberItem
AnyItem = Annotated[AnyQuestion | GoalsItem, Field(discriminator="kind")]


class Dimension(Model):
    """A part of the appraisal and a page of the form. Its key stays the same in every variant."""

    key: Key
    """The same in every form and version, so that results can be compared."""
    name: Text
    about: Text
    """One sentence under the heading."""
    weight: Weight
    """Relative to the other dimensions."""
    items: Annotated[tuple[AnyItem, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    """What is asked and measured, in the order of the page."""

    def questions(self) -> list[AnyQuestion]:
        """The items that reviewers answer, in the scheme's order."""
        return [i for i in self.items if not isinstance(i, GoalsItem)]

    def scored(self) -> list[ScoredItem]:
        """The items that count, in the scheme's order."""
        return [i for i in self.items if isinstance(i, ScoredItem)]

"""What a form is made of: texts in both languages, scales, items of each kind, dimensions."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ANCHOR_LIMIT = 75  # characters: what Slack shows beside a radio button
TEXT_LIMIT = 3000  # characters of one written answer: Slack's limit for a text input


class Relation(StrEnum):
    """What the reviewer is to the reviewee."""

    SELF = "self"
    MANAGER = "manager"
    PEER = "peer"
    REPORT = "report"


class Source(StrEnum):
    """Where a figure of an item comes from: a group of reviewers, or the imported metric."""

    SELF = "self"
    MANAGER = "manager"
    PEER = "peer"
    REPORT = "report"
    METRIC = "metric"


class Visibility(StrEnum):
    """Who reads a written answer."""

    EMPLOYEE = "employee"
    MANAGER = "manager"


class Direction(StrEnum):
    """Which way a metric is better."""

    HIGHER = "higher"
    LOWER = "lower"
    ON_TARGET = "on-target"


class Model(BaseModel):
    """Frozen, and refuses keys that it does not know: a misspelled key is an error, not a silent default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Model):
    """A text in both languages. `{name}` stands for the reviewee."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def to(self, locale: str, **values: str) -> str:
        """The text for `locale`, with `{name}` and the like filled in."""
        text = self.zh if locale == "zh" else self.en
        for key, value in values.items():
            text = text.replace("{" + key + "}", value)
        return text


class AnchorText(Text):
    """What one point of a scale looks like in behaviour; short enough to stand beside its radio button."""

    en: str = Field(min_length=1, max_length=ANCHOR_LIMIT)
    zh: str = Field(min_length=1, max_length=ANCHOR_LIMIT)


class Anchor(Model):
    """One point of a rating scale with its behavioural anchor."""

    point: int = Field(ge=0, le=10)
    label: AnchorText
    behaviour: AnchorText


Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Anchors = Annotated[tuple[Anchor, ...], Field(min_length=2, max_length=10)]
Weights = dict[Source, Annotated[float, Field(ge=0)]]
Relations = Annotated[tuple[Relation, ...], Field(min_length=1)]
ALL_RELATIONS = tuple(Relation)


class Item(Model):
    """What all items have. `relations`: who is asked; `self_question`: the wording for the reviewee."""

    key: Key
    name: Text
    question: Text
    self_question: Text | None = None
    relations: Relations = ALL_RELATIONS

    def question_for(self, relation: Relation) -> Text:
        """The question as this relation is asked it: "how does Ada …" or "how do you …"."""
        return self.self_question if relation is Relation.SELF and self.self_question else self.question


class RatingItem(Item):
    """A rating of 2 to 10 points with an anchor for each; counted with `weight` within its dimension."""

    kind: Literal["rating"]
    weight: float = Field(gt=0)
    anchors: Anchors
    weights: Weights | None = None  # per source; the scheme's where None


class MetricItem(Item):
    """A business figure, filled by import, and (optionally) a rating of its circumstances by `relations`.

    `cap`: the attainment that counts as full marks, 1.0 to 1.5. `tolerance`: for ON_TARGET, the distance
    from the target at which attainment is 0, in the metric's unit.
    """

    kind: Literal["metric"]
    weight: float = Field(gt=0)
    unit: str
    direction: Direction = Direction.HIGHER
    cap: float = Field(default=1.2, ge=1.0, le=1.5)
    tolerance: float | None = Field(default=None, gt=0)
    relations: Relations = (Relation.MANAGER,)
    anchors: Anchors
    weights: Weights | None = None

    @model_validator(mode="after")
    def _has_a_tolerance(self) -> Self:
        if self.direction is Direction.ON_TARGET and self.tolerance is None:
            raise ValueError("a metric that is best on target needs a tolerance")
        return self


class TextItem(Item):
    """A written answer. Not counted."""

    kind: Literal["text"]
    visible: Visibility = Visibility.EMPLOYEE
    max_length: int = Field(default=TEXT_LIMIT, ge=1, le=TEXT_LIMIT)


class Option(Model):
    key: Key
    name: AnchorText


class ChoiceItem(Item):
    """One of several options. Not counted."""

    kind: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=10)]
    visible: Visibility = Visibility.EMPLOYEE


class NumberItem(Item):
    """A number between `low` and `high`, with a unit. Not counted."""

    kind: Literal["number"]
    unit: str
    low: float
    high: float
    visible: Visibility = Visibility.EMPLOYEE


AnyItem = Annotated[RatingItem | MetricItem | TextItem | ChoiceItem | NumberItem, Field(discriminator="kind")]
ScoredItem = RatingItem | MetricItem


class Dimension(Model):
    key: Key
    name: Text
    about: Text
    weight: float = Field(gt=0)
    items: Annotated[tuple[AnyItem, ...], Field(min_length=1, max_length=20)]

    def scored(self) -> list[ScoredItem]:
        """The items that count, in the scheme's order."""
        return [i for i in self.items if isinstance(i, RatingItem | MetricItem)]

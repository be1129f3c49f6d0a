"""An appraisal scheme: the form and the rules of a cycle, read from YAML and frozen when the cycle opens."""

from __future__ import annotations

from collections.abc import Iterator
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


class Disclosure(StrEnum):
    """Who may know which reviewer gave an answer of this relation. Frozen with the cycle."""

    ANONYMOUS = "anonymous"
    NAMED_TO_MANAGER = "named-to-manager"
    NAMED = "named"


class Visibility(StrEnum):
    """Who reads a written answer."""

    EMPLOYEE = "employee"
    MANAGER = "manager"


class Direction(StrEnum):
    """Which way a metric is better."""

    HIGHER = "higher"
    LOWER = "lower"
    ON_TARGET = "on-target"


class Consequence(StrEnum):
    """What a band suggests; the manager decides."""

    REWARD = "reward"
    PROMOTION = "promotion"
    TRAINING = "training"
    PAY = "pay"
    IMPROVEMENT_PLAN = "improvement-plan"


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


class Band(Model):
    """A range of the total, from `least` (0 to 100) up to the next band, and what follows from it."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+-]{0,9}$")]
    least: float = Field(ge=0, le=100)
    name: Text
    consequences: tuple[Consequence, ...] = ()


class Scheme(Model):
    """The whole form. Weights are relative; they need not sum to 100."""

    key: Key
    version: int = Field(ge=1)
    name: Text
    about: Text
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1, max_length=10)]
    weights: Weights  # per source, for items that say nothing else
    disclosure: dict[Relation, Disclosure]
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    adjustment_limit: float = Field(default=10, ge=0, le=100)  # points a manager may move a total
    action_required: bool = True  # an approval needs at least one improvement action

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        keys = [i.key for i in self.items()] + [d.key for d in self.dimensions]
        if doubled := sorted({k for k in keys if keys.count(k) > 1}):
            raise ValueError(f"keys used twice: {', '.join(doubled)}")
        if missing := [r.value for r in Relation if r not in self.disclosure]:
            raise ValueError(f"disclosure does not say: {', '.join(missing)}")
        if self.disclosure[Relation.MANAGER] is not Disclosure.NAMED:
            raise ValueError("the manager's rating is never anonymous: disclosure of manager must be named")
        if [b.least for b in self.bands] != sorted({b.least for b in self.bands}, reverse=True):
            raise ValueError("bands must stand from the highest `least` to the lowest, without equals")
        if self.bands[-1].least != 0:
            raise ValueError("the last band must begin at 0")
        for item in self.items():
            points = [a.point for a in getattr(item, "anchors", ())]
            if points != sorted(set(points)):
                raise ValueError(f"{item.key}: anchor points must rise, without equals")
            if isinstance(item, RatingItem | MetricItem) and not any(self._weighed(item)):
                raise ValueError(f"{item.key}: no source that can answer has a weight")
        return self

    def _weighed(self, item: ScoredItem) -> list[float]:
        sources = [Source(r.value) for r in item.relations]
        sources += [Source.METRIC] if isinstance(item, MetricItem) else []
        return [self.weights_of(item).get(s, 0.0) for s in sources]

    def items(self) -> Iterator[AnyItem]:
        for dimension in self.dimensions:
            yield from dimension.items

    def item(self, key: str) -> AnyItem | None:
        return next((i for i in self.items() if i.key == key), None)

    def metrics(self) -> list[MetricItem]:
        return [i for i in self.items() if isinstance(i, MetricItem)]

    def band(self, total: float) -> Band:
        """The band of a total of 0 to 100."""
        return next(b for b in self.bands if total >= b.least)

    def weights_of(self, item: ScoredItem) -> Weights:
        """Weight of each source for this item."""
        return item.weights if item.weights is not None else self.weights

"""An appraisal scheme: the form and the rules of a cycle, read from YAML and frozen when the cycle opens."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from appraisal.scheme_items import (
    ALL_RELATIONS,
    ANCHOR_LIMIT,
    TEXT_LIMIT,
    Anchor,
    Anchors,
    AnchorText,
    AnyItem,
    ChoiceItem,
    Dimension,
    Direction,
    Item,
    Key,
    MetricItem,
    Model,
    NumberItem,
    Option,
    RatingItem,
    Relation,
    Relations,
    ScoredItem,
    Source,
    Text,
    TextItem,
    Visibility,
    Weights,
)

__all__ = [  # everything a reader of schemes needs, from one place
    "ALL_RELATIONS",
    "ANCHOR_LIMIT",
    "TEXT_LIMIT",
    "Anchor",
    "AnchorText",
    "Anchors",
    "AnyItem",
    "Band",
    "ChoiceItem",
    "Consequence",
    "Dimension",
    "Direction",
    "Disclosure",
    "Item",
    "Key",
    "MetricItem",
    "Model",
    "NumberItem",
    "Option",
    "RatingItem",
    "Relation",
    "Relations",
    "Scheme",
    "ScoredItem",
    "Source",
    "Text",
    "TextItem",
    "Visibility",
    "Weights",
]


class Disclosure(StrEnum):
    """Who may know which reviewer gave an answer of this relation. Frozen with the cycle."""

    ANONYMOUS = "anonymous"
    NAMED_TO_MANAGER = "named-to-manager"
    NAMED = "named"


class Consequence(StrEnum):
    """What a band suggests; the manager decides."""

    REWARD = "reward"
    PROMOTION = "promotion"
    TRAINING = "training"
    PAY = "pay"
    IMPROVEMENT_PLAN = "improvement-plan"


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

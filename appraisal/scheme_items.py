"""What a form is made of: texts in both languages, scales, items of each kind, dimensions.

Docstrings below fields are the descriptions in the JSON Schema: what an editor shows to who writes a scheme.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal, Protocol, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from appraisal.scheme_reasons import Broken, SchemeReason, refuse

ANCHOR_LIMIT = 75  # characters: what Slack shows beside a radio button
TEXT_LIMIT = 3000  # characters of one written answer: Slack's limit for a text input
MOST_ITEMS = 20  # of a dimension: a page of the form


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
    OTHERS = "others"  # anonymous groups that are too small alone, put together; nobody is asked as such
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

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


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


class HasKey(Protocol):
    @property
    def key(self) -> str: ...


Keyed = TypeVar("Keyed", bound=HasKey)


class Unit(Text):
    """The unit of a number, which both languages may share ("%"); empty for a count."""

    en: str
    zh: str

    @model_validator(mode="before")
    @classmethod
    def _shared(cls, given: Any) -> Any:
        return {"en": given, "zh": given} if isinstance(given, str) else given

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler.resolve_ref_schema(handler(schema))]}


class AnchorText(Text):
    """What one point of a scale looks like in behaviour; short enough to stand beside its radio button."""

    en: str = Field(min_length=1, max_length=ANCHOR_LIMIT)
    zh: str = Field(min_length=1, max_length=ANCHOR_LIMIT)


class Anchor(Model):
    """One point of a rating scale with its behavioural anchor."""

    point: int = Field(ge=0, le=10)
    label: AnchorText
    """A word or two: "Solid"."""
    behaviour: AnchorText
    """What somebody at this point does: one behaviour that can be seen."""


def _rising(anchors: tuple[Anchor, ...], info: ValidationInfo) -> tuple[Anchor, ...]:
    pairs = enumerate(pairwise(anchors), 1)
    refuse((Broken(SchemeReason.POINTS_NOT_RISING, (n, "point")) for n, (a, b) in pairs if a.point >= b.point), info)
    return anchors


def twice(keys: Iterable[str]) -> list[tuple[int, str]]:
    """The keys that were there before, each with its place."""
    seen: set[str] = set()
    return [(n, key) for n, key in enumerate(keys) if key in seen or seen.add(key)]


def keys_differ(parts: tuple[Keyed, ...], info: ValidationInfo) -> tuple[Keyed, ...]:
    """For pydantic: refuses two parts of a list with the same key."""
    refuse((Broken(SchemeReason.KEY_TWICE, (n, "key"), key) for n, key in twice(p.key for p in parts)), info)
    return parts


Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Name = Annotated[str, Field(min_length=1)]
Anchors = Annotated[tuple[Anchor, ...], Field(min_length=2, max_length=10), AfterValidator(_rising)]
Weight = Annotated[float, Field(gt=0)]
Weights = dict[Source, Annotated[float, Field(ge=0)]]
Relations = Annotated[tuple[Relation, ...], Field(min_length=1)]
ALL_RELATIONS = tuple(Relation)


class Item(Model):
    """What all items have."""

    key: Key
    """Answers, weights and figures are found by it: the same key means the same thing in every version."""
    name: Text
    """Short, as on score cards."""
    question: Text
    """What reviewers are asked; {name} is the person they review."""
    self_question: Text | None = None
    """The same question to the person: "you" in place of {name}."""
    relations: Relations = ALL_RELATIONS
    """Who is asked."""

    def question_for(self, relation: Relation) -> Text:
        """The question as this relation is asked it: "how does Ada …" or "how do you …"."""
        return self.self_question if relation is Relation.SELF and self.self_question else self.question


class RatingItem(Item):
    """A rating of 2 to 10 points with an anchor for each."""

    kind: Literal["rating"]
    weight: Weight
    """Relative to the other items of its dimension."""
    anchors: Anchors
    """The points of the scale, from the lowest to the highest."""
    weights: Weights | None = None
    """How much each source counts in this item; the scheme's weights where it says nothing."""


class MetricItem(Item):
    """A business figure, filled by import, and a rating of its circumstances by `relations`."""

    kind: Literal["metric"]
    weight: Weight
    """Relative to the other items of its dimension."""
    unit: Unit
    """Of target and actual value, like "%"; empty for a count. One text, or one for each language."""
    direction: Direction = Direction.HIGHER
    """Which way is better."""
    cap: float = Field(default=1.2, ge=1.0, le=1.5)
    """The attainment that counts as full marks: 1.2 is 120 % of the target."""
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

    @model_validator(mode="after")
    def _is_measurable(self, info: ValidationInfo) -> Self:
        refuse(self._broken(), info)
        return self

    def _broken(self) -> Iterator[Broken]:
        if self.direction is Direction.ON_TARGET and self.tolerance is None:
            yield Broken(SchemeReason.TOLERANCE_MISSING)
        if self.low is not None and self.high is not None and self.low >= self.high:
            yield Broken(SchemeReason.LOW_NOT_BELOW_HIGH, ("high",))

    def units(self) -> tuple[str, ...]:
        """Every way in which a file may write the unit."""
        return tuple(dict.fromkeys((self.unit.en, self.unit.zh)))

    def names(self) -> tuple[str, ...]:
        """Every name by which a file may mean this metric."""
        return tuple(dict.fromkeys((self.key, self.name.en, self.name.zh, *self.aliases)))


class TextItem(Item):
    """A written answer, which may stay empty. Not counted."""

    kind: Literal["text"]
    visible: Visibility = Visibility.EMPLOYEE
    """Who reads it: the employee and the manager, or the manager only."""
    max_length: int = Field(default=TEXT_LIMIT, ge=1, le=TEXT_LIMIT)
    """Characters."""


class Option(Model):
    """One of the answers to choose from."""

    key: Key
    name: AnchorText


class ChoiceItem(Item):
    """One of several options. Not counted."""

    kind: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=10), AfterValidator(keys_differ)]
    """What there is to choose from."""
    visible: Visibility = Visibility.EMPLOYEE
    """Who reads it: the employee and the manager, or the manager only."""


class NumberItem(Item):
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


AnyItem = Annotated[RatingItem | MetricItem | TextItem | ChoiceItem | NumberItem, Field(discriminator="kind")]
ScoredItem = RatingItem | MetricItem


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

    def scored(self) -> list[ScoredItem]:
        """The items that count, in the scheme's order."""
        return [i for i in self.items if isinstance(i, RatingItem | MetricItem)]

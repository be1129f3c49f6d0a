"""What items are made of: keys, texts in both languages, units, anchors, relations, weights.

Docstrings below fields are the descriptions in the JSON Schema: what an editor shows to who writes a scheme.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from appraisal.scheme_reasons import Broken, SchemeReason, refuse

ANCHOR_LIMIT = 75  # characters: what Slack shows beside a radio button


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


class TopicWords(Model):
    """Words by which a comment is known to be about an item, in both languages."""

    en: tuple[Name, ...] = ()
    """Words or phrases, found with their usual endings; one that ends in * stands for all its forms."""
    zh: tuple[Name, ...] = ()
    """Words, found anywhere in a sentence."""


class Item(Model):
    """What all items have."""

    key: Key
    """Answers, weights and figures are found by it: the same key means the same thing in every version."""
    name: Text
    """Short, as on score cards."""


class Question(Item):
    """An item that reviewers answer."""

    question: Text
    """What reviewers are asked; {name} is the person they review."""
    self_question: Text | None = None
    """The same question to the person: "you" in place of {name}."""
    relations: Relations = ALL_RELATIONS
    """Who is asked."""

    def question_for(self, relation: Relation) -> Text:
        """The question as this relation is asked it: "how does Ada …" or "how do you …"."""
        return self.self_question if relation is Relation.SELF and self.self_question else self.question

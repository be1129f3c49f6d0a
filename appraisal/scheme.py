"""An appraisal scheme: the form and the rules of a cycle, read from YAML and frozen when the cycle opens."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from appraisal.scheme_items import (
    TEXT_LIMIT,
    AnyItem,
    AnyQuestion,
    ChoiceItem,
    Dimension,
    NumberItem,
    Option,
    RatedItem,
    RatingItem,
    ScoredItem,
    TextItem,
)
from appraisal.scheme_measures import Goal, GoalsItem, Measure, MetricItem, Point
from appraisal.scheme_parts import (
    ALL_RELATIONS,
    ANCHOR_LIMIT,
    Anchor,
    Anchors,
    AnchorText,
    Direction,
    Item,
    Key,
    Model,
    Question,
    Relation,
    Relations,
    Source,
    Text,
    TopicWords,
    Unit,
    Visibility,
    Weight,
    Weights,
    keys_differ,
)
from appraisal.scheme_reasons import Broken, SchemeReason, refuse, refuse_all
from appraisal.scheme_rules import broken_rules
from appraisal.scheme_variants import Variant

__all__ = [  # everything a reader of schemes needs, from one place
    "ALL_RELATIONS",
    "ANCHOR_LIMIT",
    "TEXT_LIMIT",
    "Anchor",
    "AnchorText",
    "Anchors",
    "AnnualPolicy",
    "AnyItem",
    "AnyQuestion",
    "Band",
    "ChoiceItem",
    "Consequence",
    "Dimension",
    "Direction",
    "Disclosure",
    "FormChange",
    "Goal",
    "GoalsItem",
    "Item",
    "Joiners",
    "Key",
    "Leave",
    "ManagerChange",
    "Measure",
    "MetricItem",
    "Model",
    "NumberItem",
    "Option",
    "Point",
    "Question",
    "RatedItem",
    "RatingItem",
    "Relation",
    "Relations",
    "Scheme",
    "ScoredItem",
    "Source",
    "Text",
    "TextItem",
    "TopicWords",
    "Unit",
    "Variant",
    "Visibility",
    "Weight",
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


# Each member of the four that follow has a text, like `joiners-<value>`.


class Joiners(StrEnum):
    """Who joined during the year."""

    CYCLES_TAKEN = "cycles-taken"  # the cycles since then count, with their weights brought to the whole
    NEXT_YEAR = "next-year"  # no annual result in the first year


class Leave(StrEnum):
    """A cycle that somebody missed on leave."""

    LEAVE_OUT = "leave-out"  # it is left out, the others are brought to the whole
    LAST_RESULT = "last-result"  # the result of the cycle before stands for it


class ManagerChange(StrEnum):
    """Somebody whose manager changed during the year."""

    AS_APPROVED = "as-approved"  # every cycle counts as the manager of its time approved it
    PRESENT_MANAGER = "present-manager"  # only the cycles that the present manager approved count


class FormChange(StrEnum):
    """Somebody whose form changed during the year."""

    TOTALS = "totals"  # totals are averaged, whatever form they come from
    DIMENSIONS = "dimensions"  # dimension by dimension, then by the weights of the last form
    SAME_FORM = "same-form"  # only the cycles with the last form count


class AnnualPolicy(Model):
    """How the year's result is made of the results of its cycles."""

    weights: tuple[Weight, ...] = ()
    """Of the year's cycles in their order, relative to each other. Equal where empty."""
    least: int = Field(default=1, ge=1)
    """The fewest cycles with a result that make an annual one."""
    joiners: Joiners = Joiners.CYCLES_TAKEN
    """Who joined during the year: the cycles taken count, or the first result is next year's."""
    leave: Leave = Leave.LEAVE_OUT
    """A cycle missed on leave: it is left out, or the result before it stands for it."""
    manager_change: ManagerChange = ManagerChange.AS_APPROVED
    """After a change of manager: every cycle counts as approved then, or the present manager's only."""
    form_change: FormChange = FormChange.DIMENSIONS
    """After a change of form: totals are averaged, or each dimension, or only cycles with the last form count."""

    @model_validator(mode="after")
    def _can_be_reached(self, info: ValidationInfo) -> Self:
        cycles = len(self.weights)
        too_many = Broken(SchemeReason.TOO_MANY_NEEDED, ("least",), str(cycles))
        refuse([too_many] if 0 < cycles < self.least else [], info)
        return self


class Band(Model):
    """A range of the total, from `least` up to the next band, and what follows from it."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9+-]{0,9}$")]
    least: float = Field(ge=0, le=100)
    """The total, 0 to 100, from which this band is reached."""
    name: Text
    consequences: tuple[Consequence, ...] = ()
    """What the band suggests; the manager decides."""


def _falling(bands: tuple[Band, ...], info: ValidationInfo) -> tuple[Band, ...]:
    pairs = enumerate(pairwise(bands), 1)
    broken = [Broken(SchemeReason.BANDS_NOT_FALLING, (n, "least")) for n, (a, b) in pairs if a.least <= b.least]
    if bands[-1].least != 0:
        broken.append(Broken(SchemeReason.LAST_BAND_ABOVE_ZERO, (len(bands) - 1, "least")))
    refuse(broken, info)
    return bands


def _complete(disclosure: dict[Relation, Disclosure], info: ValidationInfo) -> dict[Relation, Disclosure]:
    broken = [Broken(SchemeReason.DISCLOSURE_MISSING, (), r.value) for r in Relation if r not in disclosure]
    if disclosure.get(Relation.MANAGER, Disclosure.NAMED) is not Disclosure.NAMED:
        broken.append(Broken(SchemeReason.MANAGER_NOT_NAMED, (Relation.MANAGER.value,)))
    refuse(broken, info)
    return disclosure


class Scheme(Model):
    """The whole form. Weights are relative; they need not sum to 100."""

    key: Key
    """By which versions of one scheme belong together."""
    version: int = Field(ge=1)
    """Goes up with every change: what a cycle used stays as it was."""
    name: Text
    about: Text
    """What it is for, in a sentence or two."""
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1, max_length=10)]
    """The common form. Those for whom a variant is meant get that."""
    variants: Annotated[tuple[Variant, ...], Field(max_length=20), AfterValidator(keys_differ)] = ()
    """Forms of single departments or job families; the first that fits a person is taken."""
    weights: Weights
    """How much each source counts, in items that say nothing else."""
    disclosure: Annotated[dict[Relation, Disclosure], AfterValidator(_complete)]
    """Who may know which reviewer gave an answer; the manager is always named."""
    bands: Annotated[tuple[Band, ...], Field(min_length=1), AfterValidator(keys_differ), AfterValidator(_falling)]
    """From the highest to the lowest, which begins at 0."""
    adjustment_limit: float = Field(default=10, ge=0, le=100)
    """Points by which a manager may move a total."""
    action_required: bool = True
    """Whether an approval needs at least one improvement action."""
    causes: Annotated[tuple[Option, ...], Field(max_length=20), AfterValidator(keys_differ)] = ()
    """Why a target can be missed: what the manager chooses from."""
    annual: AnnualPolicy | None = None
    """How the year's result is made; none where the scheme is not summed up over a year."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        refuse_all(broken_rules(self))
        return self

    def variant_for(self, department: str, job_family: str) -> str:
        """The key of the form that somebody gets; "" is the common one."""
        return next((v.key for v in self.variants if v.matches(department, job_family)), "")

    def as_variant(self, key: str) -> Scheme:
        """The form of one variant, or the common one for "", by itself: named after it, without further variants.

        Raises KeyError for a variant that the scheme has not.
        """
        return self.forms()[key]

    def forms(self) -> dict[str, Scheme]:
        """Every form by itself: the common one under "", then the variants by their keys."""
        return self._forms if self.variants else {"": self}

    @cached_property
    def _forms(self) -> dict[str, Scheme]:
        forms: dict[str, Scheme] = {"": self.model_copy(update={"variants": ()})}
        for variant in self.variants:
            changes = {
                "name": Text(en=f"{self.name.en} · {variant.name.en}", zh=f"{self.name.zh} · {variant.name.zh}"),
                "dimensions": tuple(variant.adapted(d) for d in self.dimensions),
                "variants": (),
            }
            forms[variant.key] = self.model_copy(update=changes)
        return forms

    def items(self) -> Iterator[AnyItem]:
        """The items of the common form."""
        for dimension in self.dimensions:
            yield from dimension.items

    def item(self, key: str) -> AnyItem | None:
        return next((i for i in self.items() if i.key == key), None)

    def metrics(self) -> list[Measure]:
        """What files give numbers for, in the common form: metrics, and every goal of an item with goals."""
        found: list[Measure] = []
        for item in self.items():
            found += [item] if isinstance(item, MetricItem) else item.goals if isinstance(item, GoalsItem) else []
        return found

    def all_metrics(self) -> list[Measure]:
        """Those of the common form and of every variant, each key once."""
        found: dict[str, Measure] = {}
        for metric in (m for form in self.forms().values() for m in form.metrics()):
            found.setdefault(metric.key, metric)
        return list(found.values())

    def metric(self, key: str) -> Measure | None:
        return next((m for m in self.metrics() if m.key == key), None)

    def band(self, total: float) -> Band:
        """The band of a total of 0 to 100."""
        return next(b for b in self.bands if total >= b.least)

    def weights_of(self, item: ScoredItem) -> Weights:
        """Weight of each source for this item."""
        return item.weights if item.weights is not None else self.weights

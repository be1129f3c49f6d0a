"""Variants of a form: what a department or job family is asked instead, under the same dimensions."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field

from appraisal.intake.cleaning import name as folded
from appraisal.scheme_items import AnyItem, Dimension, ScoredItem
from appraisal.scheme_parts import Key, Model, Name, Text, Weight


class Variant(Model):
    """The form of some departments or job families: the common one with items left out, weighted anew and added."""

    key: Key
    name: Text
    departments: tuple[Name, ...] = ()
    """Whose form it is; capitals and full-width letters make no difference. Any department where empty."""
    job_families: tuple[Name, ...] = ()
    """Whose form it is, within these departments. Any job family where empty."""
    drop: tuple[Key, ...] = ()
    """Items of the common form that are left out."""
    weights: dict[Key, Weight] = Field(default={})
    """Other weights for items and dimensions, by key."""
    add: dict[Key, Annotated[tuple[AnyItem, ...], Field(min_length=1)]] = Field(default={})
    """Items of its own, by the key of the dimension in which they stand."""

    def matches(self, department: str, job_family: str) -> bool:
        """Whether somebody of this department and job family gets this form."""
        departments, job_families = self._folded
        fits = not departments or folded(department) in departments
        return fits and (not job_families or folded(job_family) in job_families)

    def covers(self, other: Variant) -> bool:
        """Whether whoever matches `other` matches this one too."""
        return all(not own or (its and its <= own) for own, its in zip(self._folded, other._folded, strict=True))

    @cached_property
    def _folded(self) -> tuple[frozenset[str], frozenset[str]]:
        return frozenset(map(folded, self.departments)), frozenset(map(folded, self.job_families))

    def adapted(self, dimension: Dimension) -> Dimension:
        """The dimension as this variant asks it. Where nothing is left, it has no items: the rules refuse that.

        Added items that count stand before the questions that close the dimension, the others behind them.
        """
        kept = [i for i in dimension.items if i.key not in self.drop]
        added = self.add.get(dimension.key, ())
        end = next((n for n in range(len(kept), 0, -1) if _counts(kept[n - 1])), 0)
        items = [*kept[:end], *filter(_counts, added), *kept[end:], *(i for i in added if not _counts(i))]
        weight = self.weights.get(dimension.key, dimension.weight)
        return dimension.model_copy(update={"weight": weight, "items": tuple(map(self._weighed, items))})

    def _weighed(self, item: AnyItem) -> AnyItem:
        is_other = _counts(item) and item.key in self.weights
        return item.model_copy(update={"weight": self.weights[item.key]}) if is_other else item


def _counts(item: AnyItem) -> bool:
    return isinstance(item, ScoredItem)

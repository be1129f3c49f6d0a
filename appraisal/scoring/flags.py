"""Signs of reviews that were clicked through, for HR to talk about: never a score, and nothing is corrected by them.

Of managers, who are never anonymous, by name. Of anonymous reviewers how many, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from appraisal.scheme import Source

FEWEST_ITEMS = 6  # alike in one review, before that means anything
FEWEST_REVIEWS = 4  # of one manager, before their spread means anything
FEWEST_TO_COUNT = 30  # reviews of anonymous groups; below, a count says something about single ones
LITTLE = 5.0  # points of 0 to 100, a fifth of a step on five points: hardly tells people apart


@dataclass(frozen=True)
class Review:
    """One review in figures: `items` answers on a scale, their mean on 0 to 100, whether all were the same point."""

    reviewer_id: str
    items: int
    mean: float
    alike: bool


@dataclass(frozen=True)
class ManagerFlag:
    """`straight` of `reviews` have one point throughout; `spread`: SD of the means they gave, None for under 4."""

    reviewer_id: str
    reviews: int
    straight: int
    spread: float | None


@dataclass(frozen=True)
class Counted:
    """Of the reviews of an anonymous group's kind that are long enough to tell: how many have one point throughout."""

    source: Source
    reviews: int
    straight: int


def is_straight(review: Review) -> bool:
    """Standard deviation 0 over six items or more."""
    return review.alike and review.items >= FEWEST_ITEMS


def of_managers(reviews: Iterable[Review]) -> tuple[ManagerFlag, ...]:
    """The managers worth a talk, by id: with straight-lined reviews, or who rate everybody the same."""
    by: dict[str, list[Review]] = {}
    for review in reviews:
        by.setdefault(review.reviewer_id, []).append(review)
    found = [_flag(manager, of) for manager, of in sorted(by.items())]
    return tuple(f for f in found if f.straight or (f.spread is not None and f.spread < LITTLE))


def counted(straight: Mapping[Source, tuple[int, int]]) -> tuple[Counted, ...]:
    """From (reviews, straight ones) by source; sources with too few reviews are left out."""
    return tuple(Counted(s, *straight[s]) for s in Source if s in straight and straight[s][0] >= FEWEST_TO_COUNT)


def _flag(manager: str, reviews: Sequence[Review]) -> ManagerFlag:
    means = [r.mean for r in reviews]
    middle, n = fsum(means) / len(means), len(means)
    spread = sqrt(fsum((m - middle) ** 2 for m in means) / (n - 1)) if n >= FEWEST_REVIEWS else None
    return ManagerFlag(manager, n, sum(map(is_straight, reviews)), spread)

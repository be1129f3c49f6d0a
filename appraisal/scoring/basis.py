"""What all scores of one cycle rest on: worked out once when collecting closes, and frozen with the cycle.

So a score can be computed again later, for one person alone, and comes out the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from math import fsum, sqrt

from appraisal.scheme import Source
from appraisal.scoring.agreement import SINGLE_RATER, icc_one_way
from appraisal.scoring.card import CONFIDENCE, Gap

TYPICAL_SD = 20.0  # points of 0 to 100: ratings on five points commonly spread by 0.8
FEWEST_FOR_SPREAD = 30  # degrees of freedom, below which a company's own figures say too little
FEWEST_RATINGS = 2  # ratings in a review, from which what is common to them can be told from the single one
FEWEST_FOR_GAPS = 10  # people
CLEAR = 10.0  # points between own view and others' where too few people are there to know what is usual

# Others are mostly peers; what is known of one's own view is not better than a manager's.
SINGLE: Mapping[Source, float] = {
    Source.REPORT: SINGLE_RATER["report"],
    Source.PEER: SINGLE_RATER["peer"],
    Source.OTHERS: SINGLE_RATER["peer"],
    Source.MANAGER: SINGLE_RATER["supervisor"],
    Source.SELF: SINGLE_RATER["supervisor"],
}


class Uncorrected(StrEnum):
    """Why raw means stand. Each has a text `uncorrected-<value>`."""

    FEW_REVIEWERS = "few-reviewers"
    FEW_REVIEWEES = "few-reviewees"
    NO_DIFFERENCE = "no-difference"  # reviewers do not differ more than chance explains
    NOT_SETTLED = "not-settled"  # the estimates would not come to rest


@dataclass(frozen=True)
class Spread:
    """How far one reviewer's view of a person lies from what many of that group would say.

    `error_sd`: of a whole review of `items` ratings, points of 0 to 100; `item_sd`: what each single rating adds to
    what is common to all of the review. `reliability`: of one review, 0 to 1. `people`: reviewees it was estimated
    from; 0 where it is taken from published research.
    """

    source: Source
    error_sd: float
    reliability: float
    people: int = 0
    items: float = 1.0
    item_sd: float = 0.0

    def error(self, shares: Iterable[tuple[float, int]]) -> float:
        """Standard error, in points, of a mean over items, given as (share, answers).

        What a reviewer gets wrong about a person they get wrong on every item, so it counts once for the whole share;
        what they get wrong about one item averages out over items. By n alone: a group's own spread would tell answers.
        """
        each = list(shares)
        common = fsum(share / sqrt(n) for share, n in each) ** 2 * self.common
        return sqrt(common + fsum(share**2 / n for share, n in each) * self.item_sd**2)

    def se(self, n: int) -> float:
        """The same of the mean of `n` answers to one item."""
        return sqrt((self.common + self.item_sd**2) / n)

    @cached_property
    def common(self) -> float:
        """The variance that all ratings of a review share, in squared points."""
        return max(0.0, self.error_sd**2 - self.item_sd**2 / self.items)

    def of_items(self, variance: float) -> Spread:
        """The same, where single ratings within a group vary by `variance`, in squared points.

        A review's mean over m items varies by a + b / m and a single rating by a + b. From research nothing is known
        of single items, and where reviews have hardly more than one there is nothing to tell apart.
        """
        if not self.people or self.items < FEWEST_RATINGS:
            return self
        of_item = (variance - self.error_sd**2) * self.items / (self.items - 1)
        return replace(self, item_sd=sqrt(min(max(of_item, 0.0), self.items * self.error_sd**2)))


@dataclass(frozen=True)
class UsualGap:
    """Self minus others on one item over everybody in the cycle, in points."""

    item: str
    mean: float
    sd: float
    people: int


@dataclass(frozen=True)
class Evened:
    """What is known about severity in a cycle. `applied`: scores are corrected; else `reason` says why not, if any.

    `reviewers`: how many have an estimate. `parts`: sizes of the groups of reviewers who are linked by common
    reviewees, largest first; severity is comparable within one only.
    """

    applied: bool
    reason: Uncorrected | None
    reviewers: int
    parts: tuple[int, ...]
    share_of_reviewer: float | None = None
    p_value: float | None = None
    is_exact: bool = True
    sd: float | None = None  # of the reviewers' severities, points


@dataclass(frozen=True)
class Basis:
    """Frozen when the scores of a cycle are computed."""

    spreads: tuple[Spread, ...] = ()
    gaps: tuple[UsualGap, ...] = ()
    evened: Evened | None = None

    def se(self, source: Source, n: int) -> float:
        """Standard error, in points, of the mean of `n` answers to one item."""
        return self.spread(source).se(n)

    def spread(self, source: Source) -> Spread:
        """Of the company's own answers, or from research where these are too few."""
        return self._own.get(source) or published(source)

    @cached_property
    def _own(self) -> dict[Source, Spread]:
        return {s.source: s for s in self.spreads}

    def gap(self, item: str, difference: float, se_of_others: float) -> Gap:
        """Whether `difference`, self minus others in points, is more than usual and more than chance.

        |D - mean(D)| > SD(D) / 2 and |D| > 1.96 SE(others); against CLEAR points where fewer than FEWEST_FOR_GAPS
        people have both.
        """
        usual = next((g for g in self.gaps if g.item == item), None)
        if usual and usual.people >= FEWEST_FOR_GAPS:
            stands_out = abs(difference - usual.mean) > usual.sd / 2
        else:
            stands_out = abs(difference) >= CLEAR
        if not stands_out or abs(difference) <= CONFIDENCE * se_of_others:
            return Gap.NONE
        return Gap.BLIND_SPOT if difference > 0 else Gap.HIDDEN_STRENGTH


@cache
def published(source: Source) -> Spread:
    """From research, where a company's own figures are too few."""
    reliability = SINGLE[source]
    return Spread(source, TYPICAL_SD * sqrt(1 - reliability), reliability)


def spread(source: Source, groups: Iterable[Sequence[float]], items: float = 1.0) -> Spread:
    """From the means (0 to 100) that reviewers of one kind gave, by reviewee: a one-way analysis of variance.

    `items`: how many ratings such a mean is made of. With fewer than FEWEST_FOR_SPREAD degrees of freedom, and where
    everybody has one reviewer of the kind, which says nothing about how much two would differ: the published figure.
    """
    several = [g for g in groups if len(g) > 1]
    freedom = sum(len(g) - 1 for g in several)
    if freedom < FEWEST_FOR_SPREAD:
        return published(source)
    found = icc_one_way(several)
    if found is None:
        return published(source)
    return Spread(source, sqrt(found.within), max(0.0, found.single), len(several), items)


def usual_gap(item: str, differences: Sequence[float]) -> UsualGap:
    """Mean and standard deviation of self minus others over everybody."""
    n = len(differences)
    mean = fsum(differences) / n if n else 0.0
    sd = sqrt(fsum((d - mean) ** 2 for d in differences) / (n - 1)) if n > 1 else 0.0
    return UsualGap(item, mean, sd, n)

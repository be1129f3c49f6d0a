"""How far the ratings of a cycle can be relied on, for HR: figures over all groups together, never of a small one.

Only answers of groups that are shown on a card go in, and the figures are worked out once and kept: an answer that
comes later must not show in the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, fsum

from appraisal.scheme import Source
from appraisal.scoring.agreement import (
    FEWEST_FOR_ALPHA,
    FEWEST_TO_SHOW,
    SLIGHT_SKEW,
    icc_from_squares,
    k0,
    raters_for,
    uniform_variance,
)
from appraisal.scoring.basis import FEWEST_FOR_SPREAD, SINGLE
from appraisal.scoring.flags import Counted

FEWEST_GROUPS = 10  # reviewees with two reviewers or more of a kind
FEWEST_LARGE = 3  # groups of eight or more: agreement within a single one tells too much of it
WANTED = 0.70  # the usual least reliability of a mean that something depends on
SOURCES = (Source.PEER, Source.REPORT, Source.OTHERS)  # of others a person has one rating at most: nothing to compare


@dataclass(frozen=True)
class Group:
    """The means, 0 to 100, of the reviews that one person has of one source: how many, their mean, Σ (x - mean)²."""

    n: int
    mean: float
    squares: float


@dataclass(frozen=True)
class Rated:
    """One item about one person by a group of at least 8: `variance` over n - 1 and `deviation` on the item's scale.

    `deviation`: the mean distance from the mean, AD. `points`: how many the scale has.
    """

    person_id: str
    n: int
    points: int
    variance: float
    deviation: float


@dataclass(frozen=True)
class Reliability:
    """Of one source. None where there are too few: `people` and `reviews` say how many there are.

    `single`, `mean`: ICC(1,1), and ICC(1,k) for a group of `size`; `alpha`: Krippendorff's, interval; `wanted`: how
    many reviewers make a mean of reliability .70, `from_research` where that is by published figures.
    """

    source: Source
    people: int
    reviews: int
    single: float | None
    mean: float | None
    size: float | None
    alpha: float | None
    wanted: int
    from_research: bool


@dataclass(frozen=True)
class LargeGroups:
    """Agreement within groups of 8 and more, on average over them; None where there are under FEWEST_LARGE.

    `r_wg`: over the items of a group, r_wg(j), against a uniform scale; `skewed`: against a slightly lenient one,
    where all scales have a length it is published for; `deviation`: AD in points of 0 to 100.
    """

    source: Source
    groups: int
    r_wg: float | None = None
    skewed: float | None = None
    deviation: float | None = None


@dataclass(frozen=True)
class Consistency:
    """Cronbach's alpha of one form's rating items over complete reviews; None under 30."""

    form: str
    reviews: int
    items: int
    alpha: float | None


@dataclass(frozen=True)
class Measured:
    """All of a cycle. `left_out`: people whose answers changed since their card was made."""

    reliability: tuple[Reliability, ...] = ()
    large_groups: tuple[LargeGroups, ...] = ()
    consistency: tuple[Consistency, ...] = ()
    straight: tuple[Counted, ...] = ()
    left_out: int = 0


def group(means: Sequence[float]) -> Group:
    middle = fsum(means) / len(means)
    return Group(len(means), middle, fsum((m - middle) ** 2 for m in means))


def reliability(source: Source, groups: Sequence[Group]) -> Reliability:
    """ICC(1) and Krippendorff's alpha of review means, where at least 10 people have two reviewers or more, and 30
    degrees of freedom are left within them."""
    several = [g for g in groups if g.n > 1]
    reviews = sum(g.n for g in several)
    enough = len(several) >= FEWEST_GROUPS and reviews - len(several) >= FEWEST_FOR_SPREAD
    found = _icc(several) if enough else None
    single = found[0] if found else None
    known = single if single is not None and single > 0 else None
    return Reliability(
        source=source,
        people=len(several),
        reviews=reviews,
        single=single,
        mean=found[1] if found else None,
        size=found[2] if found else None,
        alpha=interval_alpha(several) if enough else None,
        wanted=ceil(round(raters_for(known if known is not None else SINGLE[source], WANTED), 9)),
        from_research=known is None,
    )


def _icc(groups: Sequence[Group]) -> tuple[float, float, float] | None:
    """(ICC(1,1), ICC(1,k), k0) from sums of squares."""
    n, k = sum(g.n for g in groups), len(groups)
    grand = fsum(g.n * g.mean for g in groups) / n
    between = fsum(g.n * (g.mean - grand) ** 2 for g in groups) / (k - 1)
    found = icc_from_squares(between, fsum(g.squares for g in groups) / (n - k), k0([g.n for g in groups]))
    return (found.single, found.mean, found.size) if found else None


def interval_alpha(groups: Iterable[Group]) -> float | None:
    """Krippendorff's alpha (2011) for interval data, a unit per group: 1 - (n - 1)/n · Σ m SS/(m - 1) / SS of all.

    The same as over all pairs of values, from sums of squares alone.
    """
    several = [g for g in groups if g.n > 1]
    n = sum(g.n for g in several)
    if n < 2:
        return None
    grand = fsum(g.n * g.mean for g in several) / n
    everything = fsum(g.squares + g.n * (g.mean - grand) ** 2 for g in several)
    within = fsum(g.n * g.squares / (g.n - 1) for g in several)
    return 1 - (n - 1) / n * within / everything if everything > 0 else None


def large_groups(source: Source, rated: Iterable[Rated]) -> LargeGroups:
    """r_wg(j) and AD of each group of 8 and more over its items, averaged over the groups; none for under 3 groups."""
    by: dict[str, list[Rated]] = {}
    for each in rated:
        if each.n >= FEWEST_TO_SHOW:
            by.setdefault(each.person_id, []).append(each)
    if len(by) < FEWEST_LARGE:
        return LargeGroups(source, len(by))
    uniform = [_r_wg_j([r.variance / uniform_variance(r.points) for r in items]) for items in by.values()]
    skewed = [_r_wg_j([r.variance / SLIGHT_SKEW[r.points] for r in items]) for items in by.values() if _has_skew(items)]
    deviations = [fsum(100 * r.deviation / (r.points - 1) for r in items) / len(items) for items in by.values()]
    return LargeGroups(
        source,
        len(by),
        _average(uniform),
        _average(skewed) if len(skewed) == len(by) else None,
        _average(deviations),
    )


def _has_skew(items: Iterable[Rated]) -> bool:
    return all(r.points in SLIGHT_SKEW for r in items)


def _r_wg_j(ratios: Sequence[float]) -> float:
    """J(1 - q) / (J(1 - q) + q), q the mean of item variances over what chance gives; 0 where chance gives as much.

    Beyond that the formula leaves its range, as James, Demaree & Wolf (1984) say.
    """
    q = fsum(ratios) / len(ratios)
    agreed = len(ratios) * (1 - q)
    return agreed / (agreed + q) if q < 1 else 0.0


def _average(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None


@dataclass
class Complete:
    """Sums over the complete reviews of a form, from which Cronbach's alpha follows without keeping them."""

    reviews: int = 0
    total: float = 0.0
    total_squares: float = 0.0
    items: dict[str, tuple[float, float]] | None = None

    def add(self, answers: Mapping[str, float]) -> None:
        """One review: its points by item, on 0 to 100."""
        whole = fsum(answers.values())
        self.reviews += 1
        self.total += whole
        self.total_squares += whole * whole
        before = self.items or {}
        self.items = {k: _plus(before.get(k, (0.0, 0.0)), x) for k, x in answers.items()}

    def consistency(self, form: str) -> Consistency:
        items = self.items or {}
        alpha = None
        if self.reviews >= FEWEST_FOR_ALPHA and len(items) > 1:
            whole = _spread(self.reviews, self.total, self.total_squares)
            parts = fsum(_spread(self.reviews, *sums) for sums in items.values())
            alpha = len(items) / (len(items) - 1) * (1 - parts / whole) if whole > 1e-9 else None
        return Consistency(form, self.reviews, len(items), alpha)


def _plus(sums: tuple[float, float], x: float) -> tuple[float, float]:
    return sums[0] + x, sums[1] + x * x


def _spread(n: int, total: float, squares: float) -> float:
    """Variance over n - 1, from sums."""
    return (squares - total * total / n) / (n - 1)

"""How far reviewers agree, and how far a mean of them can be relied on.

Every function takes plain numbers and gives None where the figure is not defined: too few values, or no variance to
explain. None of them is shown of a group: an agreement figure is the standard deviation in other clothes, and with the
mean it gives single answers back. Of groups there are words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

FEWEST_TO_SHOW = 8  # answers of a group whose agreement may be shown to anybody
FEWEST_FOR_ALPHA = 30  # respondents; below, Cronbach's alpha is noise
FEWEST_FOR_A_LABEL = 5

SINGLE_RATER = {"report": 0.30, "peer": 0.37, "supervisor": 0.50}
"""Reliability of one rater's judgement, from meta-analysis (Conway & Huffcutt 1997, Human Performance 10)."""

SLIGHT_SKEW = {5: 1.34, 7: 2.90}
"""Variance of a slightly lenient scale without agreement, by points (LeBreton & Senter 2008, table 2)."""


class Agreement(StrEnum):
    """An r_wg in words: after LeBreton & Senter (2008), and in one of two of few ratings. Each has a text
    `agreement-<value>`."""

    LACK = "lack"  # up to .30
    WEAK = "weak"  # up to .50
    MODERATE = "moderate"  # up to .70
    STRONG = "strong"  # up to .90
    VERY_STRONG = "very-strong"
    DIFFER = "differ"  # up to .50, of few ratings
    LARGELY = "largely"  # above


FAR_APART = frozenset({Agreement.LACK, Agreement.WEAK, Agreement.DIFFER})  # worth a talk


class Level(StrEnum):
    """What differences of two values mean to Krippendorff's alpha."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


@dataclass(frozen=True)
class OneWay:
    """Intraclass correlations where each group has raters of its own: of one rating, and of a group's mean."""

    single: float
    mean: float
    size: float  # k0, the typical size of a group
    between: float  # mean square
    within: float


@dataclass(frozen=True)
class TwoWay:
    """Intraclass correlations where the same raters rated everybody.

    `agreement_*` are ICC(2,1) and ICC(2,k), `consistency_*` are ICC(3,1) and ICC(3,k).
    """

    agreement_single: float
    agreement_mean: float
    consistency_single: float
    consistency_mean: float


def icc_one_way(groups: Sequence[Sequence[float]]) -> OneWay | None:
    """ICC(1,1) and ICC(1,k) of Shrout & Fleiss (1979), for groups of any sizes.

    `groups`: the ratings of each reviewee. The right form for 360 feedback, where everybody has other raters.
    """
    groups = [g for g in groups if g]
    n, sizes = len(groups), [len(g) for g in groups]
    everything = sum(sizes)
    if n < 2 or everything <= n:
        return None
    grand = _mean([x for g in groups for x in g])
    between = fsum(len(g) * (_mean(g) - grand) ** 2 for g in groups) / (n - 1)
    within = fsum(_squares(g) for g in groups) / (everything - n)
    return icc_from_squares(between, within, k0(sizes))


def k0(sizes: Sequence[int]) -> float:
    """The typical size of groups of unequal sizes: (N - Σn²/N) / (G - 1)."""
    everything = sum(sizes)
    return (everything - sum(n * n for n in sizes) / everything) / (len(sizes) - 1)


def icc_from_squares(between: float, within: float, size: float) -> OneWay | None:
    """The same from the mean squares of a one-way analysis of variance."""
    whole = between + (size - 1) * within
    if whole <= 0 or between <= 0:
        return None
    return OneWay((between - within) / whole, (between - within) / between, size, between, within)


def icc_two_way(table: Sequence[Sequence[float]]) -> TwoWay | None:
    """ICC(2,·) and ICC(3,·) of Shrout & Fleiss (1979). `table`: a row per reviewee, a column per rater, all filled."""
    n, k = len(table), len(table[0]) if table else 0
    if n < 2 or k < 2:
        return None
    grand = _mean([x for row in table for x in row])
    rows = k * fsum((_mean(row) - grand) ** 2 for row in table)
    columns = n * fsum((_mean([row[j] for row in table]) - grand) ** 2 for j in range(k))
    everything = fsum((x - grand) ** 2 for row in table for x in row)
    bms, jms = rows / (n - 1), columns / (k - 1)
    ems = (everything - rows - columns) / ((n - 1) * (k - 1))
    whole = bms + (k - 1) * ems
    if whole <= 0 or bms <= 0:
        return None
    return TwoWay(
        agreement_single=(bms - ems) / (whole + k * (jms - ems) / n),
        agreement_mean=(bms - ems) / (bms + (jms - ems) / n),
        consistency_single=(bms - ems) / whole,
        consistency_mean=(bms - ems) / bms,
    )


def uniform_variance(points: int) -> float:
    """Variance of ratings that know nothing, each of `points` equally likely: (A² - 1) / 12."""
    return (points * points - 1) / 12


def r_wg(ratings: Sequence[float], expected: float) -> float | None:
    """Agreement on one item, 1 - s² / σ² (James, Demaree & Wolf 1984); below 0 means more spread than by chance.

    `expected`: the variance without any agreement, `uniform_variance` or one of SLIGHT_SKEW.
    """
    return 1 - _variance(ratings) / expected if len(ratings) > 1 else None


def r_wg_j(table: Sequence[Sequence[float]], expected: float) -> float | None:
    """Agreement over several items: J(1 - q) / (J(1 - q) + q), q = mean variance / σ². A row per rater."""
    items = list(zip(*table, strict=True))
    if len(table) < 2 or not items:
        return None
    q = _mean([_variance(item) for item in items]) / expected
    agreed = len(items) * (1 - q)
    return agreed / (agreed + q) if agreed + q > 0 else None


def average_deviation(ratings: Sequence[float]) -> float | None:
    """AD_M: the mean distance from the mean, in points of the scale (Burke, Finkelstein & Dusig 1999)."""
    if not ratings:
        return None
    middle = _mean(ratings)
    return _mean([abs(x - middle) for x in ratings])


def in_words(value: float, n: int) -> Agreement | None:
    """What an r_wg of `n` ratings comes to; None under FEWEST_FOR_A_LABEL.

    Beside the mean of five ratings one of five words would give all of them away in every third group: so there are two
    words only under FEWEST_TO_SHOW.
    """
    if n < FEWEST_FOR_A_LABEL:
        return None
    if n < FEWEST_TO_SHOW:
        return Agreement.DIFFER if value <= 0.50 + 1e-9 else Agreement.LARGELY
    bounds = ((0.30, Agreement.LACK), (0.50, Agreement.WEAK), (0.70, Agreement.MODERATE), (0.90, Agreement.STRONG))
    return next((word for upper, word in bounds if value <= upper + 1e-9), Agreement.VERY_STRONG)


def krippendorff_alpha(table: Sequence[Sequence[float | None]], level: Level) -> float | None:
    """Krippendorff's alpha (2011). `table`: a row per rater, a column per unit; None where a rater said nothing."""
    units = [[x for x in unit if x is not None] for unit in zip(*table, strict=True)]
    units = [u for u in units if len(u) > 1]
    totals = Counter(x for u in units for x in u)
    n = sum(totals.values())
    if n < 2:
        return None
    distance = _distance(level, totals)
    observed = fsum(
        distance(a, b) / (len(u) - 1) for u in units for i, a in enumerate(u) for j, b in enumerate(u) if i != j
    )
    values = list(totals.items())
    chance = fsum(distance(a, b) * na * nb for a, na in values for b, nb in values) / (n - 1)
    return 1 - observed / chance if chance > 0 else None


def _distance(level: Level, totals: Counter[float]) -> Callable[[float, float], float]:
    """The squared difference of two values at a level of measurement."""
    if level is Level.NOMINAL:
        return lambda a, b: float(a != b)
    if level is Level.INTERVAL:
        return lambda a, b: (a - b) ** 2
    if level is Level.RATIO:
        return lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0
    below: dict[float, float] = {}  # half of a value's own count, and all counts below it
    count = 0
    for value in sorted(totals):
        below[value] = count + totals[value] / 2
        count += totals[value]
    return lambda a, b: (below[a] - below[b]) ** 2


def cronbach_alpha(table: Sequence[Sequence[float]]) -> float | None:
    """Consistency of the items of a form (Cronbach 1951). A row per respondent; None under FEWEST_FOR_ALPHA rows."""
    items = list(zip(*table, strict=True))
    if len(table) < FEWEST_FOR_ALPHA or len(items) < 2:
        return None
    whole = _variance([fsum(row) for row in table])
    parts = fsum(_variance(item) for item in items)
    return len(items) / (len(items) - 1) * (1 - parts / whole) if whole > 0 else None


def spearman_brown(single: float, raters: float) -> float:
    """Reliability of the mean of so many raters: k r / (1 + (k - 1) r)."""
    return raters * single / (1 + (raters - 1) * single)


def raters_for(single: float, wanted: float) -> float:
    """How many raters a mean needs to be as reliable as `wanted` (0 to 1): Spearman-Brown turned round."""
    return wanted * (1 - single) / (single * (1 - wanted))


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _squares(values: Sequence[float]) -> float:
    middle = _mean(values)
    return fsum((x - middle) ** 2 for x in values)


def _variance(values: Sequence[float]) -> float:
    """Over n - 1."""
    return _squares(values) / (len(values) - 1)

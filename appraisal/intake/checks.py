"""Doubts about figures that can be read: each looks at one figure and says what is odd about it, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from appraisal.scheme import Direction, MetricItem

LEAST_HISTORY = 4  # earlier periods without which nothing is known to be usual
FAR = 5.0  # robust standard deviations
NARROWEST = 0.1  # of the target: a smaller spread is an accident of few values
CONSISTENT = 1.4826  # makes the MAD of normal values their standard deviation
FRACTION = 1.5  # a percent below it may be meant as a fraction
CLEARLY_PERCENT = 10.0
TIMES_TARGET = 10.0  # a digit too many, or another unit


@dataclass(frozen=True)
class Earlier:
    """A figure of a period before, of the same person and metric."""

    target: float
    actual: float


def outside_range(metric: MetricItem, actual: float) -> str | None:
    """The range that the scheme gives for the actual value, where it is left."""
    low, high = metric.low, metric.high
    if (low is None or actual >= low) and (high is None or actual <= high):
        return None
    if low is None:
        return f"≤ {high:g}"
    return f"≥ {low:g}" if high is None else f"{low:g} – {high:g}"


def far_from_target(metric: MetricItem, target: float, actual: float) -> str | None:
    """The target, where the actual value is ten times as much or more and the scheme does not say what is too much."""
    if metric.high is not None or target <= 0 or actual < TIMES_TARGET * target:
        return None
    return f"{target:.10g}"


def far_from_usual(metric: MetricItem, target: float, actual: float, history: Sequence[Earlier]) -> str | None:
    """What is usual for this person, where the figure is far from it.

    Compared is what part of the target was reached, so that a target that grows with the figure raises no doubt; for
    a metric that should be on target, how far from it in tolerances. Of at least four earlier values m is the median
    and s = 1.4826 · MAD (median absolute deviation), at least 0.1; far is more than 5 s from m. Leys et al. (2013),
    doi:10.1016/j.jesp.2013.03.013, with a wider limit than theirs (2.5 s): few values stand behind it.
    """
    usual = [reached for e in history if (reached := _reached(metric, e.target, e.actual)) is not None]
    reached = _reached(metric, target, actual)
    if len(usual) < LEAST_HISTORY or reached is None:
        return None
    middle = median(usual)
    spread = max(CONSISTENT * median(abs(u - middle) for u in usual), NARROWEST)
    if abs(reached - middle) <= FAR * spread:
        return None
    low, high = (_actual(metric, target, u) for u in (min(usual), max(usual)))
    return f"{low:.4g}" if f"{low:.4g}" == f"{high:.4g}" else f"{low:.4g} – {high:.4g}"


def typical(values: Collection[float]) -> float:
    """The median of all targets and actual values of a metric in a file but the smallest, which is the one in doubt."""
    return median(sorted(values)[1:] or [0.0])


def looks_like_fraction(value: float, typical: float) -> bool:
    """Whether a bare number in a metric in % may be meant as a fraction of one: 0.95 where others are like 95."""
    return 0 < value <= FRACTION and typical > CLEARLY_PERCENT


def looks_like_percent(value: float) -> bool:
    """Whether a bare number is too large for the fraction of one that it should be: 95 where 0.95 was announced."""
    return abs(value) > CLEARLY_PERCENT


def is_early(as_of: date, period_start: date) -> bool:
    """Whether a figure is of a day before the period that it should be about."""
    return as_of < period_start


def _reached(metric: MetricItem, target: float, actual: float) -> float | None:
    if metric.direction is Direction.ON_TARGET:
        return (actual - target) / (metric.tolerance or 1.0)
    return actual / target if target > 0 else None


def _actual(metric: MetricItem, target: float, reached: float) -> float:
    """The actual value that reaches that much of this target."""
    if metric.direction is Direction.ON_TARGET:
        return target + reached * (metric.tolerance or 1.0)
    return reached * target

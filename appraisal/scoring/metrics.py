"""Business figures against their targets."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from appraisal.review import Figure
from appraisal.scheme import Direction, MetricItem
from appraisal.scoring.card import MetricResult

MISSED_BY_DISTANCE = 0.5  # attainment of an on-target metric: half its tolerance


def is_usable(item: MetricItem, target: float) -> bool:
    """Whether an actual value can be measured against `target`.

    A ratio needs a target above 0; a distance (ON_TARGET) any finite one.
    """
    if not isfinite(target):
        return False
    return target > 0 or item.direction is Direction.ON_TARGET


def attainment(item: MetricItem, *, target: float, actual: float) -> float:
    """How far `actual` reaches `target`: 1.0 is on target, bounded to 0 and `item.cap`.

    Higher is better: a / t. Lower: 2 - a / t. On target: 1 - |a - t| / tolerance. `target` must be usable.
    """
    match item.direction:
        case Direction.HIGHER:
            reached = actual / target
        case Direction.LOWER:
            reached = 2 - actual / target
        case Direction.ON_TARGET:
            reached = 1 - abs(actual - target) / (item.tolerance or 1.0)
    return min(max(reached, 0.0), item.cap)


def result(item: MetricItem, figure: Figure) -> MetricResult | None:
    """The figure as it stands on the card; None where it cannot be scored (target 0, or not a number)."""
    if not is_usable(item, figure.target) or not isfinite(figure.actual):
        return None
    reached = attainment(item, target=figure.target, actual=figure.actual)
    return MetricResult(
        metric=item.key,
        target=figure.target,
        actual=figure.actual,
        attainment=reached,
        score=100 * reached / item.cap,
        cap=item.cap,
        direction=item.direction,
        unit=item.unit,
        source=figure.source,
        row=figure.row,
        sheet=figure.sheet,
        file_name=figure.file_name,
        as_of=figure.as_of,
        imported_at=figure.imported_at,
    )


def is_missed(metric: MetricResult) -> bool:
    """Whether a target was missed so that its cause is worth asking for.

    Where higher or lower is better: any attainment below 1.0. On target: more than half the tolerance off, that is
    below 0.5, for a figure is hardly ever exactly on target. The noise of the last bits does not decide.
    """
    least = MISSED_BY_DISTANCE if metric.direction is Direction.ON_TARGET else 1.0
    return round(metric.attainment, 6) < least


def missed(metrics: Iterable[MetricResult]) -> tuple[MetricResult, ...]:
    """Those that missed their target, in the order of the card."""
    return tuple(m for m in metrics if is_missed(m))

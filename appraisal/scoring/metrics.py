"""Business figures against their targets, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import isfinite

from appraisal.review import Figure
from appraisal.scheme import Direction, Goal, GoalsItem, Measure, MetricItem, Scheme
from appraisal.scoring import goals
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
    return _capped(reached, item)


def worth(item: MetricItem | GoalsItem, reached: float) -> float:
    """The score, 0 to 100, of an attainment: along the item's points, flat outside of them; else 100 at the cap."""
    if not item.points:
        return 100 * reached / item.cap
    if reached <= item.points[0].attainment:
        return item.points[0].score
    for low, high in pairwise(item.points):
        if reached < high.attainment:
            way = (reached - low.attainment) / (high.attainment - low.attainment)
            return min(low.score + way * (high.score - low.score), high.score)  # not above it by the last bit
    return item.points[-1].score


def is_scorable(measure: Measure, figure: Figure) -> bool:
    """Whether a figure can be scored: not against the target 0, nor a level that a goal has not."""
    if isinstance(measure, Goal):
        return goals.level(figure.actual) is not None
    return is_usable(measure, figure.target) and isfinite(figure.actual)


def results(scheme: Scheme, figures: Mapping[str, Figure]) -> list[MetricResult]:
    """One person's figures, by metric or goal, as they stand on the card: one result per item that has any."""
    there = {m.key: figures[m.key] for m in scheme.metrics() if m.key in figures and is_scorable(m, figures[m.key])}
    found: list[MetricResult] = []
    for item in scheme.items():
        if isinstance(item, MetricItem) and item.key in there:
            found.append(_of_metric(item, there[item.key]))
        elif isinstance(item, GoalsItem) and (levels := [(g, there[g.key]) for g in item.goals if g.key in there]):
            found.append(_of_goals(item, levels))
    return found


def _of_metric(item: MetricItem, figure: Figure) -> MetricResult:
    reached = attainment(item, target=figure.target, actual=figure.actual)
    return MetricResult(
        metric=item.key,
        target=figure.target,
        actual=figure.actual,
        attainment=reached,
        score=worth(item, reached),
        cap=item.cap,
        direction=item.direction,
        unit=item.unit,
        source=figure.source,
        row=figure.row,
        sheet=figure.sheet,
        file_name=figure.file_name,
        as_of=figure.as_of,
        imported_at=figure.imported_at,
        points=item.points,
    )


def _of_goals(item: GoalsItem, levels: list[tuple[Goal, Figure]]) -> MetricResult:
    """T against the 50 of goals that are all as agreed; it comes from where its oldest level does."""
    reached = [goals.reached(goal, figure) for goal, figure in levels]
    t = goals.t_score([(r.weight, r.level) for r in reached])
    oldest = goals.oldest(reached)
    attained = _capped(t / goals.AS_AGREED, item)
    return MetricResult(
        metric=item.key,
        target=goals.AS_AGREED,
        actual=t,
        attainment=attained,
        score=worth(item, attained),
        cap=item.cap,
        direction=Direction.HIGHER,
        unit=Goal.unit,
        source=oldest.source,
        row=oldest.row,
        sheet=oldest.sheet,
        file_name=oldest.file_name,
        as_of=oldest.as_of,
        imported_at=oldest.imported_at,
        points=item.points,
        goals=tuple(reached),
    )


def _capped(reached: float, item: MetricItem | GoalsItem) -> float:
    return min(max(reached, 0.0), item.cap)


def is_missed(metric: MetricResult) -> bool:
    """Whether a target was missed so that its cause is worth asking for.

    Where higher or lower is better, and of goals: any attainment below 1.0. On target: more than half the tolerance
    off, that is below 0.5, for a figure is hardly ever exactly on target. The noise of the last bits does not decide.
    """
    least = MISSED_BY_DISTANCE if metric.direction is Direction.ON_TARGET else 1.0
    return round(metric.attainment, 6) < least


def missed(metrics: Iterable[MetricResult]) -> tuple[MetricResult, ...]:
    """Those that missed their target, in the order of the card."""
    return tuple(m for m in metrics if is_missed(m))

"""Goal attainment scaling: goals that are no numbers, each at one of five levels, as one score.

Kiresuk & Sherman (1968), doi:10.1007/BF01530764. A level x is -2 (much less than agreed), -1, 0 (as agreed), 1 or 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date
from math import fsum, sqrt

from appraisal.review import Figure
from appraisal.scheme import Goal
from appraisal.scoring.card import GoalLevel

LEVEL_AGREED = 0.0
AS_AGREED = 50.0  # T where every goal is reached as agreed
SPREAD = 10.0  # standard deviation of T
RHO = 0.3  # how much goals of one person go together, as Kiresuk and Sherman take it
LEVELS = range(-2, 3)


def t_score(levels: Sequence[tuple[float, int]]) -> float:
    """T = 50 + 10 Σwx / √((1 - ρ) Σw² + ρ (Σw)²) of at least one (weight, level). Only the ratios of weights count."""
    whole = fsum(w for w, _ in levels)
    shares = [(w / whole, x) for w, x in levels]
    return AS_AGREED + SPREAD * fsum(w * x for w, x in shares) / sqrt((1 - RHO) * fsum(w * w for w, _ in shares) + RHO)


def level(number: float) -> int | None:
    """The level that a number is; None for any other number."""
    return int(number) if number in LEVELS else None


def reached(goal: Goal, figure: Figure) -> GoalLevel:
    """The level of a goal as it stands on the card. `figure` must hold a level."""
    return GoalLevel(
        goal=goal.key,
        weight=goal.weight,
        level=int(figure.actual),
        source=figure.source,
        row=figure.row,
        sheet=figure.sheet,
        file_name=figure.file_name,
        as_of=figure.as_of,
        imported_at=figure.imported_at,
    )


def oldest(levels: Sequence[GoalLevel]) -> GoalLevel:
    """That of the earliest day; one without a day is the last to be taken."""

    def day(of: GoalLevel) -> date:
        return of.as_of or (of.imported_at.astimezone(UTC).date() if of.imported_at else date.max)

    return min(levels, key=day)

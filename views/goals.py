"""Goals in words: what was agreed, and how far each was reached."""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.scheme import Goal, GoalsItem, Scheme
from appraisal.scoring.card import MetricResult
from appraisal.scoring.goals import LEVELS
from views.blocks import bullet, joined
from views.text import Mrkdwn, Words


def agreed(item: GoalsItem, w: Words) -> list[str]:
    """Every goal with its share and its five levels, for the form."""
    whole = sum(goal.weight for goal in item.goals)
    lines: list[str] = []
    for goal in item.goals:
        lines.append(w("name-and-share", name=w.text(goal.name), share=w.percent(goal.weight / whole)))
        lines += [joined(("   ", level_text(goal, level, w)), " ") for level in LEVELS]
    return lines


def reached(scheme: Scheme, metric: MetricResult, w: Words) -> list[Mrkdwn]:
    """The level of every goal that has one, below the line of its item on a card."""
    items = (i for i in scheme.items() if isinstance(i, GoalsItem) and i.key == metric.metric)
    goals = {goal.key: goal for item in items for goal in item.goals}
    return [level_line(goals[of.goal], of.level, w) for of in metric.goals if of.goal in goals]


def with_levels(item: GoalsItem, levels: Mapping[str, float], w: Words) -> list[Mrkdwn]:
    """Every goal with the level that a file gives, for who writes a review."""
    return [level_line(goal, int(levels[goal.key]) if goal.key in levels else None, w) for goal in item.goals]


def level_line(goal: Goal, level: int | None, w: Words) -> Mrkdwn:
    """ "• Open the shop: +1 · A week before the day agreed"."""
    said = w("figure-missing") if level is None else level_text(goal, level, w)
    return bullet(w.md("named-line", name=w.text(goal.name), text=said))


def level_text(goal: Goal, level: int, w: Words) -> str:
    """ "+1 · A week before the day agreed"."""
    number = w.number(level)
    return w("goal-level", level=f"+{number}" if level > 0 else number, text=w.text(goal.level(level)))

"""What the employee is told on release."""

from __future__ import annotations

from datetime import datetime

from appraisal.approval import ApprovalState, Result
from appraisal.scheme import Source
from appraisal.scoring.composite import shown
from views import scores
from views.annual import annual_blocks
from views.blocks import (
    Block,
    Rendered,
    actions,
    bars,
    bold,
    button,
    context,
    header,
    joined,
    paragraphs,
    quotes,
    section,
)
from views.comments import comment_blocks
from views.ids import Action, pair
from views.improvement import action_lines
from views.text import Words, cut, short


def result_card(result: Result, w: Words, now: datetime) -> Rendered:
    """The result in one message; `plain` has the chart's figures in words."""
    cycle, scheme, card = result.cycle, result.cycle.scheme, result.score
    text = w("result-text", cycle=short(cycle.name))
    head = [
        header(w("result-header", cycle=short(cycle.name))),
        section(_greeting(result, w)),
        section(_total(result, w)),
        *_adjusted(result, w),
        *annual_blocks(result.year, w),
    ]
    body = [
        *paragraphs(scores.dimension_line(scheme, d, w) for d in card.dimensions),
        *scores.highlight_blocks(scheme, w("your-strengths"), result.highlights.strengths, w, own=True),
        *scores.highlight_blocks(scheme, w("your-growth"), result.highlights.growth, w, own=True),
        *scores.metric_blocks(result, w, now),
        *comment_blocks(result.comments, cycle, result.person.id, w),
        *action_lines(result.actions, w, whose=w("your-comment")),
        *scores.how_counted_blocks(card, w),
        *scores.left_out_blocks(scheme, card, cycle.threshold, w),
        context(_approved_by(result, w)),
        *_acknowledge(result, w),
    ]
    chart = _chart(result, w)
    return Rendered(text, [*head, *chart, *body], [*head, *_chart_in_words(result, w), *body] if chart else None)


def _greeting(result: Result, w: Words) -> str:
    cycle, approver = result.cycle, result.approver
    values = {"name": short(result.person.name), "period": w.period(cycle.period_start, cycle.period_end)}
    if approver is None:
        return w.md("result-greeting-alone", **values)
    return w.md("result-greeting", approver=short(approver.name), **values)


def _total(result: Result, w: Words) -> str:
    if result.total is None:
        return w.md("result-no-total")
    scheme = result.cycle.scheme
    band = scores.band_text(scheme, result.band, w)
    total = w.md("result-total", total=bold(w.score(result.total)), band=band)
    is_computed = result.approval.adjusted is None
    return joined((total, scores.likely_text(scheme, result.score, w, own=True) if is_computed else ""), "\n")


def _adjusted(result: Result, w: Words) -> list[Block]:
    if result.approval.adjusted is None:
        return []
    blocks = [context(w.md("result-adjusted", computed=w.score(result.score.total)))]
    reason = result.approval.reason.strip()
    return [*blocks, *quotes(w("reason-adjust"), [cut(reason, 2000)])] if reason else blocks


def _series(result: Result, w: Words) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """Dimension names, and per series a value for each: own view and others' where both are known.

    A chart has no gaps. So a dimension that nobody but the person, or only others, spoke about stays out; where
    that leaves nothing, the scores alone are shown.
    """
    scheme, dimensions = result.cycle.scheme, result.score.dimensions
    both = [
        (scores.dimension_name(scheme, d.dimension, w), own.score, others)
        for d in dimensions
        if (own := scores.part(d, Source.SELF)) and own.score is not None and (others := scores.others(d)) is not None
    ]
    if both:
        own_view = [shown(own) for _, own, _ in both]
        return [n for n, _, _ in both], [
            (w("chart-own"), own_view),
            (w("chart-others"), [shown(others) for _, _, others in both]),
        ]
    scored = [(scores.dimension_name(scheme, d.dimension, w), d.score) for d in dimensions if d.score is not None]
    return [n for n, _ in scored], [(w("score"), [shown(score) for _, score in scored])]


def _chart(result: Result, w: Words) -> list[Block]:
    names, series = _series(result, w)
    return [bars(w("chart-title"), names, series)] if names else []


def _chart_in_words(result: Result, w: Words) -> list[Block]:
    """The chart's figures, for when Slack refuses the chart."""
    names, series = _series(result, w)
    if not names:
        return []
    lines: list[str] = []
    for n, name in enumerate(names):
        figures = [w("source-score", source=label, score=str(values[n])) for label, values in series]
        lines.append(w.md("named-line", name=name, text=joined(figures)))
    return paragraphs([bold(w("chart-title")), *lines])


def _approved_by(result: Result, w: Words) -> str:
    day = result.approval.decided_at
    parts = [
        w("approved-by", name=short(result.approver.name)) if result.approver else "",
        w.day(day) if day else "",
        w("formula", version=str(result.score.formula)),
    ]
    return joined(parts)


def _acknowledge(result: Result, w: Words) -> list[Block]:
    approval = result.approval
    show = button(w("show-scheme"), Action.SHOW_SCHEME, result.cycle.id)
    why = button(w("why"), Action.SHOW_WHY, pair(result.cycle.id, result.person.id))
    if approval.state is ApprovalState.ACKNOWLEDGED and approval.acknowledged_at:
        return [context(w.md("you-acknowledged", day=w.day(approval.acknowledged_at))), *actions(why, show)]
    read = button(w("acknowledge"), Action.ACKNOWLEDGE, result.cycle.id, style="primary")
    return [context(w.md("acknowledge-means")), *actions(read, why, show)]

"""What the employee is told on release."""

from __future__ import annotations

from datetime import datetime

from appraisal.approval import ApprovalState, Result
from appraisal.scheme import Source
from views import scores
from views.approval import action_lines
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
from views.ids import Action
from views.text import Words, cut, short


def result_card(result: Result, w: Words, now: datetime) -> Rendered:
    """The result in one message; `plain` has no chart: the lines under it carry the same figures."""
    cycle, scheme, card = result.cycle, result.cycle.scheme, result.score
    text = w("result-text", cycle=short(cycle.name))
    head = [
        header(w("result-header", cycle=short(cycle.name))),
        section(
            w.md(
                "result-greeting",
                name=short(result.person.name),
                period=w.period(cycle.period_start, cycle.period_end),
            )
        ),
        section(_total(result, w)),
        *_adjusted(result, w),
    ]
    body = [
        *paragraphs(scores.dimension_line(scheme, d, w) for d in card.dimensions),
        *scores.highlight_blocks(scheme, w("your-strengths"), result.highlights.strengths, w, own=True),
        *scores.highlight_blocks(scheme, w("your-growth"), result.highlights.growth, w, own=True),
        *scores.metric_blocks(scheme, card, w),
        *comment_blocks(result.comments, cycle, result.person.id, w),
        *action_lines(result.actions, w),
        *scores.left_out_blocks(card, cycle.threshold, w),
        context(_approved_by(result, w)),
        *_acknowledge(result, w),
    ]
    chart = _chart(result, w)
    return Rendered(text, [*head, *chart, *body], [*head, *body] if chart else None)


def _total(result: Result, w: Words) -> str:
    if result.total is None:
        return w.md("result-no-total")
    return w.md(
        "result-total",
        total=bold(w.score(result.total)),
        band=scores.band_text(result.cycle.scheme, result.band, w),
    )


def _adjusted(result: Result, w: Words) -> list[Block]:
    if result.approval.adjusted is None:
        return []
    blocks = [context(w.md("result-adjusted", computed=w.score(result.score.total)))]
    reason = result.approval.reason.strip()
    return [*blocks, *quotes(w("reason-adjust"), [cut(reason, 2000)])] if reason else blocks


def _chart(result: Result, w: Words) -> list[Block]:
    """Own view beside the result, per dimension; a chart has no gaps, so dimensions without a score stay out."""
    scheme = result.cycle.scheme
    shown = [(d, d.score) for d in result.score.dimensions if d.score is not None]
    if not shown:
        return []
    series = [(w("chart-result"), [int(w.score(score)) for _, score in shown])]
    own = [p.score for d, _ in shown if (p := scores.part(d, Source.SELF)) and p.score is not None]
    if len(own) == len(shown):
        series.append((w("chart-own"), [int(w.score(score)) for score in own]))
    names = [scores.dimension_name(scheme, d.dimension, w) for d, _ in shown]
    return [bars(w("chart-title"), names, series)]


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
    if approval.state is ApprovalState.ACKNOWLEDGED and approval.acknowledged_at:
        return [context(w.md("you-acknowledged", day=w.day(approval.acknowledged_at))), *actions(show)]
    read = button(w("acknowledge"), Action.ACKNOWLEDGE, result.cycle.id, style="primary")
    return [context(w.md("acknowledge-means")), *actions(read, show)]

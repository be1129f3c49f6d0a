"""What was done to a score, in words."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.scoring.explanation import Change, FigureChange, Happened
from views import scores
from views.explain_parts import Page
from views.text import NOTHING, Mrkdwn, short


def history(p: Page) -> Iterator[Mrkdwn]:
    """A line for everything that was done, the oldest first."""
    return (_change(p, c) for c in p.told.changes)


def _change(p: Page, change: Change) -> Mrkdwn:
    w = p.w
    if change.what is Happened.ADJUSTED:
        said = adjusted_text(p, change)
    elif change.what is Happened.RETURNED:
        asked = w("why-asked-missing") if change.asked == "missing" else w(f"group-{change.asked}")
        said = w("happened-returned", by=short(change.by), asked=asked)
    elif change.what is Happened.SCORED_AGAIN:
        said = w("happened-scored-again", why=w.list(_causes(p, change)) or NOTHING)
    else:
        said = w(f"happened-{change.what.value}", by=short(change.by))
    return w.md("named-line", name=w.day(change.at), text=said)


def _causes(p: Page, change: Change) -> list[str]:
    reviews = [p.w("why-new-reviews")] if change.reviews else []
    approver = [p.w("why-new-approver")] if change.approver else []
    return reviews + approver + [_figure_change(p, f) for f in change.figures[: scores.MOST_METRICS]]


def _figure_change(p: Page, of: FigureChange) -> str:
    w = p.w
    was, now = (NOTHING if n is None else w.number(n) for n in (of.was, of.now))
    return w("why-figure-changed", metric=scores.item_name(p.scheme, of.metric, w), was=was, now=now)


def adjusted_text(p: Page, change: Change) -> str:
    w = p.w
    before, after = w.score(change.before), w.score(change.after)
    return w("happened-adjusted", by=short(change.by), before=before, after=after)

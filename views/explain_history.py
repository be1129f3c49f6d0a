"""What was done to a score, in words."""

from __future__ import annotations

from collections.abc import Iterator

from appraisal.scheme import Scheme
from appraisal.scoring.explanation import Change, FigureChange, Happened
from views import scores
from views.blocks import joined
from views.explain_parts import Page
from views.text import NOTHING, Mrkdwn, Words, short


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
    line = w.md("named-line", name=w.day(change.at), text=said)
    if change.what is not Happened.SCORED_AGAIN:
        return line
    return joined((line, moved(change.before, change.after, w)), w("clause-gap"))


def _causes(p: Page, change: Change) -> list[str]:
    reviews = [p.w("why-new-reviews")] if change.reviews else []
    approver = [p.w("why-new-approver")] if change.approver else []
    return reviews + approver + [figure_change(p.scheme, f, p.w) for f in change.figures[: scores.MOST_METRICS]]


def figure_change(scheme: Scheme, of: FigureChange, w: Words) -> str:
    was, now = (NOTHING if n is None else w.number(n) for n in (of.was, of.now))
    return w("why-figure-changed", metric=scores.item_name(scheme, of.metric, w), was=was, now=now)


def moved(before: float | None, after: float | None, w: Words) -> Mrkdwn:
    """ "The score was 71 and is now 75.", in whole points; nothing where the reader knows no earlier one."""
    if before is None or after is None:
        return Mrkdwn("")
    was, now = w.score(before), w.score(after)
    return w.md("score-stays", total=now) if was == now else w.md("score-moved", was=was, now=now)


def adjusted_text(p: Page, change: Change) -> str:
    w = p.w
    before, after = w.score(change.before), w.score(change.after)
    return w("happened-adjusted", by=short(change.by), before=before, after=after)

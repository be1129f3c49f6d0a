"""What was done to a score, and by whom: noted when it happens, told when somebody asks why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from appraisal.approval import Approval
from appraisal.review import Figure
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.explanation import Change, FigureChange, Happened
from storage import audit, people
from storage.audit import Entry
from storage.engine import Tx

AGAIN = "score-again"
_HAPPENED = {
    "return": Happened.RETURNED,
    AGAIN: Happened.SCORED_AGAIN,
    "approve": Happened.APPROVED,
    "name-causes": Happened.CAUSES_NAMED,
    "release": Happened.RELEASED,
}


async def note_scored_again(
    tx: Tx, cycle_id: str, person_id: str, before: Evidence, after: Evidence, *, at: datetime
) -> None:
    """That a score was worked out again, where that changed what it is made of."""
    figures = list(_figure_changes(before, after))
    reviews = set(before.stats) != set(after.stats)
    approver = before.insiders != after.insiders
    if figures or reviews or approver:
        changed = [{"metric": c.metric, "was": c.was, "now": c.now} for c in figures]
        detail = {"cycle": cycle_id, "reviews": reviews, "approver": approver, "figures": changed}
        await audit.add(tx, at=at, actor_id=None, verb=AGAIN, subject=person_id, detail=detail)


async def changes_of(tx: Tx, card: ScoreCard, approval: Approval) -> list[Change]:
    """Everything that was done to a score, the oldest first."""
    entries = await audit.about(tx, card.person_id, cycle_id=card.cycle_id, verbs=_HAPPENED)
    names = {p.id: p.name for p in await people.some(tx, (e.actor_id for e in entries if e.actor_id))}
    return [_change(e, names.get(e.actor_id or "", ""), card, approval) for e in entries]


def _figure_changes(before: Evidence, after: Evidence) -> Iterator[FigureChange]:
    """Also where another source says the same now, since the score names its source."""
    was, now = _by_metric(before), _by_metric(after)
    for metric in sorted(was.keys() | now.keys()):
        if was.get(metric) != now.get(metric):
            yield FigureChange(metric, _actual(was.get(metric)), _actual(now.get(metric)))


def _by_metric(evidence: Evidence) -> dict[str, Figure]:
    return {f.metric: f for f in evidence.figures}


def _actual(figure: Figure | None) -> float | None:
    return figure.actual if figure else None


def _change(entry: Entry, by: str, card: ScoreCard, approval: Approval) -> Change:
    what, detail = _HAPPENED[entry.verb], entry.detail
    if what is Happened.APPROVED and detail.get("adjusted") is not None:
        before = detail.get("computed", card.total)
        after = float(detail["adjusted"])
        reason = approval.reason.strip() if approval.adjusted == after else ""  # else somebody else decided since
        return Change(Happened.ADJUSTED, entry.at, by, before=before, after=after, reason=reason)
    figures = tuple(FigureChange(f["metric"], f["was"], f["now"]) for f in detail.get("figures", ()))
    return Change(
        what,
        entry.at,
        by,
        asked=str(detail.get("group", "")),
        figures=figures,
        reviews=bool(detail.get("reviews")),
        approver=bool(detail.get("approver")),
    )

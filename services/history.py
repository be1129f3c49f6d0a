"""What was done to a score, and by whom: noted when it happens, told when somebody asks why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from appraisal.approval import Approval
from appraisal.review import Figure
from appraisal.scheme import Source
from appraisal.scoring.card import Part, ScoreCard
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.explanation import Change, FigureChange, Happened
from storage import audit, people
from storage.audit import Entry
from storage.engine import Tx
from storage.scores import Scored

AGAIN = "score-again"
_HAPPENED = {
    "return": Happened.RETURNED,
    AGAIN: Happened.SCORED_AGAIN,
    "approve": Happened.APPROVED,
    "name-causes": Happened.CAUSES_NAMED,
    "release": Happened.RELEASED,
}


async def note_scored_again(tx: Tx, before: Scored, after: Scored, *, approver_id: str | None, at: datetime) -> None:
    """That a score was worked out again, where that changed what it is made of, as its card shows it.

    `approver_id`: who decides on it. Whoever decides only since the card is made for them saw no other.
    """
    old, new = before.card, after.card
    figures = list(_figure_changes(before.evidence, after.evidence))
    reviews = set(before.evidence.stats) != set(after.evidence.stats) and _views(old) != _views(new)
    approver = before.evidence.insiders != after.evidence.insiders
    if figures or reviews or approver:
        detail = {
            "cycle": old.cycle_id,
            "reviews": reviews,
            "approver": approver,
            "figures": [{"metric": c.metric, "was": c.was, "now": c.now} for c in figures],
            "totals": {"was": old.total, "now": new.total, "shown_to": None if approver else approver_id},
        }
        await audit.add(tx, at=at, actor_id=None, verb=AGAIN, subject=old.person_id, detail=detail)


async def changes_of(tx: Tx, card: ScoreCard, approval: Approval, *, reader_id: str | None) -> list[Change]:
    """Everything that was done to a score, the oldest first; earlier totals for those to whom they were shown."""
    entries = await audit.about(tx, card.person_id, cycle_id=card.cycle_id, verbs=_HAPPENED)
    names = {p.id: p.name for p in await people.some(tx, (e.actor_id for e in entries if e.actor_id))}
    return [_change(e, names.get(e.actor_id or "", ""), card, approval, reader_id) for e in entries]


def _views(card: ScoreCard) -> list[tuple[str, Part]]:
    """What groups of people say, as far as a card shows it."""
    return [(i.item, p) for i in card.items() for p in i.parts if p.source is not Source.METRIC]


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


def _change(entry: Entry, by: str, card: ScoreCard, approval: Approval, reader_id: str | None) -> Change:
    what, detail = _HAPPENED[entry.verb], entry.detail
    if what is Happened.APPROVED and detail.get("adjusted") is not None:
        before = detail.get("computed", card.total)
        after = float(detail["adjusted"])
        reason = approval.reason.strip() if approval.adjusted == after else ""  # else somebody else decided since
        return Change(Happened.ADJUSTED, entry.at, by, before=before, after=after, reason=reason)
    totals = detail.get("totals", {})
    known = reader_id is not None and totals.get("shown_to") == reader_id
    figures = tuple(FigureChange(f["metric"], f["was"], f["now"]) for f in detail.get("figures", ()))
    return Change(
        what,
        entry.at,
        by,
        before=totals["was"] if known else None,
        after=totals["now"] if known else None,
        asked=str(detail.get("group", "")),
        figures=figures,
        reviews=bool(detail.get("reviews")),
        approver=bool(detail.get("approver")),
    )

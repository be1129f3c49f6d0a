"""Scoring one person again, where that may change what was shown before."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from appraisal.cycle import Cycle
from appraisal.scheme import Source
from appraisal.scoring.comments import Written, reissue_written
from appraisal.scoring.evidence import Evidence
from appraisal.scoring.formulas import FORMULAS
from appraisal.scoring.protection import Answered, anonymous, gated, reissue
from appraisal.scoring.renewal import Reissue, Renewed
from services.deps import Deps
from services.history import note_scored_again
from services.holding_back import hold_back
from services.scoring import composed, gather, numbers_asked, signed
from storage import answerers, approvals, cycles, scores, tallies
from storage.engine import Tx
from storage.scores import Scored


@dataclass(frozen=True)
class News:
    """The card that was shown (`old`), and what one would be made of if all that was sent again were taken in.

    `reissue` None: there is nothing to decide, since nothing was shown, or the formula does not look at sums.
    """

    old: Scored | None
    fresh: Evidence
    texts: tuple[Written, ...]
    reissue: Reissue | None


@dataclass(frozen=True)
class Decided:
    """Which answers may be taken in, for as long as the question is the same."""

    reissue: Reissue
    renewed: Renewed

    @classmethod
    async def of(cls, reissue: Reissue) -> Self:
        return cls(reissue, await asyncio.to_thread(reissue.decide))  # for large groups it takes a while


async def decide(deps: Deps, cycle_id: str, person_id: str) -> Decided | None:
    """What `rescore` will have to know, worked out while nobody waits; None where that is nothing."""
    async with deps.read() as tx:
        cycle = await cycles.get(tx, cycle_id)
        reissue = (await _news(tx, cycle, person_id)).reissue if cycle else None
    return await Decided.of(reissue) if reissue else None


async def rescore(
    tx: Tx, cycle: Cycle, person_id: str, *, since: datetime, now: datetime, decided: Decided | None = None
) -> None:
    """Score one person again after reviews were asked for again, at `since`.

    What anonymous groups answered anew is taken in only where nobody is given away by it (see `renewal`). `decided`
    before the cycle was locked counts if it rests on what there is now.
    """
    news = await _news(tx, cycle, person_id)
    if news.old is None:
        await _save(tx, cycle, person_id, None, news.fresh, news.texts, now)
    elif news.reissue is None:
        await _save(tx, cycle, person_id, news.old, *(await _as_formula_1(tx, cycle, news.old, news, since)), now)
    else:
        if decided is None or decided.reissue != news.reissue:
            decided = await Decided.of(news.reissue)
        await _save(tx, cycle, person_id, news.old, *_mixed(decided, news.old, news), now)
        await scores.note_disclosed(tx, cycle.id, person_id, now, decided.reissue.made_of(decided.renewed))


async def take_in_figures(tx: Tx, cycle: Cycle, person_id: str, *, now: datetime) -> None:
    """Score one person again with the figures there are now, and the answers as they were."""
    old = await scores.scored(tx, cycle.id, person_id)
    if old:
        fresh = (await gather(tx, cycle, [person_id]))[person_id]
        await _save(tx, cycle, person_id, old, replace(old.evidence, figures=fresh.figures), old.written, now)


async def recast(tx: Tx, cycle: Cycle, person_id: str, approver_id: str | None, *, now: datetime) -> bool:
    """Make the card again, of the same answers, for somebody else who decides on it; whether it looks different.

    Who answered in an anonymous group knows one answer of it, so the group takes one more to be shown to them.
    """
    old = await scores.scored(tx, cycle.id, person_id)
    own = await cycles.with_form(tx, cycle, person_id)
    inside = await insiders(tx, own, person_id, approver_id)
    if old is None or inside == old.evidence.insiders:
        return False
    await note_shown(tx, cycle, person_id, now=now)
    await _save(tx, cycle, person_id, old, replace(old.evidence, insiders=inside), old.written, now)
    *_, last = await scores.disclosed_before(tx, cycle.id, person_id)
    groups = dict.fromkeys(old.card.merged, Source.OTHERS)
    await scores.note_disclosed(tx, cycle.id, person_id, now, gated(own, last, groups, inside))
    await hold_back(tx, cycle, [person_id], now=now)  # what was hidden when answers came in anew may not be fit to show
    return await scores.get(tx, cycle.id, person_id) != old.card


async def note_shown(tx: Tx, cycle: Cycle, person_id: str, *, now: datetime) -> None:
    """Remember whose answers stand behind the card before any of them can change. Later cards are noted when made."""
    old = await scores.scored(tx, cycle.id, person_id)
    if old and not await scores.disclosed_before(tx, cycle.id, person_id):
        own = await cycles.with_form(tx, cycle, person_id)
        groups = dict.fromkeys(old.card.merged, Source.OTHERS)
        shown = gated(own, await _answered(tx, own, person_id), groups, old.evidence.insiders)
        await scores.note_disclosed(tx, cycle.id, person_id, now, shown)


async def _news(tx: Tx, cycle: Cycle, person_id: str) -> News:
    old = await scores.scored(tx, cycle.id, person_id)
    evidence = (await gather(tx, cycle, [person_id]))[person_id]
    wrote = await tallies.written(tx, cycle.id, [person_id], numbers=numbers_asked(cycle))
    approval = await approvals.get(tx, cycle.id, person_id)
    approver_id = approval.approver_id if approval else None
    fresh = replace(evidence, insiders=await insiders(tx, cycle, person_id, approver_id))
    reissue = None
    if old and FORMULAS[cycle.formula].audits:
        reissue = await _reissue(tx, cycle, person_id, old, fresh, approver_id)
    return News(old, fresh, tuple(signed(cycle, wrote.get(person_id, []))), reissue)


async def insiders(tx: Tx, cycle: Cycle, person_id: str, approver_id: str | None) -> frozenset[Source]:
    """The anonymous groups in which whoever decides on a score gave an answer, which they know."""
    if approver_id is None:
        return frozenset()
    inside = await answerers.answered_by(tx, cycle.id, {person_id: approver_id})
    return anonymous(cycle.scheme) & inside.get(person_id, set())


async def _answered(tx: Tx, cycle: Cycle, person_id: str) -> list[Answered]:
    hiding = anonymous(cycle.scheme)
    return await answerers.answered(tx, cycle.id, person_id, hiding, numbers=numbers_asked(cycle))


async def _reissue(
    tx: Tx, cycle: Cycle, person_id: str, old: Scored, fresh: Evidence, approver_id: str | None
) -> Reissue:
    own = await cycles.with_form(tx, cycle, person_id)
    seen = await scores.disclosed_before(tx, cycle.id, person_id)
    assert seen, "what was shown is noted when reviews are asked for again"
    return Reissue(
        cycle=own,
        seen=seen,
        fresh=await _answered(tx, own, person_id),
        sizes=old.evidence.sizes,
        fresh_sizes=fresh.sizes,
        known=[approver_id] if approver_id else (),
        insiders=fresh.insiders,
    )


def _mixed(decided: Decided, old: Scored, news: News) -> tuple[Evidence, tuple[Written, ...]]:
    """Fresh where that was decided, and in groups that are not anonymous; else as it was."""
    reissue, renewed, fresh = decided.reissue, decided.renewed, news.fresh
    hiding = anonymous(reissue.cycle.scheme)
    held = hiding - renewed.ratings
    stats = [s for s in fresh.stats if s.source not in held] + [s for s in old.evidence.stats if s.source in held]
    named = {s: n for s, n in fresh.sizes.items() if s not in hiding}
    sizes = named | {s: n for s, n in reissue.sizes_of(renewed.ratings).items() if s in hiding}

    def stays(w: Written, *, is_fresh: bool) -> bool:
        if w.source not in hiding:
            return is_fresh
        taken = renewed.texts.get(w.item, frozenset())
        return taken is not None and (w.source in taken) is is_fresh

    kept = [w for w in old.written if stays(w, is_fresh=False)] + [w for w in news.texts if stays(w, is_fresh=True)]
    kept.sort(key=lambda w: (w.item, w.source, w.text))  # else it would tell what is new
    return replace(fresh, stats=tuple(stats), sizes=sizes), tuple(kept)


async def _as_formula_1(
    tx: Tx, cycle: Cycle, old: Scored, news: News, since: datetime
) -> tuple[Evidence, tuple[Written, ...]]:
    """By number of renewed reviews alone, as cards of that formula were made."""
    person_id = old.card.person_id
    renewed = {Source(r.value): n for r, n in (await tallies.renewed(tx, cycle.id, person_id, since)).items()}
    hidden = anonymous((await cycles.with_form(tx, cycle, person_id)).scheme)
    stats = reissue(old.evidence.stats, news.fresh.stats, renewed, cycle.threshold, anonymous=hidden)
    written = reissue_written(old.written, news.texts, renewed, cycle.comment_threshold, anonymous=hidden)
    return replace(news.fresh, stats=tuple(stats)), tuple(written)


async def _save(
    tx: Tx,
    cycle: Cycle,
    person_id: str,
    old: Scored | None,
    evidence: Evidence,
    written: tuple[Written, ...],
    now: datetime,
) -> None:
    (new,) = await composed(tx, cycle, {person_id: evidence}, {person_id: written})
    await scores.save(tx, [new])
    if old:
        approval = await approvals.get(tx, cycle.id, person_id)
        await note_scored_again(tx, old, new, approver_id=approval.approver_id if approval else None, at=now)

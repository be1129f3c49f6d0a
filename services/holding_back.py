"""The last look at a card before the employee gets it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations

from appraisal.cycle import Cycle
from appraisal.scheme import Source
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.formulas import FORMULAS
from appraisal.scoring.protection import Answered, anonymous, gated, grouping
from appraisal.scoring.renewal import crowds, tells
from services.scoring import composed
from storage import audit, cycles, scores
from storage.engine import Tx
from storage.scores import Scored


async def hold_back(tx: Tx, cycle: Cycle, person_ids: Collection[str], *, now: datetime) -> set[str]:
    """Take out of these cards what would give somebody away beside all that was seen before; returns whose changed.

    A card that is the only one anybody saw needs no look: its groups share nobody, and each is large enough. So this
    costs nothing but for those whose reviews were asked for again, or whose approver changed.
    """
    if not FORMULAS[cycle.formula].audits:
        return set()
    again = sorted(set(person_ids) & await scores.people_disclosed(tx, cycle.id))
    return {p for p in again if await _hold_back(tx, cycle, p, now)}


async def _hold_back(tx: Tx, cycle: Cycle, person_id: str, now: datetime) -> bool:
    """Nothing where all is well; else the least that has to go goes, with what would give it back, and it is noted."""
    scored = await scores.scored(tx, cycle.id, person_id)
    assert scored is not None, "it was noted, so there is one"
    own = await cycles.with_form(tx, cycle, person_id)
    seen = await scores.disclosed_before(tx, cycle.id, person_id)
    for gone in _choices(own):  # the last of them, all groups, leaves nothing to be seen
        left, made_of = _without(own, scored, seen[-1], gone)
        card = scored
        if gone:
            (card,) = await composed(tx, cycle, {person_id: left.evidence}, {person_id: left.written})
        if _is_made_of(own, card.card, made_of) and not await asyncio.to_thread(tells, seen[:-1], made_of):
            if gone:
                await scores.save(tx, [card])
                await scores.note_disclosed(tx, cycle.id, person_id, now, made_of)
                detail = {"cycle": cycle.id, "groups": sorted(gone)}
                await audit.add(tx, at=now, actor_id=None, verb="hold-back", subject=person_id, detail=detail)
            return bool(gone)
    raise AssertionError("a card without any anonymous group gives nobody away")


def _choices(cycle: Cycle) -> Iterator[frozenset[Source]]:
    """What could be taken out: nothing, one group, all."""
    hiding = sorted(anonymous(cycle.scheme))
    yield from (frozenset(gone) for n in range(len(hiding) + 1) for gone in combinations(hiding, n))


def _without(
    cycle: Cycle, scored: Scored, made_of: Sequence[Answered], gone: Collection[Source]
) -> tuple[Scored, list[Answered]]:
    """What a card is made of where these groups had not answered, and whose answers then stand behind it."""
    evidence = scored.evidence
    left = replace(
        evidence,
        stats=tuple(s for s in evidence.stats if s.source not in gone),
        sizes={s: n for s, n in evidence.sizes.items() if s not in gone},
    )
    groups = grouping(cycle, left.sizes)
    behind = gated(cycle, (a for a in made_of if a.source not in gone), groups, left.insiders)
    return Scored(scored.card, left, tuple(w for w in scored.written if w.source not in gone)), behind


def _is_made_of(cycle: Cycle, card: ScoreCard, made_of: Sequence[Answered]) -> bool:
    """Whether the card shows of anonymous groups just what is known to stand behind it."""
    known = {key: len(crowd) for key, crowd in crowds(made_of).items()}
    hiding = anonymous(cycle.scheme) | {Source.OTHERS}
    parts = ((i.item, p) for i in card.items() for p in i.parts)
    return all(known.get((item, p.source)) == p.n for item, p in parts if p.source in hiding and p.score is not None)

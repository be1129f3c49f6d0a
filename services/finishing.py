"""Working out the scores of a cycle whose collecting has ended: in steps, so that a kill costs the last one only.

1. the basis, once; 2. a card for everybody, some people at a time; 3. the approvals, which nobody sees before all
scores are there. Every step does what is missing, so that it can be done again, also by two bots at once.
"""

from __future__ import annotations

import asyncio
import pickle
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from appraisal import messages
from appraisal.approval import Approval, approver_for
from appraisal.cycle import Cycle, State
from appraisal.people import Directory
from appraisal.scoring.basis import Basis
from appraisal.scoring.evidence import Evidence
from services.basis import Found, lay_basis
from services.deps import Deps
from services.scoring import composed, gather, texts_of
from services.turns import in_turn
from storage import approvals, cycles, outbox, people, scores
from storage.engine import Tx
from storage.scores import Scoring

AT_ONCE = 200  # people; more would let others wait, in memory and for the database


@dataclass(frozen=True)
class _Work:
    """What is to be done, as it was at one moment. `revision`: while it stands, what cards are made of does."""

    cycle: Cycle
    revision: int
    basis: Basis | None  # without gaps as long as it is not complete
    approvers: Mapping[str, str]
    missing: Sequence[str]  # people without a card

    def chunks(self) -> Iterator[Sequence[str]]:
        return (self.missing[n : n + AT_ONCE] for n in range(0, len(self.missing), AT_ONCE))


async def finish_scorings(deps: Deps) -> int:
    """Go on with every scoring that a kill or a failure interrupted; how many were ended.

    Raises ExceptionGroup where some fail, after all others.
    """
    async with deps.read() as tx:
        begun = await scores.unfinished(tx)
    return await in_turn("scoring-failed", [(each, partial(finish_scoring, deps, each)) for each in begun])


async def finish_scoring(deps: Deps, cycle_id: str) -> bool:
    """Score a cycle to its end, from wherever that stopped; False where another did, or is just doing so."""
    if cycle_id in deps.being_scored:
        return False
    deps.being_scored.add(cycle_id)
    try:
        while work := await _left(deps, cycle_id):
            if not work.missing:
                if await _ended(deps, work):
                    return True
            elif work.basis is None:
                await lay_basis(deps, work.cycle, work.missing, work.approvers, work.revision)
            elif not work.basis.gaps:
                await _begin(deps, work, Found(work.basis))
            else:
                await _go_on(deps, work)
        return False
    finally:
        deps.being_scored.discard(cycle_id)


async def _left(deps: Deps, cycle_id: str) -> _Work | None:
    """None where nothing is left to do."""
    async with deps.read() as tx:
        cycle = await cycles.get(tx, cycle_id)
        scoring = await scores.scoring(tx, cycle_id)
        if cycle is None or scoring is None or scoring.done_at or cycle.state is not State.APPROVING:
            return None
        missing = await scores.people_unscored(tx, cycle_id)
        found = _approvers(deps, cycle, await people.all_people(tx), missing)
    return _Work(
        cycle=cycle,
        revision=scoring.revision,
        basis=scoring.basis,
        approvers={p: a for p, a in found.items() if a},
        missing=missing,
    )


def _approvers(deps: Deps, cycle: Cycle, directory: Directory, person_ids: Sequence[str]) -> dict[str, str | None]:
    hr = [p.id for p in deps.hr_people(directory)]
    return {p: approver_for(directory[p], directory, hr=hr, owner_id=cycle.owner_id) for p in person_ids}


async def _begin(deps: Deps, work: _Work, found: Found) -> None:
    """The usual gaps need everybody's evidence; what was gathered for them makes the cards as well."""
    packed: list[bytes] = []
    for person_ids in work.chunks():
        evidence = await _gathered(deps, work, person_ids)
        if evidence is None:
            return
        async with deps.read() as tx:
            forms = await cycles.forms_of(tx, work.cycle, person_ids)
        await asyncio.to_thread(_take_in, found, forms, evidence)
        packed.append(await asyncio.to_thread(_packed, evidence))
    async with deps.begin() as tx:
        now = await scores.locked(tx, work.cycle.id)
        if not _stands(work, now):
            return
        if now.basis == work.basis:
            await scores.complete_basis(tx, work.cycle.id, found.complete(work.cycle))
    for each in packed:
        if not await _score(deps, work, await asyncio.to_thread(_unpacked, each)):
            return


async def _go_on(deps: Deps, work: _Work) -> None:
    for person_ids in work.chunks():
        evidence = await _gathered(deps, work, person_ids)
        if evidence is None or not await _score(deps, work, evidence):
            return


def _take_in(found: Found, forms: Mapping[str, Cycle], evidence: Mapping[str, Evidence]) -> None:
    for person_id, each in evidence.items():
        found.add(forms[person_id], person_id, each)


def _packed(evidence: Mapping[str, Evidence]) -> bytes:
    return zlib.compress(pickle.dumps(evidence), 1)  # a tenth of the memory that the objects take


def _unpacked(packed: bytes) -> Mapping[str, Evidence]:
    return pickle.loads(zlib.decompress(packed))


def _stands(work: _Work, scoring: Scoring | None) -> bool:
    """Whether cards may be made of what was read; else everything that is missing is begun anew."""
    return scoring is not None and scoring.done_at is None and scoring.revision == work.revision


async def _gathered(deps: Deps, work: _Work, person_ids: Sequence[str]) -> Mapping[str, Evidence] | None:
    """None where what cards are made of has changed."""
    async with deps.read() as tx:
        if not _stands(work, await scores.scoring(tx, work.cycle.id)):
            return None
        return await gather(tx, work.cycle, person_ids, approvers=work.approvers)


async def _score(deps: Deps, work: _Work, evidence: Mapping[str, Evidence]) -> bool:
    """Make and keep these people's cards. False, and none kept, where what they are made of has changed meanwhile."""
    async with deps.read() as tx:
        texts = await texts_of(tx, work.cycle, list(evidence))
        made = await composed(tx, work.cycle, evidence, texts)
    async with deps.begin() as tx:
        if not _stands(work, await scores.locked(tx, work.cycle.id)):
            return False
        await scores.save(tx, made)
    return True


async def _ended(deps: Deps, work: _Work) -> bool:
    """Ask for the decisions, all at once. False where somebody turned up who has no card, or another bot was first."""
    cycle, now = work.cycle, deps.now()
    async with deps.begin() as tx:
        scoring = await scores.locked(tx, cycle.id)
        if scoring.done_at or await scores.people_unscored(tx, cycle.id):
            return False
        await scores.forget_leavers(tx, cycle.id)
        waiting = await _to_decide(tx, deps, cycle)
        await approvals.add(tx, waiting)
        card = messages.ApprovalCard
        decide = ((a.approver_id, card(cycle_id=cycle.id, person_id=a.person_id)) for a in waiting if a.approver_id)
        await outbox.add_cards(tx, decide, now=now)
        await scores.finish(tx, cycle.id, now)
    return True


async def _to_decide(tx: Tx, deps: Deps, cycle: Cycle) -> list[Approval]:
    """Who decides is who does at this moment: cards of those who got another approver meanwhile were made again."""
    directory = await people.all_people(tx)
    members = [p.person_id for p in await cycles.participants(tx, cycle.id) if directory[p.person_id].active]
    found = _approvers(deps, cycle, directory, members)
    return [Approval(cycle.id, person_id, found[person_id]) for person_id in members]

"""Ending a cycle: first its collecting, which brings the scores, and when every result is out the cycle itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from appraisal import messages
from appraisal.approval import OUT, Approval, approver_for
from appraisal.cycle import Cycle, Progress, State, check_move
from appraisal.errors import Code, WrongState
from appraisal.people import Person
from services.cycles import get_cycle, move, send_cards
from services.deps import Deps
from services.progress import open_cycles
from services.scoring import score_people
from storage import approvals, audit, cycles, outbox, people, reviews, scores
from storage.engine import Tx


async def closable(deps: Deps, who: Person) -> list[Progress]:
    """The cycles HR can close a step further now. Raises WrongState(RELEASES_MISSING, NO_OPEN_CYCLE) for none."""
    open_ones = await open_cycles(deps, who)
    async with deps.read() as tx:
        missing = {p.cycle.id: await _missing(tx, p.cycle) for p in open_ones}
    found = [p for p in open_ones if p.cycle.state in _ENDS and not missing[p.cycle.id]]
    if found:
        return found
    if waiting := next((p for p in open_ones if missing[p.cycle.id]), None):
        raise WrongState(Code.RELEASES_MISSING, count=missing[waiting.cycle.id], name=waiting.cycle.name)
    raise WrongState(Code.NO_OPEN_CYCLE)


async def releasable(deps: Deps, who: Person) -> list[Progress]:
    """The cycles with approved results to send. Raises WrongState(NOTHING_TO_RELEASE)."""
    found = [p for p in await open_cycles(deps, who) if p.approved > p.released]
    if not found:
        raise WrongState(Code.NOTHING_TO_RELEASE)
    return found


_ENDS = (State.COLLECTING, State.APPROVING, State.RELEASED)


async def _missing(tx: Tx, cycle: Cycle) -> int:
    """Results that somebody still has to approve or release. Those that nobody can decide on do not hold a cycle."""
    if cycle.state is not State.APPROVING:
        return 0
    return sum(a.state not in OUT and a.approver_id is not None for a in await approvals.of_cycle(tx, cycle.id))


async def close_cycle(deps: Deps, who: Person, cycle_id: str, *, seen: State | None = None) -> Cycle:
    """The next closing step of a cycle: end collecting and score, or close a released cycle for good.

    `seen`: the state in which HR decided to; a second click, or a colleague's, must not be taken for the next step.

    Raises NotAllowed, WrongState(CYCLE_MOVED_ON, RELEASES_MISSING).
    """
    deps.check_hr(who)
    now = deps.now()
    async with deps.begin() as tx:
        cycle = await get_cycle(tx, cycle_id, lock=True)
        if seen and seen is not cycle.state:
            raise WrongState(Code.CYCLE_MOVED_ON, field="cycle", name=cycle.name, state=cycle.state.value)
        match cycle.state:
            case State.COLLECTING:
                to = State.APPROVING
                await _end_collecting(tx, deps, cycle, now)
            case State.APPROVING:
                if left := await _missing(tx, cycle):
                    raise WrongState(Code.RELEASES_MISSING, field="cycle", count=left, name=cycle.name)
                to = State.CLOSED
                await move(tx, cycle, State.RELEASED, now)
                await move(tx, replace(cycle, state=State.RELEASED), to, now)
            case _:
                to = State.CLOSED
                check_move(cycle, to)
                await move(tx, cycle, to, now)
        await audit.add(tx, at=now, actor_id=who.id, verb="close-cycle", subject=cycle.id, detail={"to": to.value})
    return replace(cycle, state=to)


async def _end_collecting(tx: Tx, deps: Deps, cycle: Cycle, now: datetime) -> None:
    """1. collecting ends; 2. unwritten reviews are void, their cards updated; 3. scores; 4. a card per approval."""
    await move(tx, cycle, State.APPROVING, now)
    reviewers = {t.reviewer_id for t in await reviews.of_cycle(tx, cycle.id)}
    await reviews.void_unsubmitted(tx, cycle.id)
    directory = await people.all_people(tx)
    members = [directory[p.person_id] for p in await cycles.participants(tx, cycle.id)]
    members = [m for m in members if m.active]
    await scores.begin(tx, cycle.id, now)
    await score_people(tx, cycle, [m.id for m in members])
    await scores.finish(tx, cycle.id, now)
    hr = [p.id for p in deps.hr_people(directory)]
    waiting = [Approval(cycle.id, m.id, approver_for(m, directory, hr=hr, owner_id=cycle.owner_id)) for m in members]
    await approvals.add(tx, waiting)
    await send_cards(tx, cycle, reviewers, now, priority=3)
    decide = (
        (a.approver_id, messages.ApprovalCard(cycle_id=cycle.id, person_id=a.person_id))
        for a in waiting
        if a.approver_id
    )
    await outbox.add_cards(tx, decide, now=now)

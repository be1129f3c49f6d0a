"""Ending a cycle: first its collecting, which brings the scores, and when every result is out the cycle itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from appraisal.approval import OUT
from appraisal.cycle import Cycle, Progress, State, check_move
from appraisal.errors import Code, WrongState
from appraisal.people import Person
from services.cycles import get_cycle, move, send_cards
from services.deps import Deps
from services.finishing import finish_scoring
from services.progress import open_cycles
from storage import approvals, audit, reviews, scores, tallies
from storage.engine import Tx


async def closable(deps: Deps, who: Person) -> list[Progress]:
    """The cycles HR can close a step further now. Raises WrongState(SCORING_UNDER_WAY, RELEASES_MISSING,
    NO_OPEN_CYCLE) for none."""
    open_ones = await open_cycles(deps, who)
    async with deps.read() as tx:
        missing = {p.cycle.id: await _missing(tx, p.cycle) for p in open_ones}
        scoring = [p for p in open_ones if await _is_being_scored(tx, p.cycle)]
    found = [p for p in open_ones if p.cycle.state in _ENDS and p not in scoring and not missing[p.cycle.id]]
    if found:
        return found
    if scoring:
        raise WrongState(Code.SCORING_UNDER_WAY, name=scoring[0].cycle.name)
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


async def _is_being_scored(tx: Tx, cycle: Cycle) -> bool:
    """Collecting has ended, and somebody's score is still missing: there are no approvals yet."""
    scoring = await scores.scoring(tx, cycle.id) if cycle.state is State.APPROVING else None
    return scoring is not None and scoring.done_at is None


async def close_cycle(deps: Deps, who: Person, cycle_id: str, *, seen: State | None = None) -> Cycle:
    """The next closing step of a cycle: end collecting and score, or close a released cycle for good.

    `seen`: the state in which HR decided to; a second click, or a colleague's, must not be taken for the next step.

    Where collecting ends it returns when the scores are there; should it be cut off, the ticker goes on.
    Raises NotAllowed, WrongState(CYCLE_MOVED_ON, RELEASES_MISSING, SCORING_UNDER_WAY).
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
                await _end_collecting(tx, cycle, now)
            case State.APPROVING:
                if await _is_being_scored(tx, cycle):
                    raise WrongState(Code.SCORING_UNDER_WAY, field="cycle", name=cycle.name)
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
    if to is State.APPROVING:
        await finish_scoring(deps, cycle.id)
    return replace(cycle, state=to)


async def _end_collecting(tx: Tx, cycle: Cycle, now: datetime) -> None:
    """1. collecting ends; 2. unwritten reviews are void, their cards updated; 3. scoring begins."""
    await move(tx, cycle, State.APPROVING, now)
    await reviews.void_unsubmitted(tx, cycle.id)
    await send_cards(tx, cycle, await tallies.reviewers(tx, cycle.id), now, priority=3)
    await scores.begin(tx, cycle.id, now)

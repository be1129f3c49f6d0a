"""Where open cycles stand, for HR. No scores, no names of who said what."""

from __future__ import annotations

from collections import Counter

from appraisal.approval import ApprovalState
from appraisal.cycle import OPEN, Cycle, Progress
from appraisal.people import Person
from appraisal.review import TaskState
from services.cycles import get_cycle
from services.deps import Deps
from storage import approvals, cycles, metrics, people, tallies
from storage.engine import Tx


async def open_cycles(deps: Deps, who: Person) -> list[Progress]:
    """Every open cycle and where it stands, for HR."""
    deps.check_hr(who)
    async with deps.read() as tx:
        return [await progress(tx, c) for c in await cycles.in_states(tx, OPEN)]


async def progress_of(deps: Deps, cycle_id: str) -> Progress:
    """Where one cycle stands; for messages to HR."""
    async with deps.read() as tx:
        return await progress(tx, await get_cycle(tx, cycle_id))


async def progress(tx: Tx, cycle: Cycle) -> Progress:
    counts = await tallies.counts(tx, cycle.id)
    states: Counter[TaskState] = Counter()
    for (_, state), n in counts.items():
        states[state] += n
    decided = Counter(await approvals.counts(tx, cycle.id))
    members = await cycles.participants(tx, cycle.id)
    waiting = await tallies.waiting(tx, cycle.id, 10)
    names = {p.id: p.name for p in await people.some(tx, (i for i, _ in waiting))}
    out = decided[ApprovalState.RELEASED] + decided[ApprovalState.ACKNOWLEDGED]
    return Progress(
        cycle=cycle,
        people=len(members),
        reviews=sum(states.values()) - states[TaskState.VOID],
        submitted=states[TaskState.SUBMITTED],
        started=states[TaskState.DRAFT],
        waiting_on=tuple((names[i], n) for i, n in waiting),
        by_department=tuple(await tallies.by_department(tx, cycle.id)),
        approvals=sum(decided.values()),
        approved=decided[ApprovalState.APPROVED] + out,
        released=out,
        acknowledged=decided[ApprovalState.ACKNOWLEDGED],
        metrics_people=await metrics.people_with_any(
            tx,
            cycle.period_start,
            cycle.period_end,
            [m.person_id for m in members],
            [m.key for m in cycle.scheme.all_metrics()],
        ),
    )

"""What HR does with a cycle: draft and preview it, launch it, watch it, close it."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from appraisal import messages
from appraisal.approval import Approval, ApprovalState, approver_for
from appraisal.assignment import PlannedReview, notices, plan_reviews
from appraisal.cycle import (
    FEWEST_FOR_A_GROUP,
    MINUTES_A_REVIEW,
    OPEN,
    Cycle,
    Notice,
    Participant,
    Preview,
    Progress,
    Selection,
    State,
    Warning,
    check_move,
)
from appraisal.errors import Code, InvalidInput, NotFound, WrongState
from appraisal.people import Directory, Person, zone
from appraisal.review import Task, TaskState
from appraisal.scheme import Relation, Scheme
from services import schemes
from services.deps import Deps
from services.scoring import score_people
from storage import approvals, audit, cycles, metrics, outbox, people, reviews, tallies
from storage.engine import Tx

MOST_PEERS = 4


@dataclass(frozen=True)
class StartForm:
    """What the start modal needs."""

    schemes: tuple[Scheme, ...]
    departments: tuple[str, ...]
    today: date  # where HR is


@dataclass(frozen=True)
class StartRequest:
    """What HR filled in. `due_on` is a day where HR is; the deadline is its end."""

    name: str
    scheme: str
    period_start: date
    period_end: date
    selection: Selection
    relations: tuple[Relation, ...]
    peers_wanted: int
    threshold: int
    due_on: date


async def start_form(deps: Deps, who: Person) -> StartForm:
    deps.check_hr(who)
    async with deps.read() as tx:
        directory = await people.all_people(tx)
    return StartForm(schemes.builtin(), tuple(directory.departments()), local_day(who, deps.now()))


async def draft_cycle(deps: Deps, who: Person, request: StartRequest) -> Preview:
    """Store the draft and show what launching it would do. A draft of the same name is replaced.

    Raises NotAllowed, InvalidInput with the field at fault.
    """
    deps.check_hr(who)
    now = deps.now()
    _check(request, who, now)
    cycle = Cycle(
        id=deps.new_id(),
        name=request.name.strip(),
        scheme=schemes.find(request.scheme),
        period_start=request.period_start,
        period_end=request.period_end,
        relations=request.relations,
        peers_wanted=request.peers_wanted if Relation.PEER in request.relations else 0,
        threshold=request.threshold,
        due_at=end_of_day(request.due_on, who),
        owner_id=who.id,
        seed=deps.new_seed(),
        created_at=now,
    )
    async with deps.begin() as tx:
        if old := await cycles.by_name(tx, cycle.name):
            if old.state is not State.DRAFT:
                raise InvalidInput(Code.CYCLE_NAME_TAKEN, field="name", name=cycle.name)
            await cycles.delete_draft(tx, old.id)
        preview, _ = await _plan(tx, cycle, request.selection)
        await cycles.add(tx, cycle)
        await cycles.save_selection(tx, cycle.id, request.selection)
    return preview


def _check(request: StartRequest, who: Person, now: datetime) -> None:
    if not request.name.strip():
        raise InvalidInput(Code.CYCLE_NAME_TAKEN, field="name", name="")
    if request.period_end < request.period_start:
        raise InvalidInput(Code.PERIOD_BACKWARDS, field="period_end")
    if request.due_on < local_day(who, now):
        raise InvalidInput(Code.DEADLINE_PAST, field="due")
    if not request.relations:
        raise InvalidInput(Code.NOBODY_REVIEWS, field="relations")
    if request.threshold < FEWEST_FOR_A_GROUP:
        raise InvalidInput(Code.THRESHOLD_TOO_LOW, field="threshold", least=FEWEST_FOR_A_GROUP)


async def _plan(tx: Tx, cycle: Cycle, selection: Selection) -> tuple[Preview, list[PlannedReview]]:
    directory = await people.all_people(tx)
    chosen = selected(directory, selection)
    if not chosen:
        raise InvalidInput(Code.NOBODY_SELECTED, field="departments")
    planned = await asyncio.to_thread(plan_reviews, cycle, chosen, directory)  # seconds for thousands of people
    load = Counter(p.reviewer_id for p in planned)
    highest = max(load.values(), default=0)
    busiest = sorted(directory[i].name for i, n in load.items() if n == highest)
    elsewhere = await cycles.open_cycles_of(tx, [p.id for p in chosen])
    extra: list[Notice] = []
    if elsewhere:
        extra.append(Notice(Warning.IN_OTHER_CYCLE, tuple(directory[i].name for i in sorted(elsewhere))))
    with_figures = await metrics.people_with_any(tx, cycle.period_start, cycle.period_end, [p.id for p in chosen])
    if cycle.scheme.metrics() and with_figures < len(chosen):
        extra.append(Notice(Warning.NO_METRICS, (str(len(chosen) - with_figures),)))
    preview = Preview(
        cycle=cycle,
        people=len(chosen),
        reviews=len(planned),
        by_relation=dict(sorted(Counter(p.relation for p in planned).items())),
        highest_load=highest,
        busiest=tuple(busiest[:3]),
        minutes_each=math.ceil(MINUTES_A_REVIEW * len(planned) / max(1, len(load))),
        notices=(*notices(cycle, chosen, directory, planned, selection), *extra),
    )
    return preview, planned


def selected(directory: Directory, selection: Selection) -> list[Person]:
    """The active people a selection means."""
    return [
        p
        for p in directory
        if p.active and (selection.everyone or p.department in selection.departments or p.id in selection.people)
    ]


async def launch_cycle(deps: Deps, who: Person, cycle_id: str) -> Preview:
    """Open a drafted cycle.

    1. the draft becomes collecting (once, whoever clicks twice); 2. reviewees and reviews are stored;
    3. every reviewer's card goes out.
    """
    deps.check_hr(who)
    now = deps.now()
    async with deps.begin() as tx:
        cycle = await _get(tx, cycle_id)
        check_move(cycle, State.COLLECTING)
        if cycle.due_at < now:
            raise WrongState(Code.DEADLINE_PAST)
        preview, planned = await _plan(tx, cycle, await cycles.selection(tx, cycle_id))
        await _move(tx, cycle, State.COLLECTING, now)
        await _store_plan(tx, deps, cycle, planned)
        await _send_cards(tx, cycle, {p.reviewer_id for p in planned}, now)
        await audit.add(
            tx, at=now, actor_id=who.id, verb="launch-cycle", subject=cycle.id, detail={"reviews": len(planned)}
        )
    return replace(preview, cycle=replace(cycle, state=State.COLLECTING, opened_at=now))


async def _store_plan(tx: Tx, deps: Deps, cycle: Cycle, planned: Sequence[PlannedReview]) -> None:
    directory = await people.all_people(tx)
    chosen = selected(directory, await cycles.selection(tx, cycle.id))
    await cycles.add_participants(
        tx,
        [
            Participant(cycle.id, p.id, p.department, manager.id if (manager := directory.manager_of(p)) else None)
            for p in chosen
        ],
    )
    await reviews.add_tasks(
        tx, [Task(deps.new_id(), cycle.id, p.reviewee_id, p.reviewer_id, p.relation) for p in planned]
    )


async def open_cycles(deps: Deps, who: Person) -> list[Progress]:
    """Every open cycle and where it stands, for HR."""
    deps.check_hr(who)
    async with deps.read() as tx:
        return [await progress(tx, c) for c in await cycles.in_states(tx, OPEN)]


async def scheme_of(deps: Deps, cycle_id: str) -> Cycle:
    """A cycle with its frozen form and rules: open to everybody. Raises NotFound."""
    async with deps.read() as tx:
        return await _get(tx, cycle_id)


async def progress_of(deps: Deps, cycle_id: str) -> Progress:
    """Where one cycle stands; for messages to HR."""
    async with deps.read() as tx:
        return await progress(tx, await _get(tx, cycle_id))


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
            tx, cycle.period_start, cycle.period_end, [m.person_id for m in members]
        ),
    )


async def close_cycle(deps: Deps, who: Person, cycle_id: str) -> Cycle:
    """The next closing step of a cycle: end collecting and score, or close a released cycle for good.

    Raises NotAllowed, WrongState(CYCLE_MOVED_ON, RELEASES_MISSING).
    """
    deps.check_hr(who)
    now = deps.now()
    async with deps.begin() as tx:
        cycle = await _get(tx, cycle_id)
        match cycle.state:
            case State.COLLECTING:
                to = State.APPROVING
                await _end_collecting(tx, deps, cycle, now)
            case State.APPROVING:
                counts = Counter(await approvals.counts(tx, cycle.id))
                left = counts[ApprovalState.PENDING] + counts[ApprovalState.APPROVED] + counts[ApprovalState.RETURNED]
                raise WrongState(Code.RELEASES_MISSING, count=left, name=cycle.name)
            case _:
                to = State.CLOSED
                check_move(cycle, to)
                await _move(tx, cycle, to, now)
        await audit.add(tx, at=now, actor_id=who.id, verb="close-cycle", subject=cycle.id, detail={"to": to.value})
    return replace(cycle, state=to)


async def _end_collecting(tx: Tx, deps: Deps, cycle: Cycle, now: datetime) -> None:
    """1. collecting ends; 2. unwritten reviews are void, their cards updated; 3. scores; 4. a card per approval."""
    await _move(tx, cycle, State.APPROVING, now)
    reviewers = {t.reviewer_id for t in await reviews.of_cycle(tx, cycle.id)}
    await reviews.void_unsubmitted(tx, cycle.id)
    directory = await people.all_people(tx)
    members = [directory[p.person_id] for p in await cycles.participants(tx, cycle.id)]
    members = [m for m in members if m.active]
    await score_people(tx, cycle, [m.id for m in members])
    hr = [p.id for p in deps.hr_people(directory)]
    waiting = [Approval(cycle.id, m.id, approver_for(m, directory, hr=hr, owner_id=cycle.owner_id)) for m in members]
    await approvals.add(tx, waiting)
    await _send_cards(tx, cycle, reviewers, now, priority=3)
    decide = (
        (a.approver_id, messages.ApprovalCard(cycle_id=cycle.id, person_id=a.person_id))
        for a in waiting
        if a.approver_id
    )
    await outbox.add_cards(tx, decide, now=now)


async def _send_cards(tx: Tx, cycle: Cycle, reviewers: set[str], now: datetime, *, priority: int = 1) -> None:
    card = messages.TodoCard(cycle_id=cycle.id)
    await outbox.add_cards(tx, ((r, card) for r in sorted(reviewers)), now=now, priority=priority)


async def _get(tx: Tx, cycle_id: str) -> Cycle:
    cycle = await cycles.get(tx, cycle_id)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    return cycle


async def _move(tx: Tx, cycle: Cycle, to: State, now: datetime) -> None:
    if not await cycles.move(tx, cycle.id, frm=cycle.state, to=to, at=now):
        raise WrongState(Code.CYCLE_MOVED_ON, name=cycle.name, state=to.value)


def local_day(who: Person, now: datetime) -> date:
    return now.astimezone(zone(who.time_zone)).date()


def end_of_day(day: date, who: Person) -> datetime:
    """The last minute of a day where the person is."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone(who.time_zone))
    return midnight.astimezone(UTC) - timedelta(minutes=1)

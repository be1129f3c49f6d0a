"""What a manager does with a proposed score, and HR or the manager with an approved one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from appraisal import messages
from appraisal.approval import (
    OUT,
    Approval,
    ApprovalState,
    Cause,
    CauseNamed,
    ManagerCard,
    check_adjustment,
    check_causes,
    check_decides,
    check_seen,
    check_undecided,
    late_may_answer,
    to_ask_again,
)
from appraisal.cycle import Cycle, State
from appraisal.errors import Code, NotAllowed, NotFound, WrongState
from appraisal.people import Person, end_of_day, local_day
from appraisal.review import Task, TaskState
from appraisal.scheme import Relation
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.metrics import missed
from services import asking_again
from services.deps import Deps
from services.holding_back import hold_back
from services.people import check_active
from services.rescoring import note_shown
from services.results import manager_card, review_counts
from storage import actions, approvals, audit, causes, cycles, outbox, people, reviews, scores
from storage.engine import Tx

DAYS_TO_ANSWER = 3  # for reviews that a manager returned


async def card_for(deps: Deps, who: Person, cycle_id: str, person_id: str) -> ManagerCard:
    """The score to decide on, for its approver only. Raises NotAllowed, NotFound."""
    async with deps.read() as tx:
        _, approval = await _load(tx, cycle_id, person_id)
        _check(who, approval)
        return await manager_card(tx, deps, cycle_id, person_id)


async def card_to_decide(deps: Deps, who: Person, cycle_id: str, person_id: str) -> ManagerCard:
    """The same, where it is still to be decided. Raises WrongState too."""
    card = await card_for(deps, who, cycle_id, person_id)
    check_undecided(card.approval)
    return card


async def card_to_approve(deps: Deps, who: Person, cycle_id: str, person_id: str, *, revision: str = "") -> ManagerCard:
    """The same, where nothing but causes of missed targets is wanting: before anything is written, not after."""
    card = await card_to_decide(deps, who, cycle_id, person_id)
    check_seen(card, revision)
    if card.cycle.scheme.action_required and not card.actions:
        raise WrongState(Code.ACTION_REQUIRED)
    return card


async def approve(
    deps: Deps,
    who: Person,
    cycle_id: str,
    person_id: str,
    *,
    adjusted: float | None = None,
    reason: str = "",
    revision: str = "",
) -> None:
    """Approve the proposed score, or `adjusted` (0 to 100, within the scheme's limit, with a reason).

    `revision`: of the card that the approver saw; nothing is decided on another one.
    1. once, whoever clicks twice; 2. an improvement action exists where the scheme asks for one; 3. every missed
    target has its cause; 4. HR hears when it was the last. Raises NotAllowed, NotFound, WrongState, InvalidInput.
    """
    now = deps.now()
    async with deps.begin() as tx:
        cycle, approval = await _load(tx, cycle_id, person_id, lock=True)
        _check(who, approval)
        check_undecided(approval)
        if revision:
            check_seen(await manager_card(tx, deps, cycle_id, person_id), revision)
        card = await _score(tx, cycle_id, person_id)
        if adjusted is not None:
            check_adjustment(cycle.scheme, card, value=adjusted, reason=reason)
        if cycle.scheme.action_required and not await actions.of_person(tx, cycle_id, person_id):
            raise WrongState(Code.ACTION_REQUIRED)
        named = {c.metric for c in await causes.of_person(tx, cycle_id, person_id)}
        if unexplained := [m for m in missed(card.metrics) if m.metric not in named]:
            raise WrongState(Code.CAUSES_MISSING, count=len(unexplained))
        final = {"adjusted": adjusted, "reason": reason.strip(), "decided_at": now}
        await _decide(tx, replace(approval, state=ApprovalState.APPROVED, **final), frm={ApprovalState.PENDING})
        detail = {"cycle": cycle_id, "adjusted": adjusted, "computed": card.total}
        await audit.add(tx, at=now, actor_id=who.id, verb="approve", subject=person_id, detail=detail)
        card_again = messages.ApprovalCard(cycle_id=cycle_id, person_id=person_id)
        await outbox.add(tx, recipient=who.id, message=card_again, now=now, priority=0)
        left = await approvals.counts(tx, cycle_id)
        if not left.get(ApprovalState.PENDING) and not left.get(ApprovalState.RETURNED):
            done = messages.AllApproved(cycle_id=cycle_id)
            await outbox.add(tx, recipient=cycle.owner_id, message=done, now=now, key=f"all-approved:{cycle_id}")


async def name_causes(deps: Deps, who: Person, cycle_id: str, person_id: str, named: Mapping[str, CauseNamed]) -> None:
    """Say why targets were missed, or say it anew, until the score is decided. `named` is by metric.

    What is said twice is stored once; a metric that has met its target meanwhile is passed over.
    Raises NotAllowed, NotFound, WrongState, InvalidInput.
    """
    now = deps.now()
    async with deps.begin() as tx:
        cycle, approval = await _load(tx, cycle_id, person_id, lock=True)
        _check(who, approval)
        check_undecided(approval)
        check_causes(cycle.scheme, named)
        before = {c.metric: (c.cause, c.note) for c in await causes.of_person(tx, cycle_id, person_id)}
        asked = {m.metric for m in missed((await _score(tx, cycle_id, person_id)).metrics)}
        new = [
            Cause(cycle_id, person_id, metric, given.cause, given.note.strip(), who.id, now)
            for metric, given in named.items()
            if metric in asked and before.get(metric) != (given.cause, given.note.strip())
        ]
        if not new:
            return
        await causes.save(tx, new)
        card = messages.ApprovalCard(cycle_id=cycle_id, person_id=person_id)
        await outbox.add(tx, recipient=who.id, message=card, now=now, priority=0)
        detail = {"cycle": cycle_id, "causes": {c.metric: c.cause for c in new}}
        await audit.add(tx, at=now, actor_id=who.id, verb="name-causes", subject=person_id, detail=detail)


async def return_reviews(
    deps: Deps, who: Person, cycle_id: str, person_id: str, *, group: Relation | None, note: str
) -> None:
    """Ask again: the reviews still missing (`group` None), or a whole group. Never one anonymous reviewer.

    1. the approval waits; 2. the reviews are open for DAYS_TO_ANSWER days; 3. their writers are told.
    Raises NotAllowed(GROUP_TOO_SMALL too), NotFound, WrongState(ALREADY_DECIDED, NOTHING_TO_RETURN).
    """
    now = deps.now()
    until = end_of_day(local_day(who, now) + timedelta(days=DAYS_TO_ANSWER), who)
    async with deps.begin() as tx:
        cycle, approval = await _load(tx, cycle_id, person_id, lock=True)
        _check(who, approval)
        check_undecided(approval)
        tasks = await _to_ask_again(tx, cycle, person_id, group)
        returned = replace(approval, state=ApprovalState.RETURNED, reason=note.strip(), decided_at=now)
        await _decide(tx, returned, frm={ApprovalState.PENDING})
        await note_shown(tx, cycle, person_id, now=now)
        await reviews.reopen(tx, [t.id for t in tasks], until)
        for task in sorted(tasks, key=lambda t: t.reviewer_id):
            await asking_again.tell(tx, returned, replace(task, reopened_until=until), now=now)
            card = messages.TodoCard(cycle_id=cycle.id)
            await outbox.add(tx, recipient=task.reviewer_id, message=card, now=now)
        mine = messages.ApprovalCard(cycle_id=cycle_id, person_id=person_id)
        await outbox.add(tx, recipient=who.id, message=mine, now=now, priority=0)
        detail = {"cycle": cycle_id, "group": group.value if group else "missing"}
        await audit.add(tx, at=now, actor_id=who.id, verb="return", subject=person_id, detail=detail)


async def _to_ask_again(tx: Tx, cycle: Cycle, person_id: str, group: Relation | None) -> list[Task]:
    """The reviews to reopen; those who left are not asked."""
    counts = await review_counts(tx, cycle.id, person_id)
    allowed = to_ask_again(cycle, counts, group)
    if group and not allowed:
        raise NotAllowed(Code.GROUP_TOO_SMALL)
    late = {r for r in allowed if late_may_answer(cycle, counts, r)}
    tasks = [
        t
        for t in await reviews.of_reviewee(tx, cycle.id, person_id)
        if t.relation in allowed and (t.relation in late if t.state is TaskState.VOID else group)
    ]
    there = {p.id for p in await people.some(tx, (t.reviewer_id for t in tasks)) if p.active}
    tasks = [t for t in tasks if t.reviewer_id in there]
    if not tasks:
        raise WrongState(Code.NOTHING_TO_RETURN)
    return tasks


async def release(deps: Deps, who: Person, cycle_id: str, person_id: str) -> None:
    """Send one approved result to the employee. For its approver or HR; nobody releases their own."""
    now = deps.now()
    async with deps.begin() as tx:
        cycle, approval = await _load(tx, cycle_id, person_id, lock=True)
        check_active(who)
        if approval.person_id == who.id:
            raise NotAllowed(Code.OWN_SCORE)
        if approval.approver_id != who.id and not deps.is_hr(who):
            raise NotAllowed(Code.NOT_YOUR_APPROVAL)
        if approval.state in OUT:
            raise WrongState(Code.ALREADY_RELEASED)
        if approval.state is not ApprovalState.APPROVED:
            raise WrongState(Code.NOT_APPROVED_YET)
        await _release(tx, cycle, [approval], who, now)


async def release_cycle(deps: Deps, who: Person, cycle_id: str) -> int:
    """Send every approved result of a cycle; HR's own is left to another. Returns how many went out.

    Raises NotAllowed, NotFound, WrongState(NOTHING_TO_RELEASE).
    """
    deps.check_hr(who)
    now = deps.now()
    async with deps.begin() as tx:
        cycle = await _cycle(tx, cycle_id, lock=True)
        ready = [
            a
            for a in await approvals.of_cycle(tx, cycle_id)
            if a.state is ApprovalState.APPROVED and a.person_id != who.id
        ]
        if not ready:
            raise WrongState(Code.NOTHING_TO_RELEASE)
        await _release(tx, cycle, ready, who, now)
    return len(ready)


async def _release(tx: Tx, cycle: Cycle, ready: Sequence[Approval], who: Person, now: datetime) -> None:
    """1. what would give somebody away is taken out; 2. each is released once; 3. employee and approver get their
    cards; 4. after the last, the cycle is released."""
    await hold_back(tx, cycle, [a.person_id for a in ready], now=now)
    approver_of = {a.person_id: a.approver_id for a in ready}
    released = await approvals.release(tx, cycle.id, list(approver_of), now)
    if len(released) != len(ready):
        raise WrongState(Code.ALREADY_RELEASED)
    result = messages.ResultReleased(cycle_id=cycle.id)
    await outbox.add_cards(tx, ((person_id, result) for person_id in released), now=now)
    decided = [
        (approver_id, messages.ApprovalCard(cycle_id=cycle.id, person_id=person_id))
        for person_id in released
        if (approver_id := approver_of[person_id])
    ]
    await outbox.add_cards(tx, decided, now=now, priority=0 if len(decided) == 1 else 2)
    await audit.add_many(tx, at=now, actor_id=who.id, verb="release", subjects=released, detail={"cycle": cycle.id})
    counts = await approvals.counts(tx, cycle.id)
    waiting = (ApprovalState.PENDING, ApprovalState.RETURNED, ApprovalState.APPROVED)
    if cycle.state is State.APPROVING and not any(counts.get(s) for s in waiting):
        await cycles.move(tx, cycle.id, frm=State.APPROVING, to=State.RELEASED, at=now)


async def acknowledge(deps: Deps, who: Person, cycle_id: str) -> bool:
    """The employee has read the result. False where that was said before. Raises NotFound, WrongState."""
    now = deps.now()
    async with deps.begin() as tx:
        check_active(who)
        _, approval = await _load(tx, cycle_id, who.id, lock=True)
        if approval.state is ApprovalState.ACKNOWLEDGED:
            return False
        if approval.state is not ApprovalState.RELEASED:
            raise WrongState(Code.NOT_APPROVED_YET)
        read = replace(approval, state=ApprovalState.ACKNOWLEDGED, acknowledged_at=now)
        await _decide(tx, read, frm={ApprovalState.RELEASED})
        card = messages.ResultReleased(cycle_id=cycle_id)
        await outbox.add(tx, recipient=who.id, message=card, now=now, priority=0)
        if approval.approver_id:
            told = messages.ResultAcknowledged(cycle_id=cycle_id, person_id=who.id)
            await outbox.add(tx, recipient=approval.approver_id, message=told, now=now, priority=2)
            mine = messages.ApprovalCard(cycle_id=cycle_id, person_id=who.id)
            await outbox.add(tx, recipient=approval.approver_id, message=mine, now=now, priority=2)
    return True


async def _load(tx: Tx, cycle_id: str, person_id: str, *, lock: bool = False) -> tuple[Cycle, Approval]:
    """`lock`: the cycle first, as everywhere, so that of two last decisions one sees the other."""
    cycle = await _cycle(tx, cycle_id, lock=lock)
    approval = await approvals.get(tx, cycle_id, person_id, lock=lock)
    if approval is None:
        raise NotFound(Code.NO_SCORE)
    return await cycles.with_form(tx, cycle, person_id), approval


async def _score(tx: Tx, cycle_id: str, person_id: str) -> ScoreCard:
    card = await scores.get(tx, cycle_id, person_id)
    if card is None:
        raise WrongState(Code.NO_SCORE)
    return card


async def _cycle(tx: Tx, cycle_id: str, *, lock: bool = False) -> Cycle:
    cycle = await cycles.get(tx, cycle_id, lock=lock)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    return cycle


def _check(who: Person, approval: Approval) -> None:
    check_active(who)
    check_decides(approval, who)


async def _decide(tx: Tx, approval: Approval, *, frm: set[ApprovalState]) -> None:
    if not await approvals.decide(tx, approval, frm=frm):
        raise WrongState(Code.ALREADY_DECIDED)

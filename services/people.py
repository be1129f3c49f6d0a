"""Who is who: people from Slack, and what changes in open cycles when they do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from appraisal import messages
from appraisal.approval import Approval, ApprovalState, approver_for
from appraisal.cycle import OPEN, Cycle, State
from appraisal.errors import Code, NotAllowed
from appraisal.people import Directory, Person
from services.deps import Deps
from services.rescoring import recast
from services.scoring import follow_people
from storage import approvals, cycles, outbox, reviews
from storage import people as store
from storage.engine import Tx

LONGEST_LOCALE = 8  # characters kept


@dataclass(frozen=True)
class SlackUser:
    """What Slack says of one account. `locale` as Slack writes it ("zh-CN"), empty where it does not tell."""

    id: str
    name: str
    email: str = ""
    time_zone: str = ""
    locale: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False


async def identify(deps: Deps, slack_id: str) -> Person | None:
    """The person behind a Slack account, or None where we have not met."""
    async with deps.read() as tx:
        return await store.by_slack_id(tx, slack_id)


async def ids_of(deps: Deps, slack_ids: Sequence[str]) -> tuple[str, ...]:
    """The people behind Slack accounts; accounts of nobody we know (bots, guests) are left out."""
    async with deps.read() as tx:
        found = [await store.by_slack_id(tx, s) for s in slack_ids]
    return tuple(p.id for p in found if p)


async def everyone(deps: Deps) -> Directory:
    async with deps.read() as tx:
        return await store.all_people(tx)


def check_active(who: Person) -> None:
    """Raises NotAllowed(INACTIVE_PERSON)."""
    if not who.active:
        raise NotAllowed(Code.INACTIVE_PERSON)


async def sync_from_slack(deps: Deps, users: Iterable[SlackUser]) -> int:
    """Take over what Slack knows: identity, e-mail, zone, language, leavers. Bots and guests stay out.

    A name, department or manager that a file gave is kept. Returns how many people are new or changed.
    """
    now = deps.now()
    async with deps.begin() as tx:
        await store.lock(tx)
        before = await store.all_people(tx)
        by_slack = {p.slack_id: p for p in before if p.slack_id}
        by_email = {p.email: p for p in before if p.email}
        changed: list[Person] = []
        for user in users:
            if user.is_bot or user.is_guest or user.id == "USLACKBOT":
                continue
            known = by_slack.get(user.id) or (by_email.get(user.email.lower()) if user.email else None)
            if user.deleted and (known is None or known.slack_id not in (None, user.id)):
                continue  # an old account of nobody, or of somebody who has another one now
            person = _taken_over(known or Person(id=deps.new_id(), name=user.name), user)
            if person != known:
                changed.append(person)
        await save_people(tx, deps, changed, before, now)
    return len(changed)


def _taken_over(person: Person, user: SlackUser) -> Person:
    return replace(
        person,
        slack_id=user.id,
        name=person.name or user.name,
        email=person.email or user.email.lower(),
        time_zone=user.time_zone or person.time_zone,
        locale=user.locale[:LONGEST_LOCALE] or person.locale,
        active=person.active and not user.deleted,  # who left by HR's file comes back by HR's file
    )


async def save_people(tx: Tx, deps: Deps, changed: Sequence[Person], before: Directory, now: datetime) -> None:
    """Store people and let open cycles follow: answers stay; open reviews and approvals move.

    1. save; 2. reviews of leavers that nobody has written yet are void; 3. the manager's open review and the
    approval go to the new manager (or HR); 4. everybody concerned gets a fresh card.
    """
    if not changed:
        return
    await store.save(tx, changed)
    await _greet(tx, [p for p in changed if p.slack_id and (old := before.find(p.id)) and not old.slack_id], now)
    after = Directory({**{p.id: p for p in before}, **{p.id: p for p in changed}}.values())
    moved = [p for p in changed if _changes_work(before.find(p.id), p)]
    if not moved:
        return
    for cycle in await cycles.in_states(tx, OPEN):
        await _follow(tx, deps, cycle, after, {p.id for p in moved}, now)


async def _greet(tx: Tx, arrived: Sequence[Person], now: datetime) -> None:
    """Cards that were due before somebody had a Slack account."""
    for person in arrived:
        for cycle_id in {t.cycle_id for t in await reviews.of_reviewer(tx, person.id)}:
            await outbox.add(tx, recipient=person.id, message=messages.TodoCard(cycle_id=cycle_id), now=now)


def _changes_work(old: Person | None, new: Person) -> bool:
    return old is not None and (old.active != new.active or old.manager_id != new.manager_id)


async def _follow(tx: Tx, deps: Deps, cycle: Cycle, people: Directory, moved: set[str], now: datetime) -> None:
    told: set[str] = set()
    for person_id in sorted(moved):
        if not people[person_id].active and cycle.state is State.COLLECTING:
            told |= {t.reviewer_id for t in await reviews.of_reviewee(tx, cycle.id, person_id)}
            await reviews.void_of_person(tx, cycle.id, person_id)
    for participant in await cycles.participants(tx, cycle.id):
        person = people[participant.person_id]
        manager = people.manager_of(person)
        if not ({person.id, participant.manager_id} & moved) or not person.active:
            continue
        if manager and manager.id != participant.manager_id:
            await cycles.set_manager(tx, cycle.id, person.id, manager.id)
            revive = cycle.state is State.COLLECTING
            if await reviews.reassign_manager(tx, cycle.id, person.id, manager.id, revive=revive):
                told |= {manager.id} | ({participant.manager_id} if participant.manager_id else set())
    if cycle.state is State.APPROVING:
        await follow_people(tx, cycle, people, moved)
    for approval in await approvals.of_cycle(tx, cycle.id):
        if {approval.person_id, approval.approver_id} & moved:
            await _move_approval(tx, deps, cycle, people, approval, now)
    for reviewer_id in sorted(told):
        if people[reviewer_id].active:
            await outbox.add(tx, recipient=reviewer_id, message=messages.TodoCard(cycle_id=cycle.id), now=now)


async def _move_approval(
    tx: Tx, deps: Deps, cycle: Cycle, people: Directory, approval: Approval, now: datetime
) -> None:
    if approval.state not in (ApprovalState.PENDING, ApprovalState.RETURNED, ApprovalState.APPROVED):
        return
    person = people[approval.person_id]
    approver = approver_for(person, people, hr=[p.id for p in deps.hr_people(people)], owner_id=cycle.owner_id)
    if approver == approval.approver_id:
        return
    await approvals.set_approver(tx, cycle.id, person.id, approver)
    if await recast(tx, cycle, person.id, approver, now=now) and approval.state is ApprovalState.APPROVED:
        # What was approved is not what the new approver may see: they decide on what they see.
        again = replace(approval, state=ApprovalState.PENDING, adjusted=None, reason="", decided_at=None)
        await approvals.decide(tx, again, frm={ApprovalState.APPROVED})
    if approver:
        card = messages.ApprovalCard(cycle_id=cycle.id, person_id=person.id)
        await outbox.add(tx, recipient=approver, message=card, now=now)

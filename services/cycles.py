"""What HR does to begin a cycle: draft it, look at what it means, launch it."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from appraisal import messages
from appraisal.approval import approver_for
from appraisal.assignment import PlannedReview, notices, plan_reviews
from appraisal.cycle import (
    FEWEST_FOR_A_GROUP,
    MINUTES_A_REVIEW,
    MOST_PEERS,
    Cycle,
    Notice,
    Participant,
    Preview,
    Selection,
    State,
    Warning,
    check_move,
)
from appraisal.errors import Code, InvalidInput, NotFound, WrongState
from appraisal.people import Directory, Person, end_of_day, local_day
from appraisal.review import Task, relations_asked
from appraisal.scheme import Relation, Scheme
from appraisal.scoring.severity import FEWEST_REVIEWERS
from services import schemes
from services.deps import Deps
from storage import audit, cycles, metrics, outbox, people, reviews
from storage import schemes as scheme_versions
from storage.engine import Tx


@dataclass(frozen=True)
class StartForm:
    """What the start modal needs."""

    schemes: tuple[Scheme, ...]
    departments: tuple[str, ...]
    today: date  # where HR is


@dataclass(frozen=True)
class StartRequest:
    """What HR filled in. `due_on` is a day where HR is; the deadline is its end. The settings are those of a Cycle."""

    name: str
    scheme: str
    period_start: date
    period_end: date
    selection: Selection
    relations: tuple[Relation, ...]
    peers_wanted: int
    threshold: int
    due_on: date
    comment_threshold: int = FEWEST_FOR_A_GROUP
    correct_severity: bool = False
    reads_texts: bool = True


async def start_form(deps: Deps, who: Person) -> StartForm:
    deps.check_hr(who)
    async with deps.read() as tx:
        directory = await people.all_people(tx)
        forms = await schemes.offered(tx)
    return StartForm(forms, tuple(directory.departments()), local_day(who, deps.now()))


async def draft_cycle(deps: Deps, who: Person, request: StartRequest) -> Preview:
    """Store the draft and show what launching it would do. A draft of the same name is replaced.

    Raises NotAllowed, InvalidInput with the field at fault.
    """
    deps.check_hr(who)
    _check(request, who, deps.now())
    async with deps.begin() as tx:
        scheme = await schemes.find(tx, request.scheme, lock=True)
        cycle = _drafted(deps, who, request, scheme)
        if old := await cycles.by_name(tx, cycle.name):
            if old.state is not State.DRAFT:
                raise InvalidInput(Code.CYCLE_NAME_TAKEN, field="name", name=cycle.name)
            await cycles.delete_draft(tx, old.id)
        preview, _ = await _plan(tx, deps, cycle, request.selection)
        await cycles.add(tx, cycle)
        await cycles.save_selection(tx, cycle.id, request.selection)
    return preview


def _drafted(deps: Deps, who: Person, request: StartRequest, scheme: Scheme) -> Cycle:
    asked = frozenset[Relation]().union(*map(relations_asked, scheme.forms().values()))
    relations = tuple(r for r in request.relations if r in asked)
    if not relations:
        raise InvalidInput(Code.NOBODY_REVIEWS, field="relations")
    return Cycle(
        id=deps.new_id(),
        name=request.name.strip(),
        scheme=scheme,
        period_start=request.period_start,
        period_end=request.period_end,
        relations=relations,
        peers_wanted=min(request.peers_wanted, MOST_PEERS) if Relation.PEER in relations else 0,
        threshold=request.threshold,
        comment_threshold=request.comment_threshold,
        correct_severity=request.correct_severity,
        reads_texts=request.reads_texts,
        due_at=end_of_day(request.due_on, who),
        owner_id=who.id,
        seed=deps.new_seed(),
        created_at=deps.now(),
    )


def _check(request: StartRequest, who: Person, now: datetime) -> None:
    if not request.name.strip():
        raise InvalidInput(Code.CYCLE_NAME_MISSING, field="name")
    if request.period_end < request.period_start:
        raise InvalidInput(Code.PERIOD_BACKWARDS, field="period_end")
    if request.due_on < local_day(who, now):
        raise InvalidInput(Code.DEADLINE_PAST, field="due")
    for field in ("threshold", "comment_threshold"):
        if getattr(request, field) < FEWEST_FOR_A_GROUP:
            raise InvalidInput(Code.THRESHOLD_TOO_LOW, field=field, least=FEWEST_FOR_A_GROUP)


async def _plan(tx: Tx, deps: Deps, cycle: Cycle, selection: Selection) -> tuple[Preview, list[PlannedReview]]:
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
    reviewers = {p.reviewer_id for p in planned if p.relation is not Relation.SELF}
    if cycle.correct_severity and len(reviewers) < FEWEST_REVIEWERS:
        extra.append(Notice(Warning.FEW_TO_EVEN_OUT, (str(len(reviewers)), str(FEWEST_REVIEWERS))))
    hr = [p.id for p in deps.hr_people(directory)]
    undecided = [p.name for p in chosen if approver_for(p, directory, hr=hr, owner_id=cycle.owner_id) is None]
    if undecided:
        extra.append(Notice(Warning.NO_APPROVER, tuple(undecided)))
    forms = {p.id: cycle.scheme.variant_for(p.department, p.job_family) for p in chosen}
    measured = [p.id for p in chosen if cycle.scheme.as_variant(forms[p.id]).metrics()]
    keys = [m.key for m in cycle.scheme.all_metrics()]
    with_figures = await metrics.people_with_any(tx, cycle.period_start, cycle.period_end, measured, keys)
    if with_figures < len(measured):
        extra.append(Notice(Warning.NO_METRICS, (str(len(measured) - with_figures),)))
    preview = Preview(
        cycle=cycle,
        people=len(chosen),
        reviews=len(planned),
        by_relation=dict(sorted(Counter(p.relation for p in planned).items())),
        highest_load=highest,
        busiest=tuple(busiest[:3]),
        minutes_each=math.ceil(MINUTES_A_REVIEW * len(planned) / max(1, len(load))),
        notices=(*notices(cycle, chosen, directory, planned, selection), *extra),
        by_form=_by_form(cycle.scheme, Counter(forms.values())),
    )
    return preview, planned


def _by_form(scheme: Scheme, people: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((key, people[key]) for key in scheme.forms() if people[key]) if scheme.variants else ()


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
        cycle = await get_cycle(tx, cycle_id)
        await scheme_versions.versions(tx, cycle.scheme.key, lock=True)  # a correction would take the draft away
        check_move(cycle, State.COLLECTING)
        if cycle.due_at < now:
            raise WrongState(Code.DEADLINE_PAST)
        preview, planned = await _plan(tx, deps, cycle, await cycles.selection(tx, cycle_id))
        await move(tx, cycle, State.COLLECTING, now)
        await _store_plan(tx, deps, cycle, planned)
        await send_cards(tx, cycle, {p.reviewer_id for p in planned}, now)
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
            Participant(
                cycle_id=cycle.id,
                person_id=p.id,
                department=p.department,
                manager_id=manager.id if (manager := directory.manager_of(p)) else None,
                job_family=p.job_family,
                variant=cycle.scheme.variant_for(p.department, p.job_family),
            )
            for p in chosen
        ],
    )
    await reviews.add_tasks(
        tx, [Task(deps.new_id(), cycle.id, p.reviewee_id, p.reviewer_id, p.relation) for p in planned]
    )


async def send_cards(tx: Tx, cycle: Cycle, reviewers: set[str], now: datetime, *, priority: int = 1) -> None:
    """The list of reviews, new or brought up to date, to each reviewer."""
    card = messages.TodoCard(cycle_id=cycle.id)
    await outbox.add_cards(tx, ((r, card) for r in sorted(reviewers)), now=now, priority=priority)


async def scheme_of(deps: Deps, who: Person, cycle_id: str) -> Cycle:
    """A cycle with its frozen form and rules, open to everybody: a reviewee's own form; all its forms for HR.

    Raises NotFound.
    """
    async with deps.read() as tx:
        cycle = await get_cycle(tx, cycle_id)
        return cycle if deps.is_hr(who) else await cycles.with_form(tx, cycle, who.id)


async def get_cycle(tx: Tx, cycle_id: str, *, lock: bool = False) -> Cycle:
    """Raises NotFound(NO_SUCH_CYCLE)."""
    cycle = await cycles.get(tx, cycle_id, lock=lock)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    return cycle


async def move(tx: Tx, cycle: Cycle, to: State, now: datetime) -> None:
    """Once, whoever clicks twice. Raises WrongState(CYCLE_MOVED_ON)."""
    if not await cycles.move(tx, cycle.id, frm=cycle.state, to=to, at=now):
        raise WrongState(Code.CYCLE_MOVED_ON, name=cycle.name, state=to.value)

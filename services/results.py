"""What a score looks like to those who may see it: the manager's card, the employee's result, Home."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date

from appraisal import messages
from appraisal.actions import Action, ActionCard
from appraisal.approval import (
    OUT,
    UNDECIDED,
    Approval,
    ApprovalState,
    Cause,
    Comment,
    Comments,
    ManagerCard,
    Result,
    ReviewCount,
    final_band,
    final_total,
)
from appraisal.cycle import OPEN, Cycle
from appraisal.errors import Code, NotAllowed, NotFound
from appraisal.home import Home, LastResult, ToDecide
from appraisal.language.voices import voices
from appraisal.news import news_of
from appraisal.people import Directory, Person, local_day
from appraisal.review import TaskState
from appraisal.scheme import ChoiceItem, NumberItem, Relation, Source, Text, TextItem, Visibility
from appraisal.scoring.card import ScoreCard
from appraisal.scoring.comments import readable
from appraisal.scoring.highlights import highlights
from appraisal.scoring.metrics import missed
from services.annual import managers_year, own_year
from services.deps import Deps
from services.history import changes_of
from services.progress import progress
from services.reviews import todos
from services.sources import stale_metrics
from storage import actions, approvals, causes, cycles, outbox, people, reviews, scores
from storage.engine import Tx


async def manager_card(tx: Tx, deps: Deps, cycle_id: str, person_id: str) -> ManagerCard:
    """All the approver sees. Who may ask is checked by the caller. Once it is decided, no figure is stale."""
    cycle, approval, directory = await _loaded(tx, cycle_id, person_id)
    score = await scores.get(tx, cycle_id, person_id)
    if score is None:
        raise NotFound(Code.NO_SCORE)
    is_open = approval.state is ApprovalState.PENDING
    done = await changes_of(tx, score, approval, reader_id=approval.approver_id) if is_open else []
    return ManagerCard(
        cycle=cycle,
        person=directory[person_id],
        approval=approval,
        score=score,
        highlights=highlights(cycle.scheme, score),
        comments=await _comments(tx, cycle, person_id, directory, reader=Visibility.MANAGER),
        actions=tuple(await actions.of_person(tx, cycle_id, person_id)),
        counts=await review_counts(tx, cycle_id, person_id),
        causes=await _causes(tx, score),
        sources=_source_names(deps, score),
        stale=await stale_metrics(tx, deps, cycle, score.metrics) if approval.state in UNDECIDED else frozenset(),
        year=await managers_year(tx, cycle, directory[person_id], directory.find(approval.approver_id)),
        news=news_of(done),
    )


async def manager_card_of(deps: Deps, cycle_id: str, person_id: str) -> ManagerCard:
    """For delivery to the approver."""
    async with deps.read() as tx:
        return await manager_card(tx, deps, cycle_id, person_id)


async def show_again(deps: Deps, who: Person, cycle_id: str, person_id: str) -> None:
    """Send the card as it is now, to an approver who has an older one."""
    async with deps.begin() as tx:
        card = messages.ApprovalCard(cycle_id=cycle_id, person_id=person_id)
        await outbox.add(tx, recipient=who.id, message=card, now=deps.now(), priority=0)


async def own_result(deps: Deps, who: Person, cycle_id: str) -> Result:
    """The employee's own released result. Raises NotFound, NotAllowed(OWN_SCORE) before the release."""
    async with deps.read() as tx:
        return await _result(tx, deps, cycle_id, who.id)


async def _result(tx: Tx, deps: Deps, cycle_id: str, person_id: str) -> Result:
    cycle, approval, directory = await _loaded(tx, cycle_id, person_id)
    if approval.state not in OUT:
        raise NotAllowed(Code.OWN_SCORE)
    score = await scores.get(tx, cycle_id, person_id)
    if score is None:
        raise NotFound(Code.NO_SCORE)
    total = final_total(score, approval)
    return Result(
        cycle=cycle,
        person=directory[person_id],
        approver=directory.find(approval.approver_id),
        approval=approval,
        total=total,
        band=final_band(cycle.scheme, total),
        score=score,
        highlights=highlights(cycle.scheme, score),
        comments=await _comments(tx, cycle, person_id, directory, reader=Visibility.EMPLOYEE),
        actions=tuple(await actions.of_person(tx, cycle_id, person_id)),
        causes=await _causes(tx, score),
        sources=_source_names(deps, score),
        year=await own_year(tx, cycle, directory[person_id]),
    )


async def comments_for(deps: Deps, who: Person, cycle_id: str, person_id: str) -> tuple[Cycle, Comments]:
    """All comments about a person: for the approver, or the employee after the release. Raises NotAllowed."""
    async with deps.read() as tx:
        cycle, approval, directory = await _loaded(tx, cycle_id, person_id)
        reader = Visibility.EMPLOYEE if who.id == person_id else Visibility.MANAGER
        if reader is Visibility.EMPLOYEE and approval.state not in OUT:
            raise NotAllowed(Code.OWN_SCORE)
        if reader is Visibility.MANAGER and approval.approver_id != who.id:
            raise NotAllowed(Code.NOT_YOUR_APPROVAL)
        return cycle, await _comments(tx, cycle, person_id, directory, reader=reader)


async def home(deps: Deps, who: Person) -> Home:
    """The person's Home."""
    async with deps.read() as tx:
        mine = await approvals.of_approver(
            tx, who.id, states={ApprovalState.PENDING, ApprovalState.RETURNED, ApprovalState.APPROVED}
        )
        by_id = {c.id: c for c in await cycles.in_states(tx, OPEN)}
        directory = await people.some(tx, (a.person_id for a in mine))
        released = [a for a in await approvals.of_person(tx, who.id) if a.state in OUT]
        is_hr = deps.is_hr(who)
        return Home(
            person=who,
            is_hr=is_hr,
            todo=tuple(await todos(tx, who)),
            to_decide=tuple(
                sorted(
                    (ToDecide(by_id[a.cycle_id], directory[a.person_id], a) for a in mine if a.cycle_id in by_id),
                    key=lambda d: (d.approval.state is ApprovalState.APPROVED, d.person.name),
                )
            ),
            actions_to_answer=tuple([await _action_card(tx, a.id) for a in await actions.open_for(tx, who.id)]),
            agreed=tuple(_next_first(await actions.agreed_with(tx, who.id), local_day(who, deps.now()))),
            to_change=tuple([await _action_card(tx, a.id) for a in await actions.to_change(tx, who.id)]),
            last_result=await _last_result(tx, released[0]) if released else None,
            progress=tuple([await progress(tx, c) for c in by_id.values()]) if is_hr else (),
        )


async def _last_result(tx: Tx, approval: Approval) -> LastResult:
    cycle, score = await cycles.get(tx, approval.cycle_id), await scores.get(tx, approval.cycle_id, approval.person_id)
    if cycle is None or score is None:
        raise NotFound(Code.NO_SCORE)
    cycle, total = await cycles.with_form(tx, cycle, approval.person_id), final_total(score, approval)
    return LastResult(cycle, total, final_band(cycle.scheme, total))


def _next_first(agreed: list[Action], today: date) -> list[Action]:
    """What is still to come by its day, then what is past, the latest first."""
    coming = [a for a in agreed if a.due_on >= today]
    return coming + [a for a in reversed(agreed) if a.due_on < today]


async def action_card(deps: Deps, action_id: str) -> ActionCard:
    """For delivery to the employee or the proposer."""
    async with deps.read() as tx:
        return await _action_card(tx, action_id)


async def _action_card(tx: Tx, action_id: str) -> ActionCard:
    action = await actions.get(tx, action_id)
    cycle = await cycles.get(tx, action.cycle_id) if action else None
    if action is None or cycle is None:
        raise NotFound(Code.NO_SUCH_ACTION)
    directory = await people.some(tx, (action.person_id, action.proposer_id))
    return ActionCard(action, cycle.name, directory[action.person_id].name, directory[action.proposer_id].name)


async def _loaded(tx: Tx, cycle_id: str, person_id: str) -> tuple[Cycle, Approval, Directory]:
    cycle = await cycles.get(tx, cycle_id)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    approval = await approvals.get(tx, cycle_id, person_id)
    if approval is None:
        raise NotFound(Code.NO_SCORE)
    reviewers = [t.reviewer_id for t in await reviews.of_reviewee(tx, cycle_id, person_id)]
    involved = (person_id, approval.approver_id, *reviewers)
    cycle = await cycles.with_form(tx, cycle, person_id)
    return cycle, approval, await people.some(tx, (i for i in involved if i))


async def _comments(tx: Tx, cycle: Cycle, person_id: str, directory: Directory, *, reader: Visibility) -> Comments:
    """The answers that are read, not counted, as far as `reader` may; groups of which too few wrote are hidden.

    The order tells nothing: it follows the cycle's seed and the texts themselves, not ids or times.
    """
    scored = await scores.scored(tx, cycle.id, person_id)
    if scored is None:
        return Comments(())
    items = {i.key: i for i in cycle.scheme.items() if isinstance(i, TextItem | ChoiceItem | NumberItem)}
    written = [w for w in scored.written if w.item in items]
    if reader is Visibility.EMPLOYEE:  # people know what they wrote themselves
        written = [w for w in written if w.source is not Source.SELF and items[w.item].visible is reader]
    merged, insiders = scored.card.merged, scored.evidence.insiders
    is_manager = reader is Visibility.MANAGER
    found = readable(cycle, written, merged=merged, insiders=insiders, by_manager=is_manager)
    shown = [
        Comment(w.item, w.source, w.text, directory[w.author_id].name if w.author_id else None) for w in found.shown
    ]
    shown.sort(key=lambda c: hashlib.sha256(f"{cycle.seed}:{c.text}".encode()).digest())
    shown.sort(key=lambda c: (list(items).index(c.item), list(Source).index(c.source)))
    hidden = tuple((i, s) for i in items for s in Source if (i, s) in found.hidden)
    return Comments(tuple(shown), hidden, voices(cycle, shown))


async def _causes(tx: Tx, score: ScoreCard) -> tuple[Cause, ...]:
    """Of the targets that are missed as the card stands: a figure may have been corrected since."""
    asked = {m.metric for m in missed(score.metrics)}
    return tuple(c for c in await causes.of_person(tx, score.cycle_id, score.person_id) if c.metric in asked)


def _source_names(deps: Deps, score: ScoreCard) -> dict[str, Text]:
    declared = (deps.sources.get(m.source) for m in score.metrics)
    return {source.key: source.name for source in declared if source}


async def review_counts(tx: Tx, cycle_id: str, person_id: str) -> tuple[ReviewCount, ...]:
    """How many reviews about a person were asked and are in, by relation."""
    asked: Counter[Relation] = Counter()
    submitted: Counter[Relation] = Counter()
    for task in await reviews.of_reviewee(tx, cycle_id, person_id):
        asked[task.relation] += 1
        submitted[task.relation] += task.submitted_at is not None and task.state is not TaskState.VOID
    return tuple(ReviewCount(r, submitted[r], asked[r]) for r in Relation if asked[r])

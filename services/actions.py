"""Improvement actions: the manager proposes, the employee accepts or comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from appraisal import messages
from appraisal.actions import Action, ActionCard, ActionState
from appraisal.approval import OUT, check_decides
from appraisal.errors import Code, InvalidInput, NotAllowed, NotFound, WrongState
from appraisal.people import Person, local_day
from services.deps import Deps
from services.people import check_active
from services.results import action_card
from storage import actions, approvals, cycles, inbox, outbox
from storage.engine import Tx


@dataclass(frozen=True)
class Proposal:
    """What the manager filled in."""

    what: str
    why: str
    measure: str
    due_on: date
    help: str = ""
    replaces: str = ""  # the action that the employee commented on


async def propose_action(
    deps: Deps, who: Person, cycle_id: str, person_id: str, proposal: Proposal, *, once: str
) -> bool:
    """Propose an action to a report. `once`: the modal's id, so that sending it twice proposes it once.

    Returns False for the second time. Raises NotAllowed, NotFound, WrongState, InvalidInput(ACTION_DUE_PAST).
    """
    now = deps.now()
    if proposal.due_on <= local_day(who, now):
        raise InvalidInput(Code.ACTION_DUE_PAST, field="by")
    async with deps.begin() as tx:
        check_active(who)
        approval = await approvals.get(tx, cycle_id, person_id, lock=True)
        if approval is None or await cycles.get(tx, cycle_id) is None:
            raise NotFound(Code.NO_SCORE)
        check_decides(approval, who)
        old = await _commented(tx, proposal.replaces, cycle_id, person_id)
        if approval.state in OUT and old is None:
            raise WrongState(Code.ALREADY_RELEASED)
        if not await inbox.first_time(tx, f"propose-action:{once}", now):
            return False
        action = Action(
            id=deps.new_id(),
            cycle_id=cycle_id,
            person_id=person_id,
            proposer_id=who.id,
            what=proposal.what.strip(),
            why=proposal.why.strip(),
            measure=proposal.measure.strip(),
            due_on=proposal.due_on,
            help=proposal.help.strip(),
            proposed_at=now,
        )
        await actions.add(tx, action)
        if old:
            await _replace(tx, old, now)
        card = messages.ActionProposed(action_id=action.id)
        await outbox.add(tx, recipient=person_id, message=card, now=now)
        mine = messages.ApprovalCard(cycle_id=cycle_id, person_id=person_id)
        await outbox.add(tx, recipient=who.id, message=mine, now=now, priority=0)
    return True


async def _commented(tx: Tx, action_id: str, cycle_id: str, person_id: str) -> Action | None:
    """The action to replace, where the employee did ask for a change of it."""
    old = await actions.get(tx, action_id, lock=True) if action_id else None
    fits = old and (old.cycle_id, old.person_id, old.state) == (cycle_id, person_id, ActionState.COMMENTED)
    return old if fits else None


async def _replace(tx: Tx, old: Action, now: datetime) -> None:
    """The commented action gives way to the new one; its card says so."""
    states = {"frm": ActionState.COMMENTED, "to": ActionState.REPLACED}
    if await actions.answer(tx, old.id, **states, comment=old.comment, at=now):
        await outbox.add(tx, recipient=old.person_id, message=messages.ActionProposed(action_id=old.id), now=now)


async def to_answer(deps: Deps, who: Person, action_id: str) -> ActionCard:
    """An action that is still to be answered, for its employee. Raises NotAllowed, NotFound, WrongState."""
    card = await action_card(deps, action_id)
    if card.action.person_id != who.id:
        raise NotAllowed(Code.NOT_YOURS)
    if card.action.state in (ActionState.AGREED, ActionState.REPLACED):
        raise WrongState(Code.ACTION_ANSWERED)
    return card


async def accept_action(deps: Deps, who: Person, action_id: str) -> bool:
    """The employee agrees. False where that was said before. Raises NotAllowed, NotFound."""
    return await _answer(deps, who, action_id, ActionState.AGREED, "")


async def comment_on_action(deps: Deps, who: Person, action_id: str, comment: str) -> bool:
    """The employee asks for a change. Raises InvalidInput(COMMENT_EMPTY), WrongState(ACTION_ANSWERED)."""
    if not comment.strip():
        raise InvalidInput(Code.COMMENT_EMPTY, field="comment")
    return await _answer(deps, who, action_id, ActionState.COMMENTED, comment.strip())


async def _answer(deps: Deps, who: Person, action_id: str, to: ActionState, comment: str) -> bool:
    now = deps.now()
    async with deps.begin() as tx:
        check_active(who)
        action = await actions.get(tx, action_id, lock=True)
        if action is None:
            raise NotFound(Code.NO_SUCH_ACTION)
        if action.person_id != who.id:
            raise NotAllowed(Code.NOT_YOURS)
        if action.state is to and action.comment == comment:
            return False
        if action.state in (ActionState.AGREED, ActionState.REPLACED):
            raise WrongState(Code.ACTION_ANSWERED)
        if not await actions.answer(tx, action_id, frm=action.state, to=to, comment=comment, at=now):
            raise WrongState(Code.ACTION_ANSWERED)
        card = messages.ActionProposed(action_id=action_id)
        await outbox.add(tx, recipient=who.id, message=card, now=now, priority=0)
        told = messages.ActionAnswered(action_id=action_id)
        await outbox.add(tx, recipient=action.proposer_id, message=told, now=now)
        approval = await approvals.get(tx, action.cycle_id, who.id)
        if approval and approval.approver_id:
            mine = messages.ApprovalCard(cycle_id=action.cycle_id, person_id=who.id)
            await outbox.add(tx, recipient=approval.approver_id, message=mine, now=now, priority=2)
        if approval and approval.state in OUT:
            result = messages.ResultReleased(cycle_id=action.cycle_id)
            await outbox.add(tx, recipient=who.id, message=result, now=now, priority=1)
    return True

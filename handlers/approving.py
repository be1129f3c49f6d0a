"""The manager decides and proposes; the employee answers and acknowledges."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from appraisal.errors import Code, WrongState
from appraisal.people import local_day
from handlers import inputs, payloads
from handlers.asking import Ask, ViewAnswer, update
from services import actions, approvals, results
from views import approval, causes, comments, improvement, notices, result
from views.blocks import View
from views.ids import Action


async def show_card(ask: Ask) -> None:
    await ask.open(await _card(ask))


async def approve(ask: Ask) -> None:
    """Where it is refused because the card has changed, the card is shown as it is now."""
    about, revision = payloads.button_pair(ask.body), payloads.revision(ask.body)
    try:
        card = await approvals.card_to_approve(ask.deps, ask.who, *about, revision=revision)
        if card.unexplained:
            await ask.open(causes.causes_modal(card, ask.w, then=Action.APPROVE))
            return
        await approvals.approve(ask.deps, ask.who, *about, revision=revision)
    except WrongState as error:
        if error.code is Code.CARD_CHANGED:
            await results.show_again(ask.deps, ask.who, *about)
            await _refresh(ask, _card)
        raise
    await _refresh(ask, _card)


async def _card(ask: Ask) -> View:
    card = await approvals.card_for(ask.deps, ask.who, *payloads.button_pair(ask.body))
    return notices.reading_modal(approval.manager_card(card, ask.w, ask.now), ask.w)


async def _refresh(ask: Ask, make: Callable[[Ask], Awaitable[View]]) -> None:
    """Where the card is open over Home, show what has become of it. In the DM the outbox does."""
    if payloads.surface(ask.body) == "modal":
        await ask.client.views_update(view_id=payloads.view_id(ask.body), view=await make(ask))


def _done(ask: Ask) -> ViewAnswer:
    """Close the form, and with it a card beneath that is no longer true."""
    return {"response_action": "clear"} if payloads.is_stacked(ask.body) else None


async def open_adjust(ask: Ask) -> None:
    card = await approvals.card_to_approve(ask.deps, ask.who, *payloads.button_pair(ask.body))
    then = causes.causes_modal(card, ask.w, then=Action.OPEN_ADJUST) if card.unexplained else None
    await ask.open(then or approval.adjust_modal(card, ask.w))


async def adjust(ask: Ask) -> ViewAnswer:
    """Where the score has moved since the form was opened, the form says so first, with what was typed in it."""
    value, reason = inputs.adjustment(ask.body)
    meta = payloads.metadata(ask.body)
    about, seen = (str(meta["cycle"]), str(meta["person"])), str(meta.get("revision", ""))
    try:
        await approvals.approve(ask.deps, ask.who, *about, adjusted=value, reason=reason, revision=seen)
    except WrongState as error:
        if error.code is not Code.CARD_CHANGED:
            raise
        card = await approvals.card_to_approve(ask.deps, ask.who, *about)
        if card.score.total is None:
            raise
        said = [notices.error_text(error, ask.w)]
        if missing := len(card.unexplained):
            said.append(notices.error_text(Code.CAUSES_MISSING, ask.w, count=missing))
        return update(approval.adjust_modal(card, ask.w, typed=(value, reason), note="\n".join(said)))
    return _done(ask)


async def open_causes(ask: Ask) -> None:
    card = await approvals.card_to_decide(ask.deps, ask.who, *payloads.button_pair(ask.body))
    await ask.open(causes.causes_modal(card, ask.w))


async def name_causes(ask: Ask) -> ViewAnswer:
    """Store the causes, then go on with what was pressed. A form that could not hold all of them comes again."""
    meta = payloads.metadata(ask.body)
    about = str(meta["cycle"]), str(meta["person"])
    await approvals.name_causes(ask.deps, ask.who, *about, inputs.causes(ask.body))
    if not meta["then"]:
        return _done(ask)
    then = Action(meta["then"])
    seen = str(meta.get("revision", ""))
    card = await approvals.card_to_approve(ask.deps, ask.who, *about, revision=seen)
    if card.unexplained:
        return update(causes.causes_modal(card, ask.w, then=then))
    if then is Action.OPEN_ADJUST:
        return update(approval.adjust_modal(card, ask.w))
    await approvals.approve(ask.deps, ask.who, *about, revision=seen)
    return _done(ask)


async def open_return(ask: Ask) -> None:
    card = await approvals.card_to_decide(ask.deps, ask.who, *payloads.button_pair(ask.body))
    await ask.open(approval.return_modal(card, ask.w))


async def return_reviews(ask: Ask) -> ViewAnswer:
    group, note = inputs.returned(ask.body)
    meta = payloads.metadata(ask.body)
    await approvals.return_reviews(ask.deps, ask.who, meta["cycle"], meta["person"], group=group, note=note)
    return _done(ask)


async def open_action(ask: Ask) -> None:
    card = await approvals.card_for(ask.deps, ask.who, *payloads.button_pair(ask.body))
    await ask.open(improvement.action_modal(card, ask.w, local_day(ask.who, ask.now)))


async def propose(ask: Ask) -> ViewAnswer:
    meta = payloads.metadata(ask.body)
    await actions.propose_action(
        ask.deps,
        ask.who,
        meta["cycle"],
        meta["person"],
        inputs.proposal(ask.body),
        once=payloads.view_id(ask.body),
    )
    return _done(ask)


async def release(ask: Ask) -> None:
    await approvals.release(ask.deps, ask.who, *payloads.button_pair(ask.body))
    await _refresh(ask, _card)


async def accept(ask: Ask) -> None:
    await actions.accept_action(ask.deps, ask.who, payloads.button(ask.body))


async def open_comment(ask: Ask) -> None:
    card = await actions.to_answer(ask.deps, ask.who, payloads.button(ask.body))
    await ask.open(improvement.comment_modal(card, ask.w))


async def comment(ask: Ask) -> ViewAnswer:
    text, action_id = inputs.comment(ask.body), payloads.metadata(ask.body)["action"]
    await actions.comment_on_action(ask.deps, ask.who, action_id, text)
    return _done(ask)


async def acknowledge(ask: Ask) -> None:
    await approvals.acknowledge(ask.deps, ask.who, payloads.button(ask.body))
    await _refresh(ask, _own_result)


async def show_comments(ask: Ask) -> None:
    cycle, found = await results.comments_for(ask.deps, ask.who, *payloads.button_pair(ask.body))
    await ask.open(comments.comments_modal(found, cycle, ask.w))


async def show_result(ask: Ask) -> None:
    await ask.open(await _own_result(ask))


async def _own_result(ask: Ask) -> View:
    found = await results.own_result(ask.deps, ask.who, payloads.button(ask.body))
    return notices.reading_modal(result.result_card(found, ask.w, ask.now), ask.w)

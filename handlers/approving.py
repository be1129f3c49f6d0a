"""The manager decides and proposes; the employee answers and acknowledges."""

from __future__ import annotations

from appraisal.people import local_day
from handlers import payloads
from handlers.asking import Ask, ViewAnswer
from services import actions, approvals, results
from views import approval, comments


async def show_card(ask: Ask) -> None:
    await approvals.show_card(ask.deps, ask.who, *payloads.button_pair(ask.body))


async def approve(ask: Ask) -> None:
    await approvals.approve(ask.deps, ask.who, *payloads.button_pair(ask.body))


async def open_adjust(ask: Ask) -> None:
    card = await approvals.card_to_decide(ask.deps, ask.who, *payloads.button_pair(ask.body))
    await ask.open(approval.adjust_modal(card, ask.w))


async def adjust(ask: Ask) -> ViewAnswer:
    value, reason = payloads.adjustment(ask.body)
    meta = payloads.metadata(ask.body)
    await approvals.approve(ask.deps, ask.who, meta["cycle"], meta["person"], adjusted=value, reason=reason)
    return None


async def open_return(ask: Ask) -> None:
    card = await approvals.card_to_decide(ask.deps, ask.who, *payloads.button_pair(ask.body))
    await ask.open(approval.return_modal(card, ask.w))


async def return_reviews(ask: Ask) -> ViewAnswer:
    group, note = payloads.returned(ask.body)
    meta = payloads.metadata(ask.body)
    await approvals.return_reviews(ask.deps, ask.who, meta["cycle"], meta["person"], group=group, note=note)
    return None


async def open_action(ask: Ask) -> None:
    card = await approvals.card_for(ask.deps, ask.who, *payloads.button_pair(ask.body))
    weakest = [card.cycle.scheme.item(h.item) for h in card.highlights.growth]
    suggestions = [ask.w.text(item.name) for item in weakest if item]
    await ask.open(approval.action_modal(card, suggestions, ask.w, local_day(ask.who, ask.now)))


async def propose(ask: Ask) -> ViewAnswer:
    meta = payloads.metadata(ask.body)
    await actions.propose_action(
        ask.deps,
        ask.who,
        meta["cycle"],
        meta["person"],
        payloads.proposal(ask.body),
        once=payloads.view_id(ask.body),
    )
    return None


async def release(ask: Ask) -> None:
    await approvals.release(ask.deps, ask.who, *payloads.button_pair(ask.body))


async def accept(ask: Ask) -> None:
    await actions.accept_action(ask.deps, ask.who, payloads.button(ask.body))


async def open_comment(ask: Ask) -> None:
    card = await actions.to_answer(ask.deps, ask.who, payloads.button(ask.body))
    await ask.open(approval.comment_modal(card, ask.w))


async def comment(ask: Ask) -> ViewAnswer:
    text, action_id = payloads.comment(ask.body), payloads.metadata(ask.body)["action"]
    await actions.comment_on_action(ask.deps, ask.who, action_id, text)
    return None


async def acknowledge(ask: Ask) -> None:
    await approvals.acknowledge(ask.deps, ask.who, payloads.button(ask.body))


async def show_comments(ask: Ask) -> None:
    cycle, found = await results.comments_for(ask.deps, ask.who, *payloads.button_pair(ask.body))
    await ask.open(comments.comments_modal(found, cycle, ask.w))


async def show_result(ask: Ask) -> None:
    await results.show_result(ask.deps, ask.who, payloads.button(ask.body))

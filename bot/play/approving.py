"""Managers propose, employees answer, managers decide: approve, adjust one, return one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.cast import Member
from bot.play import reviewing
from bot.play.people import Actor, Pace
from bot.play.reviewing import Sheet, opening
from bot.play.stage import Stage, find
from bot.sandbox_client import Json, Question, Refused, questions, state_of, texts
from views.ids import Action, Callback, Field, item_of

RAISED_BY = 3  # points, of the score that is adjusted
LONG_ENOUGH = "4d"  # until reviews that were asked for again are overdue


@dataclass
class Decision:
    """One score to decide on: the card with its approver, and the actions proposed, each with its last state."""

    about: Member
    approver: Actor
    ts: str
    card: Json
    actions: dict[str, str] = field(default_factory=dict)  # what → state
    adjusted_to: int | None = None
    returned: bool = False
    causes: int = 0  # missed targets that the approver explained


def decisions(stage: Stage, cards: Mapping[str, list[Json]]) -> dict[str, Decision]:
    """Everybody's approval card, by the Slack id of the one it is about; each with whom it should be."""
    found: dict[str, Decision] = {}
    for user, messages in cards.items():
        for message in messages:
            header = next((b["text"]["text"] for b in message["blocks"] if b["type"] == "header"), "")
            about = stage.named_in(header)
            if about is None or about.slack_id in found:
                stage.expect(False, f"a card about nobody, or about {header} twice")
                continue
            found[about.slack_id] = Decision(about, stage.actors[user], message["ts"], message)
    for member in stage.cast.members:
        decision = found.get(member.slack_id)
        boss = stage.cast.decides_on(member)
        stage.expect(
            decision is not None and decision.approver.who.email == boss, f"no card about {member.name} with {boss}"
        )
    return {m.slack_id: found[m.slack_id] for m in stage.cast.members if m.slack_id in found}


def approvers(found: Mapping[str, Decision]) -> Counter[str]:
    """How many cards each approver has, by Slack id."""
    return Counter(d.approver.who.slack_id for d in found.values())


async def propose(stage: Stage, decision: Decision, ts: str, *, again: bool = False) -> None:
    """An improvement action, from a card or from the employee's answer. Raises Refused."""
    user = decision.approver.who.slack_id
    form = stage.top(await stage.press(user, ts, Action.OPEN_ACTION), Callback.PROPOSE_ACTION)
    proposal = decision.approver.propose(decision.about, again=again)
    filled = {q.block_id: (q, {"value": proposal[q.block_id]}) for q in questions(form) if proposal.get(q.block_id)}
    _closed(stage, await stage.client.submit(user, form, state_of(filled)), "a proposal")
    decision.actions[proposal["what"]] = "proposed"


async def answer(stage: Stage, employee: Actor, decision: Decision, ts: str, *, accept: bool) -> None:
    """Accept the proposed action, or ask for a change. Raises Refused."""
    user, what = employee.who.slack_id, list(decision.actions)[-1]
    if accept:
        _closed(stage, await stage.press(user, ts, Action.ACCEPT_ACTION), "accepting an action")
        decision.actions[what] = "agreed"
        return
    form = stage.top(await stage.press(user, ts, Action.OPEN_COMMENT), Callback.COMMENT_ACTION)
    await _submit(stage, user, form, {Field.COMMENT: employee.comment()})
    decision.actions[what] = "commented"


async def approve(stage: Stage, decision: Decision) -> None:
    """With the causes of missed targets, where these are asked. Raises Refused."""
    stack = await stage.press(decision.approver.who.slack_id, decision.ts, Action.APPROVE)
    _closed(stage, await _name_causes(stage, decision, stack) if stack else stack, "an approval")


async def adjust(stage: Stage, decision: Decision) -> None:
    """Raise the score by a few points, with a reason. Raises Refused."""
    user = decision.approver.who.slack_id
    stack = await stage.press(user, decision.ts, Action.OPEN_ADJUST)
    if stage.top(stack, Callback.ADJUST, Callback.CAUSES)["callback_id"] == Callback.CAUSES:
        stack = await _name_causes(stage, decision, stack)
    form = stage.top(stack, Callback.ADJUST)
    number = next(q for q in questions(form) if q.type == "number_input")
    value = min(int(number.element["initial_value"]) + RAISED_BY, int(number.element["max_value"]))
    await _submit(stage, user, form, {Field.VALUE: str(value), Field.REASON: decision.approver.adjust_reason()})
    decision.adjusted_to = value


async def _name_causes(stage: Stage, decision: Decision, stack: list[Json]) -> list[Json]:
    """Fill in why targets were missed; the modals open then. Raises Refused."""
    form, manager = stage.top(stack, Callback.CAUSES), decision.approver
    filled = {q.block_id: (q, manager.cause(decision.about, q)) for q in questions(form)}
    decision.causes = sum(item_of(q.block_id) is not None for q in questions(form))
    return await stage.client.submit(manager.who.slack_id, form, state_of(filled))


async def send_back(stage: Stage, decision: Decision) -> int:
    """Ask a whole group again; returns how many are asked. Raises Refused."""
    user = decision.approver.who.slack_id
    form = stage.top(await stage.press(user, decision.ts, Action.OPEN_RETURN), Callback.RETURN)
    group = next(q for q in questions(form) if q.type == "radio_buttons")
    option = next((o for o in group.options if o["value"] == "peer"), group.options[-1])
    note = next(q for q in questions(form) if q.type == "plain_text_input")
    filled: dict[str, tuple[Question, Mapping[str, Any]]] = {
        group.block_id: (group, {"selected_option": option}),
        note.block_id: (note, {"value": decision.approver.return_note()}),
    }
    _closed(stage, await stage.client.submit(user, form, state_of(filled)), "a return")
    decision.returned = True
    count = re.search(r"\d+", option["description"]["text"])
    return int(count[0]) if count else 0


async def answer_again(stage: Stage, decision: Decision, asked: Mapping[str, list[Json]]) -> None:
    """Those who were asked again write again, apart from those who never do; then the card is back."""

    async def write(actor: Actor) -> None:
        message = asked[actor.who.slack_id][0]
        button = opening(message)
        if button is None:
            raise Refused("the review to write again", "no such button")
        await reviewing.write(stage, actor, Sheet(message["ts"], button.value, decision.about), again=True)

    await stage.each([u for u in asked if stage.actors[u].temper.pace is not Pace.NEVER], write)
    user, word = decision.approver.who.slack_id, "word that there is nothing to wait for"
    is_complete = all(stage.actors[u].temper.pace is not Pace.NEVER for u in asked)
    await stage.expect_arrivals(word, {user: 1} if is_complete else {}, {Action.SHOW_APPROVAL})
    if not is_complete:
        await stage.client.advance(LONG_ENOUGH)
        await stage.expect_arrivals(word, {user: 1}, {Action.SHOW_APPROVAL})
    back = find(await stage.message(user, decision.ts), Action.APPROVE)
    stage.expect(back is not None, f"the score of {decision.about.name} did not come back after the return")


async def _submit(stage: Stage, user: str, form: Json, values: Mapping[str, str]) -> None:
    filled = {q.block_id: (q, {"value": values[q.block_id]}) for q in questions(form) if q.block_id in values}
    _closed(stage, await stage.client.submit(user, form, state_of(filled)), form["callback_id"])


def _closed(stage: Stage, stack: list[Json], what: str) -> None:
    said = " ".join(texts(stack[-1]))[:200] if stack else ""
    stage.expect(not stack, f"{what} ended with another modal: {said}")

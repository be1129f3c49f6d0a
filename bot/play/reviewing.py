"""Writing reviews: card, pages, check, send; with people who leave half way, think again, or never begin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.cast import Member
from bot.play.people import Actor
from bot.play.stage import Stage
from bot.sandbox_client import Found, Json, Question, buttons, held, questions, state_of, texts
from views.ids import Action, Callback

Filled = dict[str, tuple[Question, Mapping[str, Any]]]
WORTH_QUOTING = 40  # characters
LEFT_ON = 1  # the page (0-based) on which people leave half way


@dataclass(frozen=True)
class Sheet:
    """One review as its writer sees it: the button that opens it and whom it is about."""

    ts: str
    task: str
    about: Member


def sheets(stage: Stage, actor: Actor, card: Json, *, unwritten: bool) -> list[Sheet]:
    """The reviews on a card that are to be written, or those that were sent and can be changed."""
    found = []
    for block in card["blocks"]:
        button = block.get("accessory") or {}
        if button.get("action_id") == Action.OPEN_REVIEW and (button.get("style") == "primary") is unwritten:
            about = stage.named_in(" ".join(texts({"blocks": [block]}))) or actor.who
            found.append(Sheet(card["ts"], button["value"], about))
    return found


async def write_all(stage: Stage, actor: Actor, step: Callable[[], None]) -> None:
    """Everything on the card, one after the other; `step` after each. Raises Refused."""
    user = actor.who.slack_id
    written: set[str] = set()
    leave = actor.temper.leaves
    while todo := [s for s in await _waiting(stage, actor) if s.task not in written]:
        for sheet in todo:
            stage.asked.setdefault(user, set()).add(sheet.task)
            await write(stage, actor, sheet, leave=leave)
            leave = False
            written.add(sheet.task)
            stage.wrote[user] += 1
            step()
        await stage.until("an up to date card", lambda: _without(stage, actor, written))
    if actor.temper.edits:
        await edit_one(stage, actor)


async def edit_one(stage: Stage, actor: Actor) -> None:
    """A second thought about the first review on the card."""
    card = await stage.message(actor.who.slack_id, stage.cards[actor.who.slack_id])
    if sent := sheets(stage, actor, card, unwritten=False):
        await write(stage, actor, sent[0], again=True)


async def write(stage: Stage, actor: Actor, sheet: Sheet, *, leave: bool = False, again: bool = False) -> None:
    """One review from opening to thanks. Raises Refused."""
    user, number = actor.who.slack_id, 0
    view = await _open(stage, user, sheet)
    while view["callback_id"] == Callback.REVIEW_PAGE:
        filled = _fill(actor, sheet.about, view, again=again)
        _remember(stage, actor, sheet.about, filled)
        if actor.temper.types or (leave and number == LEFT_ON):
            await _type(stage, user, view, filled)
        if leave and number == LEFT_ON:
            view = await _come_back(stage, actor, sheet, view, filled)
        stack = await stage.client.submit(user, view, state_of(filled))
        view, number = stage.top(stack, Callback.REVIEW_PAGE, Callback.REVIEW_CHECK), number + 1
    thanks = stage.top(await stage.client.submit(user, view), Callback.MESSAGE)
    stage.expect(not _copies(thanks), f"{actor.who.name} could not send: {' '.join(texts(thanks))[:200]}")
    await stage.client.close(user, thanks)


def remaining(stage: Stage) -> list[str]:
    """Who has something left to write, as far as play knows."""
    return [u for u, tasks in stage.asked.items() if stage.wrote[u] < len(tasks)]


async def read_cards(stage: Stage) -> None:
    """Who is asked for which reviews, from everybody's card."""
    for user, actor in stage.actors.items():
        card = await stage.message(user, stage.cards[user])
        stage.asked[user] = {s.task for s in sheets(stage, actor, card, unwritten=True)}


async def _waiting(stage: Stage, actor: Actor) -> list[Sheet]:
    user = actor.who.slack_id
    return sheets(stage, actor, await stage.message(user, stage.cards[user]), unwritten=True)


async def _without(stage: Stage, actor: Actor, written: set[str]) -> Json | None:
    """The card once it shows none of the written reviews as still to be written."""
    card = await stage.message(actor.who.slack_id, stage.cards[actor.who.slack_id])
    open_ones = {s.task for s in sheets(stage, actor, card, unwritten=True)}
    return None if open_ones & written else card


async def _open(stage: Stage, user: str, sheet: Sheet) -> Json:
    return stage.top(
        await stage.press(user, sheet.ts, Action.OPEN_REVIEW, sheet.task),
        Callback.REVIEW_PAGE,
        Callback.REVIEW_CHECK,
    )


def _fill(actor: Actor, about: Member, view: Json, *, again: bool) -> Filled:
    answers = {q.block_id: (q, actor.review(about, q, again=again)) for q in questions(view)}
    return {block: (q, answer) for block, (q, answer) in answers.items() if answer is not None}


def _remember(stage: Stage, actor: Actor, about: Member, filled: Filled) -> None:
    # Who wrote about whom is nobody's to read, not even of people who do not exist.
    who = f"{about.name} on themselves" if about is actor.who else f"somebody on {about.name}"
    said = [answer["value"] for q, answer in filled.values() if q.type == "plain_text_input"]
    stage.said += [(who, text) for text in said if len(text) >= WORTH_QUOTING]


async def _type(stage: Stage, user: str, view: Json, filled: Filled) -> None:
    for question, answer in filled.values():
        if question.live:
            await stage.client.change(user, view, question, answer)


async def _come_back(stage: Stage, actor: Actor, sheet: Sheet, view: Json, filled: Filled) -> Json:
    """Close the modal with half a page typed, open it again: the same page, with everything still there."""
    user, name = actor.who.slack_id, actor.who.name
    await stage.client.close(user, view)
    again = await _open(stage, user, sheet)
    before, after = ([q.block_id for q in questions(v)] for v in (view, again))
    stage.expect(before == after, f"{name} came back to another page than the one they left")
    for question, answer in filled.values():
        kept = _said(held(again, question))
        stage.expect(kept == _said(answer), f"{name} lost what they had typed for {question.label}: {kept}")
    return again


def _said(answer: Mapping[str, Any]) -> Any:
    return (answer.get("selected_option") or {}).get("value") or answer.get("value")


def _copies(view: Json) -> bool:
    """Whether the last page gives answers back to be copied, as it does when it is too late."""
    return any(block["type"] == "rich_text" for block in view["blocks"])


async def come_too_late(stage: Stage) -> None:
    """Somebody who never wrote opens an old button of the closed cycle: told so, and nothing opens. Raises Refused."""
    late = next(u for u in remaining(stage))
    messages = await stage.client.messages(late)
    old = next((m, b) for m in reversed(messages) if (b := opening(m)))
    actor, button = stage.actors[late], old[1]
    whisper = await stage.whisper_after(actor, "an old button", lambda: stage.client.press(late, button))
    stage.story.quote(actor.who.name, whisper["text"])
    stage.expect(not await stage.client.stack(late), f"{actor.who.name} may write in a closed cycle")


def opening(message: Json) -> Found | None:
    """The button of a message that opens a review."""
    return next((b for b in buttons(message) if b.action_id == Action.OPEN_REVIEW), None)

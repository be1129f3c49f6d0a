"""Missed targets, clicked through the real dispatch: the cause is asked, and then what was pressed goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from appraisal.review import Figure
from bot.sandbox_client import Json, Question, Refused, buttons, held, questions, texts
from tests.e2e.conftest import Local
from tests.world import add_figures
from views.ids import OTHER_CAUSE, Action, Callback, Field, cause_block, item_block

GOAL, VOLUME = "goal_completion", "business_volume"


async def ready(local: Local) -> None:
    """Ann has missed two targets, and an action is proposed: nothing but the causes is wanting."""
    await local.launch()
    figures = Figure("ann", GOAL, 100, 88), Figure("ann", VOLUME, 400, 350)
    await add_figures(local.bot.deps, "kpi", *figures)
    (close,) = await local.command("hana", "/cycle close")
    await local.submit("hana", close)
    await propose(local, await local.press("max", Action.OPEN_ACTION, beside="Ann"))


async def propose(local: Local, stack: list[Json]) -> None:
    def fill(question: Question) -> Json | None:
        if question.type == "plain_text_input":
            return {"value": "Lead the weekly incident review"}
        return {"selected_date": "2026-12-18"} if question.type == "datepicker" else None

    await local.submit("max", stack[-1], fill)


def choose(form: Json, key: str, metric: str) -> Json:
    question = next(q for q in questions(form) if q.block_id == cause_block(metric))
    return {"selected_option": next(o for o in question.options if o["value"] == key)}


async def explain(local: Local, form: Json, **given: Any) -> list[Json]:
    answers: dict[str, Mapping[str, Any]] = {
        cause_block(GOAL): choose(form, "resources", GOAL),
        cause_block(VOLUME): choose(form, OTHER_CAUSE, VOLUME),
        item_block(VOLUME): {"value": "The new scanners came in late September"},
    }
    answers |= given
    return await local.submit("max", form, lambda q: dict(answers[q.block_id]) if q.block_id in answers else None)


def offers(place: Json, action: Action) -> bool:
    return any(b.action_id == action for b in buttons(place))


async def card(local: Local) -> Json:
    return next(m for m in await local.dm("max") if m["text"].startswith("Ann"))


async def test_approve_asks_for_the_causes_and_then_approves(local: Local) -> None:
    await ready(local)
    (form,) = await local.press("max", Action.APPROVE, beside="Ann")
    assert form["callback_id"] == Callback.CAUSES
    assert "Ann: 2 targets were not reached" in texts(form)[0]
    assert await explain(local, form) == []
    decided = await card(local)
    assert offers(decided, Action.RELEASE_ONE)
    assert "Cause, as Max sees it: Too few people, tools or money" in "\n".join(texts(decided))
    await local.press("max", Action.RELEASE_ONE, beside="Ann")
    said = await local.said("ann")
    assert "Cause, as Max sees it: The new scanners came in late September" in said


async def test_adjust_asks_for_the_causes_and_then_shows_its_form(local: Local) -> None:
    await ready(local)
    (form,) = await local.press("max", Action.OPEN_ADJUST, beside="Ann")
    (adjust,) = await explain(local, form)
    assert adjust["callback_id"] == Callback.ADJUST
    filled = {Field.VALUE: "75", Field.REASON: "Carried the team through the outage in August."}
    assert await local.submit("max", adjust, lambda q: {"value": filled[Field(q.block_id)]}) == []
    assert "75" in (await card(local))["text"]


async def test_another_cause_needs_words_and_nothing_typed_is_lost(local: Local) -> None:
    await ready(local)
    (form,) = await local.press("max", Action.APPROVE, beside="Ann")
    with pytest.raises(Refused, match=f"{item_block(VOLUME)}: Please say in a few words"):
        await explain(local, form, **{item_block(VOLUME): {"value": "  "}})
    (still,) = await local.slack.stack("UMAX")
    assert still["callback_id"] == Callback.CAUSES
    assert offers(await card(local), Action.APPROVE)
    assert await explain(local, still) == []


async def test_from_home_the_card_gives_way_when_the_score_is_approved(local: Local) -> None:
    await ready(local)
    home = await local.slack.home("UMAX")
    assert home
    look = next(b for b in buttons(home) if b.action_id == Action.SHOW_APPROVAL and b.value.endswith(":ann"))
    (shown,) = await local.slack.press("UMAX", look)
    approve = next(b for b in buttons(shown) if b.action_id == Action.APPROVE)
    stack = await local.slack.press("UMAX", approve)
    assert [v["callback_id"] for v in stack] == [Callback.MESSAGE, Callback.CAUSES]
    assert await explain(local, stack[-1]) == []
    assert offers(await card(local), Action.RELEASE_ONE)


async def test_sending_the_causes_twice_approves_once(local: Local) -> None:
    await ready(local)
    (form,) = await local.press("max", Action.APPROVE, beside="Ann")
    await asyncio.gather(*(explain(local, form) for _ in range(2)), return_exceptions=True)
    assert offers(await card(local), Action.RELEASE_ONE)
    assert "wrong on our side" not in "\n".join(line for v in await local.slack.stack("UMAX") for line in texts(v))


async def test_causes_can_be_named_before_and_begin_the_reason_of_an_action(local: Local) -> None:
    await ready(local)
    (form,) = await local.press("max", Action.OPEN_CAUSES, beside="Ann")
    assert await explain(local, form) == []
    (again,) = await local.press("max", Action.OPEN_CAUSES, beside="Ann")
    by_block = {q.block_id: q for q in questions(again)}
    assert held(again, by_block[cause_block(GOAL)])["selected_option"]["value"] == "resources"
    assert held(again, by_block[cause_block(VOLUME)])["selected_option"]["value"] == OTHER_CAUSE
    await local.slack.close("UMAX", again)
    (action,) = await local.press("max", Action.OPEN_ACTION, beside="Ann")
    why = next(q for q in questions(action) if q.block_id == Field.WHY)
    assert held(action, why)["value"] == (
        "Target not reached: Goal completion (Too few people, tools or money); "
        "Business volume (The new scanners came in late September)"
    )
    await local.slack.close("UMAX", action)
    assert await local.press("max", Action.APPROVE, beside="Ann") == []
    assert offers(await card(local), Action.RELEASE_ONE)

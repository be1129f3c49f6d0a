"""Decisions on a card that is not what it was: clicked through the real dispatch, where Slack lets them pass."""

from __future__ import annotations

from dataclasses import replace

from appraisal.review import Figure
from bot.sandbox_client import Found, Json, buttons, held, questions, texts
from services.settling import rescore_waiting
from storage import scores
from tests.e2e.conftest import Local
from tests.e2e.test_causes import propose
from tests.world import Q3, add_figures
from views.ids import Action, Callback, Field

REASON = "Carried the team through the outage in August."


async def ready(local: Local) -> None:
    await local.launch()
    await add_figures(local.bot.deps, "kpi", Figure("ann", "goal_completion", 100, 100))
    (close,) = await local.command("hana", "/cycle close")
    await local.submit("hana", close)
    await propose(local, await local.press("max", Action.OPEN_ACTION, beside="Ann"))


async def figure_comes(local: Local, actual: float) -> None:
    deps = local.bot.deps
    await local.advance(hours=1)
    await add_figures(deps, f"late{actual}", Figure("ann", "goal_completion", 100, actual))
    async with deps.begin() as tx:
        await rescore_waiting(tx, *Q3, ["ann"], deps.now())
    await local.bot.drain()


def find(place: Json, action: Action) -> Found:
    return next(b for b in buttons(place) if b.action_id == action)


async def shown(local: Local) -> Json:
    """Ann's card, opened over Home."""
    home = await local.slack.home("UMAX")
    assert home
    look = next(b for b in buttons(home) if b.action_id == Action.SHOW_APPROVAL and b.value.endswith(":ann"))
    (card,) = await local.slack.press("UMAX", look)
    return card


def score(card: Json) -> str:
    return next(line for line in texts(card) if line.startswith("Proposed score")).split("*")[1]


async def test_a_confirmation_on_a_card_that_has_changed_approves_nothing_and_shows_what_it_is_now(
    local: Local,
) -> None:
    await ready(local)
    card = await shown(local)
    await figure_comes(local, 118)
    beneath, refusal = await local.slack.press("UMAX", find(card, Action.APPROVE))
    assert score(beneath) != score(card)
    assert f"the score is now {score(beneath)}" in "\n".join(texts(refusal))
    await local.slack.close("UMAX", refusal)
    (decided,) = await local.slack.press("UMAX", find(await shown(local), Action.APPROVE))
    assert any(b.action_id == Action.RELEASE_ONE for b in buttons(decided))


async def test_a_card_that_nobody_made_anew_is_when_it_is_refused(local: Local) -> None:
    """As after an update of the bot, which sends no cards."""
    await ready(local)
    card = await local.find("max", Action.APPROVE, beside="Ann")
    deps = local.bot.deps
    async with deps.begin() as tx:
        scored = await scores.scored(tx, card.value.split(":")[0], "ann")
        assert scored
        await scores.save(tx, [replace(scored, card=replace(scored.card, total=42.0))])
    await local.press("max", Action.APPROVE, beside="Ann")
    assert "This has changed since you opened it: the score is now 42." in await local.said("max")
    await local.press("max", Action.APPROVE, beside="Ann")
    assert await local.find("max", Action.RELEASE_ONE, beside="Ann")


async def test_an_adjustment_of_a_score_that_has_moved_comes_again_with_what_was_typed(local: Local) -> None:
    await ready(local)
    (form,) = await local.press("max", Action.OPEN_ADJUST, beside="Ann")
    before = next(q for q in questions(form) if q.block_id == Field.VALUE).element
    await figure_comes(local, 80)  # and the target is missed
    typed = {Field.VALUE: before["min_value"], Field.REASON: REASON}
    (again,) = await local.submit("max", form, lambda q: {"value": typed[Field(q.block_id)]})
    assert again["callback_id"] == Callback.ADJUST
    said = texts(again)
    assert "This has changed since you opened it: the score is now" in said[0]
    assert "1 target was not reached" in said[0]
    assert held(again, next(q for q in questions(again) if q.block_id == Field.REASON))["value"] == REASON
    after = next(q for q in questions(again) if q.block_id == Field.VALUE).element
    assert float(after["min_value"]) < float(before["min_value"])

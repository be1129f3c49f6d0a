"""Why this score?, clicked through the real dispatch by everybody who may ask, and by some who may not."""

from __future__ import annotations

from appraisal.review import Figure
from bot.sandbox_client import Json, Question, buttons, texts
from tests.e2e.conftest import Local
from tests.world import World, add_figures
from views.ids import Action, Callback

NOBODYS = "There is nobody called Zoe."


async def scored(local: Local) -> None:
    """Everybody has written about everybody, and Ann has a figure that is above its target."""
    await local.launch()
    world = World(local.bot.deps.database, now=local.bot.deps.now())
    await world.everyone_writes()
    await add_figures(local.bot.deps, "kpi", Figure("ann", "goal_completion", 100, 104))
    (close,) = await local.command("hana", "/cycle close")
    await local.submit("hana", close)


async def released(local: Local) -> None:
    await scored(local)
    stack = await local.press("max", Action.OPEN_ACTION, beside="Ann")
    await local.submit("max", stack[-1], proposal)
    await local.press("max", Action.APPROVE, beside="Ann")
    await local.press("max", Action.RELEASE_ONE, beside="Ann")


def proposal(question: Question) -> Json | None:
    if question.type == "plain_text_input":
        return {"value": "Lead the weekly incident review"}
    return {"selected_date": "2026-12-18"} if question.type == "datepicker" else None


def page(view: Json) -> str:
    return "\n".join(texts(view))


async def test_who_decides_asks_from_the_card_and_from_home(local: Local) -> None:
    await scored(local)
    (shown,) = await local.press("max", Action.SHOW_WHY, beside="Ann")
    assert "count most (" in page(shown)
    assert "Goal completion" in page(shown)
    assert "with the same result" in page(shown)
    await local.slack.close("UMAX", shown)
    home = await local.slack.home("UMAX")
    assert home
    look = next(b for b in buttons(home) if b.action_id == Action.SHOW_APPROVAL and b.value.endswith(":ann"))
    (card,) = await local.slack.press("UMAX", look)
    stack = await local.slack.press("UMAX", next(b for b in buttons(card) if b.action_id == Action.SHOW_WHY))
    assert len(stack) == 2
    assert "count most (" in page(stack[-1])


async def test_the_employee_asks_from_the_result_and_by_the_command(local: Local) -> None:
    await released(local)
    (from_card,) = await local.press("ann", Action.SHOW_WHY)
    assert "No score is exact:" in page(from_card)
    assert "given as" not in page(from_card)
    await local.slack.close("UANN", from_card)
    (from_command,) = await local.command("ann", "/review why")
    assert page(from_command) == page(from_card)


async def test_who_has_no_result_is_told_so(local: Local) -> None:
    await scored(local)
    assert await local.command("ann", "/review why") == []
    assert "You have no result yet." in await local.said("ann")


async def test_hr_asks_for_anybody_by_name_by_mention_and_from_a_menu(local: Local) -> None:
    await scored(local)
    for whom in ("@Ann", "<@UANN|ann>", "ann@example.com"):
        (shown,) = await local.command("hana", f"/cycle why {whom}")
        assert page(shown).startswith("Ann · ")
        await local.slack.close("UHANA", shown)
    (form,) = await local.command("hana", "/cycle why")
    assert form["callback_id"] == Callback.WHY
    (shown,) = await local.submit("hana", form, lambda q: {"selected_user": "UANN"})
    assert page(shown).startswith("Ann · ")
    await local.slack.close("UHANA", shown)
    assert await local.command("hana", "/cycle why Zoe") == []
    assert NOBODYS in await local.said("hana")


async def test_somebody_without_a_score_has_nothing_to_show(local: Local) -> None:
    await local.launch()
    (form,) = await local.command("hana", "/cycle why")
    stack = await local.submit("hana", form, lambda q: {"selected_user": "UANN"})
    assert "There is no score yet." in page(stack[-1])
    assert stack[0]["callback_id"] == Callback.WHY


async def test_nobody_else_gets_an_explanation(local: Local) -> None:
    await scored(local)
    for command in ("/cycle why @Ann", "/cycle why"):
        assert await local.command("bo", command) == []
    assert "只有 HR 可以操作" in await local.said("bo")

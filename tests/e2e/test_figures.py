"""HR's figures of a cycle, clicked through the real dispatch."""

from __future__ import annotations

from bot.sandbox_client import Json, texts
from tests.e2e.conftest import Local
from tests.e2e.test_why import scored
from tests.services.test_figures import company
from tests.world import World
from views.ids import Action, Callback


def page(view: Json) -> str:
    return "\n".join(texts(view))


async def test_before_any_scores_hr_is_told_so_and_nobody_else_may_look(local: Local) -> None:
    assert await local.command("hana", "/cycle figures") == []
    assert "There is no score yet." in await local.said("hana")
    assert await local.command("bo", "/cycle figures") == []
    assert "只有 HR 可以操作" in await local.said("bo")


async def test_of_the_only_cycle_the_figures_come_at_once_and_from_its_status(local: Local) -> None:
    await scored(local)
    (shown,) = await local.command("hana", "/cycle figures")
    text = page(shown)
    for said in ("7 people with a score card", "Departments, by name", "What really decides", "Worth a talk"):
        assert said in text
    assert "Your own result is not in here until it is released." in text
    await local.slack.close("UHANA", shown)
    await local.command("hana", "/cycle status")
    (again,) = await local.press("hana", Action.SHOW_FIGURES)
    assert page(again) == text


async def test_of_several_cycles_hr_chooses_one(local: Local) -> None:
    await scored(local)
    await company(World(local.bot.deps.database))
    (form,) = await local.command("hana", "/cycle figures")
    assert form["callback_id"] == Callback.FIGURES
    (shown,) = await local.submit(
        "hana", form, lambda q: {"selected_option": next(o for o in q.options if o["value"] == "big1")}
    )
    text = page(shown)
    assert "48 people with a score card" in text
    assert "Colleagues: one review" in text

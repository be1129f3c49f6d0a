"""What goes wrong in real life, clicked through the real dispatch: a clear answer, and nothing lost."""

import asyncio

import pytest

from bot.sandbox_client import Json, Refused, buttons, questions, texts
from handlers import slow
from tests.e2e.conftest import Local, cant_say, four_points
from views.ids import Action, Callback


def words(view: Json) -> str:
    return "\n".join(texts(view))


async def test_anybody_but_hr_is_politely_refused(local: Local) -> None:
    for line in ("/cycle start", "/cycle close", "/cycle people", "/cycle metrics", "/cycle release", "/cycle status"):
        assert await local.command("max", line) == []
    assert (await local.said("max")).count("Only HR") == 6
    assert await local.command("bo", "/cycle start") == []
    assert "只有 HR" in await local.said("bo")


async def test_a_word_we_do_not_know_brings_help(local: Local) -> None:
    await local.command("ann", "/review nonsense")
    assert "/review" in await local.said("ann")


async def test_a_double_click_on_launch_opens_one_cycle(local: Local) -> None:
    (form,) = await local.command("hana", "/cycle start")
    (preview,) = await local.submit("hana", form)
    await asyncio.gather(*(local.slack.submit("UHANA", preview) for _ in range(2)), return_exceptions=True)
    assert [len(await local.dm(key)) for key in ("ann", "bo", "rosa")] == [1, 1, 1]
    (again,) = await local.command("hana", "/cycle start")
    with pytest.raises(Refused, match="name"):
        await local.submit("hana", again)


async def test_every_button_of_home_is_answered(local: Local) -> None:
    await local.launch()
    view = await local.slack.home("UHANA")
    assert view
    wanted = {b.action_id for b in buttons(view)} - {Action.OPEN_REVIEW, Action.SHOW_SCHEME}
    assert {Action.SHOW_HELP, Action.SHOW_STATUS, Action.OPEN_START} <= wanted
    for action in sorted(wanted):
        button = next(b for b in buttons(await local.slack.home("UHANA") or {}) if b.action_id == action)
        (modal,) = await local.slack.press("UHANA", button)
        assert "wrong on our side" not in words(modal)
        await local.slack.close("UHANA", modal)


async def test_a_draft_survives_the_closing_of_its_modal(local: Local) -> None:
    await local.launch()
    (page,) = await local.press("ann", Action.OPEN_REVIEW, beside="Max")
    live = next(q for q in questions(page) if q.type == "plain_text_input")
    text = "Half a thought 🙂 " + "长" * 2900
    await local.slack.change("UANN", page, live, {"value": text})
    await local.slack.close("UANN", page)
    (again,) = await local.press("ann", Action.OPEN_REVIEW, beside="Max")
    assert _held(again, live.block_id)["value"] == text


async def test_back_keeps_both_pages(local: Local) -> None:
    await local.launch()
    (first,) = await local.press("ann", Action.OPEN_REVIEW, beside="Max")
    (second,) = await local.submit("ann", first, four_points)
    back = next(b for b in buttons(second) if b.action_id == Action.REVIEW_BACK)
    (again,) = await local.slack.press("UANN", back)
    rating = next(q for q in questions(again) if q.type == "radio_buttons")
    assert _held(again, rating.block_id)["selected_option"]["value"] == "4"


async def test_a_review_left_open_over_the_closing_shows_what_was_typed(local: Local) -> None:
    await local.launch()
    (page,) = await local.press("ann", Action.OPEN_REVIEW, beside="Max")
    (close,) = await local.command("hana", "/cycle close")
    await local.submit("hana", close)
    (late,) = await local.submit("ann", page, four_points)
    assert not late.get("submit")
    assert "Friday handover" in words(late)


async def test_a_stale_button_of_a_closed_cycle_is_answered_in_the_readers_language(local: Local) -> None:
    await local.launch()
    await local.advance(days=8)
    reminder = (await local.dm("bo"))[-1]
    stale = next(b for b in buttons(reminder) if b.action_id in (Action.OPEN_REVIEW, Action.SHOW_TODO))
    (close,) = await local.command("hana", "/cycle close")
    await local.submit("hana", close)
    before = len(await local.dm("bo"))
    await local.slack.press("UBO", stale)
    whispered = (await local.dm("bo"))[before:]
    assert whispered
    assert "评价" in words(whispered[-1])


async def test_everything_can_be_answered_with_cant_say(local: Local) -> None:
    await local.launch()
    (page,) = await local.press("ann", Action.OPEN_REVIEW, beside="Max")
    done = await local.write_review("ann", page, cant_say)
    assert done["callback_id"] == Callback.MESSAGE


async def test_a_double_click_on_send_is_one_review(local: Local) -> None:
    await local.launch()
    (page,) = await local.press("ann", Action.OPEN_REVIEW, beside="Max")
    while page["callback_id"] != Callback.REVIEW_CHECK:
        (page,) = await local.submit("ann", page, four_points)
    sent = await asyncio.gather(*(local.slack.submit("UANN", page) for _ in range(2)), return_exceptions=True)
    assert any(not isinstance(answer, BaseException) for answer in sent)
    (card,) = await local.dm("ann")
    assert "Max" in words(card)
    assert "1 of 52" in words(await _status(local))


async def _status(local: Local) -> Json:
    await local.command("hana", "/cycle status")
    return (await local.dm("hana"))[-1]


async def test_a_file_in_gb18030_with_a_wrong_row_is_explained_and_changes_nothing(local: Local) -> None:
    content = "姓名,邮箱,部门,直属上级\n王芳,wang@example.com,客服部,nobody@example.com\n".encode("gb18030")
    (form,) = await local.command("hana", "/cycle people")
    file = await local.slack.upload("UHANA", "people.csv", content)
    await local.submit("hana", form, lambda q: file)
    (plan,) = await _settled(local, "hana")
    assert "nobody@example.com" in words(plan)
    assert not plan.get("submit")


async def test_a_picture_is_not_taken_for_a_table(local: Local) -> None:
    (form,) = await local.command("hana", "/cycle people")
    file = await local.slack.upload("UHANA", "cat.csv", bytes(range(256)) * 20)
    try:
        await local.submit("hana", form, lambda q: file)
        told = words((await _settled(local, "hana"))[-1])
    except Refused as refused:  # beside the file, if that was found out in time
        told = str(refused)
    assert "CSV" in told


async def test_an_account_nobody_knows_is_told_so(local: Local) -> None:
    await local.slack._post(
        "users", {"users": [{"id": "UGUEST", "name": "gus", "real_name": "Gus", "is_restricted": True}]}
    )
    await local.slack.command("UGUEST", "/review")
    said = "\n".join("\n".join(texts(m)) for m in await local.slack.messages("UGUEST"))
    assert "Fullcircle" in said


async def test_slack_refusing_the_chart_costs_no_figure(local: Local) -> None:
    await local.slack._post("faults", {"method": "chat.postMessage", "times": 99, "block_type": "data_visualization"})
    await _whole_cycle(local)
    message = next(m for m in await local.dm("ann") if _has(m, Action.ACKNOWLEDGE))
    assert "data_visualization" not in {b["type"] for b in message["blocks"]}
    assert "75" in words(message)


async def test_the_summary_reaches_the_employee_and_is_acknowledged(local: Local) -> None:
    await _whole_cycle(local)
    message = next(m for m in await local.dm("ann") if _has(m, Action.ACKNOWLEDGE))
    assert "data_visualization" in {b["type"] for b in message["blocks"]}
    await local.press("ann", Action.ACKNOWLEDGE)
    again = next(m for m in await local.dm("ann") if m["ts"] == message["ts"])
    assert not _has(again, Action.ACKNOWLEDGE)
    assert "Ann" in await local.said("max")


async def test_work_that_takes_longer_than_slack_waits_shows_its_result_when_it_is_done(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow, "PATIENCE", 0.0)
    (form,) = await local.command("hana", "/cycle start")
    await local.submit("hana", form)
    (preview,) = await _settled(local, "hana")
    assert preview["callback_id"] == Callback.CYCLE_PREVIEW
    await local.submit("hana", preview)
    (launched,) = await _settled(local, "hana")
    assert "8" in words(launched)
    assert await local.dm("ann")


async def test_a_reminder_comes_once_and_not_to_those_who_are_done(local: Local) -> None:
    await local.launch()
    await local.write_all("ann")
    for _ in range(14):
        await local.advance(days=1)
    assert len(await local.dm("ann")) == 1
    assert len(await local.dm("dee")) == 1 + 3


async def _whole_cycle(local: Local) -> None:
    """A cycle up to Ann's released result."""
    await local.launch()
    for key in ("ann", "bo", "cai", "dee", "max", "rosa", "tom", "hana"):
        await local.write_all(key)
    (close,) = await local.command("hana", "/cycle close")
    await local.submit("hana", close)
    (form,) = await local.press("max", Action.OPEN_ACTION, beside="Ann")
    await local.submit("max", form, _proposal)
    await local.press("ann", Action.ACCEPT_ACTION)
    await local.press("max", Action.APPROVE, beside="Ann")
    await local.press("max", Action.RELEASE_ONE, beside="Ann")


def _proposal(question: object) -> Json | None:
    kind = getattr(question, "type", "")
    if kind == "plain_text_input":
        return {"value": "Lead the weekly incident review"}
    return {"selected_date": "2026-12-18"} if kind == "datepicker" else None


async def _settled(local: Local, key: str) -> list[Json]:
    """The modals once the work after the ack is done."""
    await local.bot.drain()
    return await local.slack.stack(f"U{key.upper()}")


def _has(message: Json, action: Action) -> bool:
    return any(b.action_id == action for b in buttons(message))


def _held(view: Json, block: str) -> Json:
    return next(iter(view["state"]["values"][block].values()))

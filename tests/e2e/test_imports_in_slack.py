"""Files in Slack on days when things go differently: twice, too late, too slow, too much, by somebody else."""

from __future__ import annotations

import asyncio
import io

import pytest
from aiohttp import ClientSession
from openpyxl import load_workbook

from bot.sandbox_client import Found, Json, Refused, buttons, questions, state_of, texts
from handlers import slow
from tests.e2e.conftest import Local
from views import ids
from views.ids import Action, column_block

METRICS = """person,metric,target,actual
ann@example.com,Goal completion,100,96
bo@example.com,Goal completion,100,9700
nobody@example.com,Goal completion,100,88
"""
PEOPLE = """name,email,department,manager,hired on
Ann,ann@example.com,Service,tom@example.com,2024-03-31
Ida,ida@example.com,Service,max@example.com,31 Mar 2024
Dee,dee@example.com,Support,nobody@example.com,
"""


async def uploaded(local: Local, line: str, content: bytes, name: str) -> Json:
    """The view after HR has given a file."""
    form = (await local.command("hana", line))[-1]
    field = next(q for q in questions(form) if q.type == "file_input")
    file = await local.slack.upload("UHANA", name, content)
    return (await local.slack.submit("UHANA", form, state_of({field.block_id: (field, file)})))[-1]


async def given(local: Local, content: str = METRICS, name: str = "kpi.csv") -> Json:
    await local.launch()
    return await uploaded(local, "/cycle metrics", content.encode(), name)


def button(view: Json, action: Action) -> Found:
    return next(b for b in buttons(view) if b.action_id == action)


def offered(view: Json) -> list[str]:
    return [b.action_id for b in buttons(view)]


def said(view: Json) -> str:
    return "\n".join(texts(view))


async def press(local: Local, view: Json, action: Action) -> Json:
    return (await local.slack.press("UHANA", button(view, action)))[-1]


async def top(local: Local) -> Json:
    """What HR sees when everything slow is done."""
    await local.bot.drain()
    return (await local.slack.stack("UHANA"))[-1]


async def choose(local: Local, view: Json, **chosen: str) -> list[Json]:
    """Send the form of the columns with some menus changed."""
    filled = {}
    for question in questions(view):
        value = chosen.get(ids.column_of(question.block_id) or "")
        if value:
            option = next(o for o in question.options if o["value"] == value)
            filled[question.block_id] = (question, {"selected_option": option})
    return await local.slack.submit("UHANA", view, state_of(filled))


async def test_doubtful_rows_are_applied_on_demand_and_a_second_click_is_told_so(local: Local) -> None:
    view = await given(local)
    assert "9,700" in said(view) or "9700" in said(view)
    all_of_them = button(view, Action.APPLY_ALL)
    await asyncio.gather(*(local.slack.press("UHANA", all_of_them) for _ in range(2)))
    done, again = await local.slack.stack("UHANA")
    assert "2 figures imported" in said(done)
    assert "1 row left out" in said(done)
    assert "already been imported" in said(again)


async def test_the_good_rows_first_and_the_doubtful_ones_later(local: Local) -> None:
    view = await given(local)
    done = (await local.slack.submit("UHANA", view))[-1]
    assert "1 figure imported" in said(done)
    assert "2 rows left out" in said(done)
    form = (await local.command("hana", "/cycle metrics"))[-1]
    assert "1 row applied · 2 rows left out" in said(form)


async def test_an_import_is_not_undone_twice(local: Local) -> None:
    done = (await local.slack.submit("UHANA", await given(local)))[-1]
    undo = button(done, Action.UNDO_IMPORT)
    await asyncio.gather(*(local.slack.press("UHANA", undo) for _ in range(2)))
    undone, again = await local.slack.stack("UHANA")
    assert "its 1 figure no longer counts" in said(undone)
    assert "was undone" in said(again)
    form = (await local.command("hana", "/cycle metrics"))[-1]
    assert "undone Mon" in said(form)
    assert Action.UNDO_IMPORT not in offered(form)


async def test_the_same_file_again_has_nothing_new(local: Local) -> None:
    good = "\n".join(METRICS.splitlines()[:2])
    await local.slack.submit("UHANA", await given(local, good))
    again = await uploaded(local, "/cycle metrics", good.encode(), "kpi.csv")
    assert "The same file was imported on" in said(again)
    assert "submit" not in again or not again["submit"]


async def test_columns_that_hr_chose_are_remembered_for_the_next_file(local: Local) -> None:
    odd = METRICS.replace("actual", "Ist")
    form = await given(local, odd, "Support 2026-08.csv")
    assert "The column Actual is missing" in said(form)
    (view,) = await choose(local, form, actual="=Ist")
    assert "Actual ← Ist" in said(view)
    await local.slack.submit("UHANA", view)
    later = await uploaded(local, "/cycle metrics", odd.replace("96", "97").encode(), "Support 2026-09.csv")
    assert "Read as last time (Support)." in said(later)
    assert "96% → 97%" in said(later)


async def test_a_choice_that_cannot_be_read_is_refused_in_the_form(local: Local) -> None:
    view = await given(local)
    form = await press(local, view, Action.OPEN_COLUMNS)
    with pytest.raises(Refused, match="actual is already chosen"):
        await choose(local, form, period="=actual")
    (back,) = await choose(local, form, target=ids.NOT_THERE, period=ids.NOT_THERE)
    assert "Not used: target" in said(back)


async def test_work_that_takes_long_shows_when_it_is_done(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow, "PATIENCE", 0.0)
    await local.launch()
    await local.bot.drain()
    waiting = await uploaded(local, "/cycle metrics", METRICS.encode(), "kpi.csv")
    assert "Reading kpi.csv" in said(waiting)
    await press(local, await top(local), Action.OPEN_COLUMNS)
    form = await top(local)
    assert any(q.block_id == column_block("actual") for q in questions(form))
    await choose(local, form, target=ids.NOT_THERE)
    view = await top(local)
    assert "Not used: target" in said(view)
    await press(local, view, Action.APPLY_ALL)
    done = await top(local)
    assert "figures imported" in said(done)
    await press(local, done, Action.UNDO_IMPORT)
    assert "no longer count" in said(await top(local))
    form = (await local.command("hana", "/cycle metrics"))[-1]
    await press(local, form, Action.SEND_PROBLEMS)
    assert "in your messages with Fullcircle" in said(await top(local))


async def test_of_people_the_good_rows_are_applied_and_the_last_import_is_undone_first(local: Local) -> None:
    view = await uploaded(local, "/cycle people", PEOPLE.encode(), "people.csv")
    assert "Department Support → Service" in said(view)
    assert "Manager Max → Tom" in said(view)
    assert 'Row 4: no manager matches "nobody@example.com"' in said(view)
    done = (await local.slack.submit("UHANA", view))[-1]
    assert "1 added, 1 changed" in said(done)
    since = "email,department\nann@example.com,Sales\n"
    await local.slack.submit("UHANA", await uploaded(local, "/cycle people", since.encode(), "since.csv"))
    form = (await local.command("hana", "/cycle people"))[-1]
    assert offered(form).count(Action.UNDO_IMPORT) == 1  # only the last can be undone
    back = await press(local, form, Action.UNDO_IMPORT)
    assert "since.csv* was undone" in said(back)
    form = (await local.command("hana", "/cycle people"))[-1]
    back = await press(local, form, Action.UNDO_IMPORT)
    assert "people.csv* was undone" in said(back)
    assert "Put back: Ann" in said(back)
    assert "Removed again: Ida" in said(back)


async def test_a_file_full_of_problems_fits_the_modal_and_the_workbook(local: Local) -> None:
    rows = "".join(f"nobody{n}@example.com,Goal completion,100,{n}\n" for n in range(24_000))
    view = await given(local, METRICS + rows)
    view = await top(local)
    assert "and 23,99" in said(view)
    await press(local, view, Action.SEND_PROBLEMS)
    assert "24,002 problems" in said(await top(local))
    file = (await local.dm("hana"))[-1]["files"][0]
    assert file["name"] == "kpi - problems.xlsx"
    content = await downloaded(local, file["id"])
    summary = load_workbook(io.BytesIO(content), read_only=True)["Summary"]
    lines = [[cell.value for cell in line] for line in summary.iter_rows()]
    assert lines[4][:2] == ["To correct", "24,001"]


async def downloaded(local: Local, file_id: str) -> bytes:
    async with ClientSession() as session, session.get(f"{local.url}/_sandbox/file/{file_id}") as answer:
        answer.raise_for_status()
        return await answer.read()


async def test_hr_may_close_the_modal_while_a_file_is_read(
    local: Local, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(slow, "PATIENCE", 0.0)
    await local.launch()
    await local.bot.drain()
    waiting = await uploaded(local, "/cycle metrics", METRICS.encode(), "kpi.csv")
    await local.slack.close("UHANA", waiting)
    await local.bot.drain()
    logged = capfd.readouterr().out
    assert "result-not-shown" in logged
    assert "after-ack-failed" not in logged

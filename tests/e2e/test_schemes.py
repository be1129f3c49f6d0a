"""HR and the schemes through the real dispatch: list, preview, upload, retire."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from bot.sandbox_client import Json, Question, Refused, buttons, questions, texts
from tests.e2e.conftest import Local
from views.ids import Action, Field

SHIPPED = files("appraisal") / "schemes"


def shipped(key: str) -> str:
    return (SHIPPED / f"{key}.yml").read_text(encoding="utf-8")


def words(view: Json) -> str:
    return "\n".join(texts(view))


def button(view: Json, action: Action, value: str = "") -> bool:
    return any(b.action_id == action and (not value or b.value == value) for b in buttons(view))


async def press(local: Local, view: Json, action: Action, value: str = "") -> list[Json]:
    found = next(b for b in buttons(view) if b.action_id == action and (not value or b.value == value))
    stack = await local.slack.press("UHANA", found)
    await local.bot.drain()
    return stack


async def choose(local: Local, view: Json, action: Action, value: str) -> Json:
    """Pick in one of the preview's menus; returns the modal then on top."""
    block = next(b for b in view["blocks"] if b["type"] == "actions")
    menu = next(e for e in block["elements"] if e["action_id"] == action)
    option = next(o for o in menu["options"] if o["value"] == value)
    question = Question(block["block_id"], action, "", menu, live=True)
    return (await local.slack.change("UHANA", view, question, {"selected_option": option}))[-1]


async def give(local: Local, view: Json, text: str | bytes, name: str = "scheme.yml") -> list[Json]:
    """Upload a scheme in the form that is open; returns the stack."""
    content = text.encode() if isinstance(text, str) else text
    answer = await local.slack.upload("UHANA", name, content)
    return await local.submit("hana", view, lambda q: answer if q.block_id == Field.FILE else None)


def lowest(question: Question) -> Json | None:
    return {"selected_option": question.options[0]} if question.type == "radio_buttons" else None


async def test_the_list_is_for_hr_alone(local: Local) -> None:
    for line in ("/cycle scheme", "/cycle scheme show annual", "/cycle scheme upload", "/cycle scheme retire annual"):
        assert await local.command("max", line) == []
    assert (await local.said("max")).count("Only HR") == 4


@pytest.mark.parametrize(
    "line", ["/cycle scheme", "/cycle scheme list", "/cycle scheme nonsense", "/cycle scheme retire"]
)
async def test_the_list_shows_every_scheme_the_quarterly_first(local: Local, line: str) -> None:
    (view,) = await local.command("hana", line)
    said = words(view)
    keys = ["operations", "annual", "leadership_360", "probation"]
    assert sorted(keys, key=lambda key: said.index(f"`{key}`")) == keys
    assert all(button(view, Action.SEE_FORM, key) and button(view, Action.RETIRE_SCHEME, key) for key in keys)


async def test_the_start_form_suggests_the_quarterly_scheme(local: Local) -> None:
    (form,) = await local.command("hana", "/cycle start")
    scheme = next(q for q in questions(form) if q.block_id == Field.SCHEME)
    assert scheme.element["initial_option"]["value"] == "operations"
    assert [o["value"] for o in scheme.options] == ["operations", "annual", "leadership_360", "probation"]


async def test_a_form_can_be_looked_at_as_each_relation_page_and_variant(local: Local) -> None:
    (view,) = await local.command("hana", "/cycle scheme show annual")
    assert "What are your main results this year?" in words(view)
    view = await choose(local, view, Action.FORM_RELATION, "manager")
    assert "quality of the work" in words(view)
    view = await choose(local, view, Action.FORM_VARIANT, "sales")
    assert "win and keep business" in words(view)
    assert "quality of the work" not in words(view)
    view = await choose(local, view, Action.FORM_PAGE, "2")
    assert "When could Sam Lee take on a bigger role?" in words(view)
    (_, rules) = await press(local, view, Action.FORM_RULES)
    assert "Collection rate" in words(rules)
    assert "On-time delivery" not in words(rules)


async def test_filling_the_preview_in_turns_the_pages_and_saves_nothing(local: Local) -> None:
    (view,) = await local.command("hana", "/cycle scheme show probation")
    for _ in range(2):
        (view,) = await local.submit("hana", view, lowest)
    assert view["submit"]["text"] == "Done"
    assert await local.submit("hana", view, lowest) == []
    assert await local.said("hana") == ""


async def test_a_scheme_is_found_with_the_hyphen_people_write(local: Local) -> None:
    (view,) = await local.command("hana", "/cycle scheme show leadership-360")
    assert "Leadership 360" in words(view)


async def test_a_scheme_that_does_not_exist_is_named(local: Local) -> None:
    assert await local.command("hana", "/cycle scheme show gone") == []
    assert await local.command("hana", "/cycle scheme retire gone") == []
    assert (await local.said("hana")).count("gone") == 2


async def test_every_fault_of_an_upload_is_told_with_its_line_and_the_next_try_goes_through(local: Local) -> None:
    text = shipped("probation").replace("key: probation", "key: newcomers")
    bad = (
        text.replace("least: 85", "least: 850")
        .replace("kind: choice", "kind: chioce")
        .replace("    weight: 40\n", "", 1)
    )
    (form,) = await local.command("hana", "/cycle scheme upload")
    (problems,) = await give(local, form, bad)
    lines = {part: next(n for n, line in enumerate(bad.splitlines(), 1) if part in line) for part in ("850", "chioce")}
    for line, path in ((lines["850"], "bands[A].least"), (lines["chioce"], "items[outcome].kind")):
        assert any(f"Line {line}," in said and path in said for said in words(problems).splitlines()), words(problems)
    assert "dimensions[results].weight" in words(problems)
    (again,) = await press(local, problems, Action.UPLOAD_AGAIN)
    (check,) = await give(local, again, text)
    assert "is a new scheme with the key `newcomers`" in words(check)
    (saved,) = await local.submit("hana", check)
    assert "is saved" in words(saved)
    (listed,) = await local.command("hana", "/cycle scheme")
    assert "uploaded by Hana" in words(listed)
    (form,) = await local.command("hana", "/cycle start")
    assert "newcomers" in [o["value"] for q in questions(form) if q.block_id == Field.SCHEME for o in q.options]


async def test_a_scheme_in_chinese_from_a_windows_editor_is_read(local: Local) -> None:
    text = shipped("probation").replace("key: probation", "key: newcomers")
    (form,) = await local.command("hana", "/cycle scheme upload")
    (check,) = await give(local, form, text.encode("gb18030"))
    assert "`newcomers`" in words(check)


async def test_a_new_version_says_what_changes_and_the_list_beneath_follows(local: Local) -> None:
    text = shipped("operations").replace("version: 1", "version: 2").replace("least: 88", "least: 90")
    (listed,) = await local.command("hana", "/cycle scheme")
    (_, form) = await press(local, listed, Action.UPLOAD_SCHEME)
    (_, check) = await give(local, form, text)
    assert "Compared with version 1" in words(check)
    assert "Rules changed: bands" in words(check)
    (_, saved) = await local.submit("hana", check)
    assert "version 2, is saved" in words(saved)
    await local.bot.drain()
    (beneath, _) = await local.slack.stack("UHANA")
    assert "version 2 · uploaded by Hana" in words(beneath)


async def test_a_version_that_a_cycle_uses_cannot_be_changed(local: Local) -> None:
    await local.launch()
    (form,) = await local.command("hana", "/cycle scheme upload")
    with pytest.raises(Refused, match="version: 2"):
        await give(local, form, shipped("operations").replace("least: 88", "least: 90"))


async def test_the_same_text_again_has_nothing_to_save(local: Local) -> None:
    (form,) = await local.command("hana", "/cycle scheme upload")
    (check,) = await give(local, form, shipped("annual"))
    assert "word for word" in words(check)
    assert "submit" not in check or not check["submit"]


async def test_what_is_no_scheme_at_all_is_refused_kindly(local: Local, tmp_path: Path) -> None:
    (form,) = await local.command("hana", "/cycle scheme upload")
    with pytest.raises(Refused, match="file"):
        await give(local, form, b"\x89PNG\r\n\x1a\n\x00\x00")
    (problems,) = await give(local, form, "just a sentence")
    assert "Line 1" in words(problems)


async def test_a_retired_scheme_is_not_offered_and_a_running_cycle_keeps_it(local: Local) -> None:
    await local.launch()
    (listed,) = await local.command("hana", "/cycle scheme")
    assert "used in 1 cycle" in words(listed)
    (listed,) = await press(local, listed, Action.RETIRE_SCHEME, "operations")
    assert "retired" in words(listed)
    assert not button(listed, Action.RETIRE_SCHEME, "operations")
    (form,) = await local.command("hana", "/cycle start")
    assert "operations" not in [o["value"] for q in questions(form) if q.block_id == Field.SCHEME for o in q.options]
    (page,) = await local.press("ann", Action.OPEN_REVIEW, beside="Max")
    assert "Professional skill" in words(page) or "know the job" in words(page)


async def test_retiring_by_command_asks_first_and_bringing_back_is_offered(local: Local) -> None:
    (ask,) = await local.command("hana", "/cycle scheme retire probation")
    (done,) = await local.submit("hana", ask)
    assert "retired" in words(done)
    (form,) = await local.command("hana", "/cycle scheme upload")
    (check,) = await give(local, form, shipped("probation"))
    assert "offers it for new cycles again" in words(check)
    await local.submit("hana", check)
    (start,) = await local.command("hana", "/cycle start")
    assert "probation" in [o["value"] for q in questions(start) if q.block_id == Field.SCHEME for o in q.options]


async def test_home_leads_to_the_list(local: Local) -> None:
    home = await local.slack.home("UHANA")
    assert home
    found = next(b for b in buttons(home) if b.action_id == Action.OPEN_SCHEMES)
    (listed,) = await local.slack.press("UHANA", found)
    assert "`leadership_360`" in words(listed)

"""What HR reads about a file: understood, wrong, doubtful, replaced, in conflict, undone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.errors import InvalidInput
from appraisal.intake.mapping import Correction, FileMapping
from appraisal.intake.tables import (
    Apply,
    Import,
    ImportKind,
    ImportState,
    Layout,
    MappedBy,
    MetricsPlan,
    PeoplePlan,
    Problem,
    Reason,
    Table,
)
from handlers import inputs
from tests.views import cast, files
from tests.views.surfaces import accept
from tests.views.test_surfaces import languages, names
from views import columns, dry_run, ids, imports, problems
from views.file_columns import column_name, table, understood
from views.ids import Action
from views.text import Words

EN, ZH = Words("en"), Words("zh")
few = settings(max_examples=30, deadline=None)


def words(view: dict[str, Any]) -> str:
    """All texts of a view, one a line."""
    found: list[str] = []

    def visit(node: Any) -> None:
        if isinstance(node, dict):
            found.extend([node["text"]] if isinstance(node.get("text"), str) else [])
            for child in node.values():
                visit(child)
        elif isinstance(node, list):
            for child in node:
                visit(child)

    visit(view)
    return "\n".join(found)


def actions(view: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (e["action_id"], e.get("value", "")) for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]
    ]


def test_a_dry_run_shows_how_the_file_was_understood() -> None:
    said = words(dry_run.dry_run_modal(files.reading(files.metrics_plan()), EN))
    assert '*Sheet "Q3 &lt;客服&gt;"* · header in row 3 · 120 rows' in said
    assert "Target ← 目标值" in said
    assert "Not used: 备注" in said
    assert "Not read: Notes" in said
    assert "Read as last time (客服KPI)." in said
    assert "E0\u3000\u3000  Ann <Lee>\u3000\u3000  Goal completion" in said


def test_what_other_sources_say_is_shown_with_who_wins_and_why() -> None:
    said = words(dry_run.dry_run_modal(files.reading(files.metrics_plan()), EN))
    who = f"{cast.PERSON.name}, Goal completion"
    assert f"{who}: this file says 95%, crm says 92%. crm counts: it has precedence." in said
    assert f"{who}: this file says 95%, crm says 92%. This file counts: its figure is of a later day." in said
    assert f"{who}: 90% → 95%" in said
    assert f"{who}: 90% (target 80%) → 95% (target 100%)" in said


def test_of_people_the_fields_that_change_are_shown_old_and_new() -> None:
    said = words(dry_run.dry_run_modal(files.reading(files.people_plan()), EN))
    assert f"{cast.COLLEAGUE.name}: " in said
    assert f"Department {cast.COLLEAGUE.department} → Service" in said
    assert f"→ {cast.HR.name}" in said
    assert "Hired on – → Mar 31, 2024" in said
    assert "Active yes → no" in said


def test_doubts_stand_apart_from_errors_and_only_they_can_be_applied_all_the_same() -> None:
    doubt = Problem(9, Reason.FAR_OUTLIER, "actual", "9500", "90 to 99")
    error = Problem(5, Reason.UNKNOWN_PERSON, "person", "Bob")
    both = files.metrics_plan(problems=(doubt, error), doubtful=(files.figure(9500),))
    view = dry_run.dry_run_modal(files.reading(both), EN)
    said = words(view)
    assert said.index("*To correct (1)*") < said.index("Row 5: no person") < said.index("*To check (1)*")
    assert said.index("*To check (1)*") < said.index("Row 9: 9500")
    assert view["submit"]["text"] == "Apply good rows"
    assert [a for a, _ in actions(view)] == [Action.OPEN_COLUMNS, Action.SEND_PROBLEMS, Action.APPLY_ALL]
    only_errors = dry_run.dry_run_modal(files.reading(files.metrics_plan(problems=(error,))), EN)
    assert only_errors["submit"]["text"] == "Apply good rows"
    assert [a for a, _ in actions(only_errors)] == [Action.OPEN_COLUMNS, Action.SEND_PROBLEMS]


def test_where_nothing_is_wrong_there_is_one_apply() -> None:
    view = dry_run.dry_run_modal(files.reading(files.metrics_plan()), EN)
    assert view["submit"]["text"] == "Apply"
    assert actions(view) == [(Action.OPEN_COLUMNS, "i1")]
    assert ids.unpack(view["private_metadata"]) == {"import": "i1"}


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (MetricsPlan((), 0, (), 0), "no rows below the header"),
        (MetricsPlan((), 2, (), 1), "nothing new in this file"),
        (MetricsPlan((), 0, (Problem(2, Reason.UNKNOWN_PERSON),), 0), "No row can be used"),
        (
            MetricsPlan((), 0, (Problem(2, Reason.FAR_OUTLIER),), 1, doubtful=(files.figure(1),)),
            "press Apply doubtful too",
        ),
        (PeoplePlan((), (), 4, ()), "nothing new in this file"),
    ],
)
def test_where_there_is_nothing_good_nothing_can_be_submitted(plan: Any, said: str) -> None:
    view = dry_run.dry_run_modal(files.reading(plan), EN)
    assert "submit" not in view
    assert said in words(view)


def test_the_same_file_again_is_told_from_one_without_news() -> None:
    again = files.reading(MetricsPlan((), 2, (), 1), repeats=files.applied())
    assert "The same file was imported on" in words(dry_run.dry_run_modal(again, EN))


@pytest.mark.parametrize("state", [ImportState.APPLIED, ImportState.ROLLED_BACK])
def test_an_import_that_is_over_can_be_looked_at_and_its_doubts_applied_if_it_counts(state: ImportState) -> None:
    view = dry_run.dry_run_modal(files.reading(files.metrics_plan(60), files.applied(state=state)), EN)
    assert "submit" not in view
    offered = [a for a, _ in actions(view)]
    assert offered == [
        Action.SEND_PROBLEMS,
        *([Action.APPLY_ALL, Action.UNDO_IMPORT] if state is ImportState.APPLIED else []),
    ]


def test_of_24000_problems_ten_are_shown_with_every_reason_among_them() -> None:
    many = [Problem(n, Reason.UNKNOWN_PERSON, value="x", sheet="Q3") for n in range(2, 23_999)]
    many += [Problem(24_000, Reason.NOT_A_NUMBER, value="?", sheet="Q3"), Problem(1, Reason.MISSING, detail="person")]
    shown = problems.telling(many)
    assert [p.row for p in shown] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 24_000]
    view = dry_run.dry_run_modal(files.reading(files.metrics_plan(problems=tuple(many))), EN)
    accept(view)
    assert "and 23,989 more" in words(view)
    assert 'Q3, row 24,000: "?" is not a number' in words(view)


def test_problems_name_the_row_and_the_reason() -> None:
    missing = Problem(4, Reason.MISSING, column="email", detail="email")
    assert problems.problem_text(missing, EN) == 'Row 4: "E-mail" is empty'
    assert problems.problem_text(missing, ZH) == "第 4 行：“邮箱”为空"
    date_problem = Problem(7, Reason.NOT_A_DATE, column="hired_on", value="31.31.2024", sheet="人员")
    assert problems.problem_text(date_problem, ZH) == "人员 第 7 行：“31.31.2024”不是日期"


def test_a_problem_of_one_metric_names_the_metric_and_the_column() -> None:
    error = Problem(7, Reason.CELL_ERROR, "actual", "#DIV/0!", metric="goal_completion")
    said = 'Row 7, Goal completion, Actual: the spreadsheet shows the error #DIV/0! in "Actual"'
    assert problems.problem_text(error, EN, files.METRICS) == said
    formula = Problem(7, Reason.NOT_CALCULATED, "target", "=A1", sheet="Q3", metric="unheard")
    assert problems.problem_text(formula, ZH).startswith("Q3 第 7 行，unheard，目标：“目标”的公式 =A1 没有计算结果")
    view = dry_run.dry_run_modal(files.reading(files.metrics_plan(problems=(error,))), EN)
    assert said in words(view)


def test_a_metric_is_written_by_its_name_unless_another_one_has_it_too() -> None:
    item = files.METRICS["goal_completion"]
    assert problems.metric_names(files.METRICS, EN)["goal_completion"] == "Goal completion"
    assert problems.metric_names({"a": item, "b": item}, EN) == {}


def test_the_workbook_begins_with_what_to_do_and_the_commonest_problem() -> None:
    found = [Problem(n, Reason.UNKNOWN_PERSON, value="x") for n in (9, 3, 5)] + [Problem(2, Reason.FAR_OUTLIER)]
    name, lines, row, problem = problems.workbook_texts("q3.xlsx", found, {}, EN)
    assert (name, row, problem) == ("Summary", "Row", "Problem")
    assert [line[:2] for line in lines[4:]] == [["To correct", "3"], ["To check", "1"]]
    assert lines[4][2].startswith("Row 3: ")
    assert problems.workbook_name("客服KPI.v2.xlsx", ZH) == "客服KPI.v2 - 问题清单.xlsx"


def test_columns_are_called_by_what_they_mean() -> None:
    assert column_name("actual:goal_completion", EN, files.METRICS) == "Goal completion (Actual)"
    assert column_name("target:unheard", ZH, files.METRICS) == "unheard（目标）"
    assert column_name("surprise", EN) == "surprise"


def test_a_header_in_two_rows_is_said_with_both() -> None:
    layout = Layout("Q3", 4, ("Volume / Plan",), {}, (), 7, header_rows=2)
    assert "header in rows 3–4" in words({"blocks": understood([layout], [], {}, EN)})
    assert "列名在第 3–4 行" in words({"blocks": understood([layout], [], {}, ZH)})


def test_a_table_in_fixed_pitch_is_aligned_and_never_wider_than_a_modal() -> None:
    rows = [["姓名", "n"], ["欧阳" * 20, "1"], ["a\nb", "22"], ["x" * 30, ""]]
    text = table(rows)["elements"][0]["elements"][0]["text"]
    blank = "\u3000"
    assert text.split("\n") == [
        f"姓名{blank * 5}{' ' * 16}  n",
        f"{'欧阳' * 3}欧…{' ' * 15}  1",
        f"a b{blank * 7}{' ' * 13}  22",
        f"{'x' * 15}…",
    ]
    wide = table([["x" * 30] * 40])["elements"][0]["elements"][0]["text"]
    assert wide == "  ".join(["x" * 15 + "…"] * 3)  # 52 of the 60 that fit in a line of a modal
    assert table([])["elements"][0]["elements"][0]["text"] == "–"


def test_an_import_can_be_undone_where_that_is_possible() -> None:
    def undo(kind: ImportKind, *recent: Import) -> list[str]:
        view = imports.upload_modal(kind, EN, [cast.cycle()], recent)
        return [value for action, value in actions(view) if action == Action.UNDO_IMPORT]

    for_people = [files.applied(ImportKind.PEOPLE, id=f"p{n}") for n in range(3)]
    gone = replace(for_people[0], state=ImportState.ROLLED_BACK, rolled_back_at=cast.NOW)
    assert undo(ImportKind.PEOPLE, *for_people) == ["p0"]
    assert undo(ImportKind.PEOPLE, gone, *for_people[1:]) == ["p1"]
    assert undo(ImportKind.METRICS, *(files.applied(id=f"m{n}") for n in range(3))) == ["m0", "m1", "m2"]


def test_after_applying_it_says_what_was_written_and_offers_the_way_back() -> None:
    view = imports.applied_modal(files.reading(files.metrics_plan(2), files.applied()), Apply.GOOD, EN)
    assert "1 figure imported" in words(view)
    assert "5 rows left out" in words(view)
    assert actions(view) == [(Action.UNDO_IMPORT, "i1"), (Action.SEND_PROBLEMS, "i1")]
    nothing = imports.applied_modal(files.reading(MetricsPlan((), 2, (), 1)), Apply.GOOD, EN)
    assert "nothing was changed" in words(nothing)
    assert actions(nothing) == []


def test_undoing_says_what_was_put_back_and_what_was_left() -> None:
    said = words(imports.undone_modal(files.applied(ImportKind.PEOPLE), files.taken_back(), 0, EN))
    assert f"Put back: {cast.COLLEAGUE.name}" in said
    assert f"Removed again: {cast.PERSON.name}" in said
    assert f"Left, because it was changed since: {cast.COLLEAGUE.name} (Manager)" in said
    assert "its 12 figures no longer count" in words(imports.undone_modal(files.applied(), files.taken_back(), 12, EN))


def choices(view: dict[str, Any], **changed: str) -> Correction:
    """What Slack sends for the form where some menus were changed."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("type") == "static_select":
            column = ids.column_of(block["block_id"]) or block["block_id"]
            option = element.get("initial_option")
            if column in changed:
                option = next(o for o in element["options"] if o["value"] == changed[column])
            values[block["block_id"]] = {ids.ANSWER: {"type": "static_select", "selected_option": option}}
        elif element.get("type") == "number_input":
            values[block["block_id"]] = {ids.ANSWER: {"value": changed.get("header_row", element.get("initial_value"))}}
        elif element.get("type") == "checkboxes":
            values[block["block_id"]] = {ids.ANSWER: {"selected_options": element.get("initial_options", [])}}
    return inputs.correction({"view": {**view, "state": {"values": values}}})


def test_lists_of_json_that_were_not_read_are_no_sheets_to_choose_from() -> None:
    read = replace(files.TABLE, layouts=(replace(files.LAYOUT, sheet=""),), skipped=("support", "team"), format="json")
    assert columns.Found.of(read, FileMapping()).sheets == []
    assert columns.Found.of(replace(read, format="xlsx"), FileMapping()).sheets == ["support", "team"]


def test_a_form_that_is_sent_as_it_was_shown_changes_nothing() -> None:
    before = FileMapping(sheet="Notes", header_row=3, columns={"工号": "employee_number"}, fractions=True)
    found = columns.Found.of(files.TABLE, before)
    view = columns.columns_modal(found, ImportKind.METRICS, files.METRICS, EN, metadata="{}")
    assert choices(view).applied_to(before) == before


def test_only_the_columns_that_hr_changed_are_remembered() -> None:
    found = columns.Found.of(files.TABLE, FileMapping())
    view = columns.columns_modal(found, ImportKind.METRICS, files.METRICS, EN, metadata="{}")
    changed = choices(view, actual="=备注", header_row="4").applied_to(FileMapping())
    assert changed == FileMapping(columns={"实际值": "", "备注": "actual"}, header_row=4)
    swapped = choices(view, actual="=目标值", target="=实际值").applied_to(FileMapping())
    assert swapped.columns == {"目标值": "actual", "实际值": "target"}
    without = choices(view, name=ids.NOT_THERE).applied_to(FileMapping(values={"metric": "x"}))
    assert without == FileMapping(columns={"姓名": ""}, values={"metric": "x"})


def test_a_column_of_the_file_cannot_mean_two_things() -> None:
    found = columns.Found.of(files.TABLE, FileMapping())
    view = columns.columns_modal(found, ImportKind.METRICS, files.METRICS, EN, metadata="{}")
    for clash in ({"person": "=备注", "period": "=备注"}, {"person": "=姓名"}):
        with pytest.raises(InvalidInput) as refused:
            choices(view, **clash).applied_to(FileMapping())
        assert ids.column_block(refused.value.field or "") in {b.get("block_id") for b in view["blocks"]}


def test_a_header_cell_called_like_our_sign_for_none_can_be_chosen() -> None:
    found = columns.Found(["-", "=", "=-"])
    view = columns.columns_modal(found, ImportKind.PEOPLE, {}, EN, metadata="{}")
    accept(view)
    assert choices(view, name="=-", email="==-").applied_to(FileMapping()).columns == {"-": "name", "=-": "email"}


@few
@given(name=names, locale=languages, reason=st.sampled_from(Reason), count=st.sampled_from([0, 1, 300]))
def test_slack_accepts_files_with_any_names_and_amounts(name: str, locale: str, reason: Reason, count: int) -> None:
    w = Words(locale)
    wrong = tuple(Problem(n, reason, column=name, value=name, detail=name, sheet=name) for n in range(count))
    person = replace(cast.PERSON, name=name, department=name)
    people = PeoplePlan((person,) * count, files.people_plan().changed * count, 0, wrong)
    layout = Layout(name, 1, (name,) * 600, dict(enumerate(["name", "email", "department"])), ((name,) * 600,) * 5, 5)
    read = Table((), (layout,) * (count // 10), skipped=(name,) * count)
    given_file = files.file(file_name=name, source=name)
    plan = files.metrics_plan(problems=wrong, conflicts=files.metrics_plan().conflicts * count)
    for each in (people, plan):
        run = files.reading(each, given_file, table=read, mapped_by=MappedBy.NOT_MEMORY, names={cast.PERSON.id: name})
        accept(dry_run.dry_run_modal(run, w))
        accept(imports.applied_modal(run, Apply.ALL, w))
    accept(imports.upload_modal(ImportKind.METRICS, w, [cast.cycle()], [files.applied(file_name=name)] * count))
    accept(imports.undone_modal(given_file, files.taken_back(), count, w))
    accept(imports.reading_modal(name, w))
    accept(imports.problems_sent_modal(name, count, w))


@few
@given(name=names, count=st.sampled_from([0, 1, 500]), sheets=st.sampled_from([1, 2, 200]))
def test_the_form_of_the_columns_fits_whatever_the_header_says(name: str, count: int, sheets: int) -> None:
    header = tuple(f"{name}{n}" for n in range(count))
    layouts = tuple(Layout(f"{name}{n}", 1, header, {0: "actual"} if count else {}, (), 1) for n in range(sheets))
    found = columns.Found.of(Table((), layouts), FileMapping())
    view = columns.columns_modal(found, ImportKind.METRICS, files.METRICS, ZH, metadata="{}", trouble=name)
    accept(view)
    assert len(json.dumps(view)) < 250_000


def test_an_import_that_is_looked_at_later_can_be_undone_there() -> None:
    def offered(state: ImportState) -> bool:
        view = dry_run.dry_run_modal(files.reading(MetricsPlan((), 2, (), 1), files.applied(state=state)), EN)
        return (Action.UNDO_IMPORT, "i1") in actions(view)

    assert offered(ImportState.APPLIED)
    assert not offered(ImportState.PENDING)
    assert not offered(ImportState.ROLLED_BACK)


def test_of_an_import_that_was_undone_no_rows_count() -> None:
    undone = files.applied(state=ImportState.ROLLED_BACK, rolled_back_at=cast.NOW)
    said = words(imports.upload_modal(ImportKind.METRICS, EN, [cast.cycle()], [undone]))
    assert "undone" in said
    assert "rows applied" not in said
    assert "115 rows applied · 5 rows left out" in words(
        imports.upload_modal(ImportKind.METRICS, EN, [cast.cycle()], [files.applied()])
    )

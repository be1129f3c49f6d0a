"""The workbook of rows to mend, opened with another library than the one that wrote it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from appraisal.intake.readers import read_file
from appraisal.intake.tables import Layout, Problem, Reason, Row, Table
from reports.problems import MOST_COMMENTS, MOST_ROWS, Headings, problems_workbook
from tests.messy.case import METRICS
from views.file_columns import column_name
from views.text import Words

RED, AMBER = "FFFFC7CE", "FFFFEB9C"
HEADINGS = Headings("Summary", [["q3.xlsx"], ["Rows", "3"]], "Row", "Problem")
LONG = Layout(
    "Q3", 3, ("工号", "备注", "指标", "目标", "实际"), {0: "person", 2: "metric", 3: "target", 4: "actual"}, (), 3
)


def row(number: int, actual: str, *, sheet: str = "Q3", metric: str = "volume") -> Row:
    return Row(number, {"person": f"E{number}", "metric": metric, "target": "100", "actual": actual}, sheet)


def book(table: Table, problems: Sequence[Problem]) -> Workbook:
    content = problems_workbook(table, problems, say=lambda p: f"{p.reason.value} {p.value}", headings=HEADINGS)
    return load_workbook(io.BytesIO(content))


def cells(page: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in line] for line in page.iter_rows()]


def colours(page: Worksheet) -> dict[str, object]:
    return {
        cell.coordinate: cell.fill.fgColor.rgb
        for line in page.iter_rows()
        for cell in line
        if cell.fill.fill_type == "solid"
    }


def test_the_rows_with_problems_stand_as_in_the_file_with_the_cells_at_fault_marked() -> None:
    table = Table((row(4, "96"), row(5, "12x"), row(7, "0.95")), (LONG,))
    wrong = [
        Problem(7, Reason.PERCENT_SCALE, "actual", "0.95", sheet="Q3"),
        Problem(5, Reason.NOT_A_NUMBER, "actual", "12x", sheet="Q3"),
        Problem(5, Reason.UNKNOWN_PERSON, "person", "E5", sheet="Q3"),
    ]
    found = book(table, wrong)
    assert found.sheetnames == ["Summary", "Q3"]
    assert cells(found["Summary"]) == [["q3.xlsx", None], ["Rows", "3"]]
    assert cells(found["Q3"]) == [
        ["Row", "工号", "指标", "目标", "实际", "Problem"],
        ["5", "E5", "volume", "100", "12x", "not-a-number 12x; unknown-person E5"],
        ["7", "E7", "volume", "100", "0.95", "percent-scale 0.95"],
    ]
    assert colours(found["Q3"]) == {"B2": RED, "E2": RED, "E3": AMBER}
    comment = found["Q3"]["E2"].comment
    assert comment is not None
    assert comment.text.strip() == "not-a-number 12x"


def test_a_problem_without_a_cell_marks_the_number_of_the_row() -> None:
    table = Table((row(5, "1"),), (LONG,))
    found = book(table, [Problem(5, Reason.DUPLICATE, sheet="Q3"), Problem(9, Reason.WRONG_CELL_COUNT, sheet="Q3")])
    assert colours(found["Q3"]) == {"A2": RED, "A3": RED}
    assert cells(found["Q3"])[2] == ["9", None, None, None, None, "wrong-cell-count "]


def test_an_empty_cell_that_must_be_filled_is_marked_where_it_is() -> None:
    found = book(Table((row(5, ""),), (LONG,)), [Problem(5, Reason.MISSING, detail="actual", sheet="Q3")])
    assert colours(found["Q3"]) == {"E2": RED}


WIDE = """Mail,Goal completion target,Goal completion actual,Customer satisfaction target,Customer satisfaction actual
ann@example.com,100%,102%,90%,#DIV/0!
bob@example.com,480,n.v.,90%,80%
eve@example.com,100%,80%,90%,70%
#N/A,100%,81%,90%,71%
"""


def test_of_a_file_with_one_column_per_metric_each_line_is_one_metric_and_marked_where_it_is_wrong() -> None:
    table = read_file(WIDE.encode(), "wide.csv", METRICS)
    assert [(p.reason, p.metric) for p in table.problems] == [
        (Reason.CELL_ERROR, "customer_satisfaction"),
        (Reason.CELL_ERROR, ""),
    ]
    wrong = [
        *table.problems,
        Problem(3, Reason.NOT_A_NUMBER, "actual", "n.v.", metric="goal_completion"),
        Problem(4, Reason.UNKNOWN_PERSON, "email", "eve@example.com"),
    ]
    headings = replace(HEADINGS, column=str.capitalize, metrics={"customer_satisfaction": "Customer satisfaction"})
    content = problems_workbook(table, wrong, say=lambda p: p.reason.value, headings=headings)
    page = load_workbook(io.BytesIO(content)).worksheets[1]
    assert cells(page) == [
        ["Row", "Email", "Metric", "Target", "Actual", "Problem"],
        ["2", "ann@example.com", "Customer satisfaction", "90%", "#DIV/0!", "cell-error"],
        ["3", "bob@example.com", "goal_completion", "480", "n.v.", "not-a-number"],
        ["4", "eve@example.com", "goal_completion", "100%", "80%", "unknown-person"],
        ["4", "eve@example.com", "Customer satisfaction", "90%", "70%", "unknown-person"],
        ["5", "#N/A", "goal_completion", "100%", "81%", "cell-error"],
        ["5", "#N/A", "Customer satisfaction", "90%", "71%", "cell-error"],
    ]
    assert colours(page) == dict.fromkeys(("E2", "E3", "B4", "B5", "B6", "B7"), RED)


@pytest.mark.parametrize("w", [Words("en"), Words("zh")], ids=["en", "zh"])
def test_the_lines_of_metrics_are_read_again(w: Words) -> None:
    table = read_file(WIDE.encode(), "wide.csv", METRICS)
    headings = replace(HEADINGS, column=lambda c: column_name(c, w))
    wrong = [Problem(4, Reason.UNKNOWN_PERSON, "email", "eve@example.com")]
    again = read_file(problems_workbook(table, wrong, say=str, headings=headings), "again.xlsx", METRICS)
    assert [row.cells for row in again.rows] == [
        {"email": "eve@example.com", "metric": "goal_completion", "target": "100%", "actual": "80%"},
        {"email": "eve@example.com", "metric": "customer_satisfaction", "target": "90%", "actual": "70%"},
    ]


def test_a_row_that_could_not_be_read_is_shown_as_it_stands() -> None:
    table = read_file(b"email,metric,target,actual\nann@example.com,goal_completion,90,#REF!\n", "f.csv", METRICS)
    page = book(table, table.problems).worksheets[1]
    assert cells(page)[1] == ["2", "ann@example.com", "goal_completion", "90", "#REF!", "cell-error #REF!"]
    assert colours(page) == {"E2": RED}


@pytest.mark.parametrize("nasty", ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.com", "0012", "\ud800"])
def test_what_looks_like_something_else_stays_the_text_it_is(nasty: str) -> None:
    found = book(Table((row(5, nasty),), (LONG,)), [Problem(5, Reason.NOT_A_NUMBER, "actual", nasty, sheet="Q3")])
    cell = found["Q3"]["E2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert cell.value == nasty.encode("utf-8", "replace").decode()


def test_sheets_are_named_so_that_excel_takes_it_whatever_the_file_calls_them() -> None:
    names = ["summary", "History", "A/B:C", "x" * 40, "X" * 40, "'", ""]
    layouts = tuple(Layout(n, 1, ("Person",), {0: "person"}, (), 1) for n in names)
    found = book(Table((), layouts), [Problem(2, Reason.DUPLICATE, sheet=n) for n in names])
    assert found.sheetnames == [
        "Summary",
        "summary 2",
        "History 2",
        "A-B-C",
        "x" * 31,
        "X" * 27 + " 2",
        "-",
        "Problem",
    ]


def test_a_sheet_that_is_not_known_any_more_is_still_listed() -> None:
    found = book(Table((), (LONG,)), [Problem(2, Reason.DUPLICATE, sheet="Old")])
    assert cells(found["Old"])[1] == ["2", "duplicate "]


def test_more_rows_than_anybody_mends_by_hand_are_cut_and_the_file_stays_small() -> None:
    many = MOST_ROWS + 4_000
    table = Table(tuple(row(n, "x") for n in range(many)), (LONG,))
    wrong = [Problem(n, Reason.NOT_A_NUMBER, "actual", "x", sheet="Q3") for n in range(many)]
    content = problems_workbook(table, wrong, say=lambda p: p.reason.value, headings=HEADINGS)
    assert len(content) < 3_000_000
    with ZipFile(io.BytesIO(content)) as parts:
        assert parts.read("xl/worksheets/sheet2.xml").count(b"<row ") == MOST_ROWS + 1
        assert parts.read("xl/comments1.xml").count(b"<comment ") == MOST_COMMENTS

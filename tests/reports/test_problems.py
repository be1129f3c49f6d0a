"""The workbook of rows to mend, opened with another library than the one that wrote it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from appraisal.intake.tables import Layout, Problem, Reason, Row, Table
from reports.problems import MOST_COMMENTS, MOST_ROWS, Headings, problems_workbook

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


def test_of_a_file_with_one_column_per_metric_the_row_is_put_together_again() -> None:
    header = ("工号", "Volume", "Volume target", "Quality")
    wide = Layout("", 1, header, {0: "person", 1: "actual:volume", 2: "target:volume", 3: "actual:quality"}, (), 1)
    rows = (row(2, "7", sheet=""), row(2, "??", sheet="", metric="quality"))
    found = book(Table(rows, (wide,)), [Problem(2, Reason.NOT_A_NUMBER, "actual", "??")])
    page = found[found.sheetnames[1]]
    assert cells(page)[1] == ["2", "E2", "7", "100", "??", "not-a-number ??"]
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

"""Files as people send them: encodings, separators, headers, and rubbish."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appraisal.errors import AppraisalError, Code, InvalidInput
from appraisal.intake.headers import METRIC_COLUMNS, PEOPLE_COLUMNS, Columns, plain
from appraisal.intake.readers import read_csv
from appraisal.intake.tables import Problem, Reason

CHINESE = "姓名,邮箱,部门,直属上级\n王小明,wang@example.com,运营部,\n李娜,li@example.com,运营部,王小明\n"


def refused(content: bytes, columns: Columns = PEOPLE_COLUMNS) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_csv(content, columns)
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("gb18030", "gb18030"), ("gbk", "gb18030")],
)
def test_chinese_is_read_in_every_usual_encoding(encoding: str, name: str) -> None:
    table = read_csv(CHINESE.encode(encoding), PEOPLE_COLUMNS)
    assert table.columns == ("name", "email", "department", "manager")
    assert table.rows[1] == (
        3,
        {"name": "李娜", "email": "li@example.com", "department": "运营部", "manager": "王小明"},
    )
    assert table.encoding == name


def test_utf_16_is_read_in_both_byte_orders() -> None:
    little, big = b"\xff\xfe" + CHINESE.encode("utf-16-le"), b"\xfe\xff" + CHINESE.encode("utf-16-be")
    assert read_csv(little, PEOPLE_COLUMNS) == read_csv(big, PEOPLE_COLUMNS)


def test_a_western_export_of_excel_is_not_taken_for_chinese() -> None:
    content = "Name;E-Mail;Department\nJürgen Müller;jm@example.com;Qualität\nZoë Peña;zp@example.com;Café\n"
    table = read_csv(content.encode("cp1252"), PEOPLE_COLUMNS)
    assert [cells["name"] for _, cells in table.rows] == ["Jürgen Müller", "Zoë Peña"]
    assert table.encoding == "cp1252"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found_out(separator: str, end: str) -> None:
    lines = [["name", "email", "job title"], ["Ann", "ann@example.com", "a,b;c|d\te"]]
    quoted = end.join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    table = read_csv(quoted.encode(), PEOPLE_COLUMNS)
    assert table.rows == ((2, {"name": "Ann", "email": "ann@example.com", "job_family": "a,b;c|d\te"}),)
    assert table.separator == separator


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    content = (
        'Our people,,\n\nname,email,notes\n\n"Ann ""A"" Lee",ann@example.com,"two\nlines"\n,,\nBob,bob@example.com,\n'
    )
    table = read_csv(content.encode(), PEOPLE_COLUMNS)
    assert table.rows == (
        (5, {"name": 'Ann "A" Lee', "email": "ann@example.com"}),
        (7, {"name": "Bob", "email": "bob@example.com"}),
    )
    assert table.ignored == ("notes",)


def test_cells_are_trimmed_of_every_kind_of_space() -> None:
    table = read_csv("name,email\n\u3000Ann\u00a0, ann@example.com \n".encode(), PEOPLE_COLUMNS)
    assert table.rows[0][1] == {"name": "Ann", "email": "ann@example.com"}


def test_a_row_with_too_many_or_too_few_cells_is_a_problem_and_not_a_guess() -> None:
    content = b"name,email,department\nAnn,ann@example.com,ops,\nBob,bob@example.com\nLee,Cho,cho@example.com,ops\n"
    table = read_csv(content, PEOPLE_COLUMNS)
    assert [row for row, _ in table.rows] == [2]
    assert table.problems == (
        Problem(3, Reason.WRONG_CELL_COUNT, value="Bob bob@example.com", detail="2/3"),
        Problem(4, Reason.WRONG_CELL_COUNT, value="Lee Cho cho@example.com ops", detail="4/3"),
    )


def test_a_quote_that_is_never_closed_is_a_problem() -> None:
    swallowed = read_csv(b'name,email\nAnn,"ann@example.com\nBob,bob@example.com\n', PEOPLE_COLUMNS)
    assert "\n" in swallowed.rows[0][1]["email"], "no e-mail: the planner refuses it"
    endless = read_csv(b'name,email\nAnn,"' + b"bob\n" * 40_000, PEOPLE_COLUMNS)
    assert [p.reason for p in endless.problems] == [Reason.WRONG_CELL_COUNT]


@pytest.mark.parametrize(
    "content", [b"", b"  \n\r\n ", b"\xef\xbb\xbf", b"\xff\xfe", b"name,email\n", b"name,email\n,\n"]
)
def test_a_file_without_a_row_is_empty(content: bytes) -> None:
    assert refused(content).code is Code.FILE_EMPTY


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04\x14\x00\x06\x00",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00",
        b"name,email\nAnn\x00,a@example.com\n",
        b"\xff\xfea",
        "name,email\n".encode("utf-16-le"),
        b"\x81\x8d\x8f\x90\x9d\xff",
    ],
)
def test_what_is_not_text_is_refused(content: bytes) -> None:
    assert refused(content).code is Code.FILE_NOT_TEXT


def test_a_file_that_is_too_large_is_refused() -> None:
    error = refused(b"name,email\n" + b"a,b\n" * 1_300_000)
    assert (error.code, error.values) == (Code.FILE_TOO_LARGE, {"limit": 5})


def test_a_missing_column_is_named_beside_those_that_were_found() -> None:
    error = refused(b"Who,KPI,Goal\nAnn,volume,3\n", METRIC_COLUMNS)
    assert (error.code, error.values) == (Code.COLUMN_MISSING, {"column": "actual", "found": ["Who", "KPI", "Goal"]})
    assert refused(b"department,country\nops,SG\n").values["column"] == "email"


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("E-Mail", "email"),
        ("Employee No.", "employee_number"),
        ("Hire_Date", "hired_on"),
        ("  Line Manager (e-mail) ", "manager"),
        ("ＮＡＭＥ", "name"),
        ("工号*", "employee_number"),
        ("国家/地区", "country"),
        ("shoe size", None),
    ],
)
def test_headers_are_recognised_by_what_people_call_them(cell: str, column: str | None) -> None:
    assert PEOPLE_COLUMNS.recognise([cell]) == ({0: column} if column else {})


def test_of_two_cells_for_one_column_the_first_counts() -> None:
    assert PEOPLE_COLUMNS.recognise(["Team", "Department"]) == {0: "department"}


@pytest.mark.parametrize("columns", [PEOPLE_COLUMNS, METRIC_COLUMNS])
def test_no_name_in_use_means_two_columns(columns: Columns) -> None:
    names = [(plain(alias), name) for name, aliases in columns.names.items() for alias in (name, *aliases)]
    assert len({alias for alias, _ in names}) == len(set(names))
    assert all(alias for alias, _ in names)


@given(st.binary(max_size=400), st.sampled_from([b"", b"name,email\n", "姓名;邮箱\r\n".encode("gb18030"), b"\xff\xfe"]))
@example(b'"', b"name,email\n")
@example(b"\x80", b"")
def test_no_bytes_raise_anything_but_our_errors(content: bytes, start: bytes) -> None:
    for columns in (PEOPLE_COLUMNS, METRIC_COLUMNS):
        try:
            table = read_csv(start + content, columns)
        except AppraisalError:
            continue
        assert table.rows or table.problems
        assert all(set(cells) == set(table.columns) for _, cells in table.rows)


cells = st.text("王小明李娜、。（）…,;|\t\n\"' aé1=-").map(str.strip)


@given(
    st.lists(st.tuples(cells.filter(bool), cells), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_what_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str]], separator: str, encoding: str) -> None:
    out = StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([("姓名", "邮箱"), *rows])
    table = read_csv(out.getvalue().encode(encoding), PEOPLE_COLUMNS)
    assert [(c["name"], c["email"]) for _, c in table.rows] == rows
    assert [row for row, _ in table.rows] == list(range(2, len(rows) + 2))

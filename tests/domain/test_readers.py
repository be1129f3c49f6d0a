"""Files as people send them: encodings, separators, headers, and rubbish."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.errors import Code, InvalidInput
from appraisal.intake.headers import METRIC_COLUMNS, PEOPLE_COLUMNS, Columns, plain
from appraisal.intake.mapping import FileMapping
from appraisal.intake.readers import MEGABYTES, read_file
from appraisal.intake.tables import Problem, Reason, Row, Table

CHINESE = "姓名,邮箱,部门,直属上级\n王小明,wang@example.com,运营部,\n李娜,li@example.com,运营部,王小明\n"


METRICS = METRIC_COLUMNS.with_metrics(
    {"Goal completion": "goal", "目标完成率": "goal", "Volume": "volume", "业务量": "volume"}
)


def read(content: bytes | str, columns: Columns = PEOPLE_COLUMNS, mapping: FileMapping | None = None) -> Table:
    raw = content.encode() if isinstance(content, str) else content
    return read_file(raw, "file.csv", columns, mapping or FileMapping())


def refused(
    content: bytes | str, columns: Columns = PEOPLE_COLUMNS, mapping: FileMapping | None = None
) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read(content, columns, mapping)
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("gb18030", "gb18030"), ("gbk", "gb18030")],
)
def test_chinese_is_read_in_every_usual_encoding(encoding: str, name: str) -> None:
    table = read(CHINESE.encode(encoding))
    assert table.columns == {"name", "email", "department", "manager"}
    assert table.rows[1] == Row(
        3, {"name": "李娜", "email": "li@example.com", "department": "运营部", "manager": "王小明"}
    )
    assert table.encoding == name


def test_utf_16_is_read_in_both_byte_orders() -> None:
    little, big = b"\xff\xfe" + CHINESE.encode("utf-16-le"), b"\xfe\xff" + CHINESE.encode("utf-16-be")
    assert read(little) == read(big)


def test_a_western_export_of_excel_is_not_taken_for_chinese() -> None:
    content = "Name;E-Mail;Department\nJürgen Müller;jm@example.com;Qualität\nZoë Peña;zp@example.com;Café\n"
    table = read(content.encode("cp1252"))
    assert [row.cells["name"] for row in table.rows] == ["Jürgen Müller", "Zoë Peña"]
    assert table.encoding == "cp1252"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found_out(separator: str, end: str) -> None:
    lines = [["name", "email", "job title"], ["Ann", "ann@example.com", "a,b;c|d\te"]]
    quoted = end.join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    table = read(quoted.encode())
    assert table.rows == (Row(2, {"name": "Ann", "email": "ann@example.com", "job_family": "a,b;c|d\te"}),)
    assert table.separator == separator


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    content = (
        'Our people,,\n\nname,email,notes\n\n"Ann ""A"" Lee",ann@example.com,"two\nlines"\n,,\nBob,bob@example.com,\n'
    )
    table = read(content.encode())
    assert table.rows == (
        Row(5, {"name": 'Ann "A" Lee', "email": "ann@example.com"}),
        Row(7, {"name": "Bob", "email": "bob@example.com"}),
    )
    assert table.layouts[0].ignored == ("notes",)


def test_cells_are_trimmed_of_every_kind_of_space() -> None:
    table = read("name,email\n\u3000Ann\u00a0, ann@example.com \n".encode())
    assert table.rows[0][1] == {"name": "Ann", "email": "ann@example.com"}


def test_a_row_with_too_many_or_too_few_cells_is_a_problem_and_not_a_guess() -> None:
    content = b"name,email,department\nAnn,ann@example.com,ops,\nBob,bob@example.com\nLee,Cho,cho@example.com,ops\n"
    table = read(content)
    assert [row.number for row in table.rows] == [2]
    assert table.problems == (
        Problem(3, Reason.WRONG_CELL_COUNT, value="Bob bob@example.com", detail="2/3"),
        Problem(4, Reason.WRONG_CELL_COUNT, value="Lee Cho cho@example.com ops", detail="4/3"),
    )


def test_a_quote_that_is_never_closed_is_a_problem() -> None:
    swallowed = read(b'name,email\nAnn,"ann@example.com\nBob,bob@example.com\n')
    assert "\n" in swallowed.rows[0][1]["email"], "no e-mail: the planner refuses it"
    endless = read(b'name,email\nAnn,"' + b"bob\n" * 40_000)
    assert [p.reason for p in endless.problems] == [Reason.WRONG_CELL_COUNT]


@pytest.mark.parametrize(
    "content", [b"", b"  \n\r\n ", b"\xef\xbb\xbf", b"\xff\xfe", b"name,email\n", b"name,email\n,\n", b"{}", b"[]"]
)
def test_a_file_without_a_row_is_empty(content: bytes) -> None:
    assert refused(content).code is Code.FILE_EMPTY


@pytest.mark.parametrize(
    "content",
    [
        b"name,email\nAnn\x00,a@example.com\n",
        b"\xff\xfea",
        b"\x00\x01\x02\x03\x04\x05",
    ],
)
def test_what_is_not_text_is_refused(content: bytes) -> None:
    assert refused(content).code is Code.FILE_NOT_TEXT


def test_a_file_that_is_too_large_is_refused() -> None:
    error = refused(b"name,email\n" + b"a,b\n" * (MEGABYTES * 250_000))
    assert (error.code, error.values) == (Code.FILE_TOO_LARGE, {"limit": MEGABYTES})


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


cells = st.text('王小明李娜、。（）…,;|\t\n" aé1').map(str.strip)


@given(
    st.lists(st.tuples(cells.filter(bool), cells), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_what_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str]], separator: str, encoding: str) -> None:
    out = StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([("姓名", "邮箱"), *rows])
    table = read(out.getvalue().encode(encoding))
    assert [(c["name"], c["email"]) for _, c, _ in table.rows] == rows
    assert [row.number for row in table.rows] == list(range(2, len(rows) + 2))


def test_lines_of_another_encoding_are_read_by_their_own_and_noted() -> None:
    rows = [f"王小明{n},w{n}@example.com,运营部".encode() for n in range(4)]
    content = b"\n".join(["姓名,邮箱,部门".encode(), *rows, "李娜,li@example.com,客服部".encode("gb18030")])
    table = read(content)
    assert (table.encoding, table.rows[-1].cells["name"]) == ("utf-8", "李娜")
    assert table.notes == (Problem(6, Reason.OTHER_ENCODING, value="gb18030"),)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "big5"])
def test_less_usual_encodings_are_found_out(encoding: str) -> None:
    text = (
        "姓名,部門,邮箱".replace("邮箱", "email") + "\n王小明,營運部,wang@example.com\n林志玲,客服部,lin@example.com\n"
    )
    assert [row.cells["name"] for row in read(text.encode(encoding)).rows] == ["王小明", "林志玲"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00", Code.FILE_IS_PDF),
        (b"\x89PNG\r\n\x1a\n", Code.FILE_IS_IMAGE),
        (b"PK\x03\x04\x14\x00\x06\x00", Code.FILE_UNREADABLE),
        (b"\x1f\x8b\x08\x00", Code.FILE_IS_ARCHIVE),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", Code.FILE_IS_HTML),
        (b"<?xml version='1.0'?><Workbook/>", Code.FILE_IS_DOCUMENT),
        (b"{\\rtf1 name}", Code.FILE_IS_DOCUMENT),
        (b'{"name": ', Code.JSON_INVALID),
    ],
)
def test_what_is_no_table_is_named(content: bytes, code: Code) -> None:
    assert refused(content).code is code


def test_a_web_page_called_a_spreadsheet_is_told_from_one_that_came_instead_of_a_file() -> None:
    page = b"<html><table><tr><td>name</td></tr></table></html>"
    with pytest.raises(InvalidInput) as caught:
        read_file(page, "people.XLS", PEOPLE_COLUMNS)
    assert caught.value.code is Code.FILE_IS_HTML_TABLE


def test_one_column_per_metric_becomes_one_row_per_metric() -> None:
    table = read("姓名,目标完成率目标,目标完成率实际,Volume,备注\n王小明,90%,95%,12,好\n李娜,,,7,\n", METRICS)
    assert table.rows == (
        Row(2, {"name": "王小明", "metric": "goal", "target": "90%", "actual": "95%"}),
        Row(2, {"name": "王小明", "metric": "volume", "target": "", "actual": "12"}),
        Row(3, {"name": "李娜", "metric": "volume", "target": "", "actual": "7"}),
    )


def test_a_target_of_no_metric_beside_several_metrics_is_not_used_unless_hr_says_whose_it_is() -> None:
    content = "name,Goal completion,Volume,Plan,Result\nAnn,91,470,480,5\n"
    table = read(content, METRICS)
    assert table.layouts[0].ignored == ("Plan", "Result")
    assert [(r.cells["metric"], r.cells["target"], r.cells["actual"]) for r in table.rows] == [
        ("goal", "", "91"),
        ("volume", "", "470"),
    ]
    told = read(content, METRICS, FileMapping(columns={"Plan": "target:volume"}))
    assert [r.cells["target"] for r in told.rows] == ["", "480"]
    one = read("name,Volume,Plan\nAnn,470,480\n", METRICS)
    assert [r.cells["target"] for r in one.rows] == ["480"]


def test_a_target_below_a_group_that_we_do_not_know_is_nobodys() -> None:
    content = "Staff,,Volume,Calls made,\nName,Mail,Actual,Plan,Done\nAnn,ann@example.com,470,60,55\n"
    table = read(content, METRICS)
    assert table.layouts[0].ignored == ("Calls made / Plan", "Calls made / Done")
    assert (table.layouts[0].header_row, table.layouts[0].header_rows) == (2, 2)
    assert [r.cells for r in table.rows] == [
        {"name": "Ann", "email": "ann@example.com", "target": "", "actual": "470", "metric": "volume"}
    ]
    long = read("姓名,指标,三季度业绩,\n,,目标,实际\nAnn,业务量,480,470\n", METRICS)
    assert [r.cells for r in long.rows] == [{"name": "Ann", "metric": "业务量", "target": "480", "actual": "470"}]


def test_a_header_in_two_rows_names_group_and_column() -> None:
    table = read(",Goal completion,,Volume,\nName,target,actual,target,actual\nAnn,90%,95%,10,12\n", METRICS)
    assert table.layouts[0].header[1:] == (
        "Goal completion / target",
        "Goal completion / actual",
        "Volume / target",
        "Volume / actual",
    )
    assert [tuple(r.cells.values()) for r in table.rows] == [
        ("90%", "Ann", "95%", "goal"),
        ("10", "Ann", "12", "volume"),
    ]


def test_the_first_row_of_data_is_not_taken_for_a_second_header_row() -> None:
    table = read("name,metric,target,actual,remark\nAnn,Volume,10,12,target\n", METRICS)
    assert (table.layouts[0].header_row, len(table.rows)) == (1, 1)


def test_totals_footers_and_repeated_headers_are_left_out_and_noted() -> None:
    header = "姓名,指标,目标,实际\n"
    page = f"{header}王小明,业务量,10,9\n小计,,10,9\n"
    content = f"{page}{header}李娜,业务量,8,8\n合计：,,18,17\n制表人：张三,,,\n"
    table = read(content, METRICS)
    assert [row.number for row in table.rows] == [2, 5]
    assert [(n.row, n.reason) for n in table.notes] == [
        (3, Reason.TOTAL_ROW),
        (4, Reason.REPEATED_HEADER),
        (6, Reason.TOTAL_ROW),
        (7, Reason.FOOTER),
    ]


def test_people_may_be_called_like_a_total() -> None:
    table = read("name,email\nTotal,total@example.com\n汇总,hz@example.com\n")
    assert (len(table.rows), table.notes) == (2, ())


@pytest.mark.parametrize(
    ("cells", "read_as"),
    [
        (["31/03/2024", "01/02/2024"], ["2024-03-31", "2024-02-01"]),
        (["03/31/2024", "01/02/2024"], ["2024-03-31", "2024-01-02"]),
        (["31/02/2024", "01/03/2024"], ["31/02/2024", "2024-03-01"]),
        (["03/03/2024", "2024-01-02"], ["2024-03-03", "2024-01-02"]),
    ],
)
def test_the_column_tells_which_number_of_a_date_is_the_day(cells: list[str], read_as: list[str]) -> None:
    table = read("email,hired_on\n" + "".join(f"p{n}@example.com,{c}\n" for n, c in enumerate(cells)))
    assert [row.cells["hired_on"] for row in table.rows] == read_as


def test_a_date_that_nothing_makes_clear_is_a_problem() -> None:
    table = read("email,hired_on\na@example.com,03/04/2024\nb@example.com,2024-01-31\n")
    assert table.problems == (Problem(2, Reason.AMBIGUOUS_DATE, "hired_on", "03/04/2024"),)
    assert [row.number for row in table.rows] == [3]


def test_errors_and_lost_characters_are_problems_of_their_cell() -> None:
    table = read("email,department,notes\na@example.com,#N/A,\nb@example.com,运\ufffd部,\nc@example.com,ops,#REF!\n")
    assert table.problems == (
        Problem(2, Reason.CELL_ERROR, "department", "#N/A"),
        Problem(3, Reason.UNREADABLE_TEXT, "department", "运\ufffd部"),
    )
    assert [row.number for row in table.rows] == [4]


def test_an_error_in_one_metric_leaves_the_others_of_the_row() -> None:
    table = read("name,Goal completion,Volume\nAnn,#DIV/0!,12\n", METRICS)
    assert table.problems == (Problem(2, Reason.CELL_ERROR, "actual", "#DIV/0!", metric="goal"),)
    assert table.broken == (Row(2, {"target": "", "name": "Ann", "actual": "#DIV/0!", "metric": "goal"}),)
    assert [row.cells["metric"] for row in table.rows] == ["volume"]


def test_cells_that_say_nothing_are_empty_but_a_manager_can_be_taken_away() -> None:
    table = read("email,department,manager\na@example.com,N/A,-\nb@example.com,无,李娜\n")
    assert [(r.cells["department"], r.cells["manager"]) for r in table.rows] == [("", "-"), ("", "李娜")]


def test_what_exports_add_against_excel_is_taken_off() -> None:
    table = read('email,number\na@example.com,"=""00123"""\nb@example.com,\'00456\n')
    assert [r.cells["employee_number"] for r in table.rows] == ["00123", "00456"]


def test_a_mapping_is_obeyed() -> None:
    content = "Report\nWho is it,E-mail,Where,Score\nAnn,ann@example.com,ops,95\n"
    mapping = FileMapping(
        header_row=2,
        columns={"Who is it": "name", "E-mail": "", "Score": "actual:goal"},
        values={"target": "100", "as_of": "2026-09-30"},
    )
    table = read(content, METRICS, mapping)
    assert table.rows == (
        Row(3, {"target": "100", "name": "Ann", "as_of": "2026-09-30", "actual": "95", "metric": "goal"}),
    )
    assert table.layouts[0].ignored == ("E-mail", "Where")


def test_what_a_mapping_says_wins_against_what_we_would_guess() -> None:
    mapping = FileMapping(columns={"Work contact": "email"})
    table = read("name,email,Work contact\nAnn,old@example.com,ann@example.com\n", PEOPLE_COLUMNS, mapping)
    assert [r.cells["email"] for r in table.rows] == ["ann@example.com"]


def test_a_renamed_column_is_named_with_the_nearest() -> None:
    error = refused(
        "Full name,Work e-mails\nAnn,a@example.com\n", mapping=FileMapping(columns={"Work e-mail": "email"})
    )
    assert (error.code, error.values) == (
        Code.COLUMN_GONE,
        {"column": "Work e-mail", "nearest": "Work e-mails", "found": ["Full name", "Work e-mails"]},
    )


def test_a_mapping_to_a_column_that_we_do_not_have_is_refused() -> None:
    for mapping in (FileMapping(columns={"name": "shoe_size"}), FileMapping(values={"actual:speed": "1"})):
        assert refused("name\nAnn\n", METRICS, mapping).code is Code.COLUMN_UNKNOWN


@pytest.mark.parametrize(
    ("content", "records"),
    [
        ('[{"employee": {"email": "ann@example.com"}, "department": {"name": "Ops"}}]', ""),
        ('{"meta": {"page": 1}, "data": {"items": [{"work_email": "ann@example.com", "dept": "Ops"}]}}', "data.items"),
        ('{"data": {"items": [{"E-Mail": " ann@example.com", "团队": "Ops", "x": null}]}}', ""),
        ('{"email": "ann@example.com", "department": "Ops"}\n', ""),
        ('[["email", "department"], ["ann@example.com", "Ops"]]', ""),
    ],
)
def test_json_is_read_flat_nested_and_as_lists(content: str, records: str) -> None:
    table = read(content, mapping=FileMapping(records=records))
    assert [row.cells for row in table.rows] == [{"email": "ann@example.com", "department": "Ops"}]
    assert table.format == "json"


def test_json_lines_are_counted_and_a_broken_one_is_a_problem() -> None:
    table = read('{"email": "a@example.com", "number": 12345678901234567890}\n\n{"email": "b@exam')
    assert table.rows == (Row(1, {"email": "a@example.com", "employee_number": "12345678901234567890"}),)
    assert table.problems == (Problem(3, Reason.NOT_A_RECORD, value='{"email": "b@exam'),)


def test_a_list_that_is_not_in_the_json_is_named_beside_those_that_are() -> None:
    error = refused('{"data": {"people": [{"email": "a@example.com"}]}}', mapping=FileMapping(records="data.items"))
    assert (error.code, error.values) == (Code.RECORDS_MISSING, {"path": "data.items", "found": ["data.people"]})


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"a":' * 100_000, '[{"a": ' + "1" * 10_000 + "}]", '[{"name": NaN}]']
)
def test_json_that_would_break_a_parser_is_refused(content: str) -> None:
    assert refused(content).code in (Code.JSON_INVALID, Code.COLUMN_MISSING, Code.FILE_EMPTY)


def test_too_many_rows_or_columns_are_refused() -> None:
    assert refused("name,email\n" + "a,b\n" * 200_001).code is Code.FILE_TOO_BIG_INSIDE
    assert refused("name" + ",x" * 501 + "\n").code is Code.FILE_TOO_BIG_INSIDE
    assert refused("name" + "," * 1_000_000 + "\n").code is Code.FILE_EMPTY


@pytest.mark.parametrize("long", ["x" * 5001, "1" * 5001, "'=" + "x" * 5001, '="' + "x" * 5001 + '"'])
def test_a_cell_with_far_too_much_text_is_a_problem_where_it_is_used(long: str) -> None:
    quoted = '"' + long.replace('"', '""') + '"'
    table = read(f"name,department,remark\nAnn,ops,{quoted}\nBob,{quoted},\nCho,{'x' * 5000},\n")
    assert [(row.cells["name"], len(row.cells["department"])) for row in table.rows] == [("Ann", 3), ("Cho", 5000)]
    assert table.problems == (Problem(3, Reason.TOO_LONG, "department", long[:80], "5000"),)

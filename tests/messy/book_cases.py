"""Workbooks as people merge, format and break them: XLSX by openpyxl and XlsxWriter."""

# ruff: noqa: DTZ001  spreadsheets know no time zones
from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.messy.case import Case, figure, same_every_time

HEADER = ["姓名", "指标", "目标", "实际"]
WANG = ["王小明", "业务量", 100, 95]
WANG_ROW = figure(2, "王小明", "业务量", "100", "95")


def xlsx(*sheets: tuple[str, Callable[[Worksheet], None]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, fill in sheets:
        fill(book.create_sheet(name))
    out = BytesIO()
    book.save(out)
    return same_every_time(out.getvalue())


def rows(*given: list[Any]) -> Callable[[Worksheet], None]:
    def fill(sheet: Worksheet) -> None:
        for row in given:
            sheet.append(row)

    return fill


def _two_header_rows(sheet: Worksheet) -> None:
    rows(
        ["2026年第三季度业绩", None, None, None, None, None],
        ["部门", "姓名", "目标完成率", None, "业务量", None],
        [None, None, "目标", "实际", "目标", "实际"],
        ["客服部", "王小明", 0.9, 0.95, 100, 95],
        [None, "李娜", 0.9, 0.1 + 0.2, 80, 88],
        ["销售部", "张伟", 0.9, 1.05, None, None],
    )(sheet)
    for area in ("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "A4:A5"):
        sheet.merge_cells(area)
    for row in sheet["C4:D6"]:
        for cell in row:
            cell.number_format = "0.00%"


def _formats(sheet: Worksheet) -> None:
    rows(["工号", "指标", "目标", "实际", "统计日期", "期间"])(sheet)
    formats = ["00000", "General", "0%", "0.0%", "yyyy-mm-dd", "yyyy年m月"]
    given = [[123, "目标完成率", 1, 0.955, datetime(2026, 9, 30), date(2026, 9, 1)]]
    given += [[45678, "目标完成率", 0.9, "95%", 46295, "2026Q3"], [7, "业务量", 3.5, 1234567.0, "2026/9/30", None]]
    for row in given:
        sheet.append(row)
        for cell, code in zip(sheet[sheet.max_row], formats, strict=True):
            if not isinstance(cell.value, str) and cell.value is not None:
                cell.number_format = code
    sheet["C4"].number_format, sheet["D4"].number_format = '0.0"万"', "#,##0.00"


def _people(sheet: Worksheet) -> None:
    rows(
        ["Name", "E-Mail", "Line manager", "Hire date", "Active"],
        ["Ann", "ann@example.com", None, datetime(2020, 1, 31, 9, 30), True],
        ["Bob", "bob@example.com", "Ann", 43862, False],
    )(sheet)
    sheet["D3"].number_format = "dd/mm/yyyy"


def openpyxl_cases() -> list[Case]:
    formulas = rows(HEADER, WANG, ["李娜", "业务量", "=B2*2", 88])
    hidden = rows(HEADER, ["赵敏", "业务量", 1, 1])

    def hide(sheet: Worksheet) -> None:
        hidden(sheet)
        sheet.sheet_state = "hidden"

    def far_away(sheet: Worksheet) -> None:
        rows(HEADER, WANG)(sheet)
        sheet["XFD1048576"] = " "

    several = xlsx(
        ("说明", rows(["请勿修改表头"], ["填写说明"])),
        ("一组", rows(HEADER, WANG)),
        ("二组", rows([None], ["二组业绩"], HEADER, ["李娜", "业务量", 80, 88])),
        ("下拉", hide),
    )
    return [
        Case("plain.xlsx", xlsx(("Sheet1", rows(HEADER, WANG))), (_on("Sheet1", WANG_ROW),)),
        Case(
            "merged-two-header-rows.xlsx",
            xlsx(("Q3", _two_header_rows)),
            (
                figure(4, "王小明", "goal_completion", "90%", "95%", "Q3", department="客服部"),
                figure(4, "王小明", "business_volume", "100", "95", "Q3", department="客服部"),
                figure(5, "李娜", "goal_completion", "90%", "30%", "Q3", department="客服部"),
                figure(5, "李娜", "business_volume", "80", "88", "Q3", department="客服部"),
                figure(6, "张伟", "goal_completion", "90%", "105%", "Q3", department="销售部"),
            ),
        ),
        Case(
            "number-formats.xlsx",
            xlsx(("A", _formats)),
            (
                _numbered(2, "00123", "目标完成率", "100%", "95.5%", "2026-09-30", "2026-09"),
                _numbered(3, "45678", "目标完成率", "90%", "95%", "2026-09-30", "2026Q3"),
                _numbered(4, "00007", "业务量", "3.5万", "1234567", "2026/9/30", ""),
            ),
        ),
        Case(
            "formulas-never-calculated.xlsx",
            xlsx(("A", formulas)),
            (_on("A", WANG_ROW),),
            ((3, "not-calculated", "target", "=B2*2", "", "A"),),
        ),
        Case(
            "several-sheets.xlsx",
            several,
            (_on("一组", WANG_ROW), figure(4, "李娜", "业务量", "80", "88", "二组")),
            skipped=("说明", "下拉"),
        ),
        Case(
            "one-sheet-asked-for.xlsx",
            several,
            (figure(2, "赵敏", "业务量", "1", "1", "下拉"),),
            skipped=("说明", "一组", "二组"),
            mapping={"sheet": "下拉"},
        ),
        Case(
            "sheet-renamed.xlsx",
            several,
            mapping={"sheet": "三组"},
            error="sheet-missing",
            values={"found": ["说明", "一组", "二组", "下拉"]},
        ),
        Case(
            "sheets-named-like-metrics.xlsx",
            xlsx(
                ("业务量", rows(["姓名", "实际"], ["王小明", 95])),
                ("客户满意度", rows(["姓名", "实际"], ["王小明", 4.6])),
            ),
            (
                figure(2, "王小明", "business_volume", "", "95", "业务量"),
                figure(2, "王小明", "customer_satisfaction", "", "4.6", "客户满意度"),
            ),
        ),
        Case("one-cell-far-away.xlsx", xlsx(("A", far_away)), (_on("A", WANG_ROW),)),
        Case(
            "people.xlsx",
            xlsx(("Staff", _people)),
            (
                (
                    2,
                    {"name": "Ann", "email": "ann@example.com", "hired_on": "2020-01-31 09:30:00", "active": "TRUE"},
                    "Staff",
                ),
                (
                    3,
                    {
                        "name": "Bob",
                        "email": "bob@example.com",
                        "manager": "Ann",
                        "hired_on": "2020-02-01",
                        "active": "FALSE",
                    },
                    "Staff",
                ),
            ),
            people=True,
        ),
    ]


def _on(sheet: str, row: Any) -> Any:
    return (*row[:2], sheet)


def _numbered(row: int, number: str, metric: str, target: str, actual: str, as_of: str, period: str) -> Any:
    cells = {"employee_number": number, "metric": metric, "target": target, "actual": actual, "as_of": as_of}
    return row, cells | ({"period": period} if period else {}), "A"


def writer_cases() -> list[Case]:
    """With what only XlsxWriter can say: results of formulas, errors, rich text, and numbers marked as text."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 1, 1)})
    sheet = book.add_worksheet("KPI")
    percent = book.add_format({"num_format": "0.0%;[Red]-0.0%"})
    bold = book.add_format({"bold": True})
    sheet.write_row(2, 1, ["Name", "KPI", "Target", "Actual"])
    sheet.write_rich_string(3, 1, "Ann ", bold, "Lee")
    sheet.write(3, 2, "Goal completion")
    sheet.write(3, 3, 0.9, percent)
    sheet.write_formula(3, 4, "=D4*1.05", percent, 0.945)
    for row, error in enumerate(["#DIV/0!", "#N/A", "#VALUE!", "#REF!"], 4):
        sheet.write_row(row, 1, [f"P{row}", "Business volume", "100"])
        sheet.write_formula(row, 4, "=1/0", None, error)
    sheet.write_row(8, 1, ["Zoe", "Business volume", 5])
    sheet.write_formula(8, 4, "=SUM(A1:A9)")
    sheet.merge_range("B11:E11", "Source: CRM, exported 2026-10-08")
    book.close()
    return [
        Case(
            "errors-and-results.xlsx",
            same_every_time(out.getvalue()),
            (figure(4, "Ann Lee", "Goal completion", "90%", "94.5%", "KPI"),),
            (
                (5, "cell-error", "actual", "#DIV/0!", "", "KPI"),
                (6, "cell-error", "actual", "#N/A", "", "KPI"),
                (7, "cell-error", "actual", "#VALUE!", "", "KPI"),
                (8, "cell-error", "actual", "#REF!", "", "KPI"),
                (9, "not-calculated", "actual", "=SUM(A1:A9)", "", "KPI"),
            ),
            (((11, "footer", "", "Source: CRM, exported 2026-10-08", "", "KPI")),),
        )
    ]


def library_cases() -> list[Case]:
    """As libraries for .NET and Java write them: prefixed names, no references, no styles, days counted from 1904."""
    words = "".join(f"<x:c t='inlineStr'><x:is><x:t>{w}</x:t></x:is></x:c>" for w in (*HEADER, "统计日期"))
    who = "<x:c t='inlineStr'><x:is><x:r><x:t>王</x:t></x:r><x:r><x:t>小明</x:t></x:r></x:is></x:c>"
    figures = "<x:c t='str'><x:v>业务量</x:v></x:c><x:c><x:v>1E2</x:v></x:c><x:c><x:v>95.000000000000014</x:v></x:c>"
    parts = {
        "xl/workbook.xml": "<x:workbook xmlns:x='x' xmlns:r='r'><x:workbookPr date1904='1'/>"
        "<x:sheets><x:sheet name='A' r:id='a'/></x:sheets></x:workbook>",
        "xl/_rels/workbook.xml.rels": "<R><Relationship Id='a' Type='http://purl.oclc.org/ooxml/worksheet' "
        "Target='/xl/sheets/one.xml'/><Relationship Id='s' Type='http://x/styles' Target='styles.xml'/></R>",
        "xl/styles.xml": "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></s>",
        "xl/sheets/one.xml": f"<x:worksheet xmlns:x='x'><x:sheetData><x:row>{words}</x:row>"
        f"<x:row>{who}{figures}<x:c s='1'><x:v>44833</x:v></x:c></x:row></x:sheetData></x:worksheet>",
    }
    content = _package({name: part.encode() for name, part in parts.items()})
    return [Case("by-a-library.xlsx", content, (figure(2, "王小明", "业务量", "100", "95", "A", as_of="2026-09-30"),))]


def broken_cases() -> list[Case]:
    good = xlsx(("A", rows(HEADER, WANG)))
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
    names = {"xl/workbook.xml": b"<!DOCTYPE w [<!ENTITY a 'aaaa'>]><workbook>&a;</workbook>"}
    return [
        Case("cut-off.xlsx", good[: len(good) // 2], error="file-unreadable"),
        Case("password.xlsx", compound + "EncryptedPackage".encode("utf-16-le"), error="file-protected"),
        Case("letter.doc", compound + "Root EntryWordDocument".encode("utf-16-le"), error="file-is-document"),
        Case("entities.xlsx", _package(names), error="file-unreadable"),
        Case("empty.xlsx", xlsx(("A", rows())), error="file-empty"),
        Case("zip-bomb.xlsx", _package({"xl/workbook.xml": b"<w/>"}, bomb=410_000_000), error="file-too-big-inside"),
        Case(
            "too-many-sheets.xlsx",
            xlsx(*((f"S{n}", rows(HEADER, WANG)) for n in range(51))),
            error="file-too-big-inside",
        ),
    ]


def _package(parts: dict[str, bytes], bomb: int = 0) -> bytes:
    """A package; `bomb` is the size that a part declares without having it."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    made = same_every_time(out.getvalue())
    if not bomb:
        return made
    entry = made.index(b"PK\x01\x02")
    return made[: entry + 24] + bomb.to_bytes(4, "little") + made[entry + 28 :]


def cases() -> list[Case]:
    return [*openpyxl_cases(), *writer_cases(), *library_cases(), *broken_cases()]

"""Workbooks that are not XLSX: XLS by xlwt, ODS by odfpy."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import xlwt
from odf import number as odf_number
from odf import style as odf_style
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from tests.messy.book_cases import HEADER
from tests.messy.case import Case, figure, same_every_time


def xls_cases() -> list[Case]:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("业绩")
    for place, cell in enumerate([*HEADER, "部门", "日期"]):
        sheet.write(0, place, cell)
    percent, day = xlwt.easyxf(num_format_str="0.0%"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    given = [["王小明", "目标完成率", 0.9, 0.955], ["李娜", "目标完成率", 1, 12.0], ["张伟", "业务量", 100, None]]
    for row, cells in enumerate(given, 1):
        for place, cell in enumerate(c for c in cells if c is not None):
            sheet.write(row, place, cell, percent if isinstance(cell, float) and cell < 2 else xlwt.Style.default_style)
        sheet.write(row, 5, date(2026, 9, 30), day)
    sheet.write_merge(1, 2, 4, 4, "客服部")
    sheet.row(3).set_cell_error(3, "#DIV/0!")
    other = book.add_sheet("说明")
    other.write(0, 0, "填写说明")
    out = BytesIO()
    book.save(out)
    more = {"as_of": "2026-09-30"}
    return [
        Case(
            "old-excel.xls",
            out.getvalue(),
            (
                figure(2, "王小明", "目标完成率", "90%", "95.5%", "业绩", department="客服部", **more),
                figure(3, "李娜", "目标完成率", "1", "12", "业绩", department="客服部", **more),
            ),
            ((4, "cell-error", "actual", "#DIV/0!", "", "业绩"),),
            skipped=("说明",),
        ),
        Case("old-excel-cut-off.xls", out.getvalue()[:2000], error="file-unreadable"),
    ]


def ods_cases() -> list[Case]:
    document = OpenDocumentSpreadsheet()
    percent = odf_number.PercentageStyle(name="P")
    document.automaticstyles.addElement(percent)
    document.automaticstyles.addElement(odf_style.Style(name="ce1", family="table-cell", datastylename="P"))
    table = Table(name="KPI")
    document.spreadsheet.addElement(table)

    def add(*cells: dict[str, Any], **row: Any) -> None:
        line = TableRow(**row)
        for given in cells:
            text = given.pop("text", "")
            cell = CoveredTableCell() if given.pop("covered", False) else TableCell(**given)
            if text:
                cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)

    def words(*texts: str) -> list[dict[str, Any]]:
        return [{"valuetype": "string", "text": text} for text in texts]

    add(*words("Quarterly report"))
    add({}, numberrowsrepeated=2)
    add(*words("Team", "Name", "KPI", "Target", "Actual", "Date"))
    team = {"valuetype": "string", "text": "Care", "numberrowsspanned": 2, "numbercolumnsspanned": 1}
    day = {"valuetype": "date", "datevalue": "2026-09-30", "text": "30.09.26"}
    share = {"valuetype": "percentage", "value": "0.955", "text": "96%"}
    add(team, *words("Ann", "Goal completion"), {**share, "value": "0.9"}, share, dict(day))
    add(
        {"covered": True},
        *words("Bob", "Business volume"),
        {"valuetype": "float", "value": "0.30000000000000004", "text": "0,3", "numbercolumnsrepeated": 2},
        dict(day),
    )
    add(*words("Sales", "Cid", "Business volume"), {"valuetype": "float", "value": "0", "text": "#DIV/0!"}, {}, {})
    add(*words("Sales", "Dan", "Business volume"), {"formula": "of:=[.E1]*2"}, {}, {})
    add(*words("Total"), {}, {}, {"valuetype": "float", "value": "5", "text": "5"}, {}, {})
    add({"numbercolumnsrepeated": 16384}, numberrowsrepeated=1_048_000)
    out = BytesIO()
    document.save(out)
    content = same_every_time(out.getvalue())
    more = {"department": "Care", "as_of": "2026-09-30"}
    return [
        Case(
            "libreoffice.ods",
            content,
            (
                figure(5, "Ann", "Goal completion", "90%", "95.5%", "KPI", **more),
                figure(6, "Bob", "Business volume", "0.3", "0.3", "KPI", **more),
            ),
            (
                (7, "cell-error", "target", "#DIV/0!", "", "KPI"),
                (8, "not-calculated", "target", "=[.E1]*2", "", "KPI"),
            ),
            ((9, "total-row", "", "Total", "", "KPI"),),
        ),
        Case("libreoffice-cut-off.ods", content[: len(content) // 2], error="file-unreadable"),
    ]


def cases() -> list[Case]:
    return [*xls_cases(), *ods_cases()]

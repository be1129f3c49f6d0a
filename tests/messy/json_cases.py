"""JSON as interfaces answer with it, and what comes instead of a file."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from tests.messy.case import Case, figure, same_every_time


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def cases() -> list[Case]:
    nested = {
        "code": 0,
        "msg": "ok",
        "data": {
            "page": 1,
            "items": [
                {
                    "employee": {"name": "王小明", "id": 123},
                    "metric": {"key": "business_volume"},
                    "target": 100,
                    "actual": 0.1 + 0.2,
                },
                {
                    "employee": {"name": "李娜", "id": 124},
                    "metric": {"key": "business_volume"},
                    "target": None,
                    "actual": True,
                },
            ],
        },
    }
    first = {"name": "王小明", "employee.id": "", "metric": "business_volume", "target": "100", "actual": "0.3"}
    nested_rows = (
        (1, {k: v for k, v in first.items() if v} | {"employee_number": "123"}),
        (2, {"name": "李娜", "employee_number": "124", "metric": "business_volume", "actual": "true"}),
    )
    lines = b'{"name": "Ann", "kpi": "Business volume", "value": 1}\n\n{"name": "Bob", "kpi"'
    lists = [["Name", "KPI", "Target", "Actual"], ["Ann", "Business volume", "1,000", 995.50]]
    later = [
        {"name": "Ann", "metric": "Business volume", "actual": 1},
        7,
        {"name": "Bob", "goal": 5, "metric": "x", "actual": "n/a"},
    ]
    one, two = ({"name": n, "metric": "Business volume", "actual": a} for n, a in (("Ann", 1), ("Bob", 2)))
    return [
        Case("nested.json", _json(nested), nested_rows, mapping={"records": "data.items"}),
        Case("nested-found-alone.json", _json(nested), nested_rows),
        Case(
            "two-lists.json",
            _json({"sales": [one], "meta": {"team": [two], "tags": ["a"], "none": []}, "support": [two]}),
            (figure(1, "Ann", "Business volume", "", "1"),),
            skipped=("support", "meta.team"),
        ),
        Case(
            "one-list-of-two.json",
            _json({"sales": [one], "support": [two]}),
            (figure(1, "Bob", "Business volume", "", "2"),),
            skipped=("sales",),
            mapping={"records": "support"},
        ),
        Case(
            "records-elsewhere.json",
            _json(nested),
            mapping={"records": "data.rows"},
            error="records-missing",
            values={"found": ["data.items"]},
        ),
        Case(
            "lines-cut-off.jsonl",
            lines,
            (figure(1, "Ann", "Business volume", "", "1"),),
            ((3, "not-a-record", "", '{"name": "Bob", "kpi"'),),
        ),
        Case("lists.json", _json(lists), (figure(2, "Ann", "Business volume", "1,000", "995.5"),)),
        Case(
            "keys-that-come-later.json",
            _json(later),
            (figure(1, "Ann", "Business volume", "", "1"), figure(3, "Bob", "x", "5", "")),
            ((2, "not-a-record", "", "7"),),
        ),
        Case(
            "utf-16.json",
            "\ufeff".encode("utf-16-le") + _json([{"姓名": "王小明", "业务量": 95}]).decode().encode("utf-16-le"),
            (figure(1, "王小明", "business_volume", "", "95"),),
        ),
        Case("cut-off.json", _json(nested)[:-40], error="json-invalid", values={"line": 1}),
        Case(
            "login-page.csv",
            b"\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>",
            error="file-is-html",
        ),
        Case(
            "html-table.xls",
            b"<html xmlns:x='urn:x'><table><tr><td>Name</td></tr></table></html>",
            error="file-is-html-table",
        ),
        Case(
            "spreadsheet-2003.xls",
            b"<?xml version='1.0'?>\n<?mso-application progid='Excel.Sheet'?><Workbook/>",
            error="file-is-document",
        ),
        Case("report.pdf.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", error="file-is-pdf"),
        Case("screenshot.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", error="file-is-image"),
        Case("zipped.zip", _zipped({"kpi.csv": b"Name,KPI,Actual\n"}), error="file-is-archive"),
        Case("letter.docx", _zipped({"word/document.xml": b"<document/>"}), error="file-is-document"),
        Case("nothing.csv", b"\r\n \r\n", error="file-empty"),
    ]


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return same_every_time(out.getvalue())

"""Files read in a child process: the same table, and nothing worse than a refusal whatever the file does."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from appraisal.errors import Code, InvalidInput
from appraisal.intake import child
from appraisal.intake.headers import METRIC_COLUMNS, PEOPLE_COLUMNS
from appraisal.intake.mapping import FileMapping
from appraisal.intake.readers import read_file
from appraisal.intake.tables import Reason
from services.reading import AT_ONCE, read_in_child

METRICS = METRIC_COLUMNS.with_metrics({"Volume": "volume", "业务量": "volume"})
WIDE = """姓名,邮箱,业务量 目标,业务量 实际,统计日期
王小明,w@example.com,10,9,03/04/2026
李娜,li@example.com,8,8,2026-09-30
合计,,18,17,
"""
AS_FOUND = FileMapping()


def workbook(cells: dict[tuple[int, int], object]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("业务量")
    for (row, column), value in cells.items():
        sheet.write(row, column, value)
    book.close()
    return out.getvalue()


async def refusal(content: bytes, **limits: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        await read_in_child(content, "file", PEOPLE_COLUMNS, AS_FOUND, **limits)
    return caught.value


def children() -> set[str]:
    """Our child processes that have not ended."""
    with open(f"/proc/{os.getpid()}/task/{os.getpid()}/children") as listed:
        return set(listed.read().split())


@pytest.mark.parametrize(
    ("content", "mapping"),
    [
        (WIDE.encode("gb18030"), AS_FOUND),
        (WIDE.encode(), FileMapping(columns={"邮箱": ""}, values={"period": "2026Q3"})),
        (workbook({(2, 0): "姓名", (2, 1): "实际", (3, 0): "王小明", (3, 1): 9}), AS_FOUND),
    ],
)
async def test_the_child_reads_what_the_reader_reads(content: bytes, mapping: FileMapping) -> None:
    here = read_file(content, "file", METRICS, mapping)
    there = await read_in_child(content, "file", METRICS, mapping)
    assert there == here
    assert [dict(r.cells) for r in there.rows] == [dict(r.cells) for r in here.rows]
    assert list(there.rows[0].cells) == list(here.rows[0].cells)


async def test_a_refusal_comes_back_with_its_values() -> None:
    error = await refusal("部门,国家\nops,SG\n".encode())
    assert (error.code, error.field) == (Code.COLUMN_MISSING, "file")
    assert error.values == {"column": "email", "found": ["部门", "国家"]}


async def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 401_000_000)
    assert len(out.getvalue()) < 2_000_000
    assert (await refusal(out.getvalue())).code is Code.FILE_TOO_BIG_INSIDE


async def test_one_long_text_in_thousands_of_cells_of_a_small_file_stays_small() -> None:
    rows = 3000
    content = workbook(
        {
            (r, c): ("name", "email", "department")[c] if r == 0 else "x" * 32_767
            for r in range(rows + 1)
            for c in range(3)
        }
    )
    assert len(content) < 100_000
    table = await read_in_child(content, "file", PEOPLE_COLUMNS, AS_FOUND, most=1_500_000)
    assert table.rows == ()
    assert {(p.reason, p.column, len(p.value), p.detail) for p in table.problems} == {
        (Reason.TOO_LONG, "name", 80, "5000")
    }
    assert len(table.problems) == rows
    assert {len(cell) for row in table.layouts[0].samples for cell in row} == {200}


async def test_a_child_that_says_too_much_is_ended() -> None:
    before = children()
    many = "".join(f"{n},ann@example.com,{'x' * 4000}\n" for n in range(2000))
    error = await refusal(f"name,email,department\n{many}".encode(), most=1_000_000)
    assert error.code is Code.FILE_TOO_BIG_INSIDE
    assert children() <= before


async def test_one_cell_at_the_far_end_of_a_sheet_is_refused() -> None:
    content = workbook({(0, 0): "name", (1, 0): "Ann", (1_048_575, 16_383): "x"})
    assert (await refusal(content)).code is Code.FILE_TOO_BIG_INSIDE


async def test_a_child_that_crashes_is_a_refusal() -> None:
    before = children()
    reading = asyncio.create_task(refusal(WIDE.encode()))
    while children() <= before:
        await asyncio.sleep(0.005)
    os.kill(int((children() - before).pop()), signal.SIGSEGV)
    assert (await reading).code is Code.FILE_UNREADABLE


async def test_a_child_that_takes_too_long_is_ended() -> None:
    before = children()
    assert (await refusal(WIDE.encode(), seconds=0.01)).code is Code.FILE_UNREADABLE
    assert children() <= before


async def test_a_child_that_nobody_waits_for_any_longer_is_ended() -> None:
    before = children()
    reading = asyncio.create_task(read_in_child(WIDE.encode(), "file", METRICS, AS_FOUND))
    while children() <= before:
        await asyncio.sleep(0.005)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children() <= before


async def test_no_more_than_two_files_are_read_at_once() -> None:
    before, most = children(), 0
    readings = [asyncio.create_task(read_in_child(WIDE.encode(), "f", METRICS, AS_FOUND)) for _ in range(5)]
    while not all(r.done() for r in readings):
        most = max(most, len(children() - before))
        await asyncio.sleep(0.005)
    assert {len(r.result().rows) for r in readings} == {1}
    assert most == AT_ONCE


@pytest.mark.parametrize("broken", [b"", b"null", b"{}", b'[1, 0, "", ["a"]]\n', b'{"lines": 1, "table": {}}', b"\xff"])
def test_an_answer_that_breaks_off_is_never_a_table(broken: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  of several kinds
        child.answered(broken)


def test_an_answer_with_fewer_rows_than_it_says_is_never_a_table() -> None:
    out = BytesIO()
    child.answer(BytesIO(child.request(WIDE.encode(), "f", METRICS, AS_FOUND)), out)
    whole = out.getvalue()
    assert len(child.answered(whole).rows) == 1
    with pytest.raises(ValueError, match="breaks off"):
        child.answered(whole[whole.index(b"\n") + 1 :])


def test_the_child_limits_itself() -> None:
    code = """
import resource as r
from appraisal.intake import child
child.limit_itself()
print(*(r.getrlimit(kind)[0] for kind in (r.RLIMIT_CPU, r.RLIMIT_CORE)))
bytearray(child.MEMORY)
"""
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert run.stdout.split() == [str(child.SECONDS), "0"]
    assert run.returncode
    assert "MemoryError" in run.stderr


def test_the_child_starts_light() -> None:
    code = "import sys, appraisal.intake.child; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert "appraisal" in loaded
    assert not loaded & {
        "sqlalchemy",
        "slack_sdk",
        "slack_bolt",
        "textblob",
        "aiohttp",
        "charset_normalizer",
        "openpyxl",
    }


def test_a_fault_of_the_child_is_told_by_kind_and_place_without_a_cell_of_the_file() -> None:
    told = ""
    try:
        float("Ann's salary")
    except ValueError as error:
        told = child.tell_fault(error)
    assert told.startswith("ValueError at test_reading.py:")
    assert "Ann" not in told

"""No bytes make the readers raise anything but our refusal."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from appraisal.errors import InvalidInput
from appraisal.intake.headers import PEOPLE_COLUMNS
from appraisal.intake.mapping import FileMapping
from appraisal.intake.readers import read_file
from appraisal.intake.tables import Table
from tests.messy import json_cases, make, text_cases
from tests.messy.case import METRICS, Case

BOUNDED = settings(max_examples=150, deadline=5_000, suppress_health_check=[HealthCheck.too_slow])
SMALL = 30_000  # bytes
TEXTS = [c.content for c in (*text_cases.cases(), *json_cases.cases()) if len(c.content) < SMALL]
BOOKS = [
    c.content for c in make.cases() if c.content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) and len(c.content) < SMALL
]
AS_FOUND = FileMapping()
STARTS = [
    b"",
    b"name,email\n",
    "姓名;邮箱\r\n".encode("gb18030"),
    b"\xff\xfe",
    b"\xfe\xff",
    b"PK\x03\x04",
    b"[{",
    b'{"a":',
]

places = st.integers(0, SMALL)
pieces = st.one_of(
    st.binary(max_size=8), st.sampled_from([b"\x00", b"\xff" * 4, b"\n", b'"', b",", b"<", b"}", b"]", b"="])
)


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A valid file with some bytes replaced, put in or cut off, or glued to another one."""
    content = draw(st.sampled_from(seeds))
    for at, piece, is_replaced in draw(st.lists(st.tuples(places, pieces, st.booleans()), max_size=6)):
        place = at % (len(content) + 1)
        content = content[:place] + piece + content[place + len(piece) * is_replaced :]
    if draw(st.booleans()):
        content = content[: draw(places) % (len(content) + 1)]
    return content + draw(st.sampled_from([b"", *seeds])) if draw(st.integers(0, 5)) == 0 else content


@st.composite
def packages(draw: st.DrawFn) -> bytes:
    """A workbook that is a good package, with XML inside that is not."""
    out = BytesIO()
    with ZipFile(BytesIO(draw(st.sampled_from(GOOD_BOOKS)))) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        names = source.namelist()
        wrong = draw(st.sampled_from(names))
        for name in names:
            content = source.read(name)
            target.writestr(name, draw(mutated([content])) if name == wrong else content)
    return out.getvalue()


def is_good(case: Case) -> bool:
    return case.content.startswith(b"PK") and not case.error


GOOD_BOOKS = [c.content for c in make.cases() if is_good(c)]


def check(content: bytes) -> None:
    """What can be read has rows, problems or notes, and no row has other columns than its sheet."""
    for columns in (PEOPLE_COLUMNS, METRICS):
        try:
            table = read_file(content, "file.xls", columns, AS_FOUND)
        except InvalidInput:
            continue
        check_table(table)


def check_table(table: Table) -> None:
    assert table.rows or table.problems or table.notes
    known = {"metric", "target", "actual", *table.columns}
    assert all(set(row.cells) <= known for row in table.rows)
    assert all(isinstance(cell, str) for row in table.rows for cell in row.cells.values())


@BOUNDED
@given(st.sampled_from(STARTS), st.binary(max_size=400))
@example(b"name,email\n", b'"')
@example(b"", b"\x80")
@example(b"[{", b'"a":' * 5000)
def test_random_bytes_are_read_or_refused(start: bytes, content: bytes) -> None:
    check(start + content)


@BOUNDED
@given(mutated(TEXTS))
def test_damaged_text_is_read_or_refused(content: bytes) -> None:
    check(content)


@BOUNDED
@given(mutated(BOOKS))
def test_damaged_workbooks_are_read_or_refused(content: bytes) -> None:
    check(content)


@BOUNDED
@given(packages())
def test_workbooks_with_damaged_xml_are_read_or_refused(content: bytes) -> None:
    check(content)


def test_a_workbook_in_an_encoding_that_nobody_knows_is_refused() -> None:
    out = BytesIO()
    with ZipFile(BytesIO(GOOD_BOOKS[0])) as source, ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name).partition(b"?>")
            target.writestr(name, b'<?xml version="1.0" encoding="AUTF-8"?>' + (body[2] or body[0]))
    with pytest.raises(InvalidInput):
        read_file(out.getvalue(), "file.xlsx", PEOPLE_COLUMNS, AS_FOUND)

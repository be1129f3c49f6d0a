"""ODS to grids, with what a cell shows: percents, dates, errors, formulas that were never calculated.

Not by python-calamine, which is silent about percents and errors.
"""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.errors import Code, InvalidInput
from appraisal.intake.grids import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Grid, NumberedRow, too_big
from appraisal.intake.merging import Area, fill_merged
from appraisal.intake.number_formats import plain_number, shown
from appraisal.intake.packages import Package
from appraisal.intake.text_files import trimmed

_PERCENT = shown("0%")
_NOT_SHOWN = frozenset({"annotation", "tracked-changes", "shapes", "ruby-text"})


def grids(package: Package) -> list[Grid]:
    """The sheets in order. Raises InvalidInput(FILE_UNREADABLE, FILE_PROTECTED, FILE_TOO_BIG_INSIDE)."""
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise InvalidInput(Code.FILE_PROTECTED, field="file")
    document = _Document()
    package.parse("content.xml", document.start, document.end, document.text)
    return document.grids


class _Document:
    """The tables of content.xml as they come."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.hidden: set[str] = set()  # names of styles
        self.left = MOST_CELLS
        self.depth = self.silent = 0  # nested tables, parts that are not shown
        self.style = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _NOT_SHOWN:
            self.silent += 1
        given = {name.rpartition(":")[2]: value for name, value in attributes.items()}
        if tag == "style":
            self.style = given.get("name", "")
        elif tag == "table-properties" and given.get("display") == "false":
            self.hidden.add(self.style)
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self._begin_table(given)
        elif self.depth == 1 and not self.silent:
            self._start_in_table(tag, given)

    def _begin_table(self, given: Mapping[str, str]) -> None:
        self.name, self.is_hidden = given.get("name", ""), given.get("style-name", "") in self.hidden
        self.rows: list[NumberedRow] = []
        self.merged: list[Area] = []
        self.number = 0
        self.cells: list[str] = []
        self.place = 0
        self.cell: Mapping[str, str] | None = None
        self.parts: list[str] = []

    def _start_in_table(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "table-row":
            self.repeated = _count(given.get("number-rows-repeated"))
            self.cells, self.place = [], 0
        elif tag in ("table-cell", "covered-table-cell"):
            self.cell, self.parts = given, []
        elif tag == "p" and self.parts:
            self.parts.append("\n")
        elif tag == "s":
            self.parts.append(" " * min(_count(given.get("c")), 100))
        elif tag in ("tab", "line-break"):
            self.parts.append(" ")

    def text(self, text: str) -> None:
        if self.depth == 1 and self.cell is not None and not self.silent:
            self.parts.append(text)

    def end(self, tag: str) -> None:
        if tag in _NOT_SHOWN:
            self.silent -= 1
        elif tag == "table":
            self.depth -= 1
            if self.depth == 0:
                self._end_table()
        elif self.depth == 1 and tag in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None
        elif self.depth == 1 and tag == "table-row":
            self._end_row()

    def _end_cell(self, given: Mapping[str, str]) -> None:
        text = trimmed(_shown(given, "".join(self.parts)))
        times = _count(given.get("number-columns-repeated"))
        if text:
            if self.place + times > MOST_COLUMNS:
                raise too_big()
            self.cells += [""] * (self.place - len(self.cells)) + [text] * times
        rows, columns = _count(given.get("number-rows-spanned")), _count(given.get("number-columns-spanned"))
        if rows * columns > 1:
            top = self.number + 1
            self.merged.append(Area(top, top + rows - 1, self.place, self.place + columns - 1))
        self.place += times

    def _end_row(self) -> None:
        if self.cells:
            self.left -= self.repeated * len(self.cells)
            if self.left < 0 or len(self.rows) + self.repeated > MOST_ROWS + 100:
                raise too_big()
            self.rows += [(self.number + 1 + n, list(self.cells)) for n in range(self.repeated)]
        self.number += self.repeated

    def _end_table(self) -> None:
        if len(self.grids) >= MOST_SHEETS:
            raise too_big()
        rows = self.rows
        fill_merged(rows, self.merged)
        self.grids.append(Grid(lambda: iter(rows), name=self.name, is_hidden=self.is_hidden))


def _shown(given: Mapping[str, str], text: str) -> str:
    """The text of a cell; its own value where the text is rounded. A formula without a result comes out as itself."""
    kind, value = given.get("value-type", ""), given.get("value", "")
    if "formula" in given and not (value or text or kind == "string" or "date-value" in given):
        return "=" + given["formula"].partition("=")[2]
    if text.startswith(("#", "Err:")):
        return text
    if kind == "date":
        return given.get("date-value", text).removesuffix("T00:00:00")
    if kind == "boolean":
        return given.get("boolean-value", text).upper()
    if kind in ("float", "percentage", "currency"):
        try:
            return (_PERCENT if kind == "percentage" else plain_number)(float(value))
        except (ValueError, OverflowError):
            return text
    return text


def _count(given: str | None) -> int:
    return max(int(given), 1) if given and given.isascii() and given.isdecimal() and len(given) < 8 else 1

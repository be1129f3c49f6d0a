"""XLSX and XLSM to grids, with what a cell shows: percents, dates, errors, formulas that were never calculated.

Not by python-calamine, which is silent about all of those and can be made to abort the process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath

from appraisal.intake.grids import (
    MOST_CELLS,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    Grid,
    NumberedRow,
    too_big,
)
from appraisal.intake.merging import Area, fill_merged
from appraisal.intake.number_formats import Show, builtin, plain_number, shown
from appraisal.intake.packages import Package, unreadable
from appraisal.intake.text_files import trimmed

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how the format writes control characters
_SHARED = 50_000  # different texts of a sheet that are kept once
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}


def grids(package: Package) -> list[Grid]:
    """The sheets in the workbook's order. Raises InvalidInput(FILE_UNREADABLE, FILE_TOO_BIG_INSIDE)."""
    book = _Workbook(package)
    if len(book.sheets) > MOST_SHEETS:
        raise too_big()
    strings = _SharedStrings()
    if book.strings in package:
        package.parse(book.strings, strings.start, strings.end, strings.text)
    shows = _shows(package, book)
    left = MOST_CELLS
    found: list[Grid] = []
    for name, part, is_hidden in book.sheets:
        sheet = _Sheet(strings.strings, shows, stale=book.is_stale, left=left)
        package.parse(part, sheet.start, sheet.end, sheet.add)
        left = sheet.left
        found.append(_grid(name, is_hidden, sheet))
    return found


def _grid(name: str, is_hidden: bool, sheet: _Sheet) -> Grid:
    fill_merged(sheet.rows, sheet.merged)
    return Grid(lambda: iter(sheet.rows), name=name, is_hidden=is_hidden)


class _Workbook:
    """Names, parts and visibility of the sheets, and how the file counts days."""

    def __init__(self, package: Package) -> None:
        self.part = self._related(package, "_rels/.rels", "", "officeDocument").get("", "xl/workbook.xml")
        self.targets: dict[str, str] = {}
        self.is_1904 = self.is_stale = False
        self.listed: list[tuple[str, str, bool]] = []
        folder = dirname(self.part)
        rels = join(folder, "_rels", self.part.rpartition("/")[2] + ".rels")
        self.targets = self._related(package, rels, folder, "worksheet")
        self.strings = self._related(package, rels, folder, "sharedStrings").get("", join(folder, "sharedStrings.xml"))
        self.styles = self._related(package, rels, folder, "styles").get("", join(folder, "styles.xml"))
        package.parse(self.part, self._start, _ignore, _ignore)
        self.sheets = [(n, self.targets[i], h) for n, i, h in self.listed if i in self.targets]  # no chart sheets
        if not self.sheets:
            raise unreadable()

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            rel = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.listed.append((attributes.get("name", ""), rel, attributes.get("state", "visible") != "visible"))
        elif tag == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "calcPr":
            self.is_stale = attributes.get("fullCalcOnLoad") in ("1", "true")

    @staticmethod
    def _related(package: Package, rels: str, folder: str, kind: str) -> dict[str, str]:
        """Id -> part of the relations of one kind; "" -> the first of them."""
        found: dict[str, str] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("Type", "").endswith("/" + kind):
                target = attributes.get("Target", "")
                part = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                found.setdefault("", part)
                found[attributes.get("Id", "")] = part

        if rels in package:
            package.parse(rels, start, _ignore, _ignore)
        return found


def _shows(package: Package, book: _Workbook) -> list[Show]:
    """By style: how its numbers are shown."""
    codes: dict[str, str] = {}
    styles: list[str] = []
    within: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        within.append(tag)
        if tag == "numFmt" and "numFmts" in within:
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "xf" and within[-2:-1] == ["cellXfs"]:
            styles.append(attributes.get("numFmtId", "0"))

    def end(_tag: str) -> None:
        within.pop()

    if book.styles in package:
        package.parse(book.styles, start, end, _ignore)
    return [
        shown(codes[s] if s in codes else builtin(int(s) if s.isdecimal() else 0), is_1904=book.is_1904) for s in styles
    ]


class _SharedStrings:
    """The texts that cells refer to, without the reading aids of Japanese (rPh)."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._reads = self._is_aid = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag == "t":
            self._reads = not self._is_aid
        elif tag == "rPh":
            self._is_aid = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._reads = False
        elif tag == "rPh":
            self._is_aid = False
        elif tag == "si":
            self.strings.append(trimmed(_unescaped("".join(self._parts))))
            self._parts.clear()

    def text(self, text: str) -> None:
        if self._reads:
            self._parts.append(text)


class _Sheet:
    """One worksheet: its rows with anything in them, and its merged ranges, which come after them."""

    def __init__(self, strings: list[str], shows: list[Show], *, stale: bool, left: int) -> None:
        self.strings, self.shows, self.stale, self.left = strings, shows, stale, left
        self.rows: list[NumberedRow] = []
        self.merged: list[Area] = []
        self._columns: dict[str, int] = {}  # letters -> place
        self._known: dict[str, str] = {}  # equal cells share one text
        self._number, self._place = 0, -1
        self._cells: list[str] = []
        self._type = self._style = ""
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._into: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            place = self._columns.get(letters)
            self._place = self._column(letters) if place is None else place
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._value, self._formula = [], None
        elif tag in ("v", "t"):
            self._into = self._value
        elif tag == "row":
            number = attributes.get("r", "")
            self._number = int(number) if number.isdecimal() and len(number) < 8 else self._number + 1
            self._cells, self._place = [], -1
        elif tag == "f":
            self._formula = self._into = []
        elif tag == "rPh":
            self._type = "aid" if self._type == "inlineStr" else self._type
        elif tag == "mergeCell" and (match := _REFERENCE.fullmatch(attributes.get("ref", ""))) and match[3]:
            first, last = self._column(match[1]), self._column(match[3])
            self.merged.append(Area(int(match[2]), int(match[4]), first, last))

    def end(self, tag: str) -> None:
        if tag in ("v", "t", "f"):
            self._into = None
        elif tag == "c":
            if (self._value or self._formula is not None) and (cell := self._shown("".join(self._value))):
                self._put(cell)
        elif tag == "row" and self._cells:
            self.rows.append((self._number, self._cells))
            if len(self.rows) > MOST_ROWS + 100:
                raise too_big()

    def add(self, text: str) -> None:
        if self._into is not None and self._type != "aid":
            self._into.append(text)

    def _put(self, cell: str) -> None:
        self.left -= 1
        cell = cell if len(cell) <= MOST_CHARACTERS else cell[: MOST_CHARACTERS + 1]
        place, cells, known = self._place, self._cells, self._known
        if place >= MOST_COLUMNS or self.left < 0:
            raise too_big()
        cell = known.setdefault(cell, cell) if len(known) < _SHARED else known.get(cell, cell)
        if place == len(cells):
            cells.append(cell)
        else:
            cells += [""] * (place + 1 - len(cells))
            cells[place] = cell

    def _shown(self, value: str) -> str:
        """The text of a cell. A formula without a result comes out as itself, which no value looks like."""
        kind = self._type
        if self._formula is not None and kind != "str" and (not value or (self.stale and value == "0")):
            return "=" + ("".join(self._formula) or "…")
        if kind == "s":
            return self.strings[int(value)] if value.isdecimal() and int(value) < len(self.strings) else ""
        if kind == "b":
            return _BOOLEANS.get(value, value)
        if kind != "n":
            return trimmed(_unescaped(value))
        if not self._style or self._style == "0":
            return value if value.isdecimal() and len(value) < 16 else _number(value, plain_number)
        style = int(self._style) if self._style.isdecimal() else 0
        return _number(value, self.shows[style] if style < len(self.shows) else plain_number)

    def _column(self, letters: str) -> int:
        """The place of a column, from 0. Some writers leave the letters out: then it is the next one."""
        if not letters:
            return self._place + 1
        place = -1
        for letter in letters[:4].upper():
            place = (place + 1) * 26 + ord(letter) - 65
        return self._columns.setdefault(letters, min(max(place, 0), 1 << 20))


def _number(value: str, show: Show) -> str:
    try:
        return show(float(value))
    except (ValueError, OverflowError):  # no number after all
        return value


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _ignore(*_: object) -> None:
    return None

"""A sheet as it was read, and how its rows become rows of our columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from appraisal.errors import Code, InvalidInput
from appraisal.intake import cleaning
from appraisal.intake.headers import ACTUAL, TARGET, Columns, figure_places, joined_parts
from appraisal.intake.mapping import FileMapping
from appraisal.intake.tables import Layout, Problem, Reason, Row
from appraisal.intake.totals import set_apart

SAMPLES = 5  # rows that are shown as they stand
HEADER_WITHIN = 20  # rows; exports like to put titles first
MOST_ROWS = 200_000
MOST_COLUMNS = 500
MOST_SHEETS = 50
MOST_CELLS = 4_000_000
MOST_BROKEN = 20_000  # rows of a sheet that are kept to be shown though they cannot be used
MOST_CHARACTERS = 5_000  # of one cell; readers keep one more, by which it is known to be too long
_SAMPLED = 200  # characters of a cell in a sample
_SHOWN = 80  # characters of a cell in a problem
_KEPT_AS_TYPED = frozenset({"manager", "name", "person"})  # "-" takes a manager away; people are called Null
_DATES = {"hired_on", "as_of"}
_IDENTIFYING = ("email", "employee_number", "slack_id")
_ERROR = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|FIELD!|BLOCKED!)|Err:[0-9]{3}")
_DIGITS = "0123456789"

NumberedRow = tuple[int, list[str]]


def too_big() -> InvalidInput:
    """The refusal of a file that holds more than we read."""
    return InvalidInput(
        Code.FILE_TOO_BIG_INSIDE, field="file", rows=MOST_ROWS, columns=MOST_COLUMNS, sheets=MOST_SHEETS
    )


@dataclass(frozen=True)
class Grid:
    """One sheet: `rows` gives the rows with anything in them, numbered as a spreadsheet does, with trimmed cells.

    Row 0 stands for the names of JSON's values. `ragged`: a row of another length than the header is wrong.
    """

    rows: Callable[[], Iterator[NumberedRow]]
    name: str = ""
    is_hidden: bool = False
    is_ragged: bool = False
    problems: tuple[Problem, ...] = ()
    separator: str = ""
    others: tuple[str, ...] = ()  # lists of the same JSON that are not in here


@dataclass(frozen=True)
class Header:
    """Cells that may be the header, in one row or two, and what they mean."""

    row: int  # the last one
    cells: tuple[str, ...]
    places: Mapping[int, str]
    missing: str | None  # a required column
    rows: int = 1

    @property
    def score(self) -> tuple[bool, int]:
        return self.missing is None, len(self.places)


@dataclass(frozen=True)
class Part:
    """What one sheet turned into."""

    layout: Layout
    rows: list[Row]
    broken: list[Row]
    problems: list[Problem]
    notes: list[Problem]


def find_header(grid: Grid, columns: Columns, mapping: FileMapping) -> Header | None:
    """The best header among the first rows of a sheet; the first of equals. None where the sheet has no cells."""
    given = {*mapping.values, *(["metric"] if columns.metric(grid.name) else [])}
    within = max(HEADER_WITHIN, mapping.header_row + 1)
    rows = list(islice(grid.rows(), within))
    best: Header | None = None
    for header in _candidates(rows, columns, mapping, given):
        if best is None or header.score > best.score:
            best = header
    return best


def _candidates(rows: list[NumberedRow], columns: Columns, mapping: FileMapping, given: set[str]) -> Iterator[Header]:
    """One row each, then two rows each: two only count where they say more."""
    wanted = mapping.header_row

    def header(number: int, parts: Sequence[tuple[str, ...]]) -> Header:
        places = columns.of_parts(parts[:MOST_COLUMNS], mapping.columns)
        missing = columns.missing(places, given)
        return Header(number, tuple(map(joined_parts, parts)), places, missing, max(map(len, parts), default=1))

    for number, cells in rows:
        if not wanted or number in (wanted, 0):
            yield header(number, [(c,) for c in cells])
    for (above, upper), (number, lower) in pairwise(rows):
        if number == above + 1 and above > 0 and (not wanted or wanted in (above, number)):
            parts = _two_rows(upper, lower)
            if _is_two_rows(parts, columns):
                yield header(number, parts)


def _two_rows(upper: list[str], lower: list[str]) -> list[tuple[str, str]]:
    """Group and cell of each place. A group reaches to the right over cells that have none of their own."""
    width = max(len(upper), len(lower))
    parts: list[tuple[str, str]] = []
    group = ""
    for place in range(min(width, MOST_COLUMNS)):
        above = upper[place] if place < len(upper) else ""
        cell = lower[place] if place < len(lower) else ""
        group = above or (group if cell else "")
        parts.append((group, cell))
    return parts


def _is_two_rows(parts: list[tuple[str, str]], columns: Columns) -> bool:
    """Whether the second row is a header, too, and not the first row of data below a known header cell."""
    for group, cell in parts:
        known = columns.recognise([group])
        is_data = cell and cell != group and not columns.recognise([cell])
        if known and is_data and not known[0].startswith((ACTUAL, TARGET)):
            return False
    return any(group and cell and group != cell for group, cell in parts)


def read_grid(grid: Grid, header: Header, columns: Columns, mapping: FileMapping) -> Part:
    """The rows below `header`. Problems and notes name the sheet."""
    return _Reading(grid, header, columns, mapping).part()


class _Reading:
    """One pass over the rows of one sheet."""

    def __init__(self, grid: Grid, header: Header, columns: Columns, mapping: FileMapping) -> None:
        self.grid, self.header = grid, header
        self.width = len(header.cells)
        self.fixed = dict(mapping.values)
        if "metric" not in header.places.values() and (key := columns.metric(grid.name)):
            self.fixed.setdefault("metric", key)
        self.plain_places = {p: n for p, n in header.places.items() if ":" not in n and n not in mapping.values}
        self.figures = figure_places(header.places)
        self.rows: list[Row] = []
        self.broken: list[Row] = []
        self.problems = list(grid.problems)
        self.notes: list[Problem] = []
        self.samples: list[tuple[str, ...]] = []
        self.read = 0
        self.identifying = [p for p, n in header.places.items() if n in _IDENTIFYING]
        self.first_place = min(header.places, default=0)

    def part(self) -> Part:
        for number, cells in self.grid.rows():
            if number > self.header.row or self.header.row == 0 < number:
                self._row(number, cells)
        self._settle_dates()
        layout = Layout(
            self.grid.name,
            self.header.row,
            self.header.cells,
            dict(self.header.places),
            tuple(self.samples),
            self.read,
            self.header.rows,
        )
        return Part(layout, self.rows, self.broken, self.problems, self.notes)

    def _row(self, number: int, cells: list[str]) -> None:
        if left_out := self._left_out(cells):
            self._note(number, left_out, _first(cells))
            return
        self.read += 1
        if self.read > MOST_ROWS or len(self.rows) > MOST_CELLS // 8:
            raise too_big()
        if self.grid.is_ragged and (len(cells) < self.width or any(cells[self.width :])):
            detail = f"{len(cells)}/{self.width}"
            self._problem(number, Reason.WRONG_CELL_COUNT, value=" ".join(cells), detail=detail)
            return
        if len(cells) < self.width:
            cells = cells + [""] * (self.width - len(cells))
        if len(self.samples) < SAMPLES:
            self.samples.append(tuple(cell[:_SAMPLED] for cell in cells))
        values = {name: cells[place] for place, name in self.plain_places.items()}
        is_sound = self._sound(number, values)
        values.update(self.fixed)
        if self.figures:
            self._figures(number, values, cells, is_sound=is_sound)
        else:
            self._take(Row(number, values, self.grid.name), is_sound=is_sound)

    def _take(self, row: Row, *, is_sound: bool) -> None:
        if is_sound:
            self.rows.append(row)
        elif len(self.broken) < MOST_BROKEN:
            self.broken.append(row._replace(cells={n: _shown(cell) for n, cell in row.cells.items()}))

    def _sound(self, number: int, values: dict[str, str], metric: str = "") -> bool:
        """Make "n/a" and the like empty; a problem for the first cell that holds an error or far too much."""
        for name, cell in values.items():
            if len(cell) > MOST_CHARACTERS:
                detail = str(MOST_CHARACTERS)
                self._problem(number, Reason.TOO_LONG, column=name, value=cell, detail=detail, metric=metric)
                return False
            if not cell or cell[0] in _DIGITS:
                continue
            if wrong := _wrong(cell):
                self._problem(number, wrong, column=name, value=cell, metric=metric)
                return False
            if name not in _KEPT_AS_TYPED and cleaning.says_nothing(cell):
                values[name] = ""
        return True

    def _figures(self, number: int, values: dict[str, str], cells: list[str], *, is_sound: bool) -> None:
        """One row per metric that has anything in it."""
        found = False
        for key, places in self.figures.items():
            pair = {name: cells[place] for name, place in places.items()}
            is_good = self._sound(number, pair, key) and is_sound
            if any(pair.values()):
                found = True
                row = Row(number, {"target": "", **values, **pair, "metric": key}, self.grid.name)
                self._take(row, is_sound=is_good)
        if not found and not is_sound:
            self._take(Row(number, values, self.grid.name), is_sound=False)
        elif not found:
            self._note(number, Reason.NO_FIGURES, next((v for v in values.values() if v), ""))

    def _settle_dates(self) -> None:
        """Write dates like 31/03/2026 in one way, where their column tells which number is the day."""
        for name in sorted(_DATES & set(self.plain_places.values())):
            day_first = cleaning.in_order(row.cells[name] for row in self.rows)
            unclear: set[int] = set()
            for row in self.rows:
                settled = cleaning.settled(row.cells[name], day_first=day_first)
                if settled is not None:
                    row.cells[name] = settled
                elif row.number not in unclear:
                    unclear.add(row.number)
                    self._problem(row.number, Reason.AMBIGUOUS_DATE, column=name, value=row.cells[name])
            if unclear:
                rows, self.rows = self.rows, []
                for row in rows:
                    self._take(row, is_sound=row.number not in unclear)

    def _left_out(self, cells: list[str]) -> Reason | None:
        """Why a row is none of the data: a repeated header, a total, a footer."""
        if self._repeats(self.first_place, cells) and all(self._repeats(p, cells) for p in self.header.places):
            return Reason.REPEATED_HEADER
        first = _first(cells)
        reason = set_apart(first)
        if reason is None or any(place < len(cells) and cells[place] not in ("", first) for place in self.identifying):
            return None  # somebody is called like that
        if reason is Reason.FOOTER and any(c and c != first for c in cells):
            return None
        return reason

    def _repeats(self, place: int, cells: list[str]) -> bool:
        cell, header = cells[place] if place < len(cells) else "", self.header.cells[place]
        return cell == header or (cell != "" and header.endswith(" / " + cell))

    def _problem(
        self, number: int, reason: Reason, *, column: str = "", value: str, detail: str = "", metric: str = ""
    ) -> None:
        self.problems.append(Problem(number, reason, column, value[:_SHOWN], detail, self.grid.name, metric))

    def _note(self, number: int, reason: Reason, value: str) -> None:
        self.notes.append(Problem(number, reason, value=value[:_SHOWN], sheet=self.grid.name))


def _shown(cell: str) -> str:
    return cell if len(cell) <= MOST_CHARACTERS else cell[:20] + "…"


def _first(cells: list[str]) -> str:
    return next((c for c in cells if c), "")


def _wrong(cell: str) -> Reason | None:
    """What a spreadsheet, or whoever wrote the file, left in place of a value."""
    start = cell[0]
    if start in "#E" and _ERROR.fullmatch(cell):
        return Reason.CELL_ERROR
    if start == "=" and len(cell) > 1:
        return Reason.NOT_CALCULATED
    return Reason.UNREADABLE_TEXT if "\ufffd" in cell else None

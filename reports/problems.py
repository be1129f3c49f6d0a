"""The rows of a file that could not be used, as a workbook: HR mends the marked cells and uploads it again.

A first sheet sums up. Then each sheet of the file that has problems, with the file's own header and only those rows:
the cells at fault are coloured and carry the reason as a comment, and the last column says it again. A sheet with one
column per metric becomes one line per row and metric, under our own names of columns.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from appraisal.intake.tables import Layout, Problem, Row, Table

MOST_ROWS = 20_000  # of one sheet; beyond that the file itself has to be mended
MOST_COMMENTS = 2_000  # of one sheet; Excel draws each as a shape
LONGEST_CELL, LONGEST_NAME = 32_000, 31  # characters that Excel takes, with some room
WIDEST = 60  # characters of a column
NOT_IN_NAMES = str.maketrans("[]:*?/\\", "-------")
MEASURED = ("metric", "target", "actual")
Say = Callable[[Problem], str]


@dataclass(frozen=True)
class Headings:
    """What is said around the rows: the summary's name and lines, and the two columns that are ours.

    `column` names one of our columns so that we read it again; `metrics`: key -> what is written for it.
    """

    summary: str
    lines: Sequence[Sequence[str]]
    row: str
    problem: str
    column: Callable[[str], str] = str
    metrics: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class _Line:
    """One row of the file: `cells` by place in `_Sheet.header`, and what is wrong with it."""

    number: int
    cells: Mapping[int, str]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class _Sheet:
    name: str
    header: Sequence[str]
    columns: Sequence[str]  # ours, beside each header cell
    lines: Sequence[_Line]


_Wrong = tuple[int, Sequence[Problem], Sequence[Row]]  # a row's number, its problems, and ours that it became


@dataclass(frozen=True)
class _Formats:
    text: Format
    bold: Format
    error: Format
    doubt: Format


def problems_workbook(table: Table, problems: Sequence[Problem], *, say: Say, headings: Headings) -> bytes:
    """An XLSX of the rows with problems, as they stand in the file. `say` words a problem.

    Every cell is text: what looks like a formula stays what it is. At most MOST_ROWS rows of a sheet are listed.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        formats = _Formats(
            text=book.add_format({"num_format": "@"}),
            bold=book.add_format({"bold": True, "num_format": "@"}),
            error=book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", "num_format": "@"}),
            doubt=book.add_format({"bg_color": "#FFEB9C", "font_color": "#7F6000", "num_format": "@"}),
        )
        names = {"history"}  # Excel keeps it for itself
        _sum_up(book.add_worksheet(_free_name(headings.summary, names)), headings.lines, formats)
        for sheet in _sheets(table, problems, headings):
            page = book.add_worksheet(_free_name(sheet.name or headings.problem, names))
            _write(page, sheet, say, headings, formats)
    return target.getvalue()


def _sum_up(page: Worksheet, lines: Sequence[Sequence[str]], formats: _Formats) -> None:
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            page.write_string(number, place, _text(cell), formats.text if number else formats.bold)
    page.set_column(0, 0, _width(line[0] for line in lines if len(line) > 1))
    page.set_column(1, 9, WIDEST / 2)


def _sheets(table: Table, problems: Sequence[Problem], headings: Headings) -> Iterator[_Sheet]:
    """The sheets with problems, in the order of the file; a problem of no sheet we know is put on its own."""
    wrong: dict[str, dict[int, list[Problem]]] = defaultdict(lambda: defaultdict(list))
    for problem in problems:
        wrong[problem.sheet][problem.row].append(problem)
    stand: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in (*table.rows, *table.broken):
        if row.number in wrong.get(row.sheet, ()):
            stand[row.sheet, row.number].append(row)
    layouts = {layout.sheet: layout for layout in table.layouts}
    for name in sorted(wrong, key=lambda n: (list(layouts).index(n) if n in layouts else len(layouts), n)):
        layout = layouts.get(name, Layout(name, 0, (), {}, (), 0))
        rows = [(n, found, stand[name, n]) for n, found in sorted(wrong[name].items())]
        yield (_of_metrics if layout.is_wide else _as_it_stands)(layout, rows, headings)


def _as_it_stands(layout: Layout, rows: Sequence[_Wrong], _headings: Headings) -> _Sheet:
    places = sorted(layout.columns)
    columns = [layout.columns[p] for p in places]
    lines = [_Line(n, _cells(columns, stand[0] if stand else None), found) for n, found, stand in rows[:MOST_ROWS]]
    return _Sheet(layout.sheet, [layout.header[p] for p in places], columns, lines)


def _of_metrics(layout: Layout, rows: Sequence[_Wrong], headings: Headings) -> _Sheet:
    """One line per row and metric: of those with a problem, or of all where the problem is the row's."""
    own = [c for _, c in sorted(layout.columns.items()) if ":" not in c and c not in MEASURED]
    columns = [*dict.fromkeys(own), *MEASURED]
    lines: list[_Line] = []
    for number, found, stand in rows:
        of_row = [p for p in found if not p.metric]
        by_metric = {row.cells.get("metric", ""): row for row in stand}
        at_fault = list(by_metric) if of_row else [m for m in by_metric if any(p.metric == m for p in found)]
        for metric in at_fault or [""]:
            cells = _cells(columns, by_metric.get(metric))
            cells[len(columns) - len(MEASURED)] = headings.metrics.get(metric, metric)
            lines.append(_Line(number, cells, [p for p in found if p.metric in ("", metric)]))
    return _Sheet(layout.sheet, [headings.column(c) for c in columns], columns, lines[:MOST_ROWS])


def _cells(columns: Sequence[str], row: Row | None) -> dict[int, str]:
    return {n: row.cells.get(column, "") for n, column in enumerate(columns)} if row else {}


def _write(page: Worksheet, sheet: _Sheet, say: Say, headings: Headings, formats: _Formats) -> None:
    header = [headings.row, *sheet.header, headings.problem]
    for place, cell in enumerate(header):
        page.write_string(0, place, _text(cell), formats.bold)
    comments = 0
    for n, line in enumerate(sheet.lines, start=1):
        marks = _marks(line, sheet.columns)
        page.write_string(n, 0, str(line.number), _colour(marks.get(-1, ()), formats))
        for place, cell in line.cells.items():
            page.write_string(n, place + 1, _text(cell), _colour(marks.get(place, ()), formats))
        page.write_string(n, len(header) - 1, _text("; ".join(dict.fromkeys(map(say, line.problems)))), formats.text)
        for place, found in marks.items():
            if (comments := comments + 1) <= MOST_COMMENTS:
                page.write_comment(n, place + 1, _text("\n".join(map(say, found))), {"x_scale": 2})
    _shape(page, sheet, header)


def _shape(page: Worksheet, sheet: _Sheet, header: Sequence[str]) -> None:
    """Widths as the text needs, the header always in view, no warning that numbers are text."""
    page.set_column(0, 0, _width([header[0], "000000"]))
    for place, cell in enumerate(sheet.header):
        page.set_column(place + 1, place + 1, _width([cell, *(line.cells.get(place, "") for line in sheet.lines)]))
    page.set_column(len(header) - 1, len(header) - 1, WIDEST)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, len(sheet.lines), len(header) - 1)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def _marks(line: _Line, columns: Sequence[str]) -> dict[int, list[Problem]]:
    """Place of a cell -> what is wrong with it; -1 is the row's number, for what concerns the whole row."""
    marks: dict[int, list[Problem]] = defaultdict(list)
    for problem in line.problems:
        marks[_place(problem, line, columns)].append(problem)
    return dict(marks)


def _place(problem: Problem, line: _Line, columns: Sequence[str]) -> int:
    """Where a problem's cell is: of several columns that mean the same the one with the problem's value."""
    named = problem.column or problem.detail  # a missing cell is named by the detail
    fitting = [n for n, c in enumerate(columns) if c == named]
    return next((n for n in fitting if line.cells.get(n) == problem.value), fitting[0] if fitting else -1)


def _colour(problems: Sequence[Problem], formats: _Formats) -> Format:
    if not problems:
        return formats.text
    return formats.doubt if all(p.is_doubt for p in problems) else formats.error


def _text(cell: str) -> str:
    """What a cell can hold; half a surrogate, which JSON may bring, cannot be written."""
    return cell[:LONGEST_CELL].encode("utf-8", "replace").decode()


def _width(cells: Iterator[str] | Sequence[str]) -> float:
    """Of a column, in characters; Han characters are two wide."""
    return max(
        8, min(WIDEST, max((sum(2 if c > "\u2e7f" else 1 for c in cell[:WIDEST]) for cell in cells), default=0) + 2)
    )


def _free_name(wanted: str, taken: set[str]) -> str:
    """A name for a sheet that Excel takes: short, without signs that mean something to it, and not there yet."""
    base = _text(wanted).translate(NOT_IN_NAMES).strip("' ")[:LONGEST_NAME] or "-"
    name, n = base, 2
    while name.casefold() in taken:
        name, n = f"{base[: LONGEST_NAME - 4]} {n}", n + 1
    taken.add(name.casefold())
    return name

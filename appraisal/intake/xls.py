"""XLS to grids, with what a cell shows: percents, dates, errors.

By xlrd, which tells formats and errors; python-calamine is silent about both and can abort the process.
"""

from __future__ import annotations

from io import StringIO

import xlrd
from xlrd.biffh import XLRDError
from xlrd.book import Book
from xlrd.sheet import Cell, Sheet

from appraisal.errors import Code, InvalidInput
from appraisal.intake.grids import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Grid, NumberedRow, too_big
from appraisal.intake.merging import Area, fill_merged
from appraisal.intake.number_formats import builtin, shown
from appraisal.intake.packages import unreadable
from appraisal.intake.text_files import trimmed


def grids(content: bytes) -> list[Grid]:
    """The sheets in the workbook's order. Raises InvalidInput(FILE_UNREADABLE, FILE_PROTECTED, FILE_TOO_BIG_INSIDE)."""
    try:
        # Its log would go to standard output, where the child answers.
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=StringIO())
        if book.nsheets > MOST_SHEETS:
            raise too_big()
        return [_grid(book, sheet) for sheet in book.sheets()]
    except InvalidInput:
        raise
    except XLRDError as error:
        if "encrypted" in str(error):
            raise InvalidInput(Code.FILE_PROTECTED, field="file") from None
        raise unreadable() from None
    except (
        Exception
    ):  # a damaged record comes out as whatever it does to xlrd: IndexError, struct.error, AssertionError
        raise unreadable() from None


def _grid(book: Book, sheet: Sheet) -> Grid:
    if sheet.nrows > MOST_ROWS + 100 or sheet.ncols > MOST_COLUMNS or sheet.nrows * sheet.ncols > MOST_CELLS:
        raise too_big()
    rows: list[NumberedRow] = []
    for number in range(sheet.nrows):
        cells = [trimmed(_text(book, cell)) for cell in sheet.row(number)]
        if any(cells):
            rows.append((number + 1, cells))
    merged = ((top, bottom, left, right) for top, bottom, left, right in sheet.merged_cells)
    fill_merged(rows, [Area(top + 1, bottom, left, right - 1) for top, bottom, left, right in merged])
    return Grid(lambda: iter(rows), name=sheet.name, is_hidden=sheet.visibility != 0)


def _text(book: Book, cell: Cell) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            style = book.xf_list[cell.xf_index or 0].format_key
            known = book.format_map.get(style)
            code = known.format_str if known and known.format_str else builtin(style)
            return shown(code, is_1904=book.datemode == 1)(float(cell.value))
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(int(cell.value), "#VALUE!")
        case _:
            return ""

"""XLS (BIFF8) to grids: values by python-calamine, and from the records what it is silent about."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from appraisal.errors import Code, InvalidInput
from appraisal.intake.biff import Hidden, hidden_of
from appraisal.intake.grids import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Grid, NumberedRow, too_big
from appraisal.intake.merging import Area, fill_merged
from appraisal.intake.number_formats import Show, plain_number
from appraisal.intake.packages import unreadable
from appraisal.intake.text_files import trimmed


def grids(content: bytes) -> list[Grid]:
    """The sheets in the workbook's order. Raises InvalidInput(FILE_UNREADABLE, FILE_PROTECTED, FILE_TOO_BIG_INSIDE)."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        listed = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        if len(listed) > MOST_SHEETS:
            raise too_big()
        hidden = hidden_of(content)
        return [_grid(book, m.name, m.visible != SheetVisibleEnum.Visible, hidden.get(m.name, {})) for m in listed]
    except PasswordError:
        raise InvalidInput(Code.FILE_PROTECTED, field="file") from None
    except (CalamineError, ValueError, OverflowError, OSError):
        raise unreadable() from None
    except BaseException as error:  # a panic of its Rust code, whose class nobody exports; it can also end the process
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable() from None


def _grid(book: CalamineWorkbook, name: str, is_hidden: bool, seen: Hidden) -> Grid:
    sheet = book.get_sheet_by_name(name)
    if sheet.height > MOST_ROWS + 100 or sheet.width > MOST_COLUMNS or sheet.height * sheet.width > MOST_CELLS:
        raise too_big()
    rows: list[NumberedRow] = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
        cells = [trimmed(_text(value)) for value in values]
        for place, show in seen.get(number, {}).items():
            if place < len(cells):
                cells[place] = _seen(show, values[place], cells[place])
        if any(cells):
            rows.append((number, cells))
    fill_merged(rows, [Area(t + 1, b + 1, left, r) for (t, left), (b, r) in sheet.merged_cell_ranges or []])
    return Grid(lambda: iter(rows), name=name, is_hidden=is_hidden)


def _seen(show: str | Show, value: Any, cell: str) -> str:
    """What the cell shows: its error, or its number in its format. Dates are known to python-calamine."""
    if isinstance(show, str):
        return show
    return show(value) if isinstance(value, int | float) and not isinstance(value, bool) else cell


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return plain_number(float(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    return plain_number(value / timedelta(days=1)) if isinstance(value, timedelta) else ""

"""Bytes of a text file to a table: encoding, separator and header are found out, never asked for."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from appraisal.errors import Code, InvalidInput
from appraisal.intake.headers import Columns
from appraisal.intake.mapping import FileMapping
from appraisal.intake.tables import Layout, Problem, Reason, Row, Table

SAMPLES = 5  # rows that are shown as they stand
MEGABYTES = 5  # of one file
SEPARATORS = (",", ";", "\t", "|")
HEADER_WITHIN = 10  # rows; exports like to put a title first
_SHOWN = 20  # header cells in a message
_BINARY = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

Rows = Iterator[tuple[int, list[str]]]
_AS_FOUND = FileMapping()


def read_file(content: bytes, file_name: str, columns: Columns, mapping: FileMapping = _AS_FOUND) -> Table:
    """Read a file of any format with a header that `columns` knows, for the planners of people and metrics.

    Raises InvalidInput, and nothing else.
    """
    return read_csv(content, columns)


def read_csv(content: bytes, columns: Columns) -> Table:
    """Read a table with a header that `columns` knows, for the planners of people and metrics.

    UTF-8, UTF-16 with a byte order mark, GB18030 or Windows-1252; separated by comma, semicolon, tab or bar. Blank
    rows are skipped, and rows before the header. Cells are trimmed; rows with too many or too few are problems.

    Raises InvalidInput(FILE_TOO_LARGE, FILE_EMPTY, FILE_NOT_TEXT, COLUMN_MISSING), and nothing else.
    """
    if len(content) > MEGABYTES * 1_000_000:
        raise InvalidInput(Code.FILE_TOO_LARGE, field="file", limit=MEGABYTES)
    text, encoding = _decoded(content)
    if not text.strip():
        raise InvalidInput(Code.FILE_EMPTY, field="file")
    separator, header_row, header = _header(text, columns)
    table = _table(text, columns, separator, header_row, header, encoding)
    if not table.rows and not table.problems:
        raise InvalidInput(Code.FILE_EMPTY, field="file")
    return table


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, with one kind of line end, and its encoding. Raises InvalidInput(FILE_NOT_TEXT)."""
    marked = next((name for bom, name in _BOMS.items() if content.startswith(bom)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _is_chinese(text):
            continue
        if _BINARY.search(text):
            break
        return text.rstrip("\x1a").replace("\r\n", "\n").replace("\r", "\n"), encoding.removesuffix("-sig")
    raise InvalidInput(Code.FILE_NOT_TEXT, field="file")


def _is_chinese(text: str) -> bool:
    """Whether text decoded as GB18030 was meant so.

    Nearly all bytes above 127 mean something there. Western words ("Müller") turn into characters outside
    GB 2312, the 6,763 in everyday use; Chinese text hardly has any of those.
    """
    beyond = re.sub(r"[\x00-\x7f]", "", text)
    return len(beyond.encode("gb2312", "ignore")) >= len(beyond)  # two bytes each: at least half of them


def _header(text: str, columns: Columns) -> tuple[str, int, list[str]]:
    """Separator, row number and cells of the header. Raises InvalidInput(COLUMN_MISSING or FILE_EMPTY)."""
    best: tuple[int, str, int, list[str]] | None = None
    for separator in SEPARATORS:
        for row, cells in islice(_rows(text, separator), HEADER_WITHIN):
            known = columns.recognise(cells)
            score = 2 * len(known) + (columns.missing(known) is None) * 100
            if best is None or score > best[0]:
                best = (score, separator, row, cells)
    if best is None:
        raise InvalidInput(Code.FILE_EMPTY, field="file")
    _, separator, row, cells = best
    if missing := columns.missing(columns.recognise(cells)):
        found = [c[:40] for c in cells[:_SHOWN] if c]
        raise InvalidInput(Code.COLUMN_MISSING, field="file", column=missing, found=found)
    return separator, row, cells


def _table(text: str, columns: Columns, separator: str, header_row: int, header: list[str], encoding: str) -> Table:
    places = columns.recognise(header)
    rows: list[Row] = []
    samples: list[tuple[str, ...]] = []
    problems: list[Problem] = []
    for row, cells in _rows(text, separator):
        if row <= header_row:
            continue
        if len(cells) < len(header) or any(cells[len(header) :]):
            problems.append(_miscounted(row, len(cells), len(header), cells))
            continue
        rows.append(Row(row, {name: cells[place] for place, name in places.items()}))
        if len(samples) < SAMPLES:
            samples.append(tuple(cells))
    return Table(
        rows=tuple(rows),
        layouts=(Layout("", header_row, tuple(header), places, tuple(samples), len(rows)),),
        problems=tuple(problems),
        encoding=encoding,
        separator=separator,
    )


def _miscounted(row: int, found: int, wanted: int, cells: list[str]) -> Problem:
    return Problem(row, Reason.WRONG_CELL_COUNT, value=" ".join(cells)[:80], detail=f"{found}/{wanted}")


def _rows(text: str, separator: str) -> Rows:
    """(row number, trimmed cells) of the rows with anything in them.

    A quoted cell beyond the csv module's limit ends the file there: nobody means 131,072 characters, it is a
    quote that was never closed. That row comes out without cells, which is a problem of its own.
    """
    row = 0
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    while True:
        row += 1
        try:
            cells = [c.strip().strip("\ufeff") for c in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield row, []
            return
        if any(cells):
            yield row, cells

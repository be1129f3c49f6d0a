"""Bytes of a text file to grids: encoding and separator are found out, never asked for."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from appraisal.errors import Code, InvalidInput
from appraisal.intake import encodings
from appraisal.intake.grids import MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, Grid, NumberedRow, too_big
from appraisal.intake.tables import Problem, Reason

SEPARATORS = (",", ";", "\t", "|")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u00ad]")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how exports keep Excel from taking 00123 for a number
_SAID = re.compile(r"sep=(.)\n", re.IGNORECASE)  # Excel's own hint in the first line


@dataclass(frozen=True)
class Decoded:
    """The text of a file with "\\n" at the end of lines; `odd`: line (from 1) -> its encoding, where it has its own."""

    text: str
    encoding: str
    odd: dict[int, str] = field(default_factory=dict[int, str])


def decoded(content: bytes) -> Decoded:
    """The text of a file. UTF-8, UTF-16 and UTF-32, also without a mark; else by line, as `encodings` finds out.

    Raises InvalidInput(FILE_EMPTY, FILE_NOT_TEXT).
    """
    marked = next((name for bom, name in _BOMS.items() if content.startswith(bom)), None)
    encoding = marked or encodings.wide(content)
    if encoding == "utf-8-sig":
        content, encoding = content.removeprefix(codecs.BOM_UTF8), None
    if encoding:
        try:
            found = Decoded(content.decode(encoding), encoding)
        except UnicodeDecodeError:
            raise InvalidInput(Code.FILE_NOT_TEXT, field="file") from None
    else:
        found = _by_line(content)
    text = found.text.rstrip("\x1a\x00" if encoding else "\x1a").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InvalidInput(Code.FILE_EMPTY, field="file")
    if _BINARY.search(text):
        raise InvalidInput(Code.FILE_NOT_TEXT, field="file")
    return Decoded(text, found.encoding, found.odd)


def _by_line(content: bytes) -> Decoded:
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    main, odd = encodings.of_lines(lines)
    text = "\n".join(line.decode(odd.get(number, main), "replace") for number, line in enumerate(lines, 1))
    return Decoded(text, main, odd)


def grids(file: Decoded) -> list[Grid]:
    """The file as each separator would have it; the header decides which was meant."""
    said = _SAID.match(file.text)
    separators = (said[1],) if said and said[1] in SEPARATORS else SEPARATORS
    skipped = 1 if said else 0
    return [
        Grid(partial(_rows, file.text, separator, skipped), is_ragged=True, separator=separator)
        for separator in separators
    ]


def notes_of(file: Decoded, grid: Grid) -> dict[int, Problem]:
    """Row -> that it was read in an encoding of its own."""
    if not file.odd:
        return {}
    notes: dict[int, Problem] = {}
    for number, start, end in _lines(file.text, grid.separator):
        if own := next((file.odd[line] for line in range(start, end + 1) if line in file.odd), None):
            notes[number] = Problem(number, Reason.OTHER_ENCODING, value=own)
    return notes


def trimmed(cell: str) -> str:
    """A cell without space and invisible characters around it, and without what only keeps Excel from guessing.

    Of one that is too long the beginning: thousands of cells may share one text in a small file, not in its rows.
    """
    if not cell.isascii():
        cell = _INVISIBLE.sub("", cell)
    cell = cell.strip()
    if len(cell) > MOST_CHARACTERS:
        return cell[: MOST_CHARACTERS + 1]
    if cell[:1] == "=" and (match := _AS_TEXT.fullmatch(cell)):
        return match[1].strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in "0123456789=+-@" else cell


def _rows(text: str, separator: str, skipped: int) -> Iterator[NumberedRow]:
    """The rows with anything in them.

    A quoted cell beyond the csv module's limit ends the file there: nobody means 131,072 characters, it is a
    quote that was never closed. That row comes out without cells, which is a problem of its own.
    """
    row = cells_read = 0
    reader = csv.reader(_ended_lines(text), delimiter=separator)
    while True:
        row += 1
        try:
            cells = [trimmed(c) for c in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            yield row, []
            return
        if row <= skipped or not any(cells):
            continue
        cells_read += len(cells)
        if cells_read > MOST_CELLS or (len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:])):
            raise too_big()
        yield row, cells[:MOST_COLUMNS]


def _lines(text: str, separator: str) -> Iterator[tuple[int, int, int]]:
    """Row, its first and its last line: a quoted cell may hold line ends."""
    reader = csv.reader(_ended_lines(text), delimiter=separator)
    row, start = 1, 1
    try:
        for _ in reader:
            yield row, start, reader.line_num
            row, start = row + 1, reader.line_num + 1
    except csv.Error:
        return


def _ended_lines(text: str) -> Iterator[str]:
    """The lines with their ends. (A StringIO would take four bytes for each character.)"""
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]

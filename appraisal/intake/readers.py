"""Bytes of any file to a table, by way of grids: each format gives its sheets, the header and the rows are common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from appraisal.errors import Code, InvalidInput
from appraisal.intake import json_files, ods, text_files, xlsx
from appraisal.intake.formats import Format, format_of
from appraisal.intake.grids import Grid, Header, Part, find_header, read_grid
from appraisal.intake.headers import Columns
from appraisal.intake.mapping import FileMapping
from appraisal.intake.packages import Package
from appraisal.intake.tables import Table

MEGABYTES = 20  # of one file
_SHOWN = 20  # names in a message
_AS_FOUND = FileMapping()

Found = tuple[Grid, Header]


def read_file(content: bytes, file_name: str, columns: Columns, mapping: FileMapping = _AS_FOUND) -> Table:
    """Read a file of any format with a header that `columns` knows, for the planners of people and metrics.

    CSV and the like, JSON, XLSX, XLSM, XLS and ODS, by content; of several sheets each that has such a header and is
    not hidden. Merged cells are filled; "n/a" and the like are empty; dates like 31/03/2026 come out as ISO dates
    where their column tells which number is the day. A row of a file with one column per metric, or of a sheet named
    like one, comes out as one row per metric with its key. Rows with an error or of a wrong length are problems;
    totals, repeated headers and footers are left out and noted. What `mapping` says is obeyed.

    A hostile file may take all memory and time, or kill the process: `services.reading` reads in a child.
    Raises InvalidInput, and nothing else.
    """
    if len(content) > MEGABYTES * 1_000_000:
        raise InvalidInput(Code.FILE_TOO_LARGE, field="file", limit=MEGABYTES)
    _check(mapping, columns)
    if not content.strip():
        raise InvalidInput(Code.FILE_EMPTY, field="file")
    kind = format_of(content, file_name)
    if kind in (Format.TEXT, Format.JSON):
        return _text_table(content, kind, columns, mapping)
    grids = _sheets(content, kind)
    chosen, skipped = _chosen(grids, columns, mapping)
    return _table([read_grid(g, h, columns, mapping) for g, h in chosen], kind, skipped)


def _check(mapping: FileMapping, columns: Columns) -> None:
    """Raises InvalidInput(COLUMN_UNKNOWN) for a mapping that leads to a column which we do not have."""
    for name in (*mapping.columns.values(), *mapping.values):
        if name and not columns.is_ours(name):
            raise InvalidInput(Code.COLUMN_UNKNOWN, field="file", column=name)


def _sheets(content: bytes, kind: Format) -> list[Grid]:
    if kind is Format.XLSX:
        return xlsx.grids(Package(content))
    if kind is Format.ODS:
        return ods.grids(Package(content))
    from appraisal.intake import xls  # only here: its library is not pure Python

    return xls.grids(content)


def _text_table(content: bytes, kind: Format, columns: Columns, mapping: FileMapping) -> Table:
    file = text_files.decoded(content)
    is_json = kind is Format.JSON
    grids = json_files.grids(file.text, mapping.records) if is_json else text_files.grids(file)
    found = [(grid, header) for grid in grids if (header := find_header(grid, columns, mapping))]
    if found:
        _complain([max(found, key=_score)], mapping)
    grid, header = _best(found)
    part = read_grid(grid, header, columns, mapping)
    if not is_json:
        part.notes[:0] = text_files.notes_of(file, grid).values()
    return replace(_table([part], kind, grid.others), encoding=file.encoding, separator=grid.separator)


def _chosen(grids: Sequence[Grid], columns: Columns, mapping: FileMapping) -> tuple[list[Found], list[str]]:
    """The sheets to read with their headers, and the names of the others.

    Raises InvalidInput(SHEET_MISSING, COLUMN_GONE, COLUMN_MISSING, FILE_EMPTY).
    """
    wanted = [g for g in grids if (g.name == mapping.sheet if mapping.sheet else not g.is_hidden)]
    if mapping.sheet and not wanted:
        found = [g.name for g in grids][:_SHOWN]
        raise InvalidInput(Code.SHEET_MISSING, field="file", sheet=mapping.sheet, found=found)
    headers = [(grid, header) for grid in wanted if (header := find_header(grid, columns, mapping))]
    _complain(headers, mapping)
    _best(headers)
    chosen = [(grid, header) for grid, header in headers if header.missing is None]
    read = {id(grid) for grid, _ in chosen}
    return chosen, [g.name for g in grids if id(g) not in read]


def _complain(headers: Iterable[Found], mapping: FileMapping) -> None:
    """Raises InvalidInput(COLUMN_GONE) where the mapping names a column that no sheet has."""
    cells = list(dict.fromkeys(cell for _, header in headers for cell in header.cells if cell))
    for name, meaning in mapping.columns.items():
        if meaning and cells and name not in cells:
            nearest = next(iter(get_close_matches(name, cells, 1, 0.0)), "")
            raise InvalidInput(
                Code.COLUMN_GONE, field="file", column=name, nearest=nearest, found=[c[:40] for c in cells[:_SHOWN]]
            )


def _best(headers: Sequence[Found]) -> Found:
    """The sheet, or way of separating, whose header says most. Raises InvalidInput(FILE_EMPTY, COLUMN_MISSING)."""
    if not headers:
        raise InvalidInput(Code.FILE_EMPTY, field="file")
    grid, header = max(headers, key=_score)
    if header.missing:
        found = [c[:40] for c in header.cells[:_SHOWN] if c]
        raise InvalidInput(Code.COLUMN_MISSING, field="file", column=header.missing, found=found)
    return grid, header


def _score(found: Found) -> tuple[bool, int]:
    return found[1].score


def _table(parts: Sequence[Part], kind: Format, skipped: Sequence[str] = ()) -> Table:
    """Raises InvalidInput(FILE_EMPTY) where there is nothing below the headers."""
    table = Table(
        rows=tuple(row for part in parts for row in part.rows),
        layouts=tuple(part.layout for part in parts),
        problems=tuple(problem for part in parts for problem in part.problems),
        broken=tuple(row for part in parts for row in part.broken),
        notes=tuple(note for part in parts for note in part.notes),
        skipped=tuple(skipped),
        format=kind,
    )
    if not (table.rows or table.problems or table.notes):
        raise InvalidInput(Code.FILE_EMPTY, field="file")
    return table

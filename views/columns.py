"""The form in which HR says what the columns of a file mean."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from appraisal.intake.formats import Format
from appraisal.intake.headers import METRIC_COLUMNS, PEOPLE_COLUMNS, Columns
from appraisal.intake.mapping import FileMapping
from appraisal.intake.tables import ImportKind, Layout, Table
from views import forms, ids
from views.blocks import Block, View, divider, section
from views.file_columns import Metrics, column_name
from views.ids import Callback, Field
from views.text import Words, short, size

MOST_METRICS = 15  # with columns of their own
MOST_SHEETS = 50
ROOM = 150_000  # bytes for all options together; Slack refuses a view of more than 250,000
MAIN = ("person", "metric", "target", "actual", "as_of", "period")  # come first, in files with metrics
AS_FOUND = FileMapping()
LONGEST_CELL = 140  # characters of a header cell that can be chosen; Slack takes 150


@dataclass(frozen=True)
class Found:
    """What there is to choose from: header cells, sheets, and what our columns are taken from now."""

    header: Sequence[str]
    taken: Mapping[str, str] = field(default_factory=dict)  # our column -> header cell
    sheets: Sequence[str] = ()
    mapping: FileMapping = AS_FOUND

    @classmethod
    def guessed(cls, header: Sequence[str], kind: ImportKind) -> Found:
        """Of a file that could not be read: what is known of its header."""
        places = _columns(kind).recognise(header)
        return cls(header, {ours: header[place] for place, ours in places.items()})

    @classmethod
    def of(cls, table: Table, mapping: FileMapping) -> Found:
        """Of a file that was read: the header cells of all its sheets together."""
        header = dict.fromkeys(cell for layout in table.layouts for cell in layout.header if cell)
        taken: dict[str, str] = {}
        for layout in table.layouts:
            taken = {**_taken(layout), **taken}
        others = table.skipped if table.format != Format.JSON else ()  # a list of JSON is no sheet
        sheets = [layout.sheet for layout in table.layouts if layout.sheet] + list(others)
        return cls(list(header), taken, sheets, mapping)


def columns_modal(
    found: Found, kind: ImportKind, metrics: Metrics, w: Words, *, metadata: str, trouble: str = ""
) -> View:
    """One menu of header cells for each of our columns. `trouble`: why the file could not be read without."""
    known = _columns(kind).names
    ours = [c for c in dict.fromkeys([*(MAIN if kind is ImportKind.METRICS else ()), *known]) if c in known]
    keys = list(metrics)[:MOST_METRICS] if kind is ImportKind.METRICS else []
    wide = [f"{part}:{key}" for key in keys for part in ("actual", "target")]
    cells = _offered(found, len(ours) + len(wide))
    blocks: list[Block] = [section(w.md("columns-trouble", trouble=trouble) if trouble else w.md("columns-intro"))]
    blocks += [_select(column, cells, found, metrics, w) for column in ours]
    blocks += [divider(), *_where(found, w)]
    if kind is ImportKind.METRICS:
        blocks.append(_fractions(found.mapping, w))
    if wide:
        blocks += [divider(), section(w.md("columns-wide"))]
        blocks += [_select(column, cells, found, metrics, w) for column in wide]
    return forms.modal(
        w("columns-title"),
        blocks,
        callback=Callback.IMPORT_COLUMNS,
        submit=w("read-again"),
        close=w("back"),
        metadata=metadata,
    )


def _columns(kind: ImportKind) -> Columns:
    return PEOPLE_COLUMNS if kind is ImportKind.PEOPLE else METRIC_COLUMNS


def _taken(layout: Layout) -> dict[str, str]:
    return {ours: layout.header[place] for place, ours in layout.columns.items()}


def _offered(found: Found, menus: int) -> list[str]:
    """As many header cells as fit into all menus of the view: those in use first, then in the order of the file."""
    cells = list(dict.fromkeys([*found.taken.values(), *found.header]))
    usable = [c for c in cells if _can_be_chosen(c)]
    room, kept = ROOM // max(1, menus), set[str]()
    for cell in usable[: forms.MOST_OPTIONS - 1]:
        room -= len(json.dumps(_option(cell)))
        if room < 0:
            break
        kept.add(cell)
    return [c for c in dict.fromkeys([*found.header, *usable]) if c in kept]


def _can_be_chosen(cell: str) -> bool:
    return 0 < size(cell) <= LONGEST_CELL


def _select(column: str, cells: Collection[str], found: Found, metrics: Metrics, w: Words) -> Block:
    nothing = forms.option(w("no-such-column"), ids.NOT_THERE)
    options = [nothing, *(_option(cell) for cell in cells)]
    initial = ids.chosen_cell(found.taken[column]) if found.taken.get(column) in cells else ids.NOT_THERE
    return forms.input_(ids.column_block(column), column_name(column, w, metrics), forms.select(options, initial))


def _option(cell: str) -> dict[str, Any]:
    return forms.option(short(cell, 75), ids.chosen_cell(cell))


def _where(found: Found, w: Words) -> list[Block]:
    """The sheet and the row of the header."""
    row = forms.number(1, 1000, found.mapping.header_row or None)
    blocks = [forms.input_(Field.HEADER_ROW, w("header-row"), row, hint=w("header-row-hint"), optional=True)]
    if len(found.sheets) < 2:
        return blocks
    every = forms.option(w("every-sheet"), ids.NOT_THERE)
    options = [every, *(_option(s) for s in found.sheets[:MOST_SHEETS] if _can_be_chosen(s))]
    chosen = ids.chosen_cell(found.mapping.sheet)
    initial = chosen if any(o["value"] == chosen for o in options) else ids.NOT_THERE
    return [forms.input_(Field.SHEET, w("sheet"), forms.select(options, initial)), *blocks]


def _fractions(mapping: FileMapping, w: Words) -> Block:
    ticked = [ids.FRACTIONS] if mapping.fractions else []
    boxes = forms.several([forms.option(w("fractions"), ids.FRACTIONS)], ticked)
    return forms.input_(Field.FRACTIONS, w("percent-columns"), boxes, optional=True)

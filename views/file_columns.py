"""How the columns of a file are called and shown: what stands in the file, and what it means to us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from unicodedata import east_asian_width

from appraisal.intake.tables import Layout
from appraisal.scheme import Measure
from views.blocks import Block, bold, context, joined, paragraphs, rich_text
from views.text import NOTHING, Mrkdwn, Words, escape, short

Metrics = Mapping[str, Measure]  # by key
MOST_SHEETS = 3  # shown with their columns and sample rows
MOST_COLUMNS = 30  # of one sheet
MOST_IGNORED = 10
CELL, LINE = 16, 60  # widths of a table in a modal, in Latin characters
WIDE_BLANK = "\u3000"
WIDE = ":"  # "actual:KEY", in a file with one column per metric


def column_name(column: str, w: Words, metrics: Metrics | None = None) -> str:
    """What HR calls one of our columns: "Target", or "Goal completion (target)" where each metric has its own."""
    column, _, key = column.partition(WIDE)
    name = w(f"column-{column}") if w.has(f"column-{column}") else column
    if not key:
        return name
    item = (metrics or {}).get(key)
    return w("metric-column", metric=w.text(item.name) if item else key, column=name)


def understood(layouts: Sequence[Layout], skipped: Sequence[str], metrics: Metrics, w: Words) -> list[Block]:
    """Each sheet: its header row, what its columns mean, what was ignored, and the first rows as they stand."""
    blocks: list[Block] = []
    for layout in layouts[:MOST_SHEETS]:
        lines: list[str] = [_sheet(layout, w), *_columns(layout, metrics, w)]
        blocks += paragraphs(lines)
        if layout.samples and layout.columns:
            blocks.append(table(_samples(layout)))
    more = [w.md("more-sheets", names=w.list(_names([x.sheet for x in layouts[MOST_SHEETS:]], w)))]
    unread = [w.md("sheets-skipped", names=w.list(_names(skipped, w)))]
    return [*blocks, *(context(line) for line in more * (len(layouts) > MOST_SHEETS) + unread * bool(skipped))]


def table(rows: Sequence[Sequence[str]]) -> Block:
    """Rows in a fixed pitch, for modals, which take no table: long cells are cut, columns that do not fit left out."""
    cut = [[_cut(" ".join(cell[: 4 * CELL].split())) for cell in row[:LINE]] for row in rows]
    columns: list[tuple[int, int]] = []
    for cells in zip(*cut, strict=False):
        counted = [_counted(cell) for cell in cells]
        columns.append((max(wide for wide, _ in counted), max(narrow for _, narrow in counted)))
        if sum(2 * wide + narrow + 2 for wide, narrow in columns) > LINE:
            columns.pop()
            break
    lines = ["  ".join(_padded(cell, *size) for cell, size in zip(row, columns, strict=False)).rstrip() for row in cut]
    text = {"type": "text", "text": "\n".join(lines).strip("\n") or NOTHING}
    return rich_text([{"type": "rich_text_preformatted", "elements": [text]}])


def _counted(text: str) -> tuple[int, int]:
    """How many Han and other wide characters, and how many narrow ones."""
    wide = sum(east_asian_width(c) in "WF" for c in text)
    return wide, len(text) - wide


def _padded(cell: str, wide: int, narrow: int) -> str:
    """Filled up with wide and narrow blanks: no font makes a Han character just as wide as two Latin ones."""
    has_wide, has_narrow = _counted(cell)
    return cell + WIDE_BLANK * (wide - has_wide) + " " * (narrow - has_narrow)


def _cut(cell: str) -> str:
    size = 0
    for n, c in enumerate(cell):
        size += 2 if east_asian_width(c) in "WF" else 1
        if size > CELL:
            return cell[: n - 1] + "…"
    return cell


def _sheet(layout: Layout, w: Words) -> str:
    name = bold(w("sheet-named", name=short(layout.sheet))) if layout.sheet else ""
    header = w("header-in-row", row=layout.header_row) if layout.header_row else ""
    if layout.header_rows > 1:
        header = w("header-in-rows", first=layout.header_row - layout.header_rows + 1, last=layout.header_row)
    return joined((name, header, w("rows-of-data", n=layout.rows)))


def _columns(layout: Layout, metrics: Metrics, w: Words) -> list[Mrkdwn]:
    """ "Target ← 目标值", one line each; then what means nothing to us."""
    found = sorted(layout.columns.items())
    lines = [
        joined((escape(column_name(ours, w, metrics)), "←", escape(short(layout.header[place]))), " ")
        for place, ours in found[:MOST_COLUMNS]
    ]
    if len(found) > MOST_COLUMNS:
        lines.append(w.md("and-more", n=len(found) - MOST_COLUMNS))
    if layout.ignored:
        lines.append(w.md("columns-ignored", names=w.list(_names(layout.ignored, w))))
    return lines


def _names(names: Sequence[str], w: Words) -> list[str]:
    rest = len(names) - MOST_IGNORED
    return [short(n) for n in names[:MOST_IGNORED]] + ([w("n-more", n=rest)] if rest > 0 else [])


def _samples(layout: Layout) -> list[list[str]]:
    """The header and the first rows, in the columns that mean something."""
    places = sorted(layout.columns)
    return [[row[p] if p < len(row) else "" for p in places] for row in (layout.header, *layout.samples)]

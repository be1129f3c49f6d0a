"""Merged cells: what stands in the first one is meant for all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from appraisal.intake.grids import HEADER_WITHIN, MOST_CELLS, NumberedRow

_MOST = 20_000  # ranges of one sheet


class Area(NamedTuple):
    """A merged range: rows as a spreadsheet counts them, places from 0; all ends included."""

    top: int
    bottom: int
    left: int
    right: int


def fill_merged(rows: list[NumberedRow], areas: Sequence[Area]) -> None:
    """Write the first cell of each merged range into its other cells, in rows that have anything in them.

    Ranges of one row are only filled where the header may be: further down they are titles and remarks.
    """
    if not areas or len(areas) > _MOST:
        return
    width = max((len(cells) for _, cells in rows), default=0)
    by_number = dict(rows)
    numbers = [number for number, _ in rows]
    zone = numbers[: HEADER_WITHIN + 1][-1] if numbers else 0
    left_to_fill = MOST_CELLS
    for top, bottom, left, right in areas:
        first = by_number.get(top, [])
        value = first[left] if left < len(first) else ""
        if not value or (top == bottom > zone):
            continue
        inside, last = _within(numbers, top, bottom), min(right, width - 1)
        left_to_fill -= len(inside) * (last - left + 1)
        if left_to_fill < 0:  # ranges that overlap: no program writes them
            return
        for number in inside:
            cells = by_number[number]
            cells += [""] * (last + 1 - len(cells))
            for place in range(left, last + 1):
                cells[place] = cells[place] or value


def _within(numbers: list[int], top: int, bottom: int) -> list[int]:

    return numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]

"""The shapes of the blocks that show data: `table` and `data_visualization`.

A chart is {"type": "data_visualization", "title": str, "chart": CHART} where CHART is
{"type": "pie", "segments": [{"label", "value"}]} or {"type": "bar" | "line" | "area",
"series": [{"name", "data": [{"label", "value"}]}], "axis_config": {"categories": [str], "x_label"?, "y_label"?}}.
Slack's pages differ on the number of series (6 and 12); the smaller one is kept here.
"""

from __future__ import annotations

import math
from typing import Any

from sandbox.kit.elements import IDENT, KIND
from sandbox.kit.rich_text import RICH_TEXT
from sandbox.kit.shapes import Faults, array, boolean, choice, either, shape, string

MAX_SERIES = 6
MAX_POINTS = 20
MAX_SEGMENTS = 12
MAX_TABLE_CHARACTERS = 10_000


def _number(value: Any, where: str, faults: Faults) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        faults.add(where, "must provide a number")


def _positive(value: Any, where: str, faults: Faults) -> None:
    _number(value, where, faults)
    if isinstance(value, int | float) and value <= 0:
        faults.add(where, "must be greater than 0")


POINT = shape({"label": string(20), "value": _number})
SEGMENT = shape({"label": string(20), "value": _positive})
SERIES = shape({"name": string(20), "data": array(POINT, most=MAX_POINTS)})
AXES = shape({"categories": array(string(20), most=MAX_POINTS)}, {"x_label": string(50), "y_label": string(50)})


def _points_match_categories(chart: dict[str, Any], where: str, faults: Faults) -> None:
    categories = chart["axis_config"]["categories"]
    if len(set(categories)) != len(categories):
        faults.add(f"{where}/axis_config/categories", "categories must be unique")
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) != len(names):
        faults.add(f"{where}/series", "series names must be unique")
    for index, series in enumerate(chart["series"]):
        labels = [point["label"] for point in series["data"]]
        if sorted(labels) != sorted(categories):
            faults.add(f"{where}/series/{index}/data", "must have exactly one data point per category")


PLOT = shape(
    {"type": KIND, "series": array(SERIES, most=MAX_SERIES), "axis_config": AXES},
    rule=_points_match_categories,
)
PIE = shape({"type": KIND, "segments": array(SEGMENT, most=MAX_SEGMENTS)})
CHART = either({"pie": PIE, "bar": PLOT, "line": PLOT, "area": PLOT})
DATA_VISUALIZATION = shape({"type": KIND, "title": string(50), "chart": CHART}, {"block_id": IDENT})


def _table_characters(table: dict[str, Any], where: str, faults: Faults) -> None:
    if sum(_characters(cell) for row in table["rows"] for cell in row) > MAX_TABLE_CHARACTERS:
        faults.add(f"{where}/rows", f"must be less than {MAX_TABLE_CHARACTERS + 1} characters in all cells")


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + _characters(value.get("elements", []))
    return sum(_characters(each) for each in value)


CELL = either(
    {
        "raw_text": shape({"type": KIND, "text": string(MAX_TABLE_CHARACTERS)}),
        "raw_number": shape({"type": KIND, "value": _number, "text": string(255)}),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})


def _column(value: Any, where: str, faults: Faults) -> None:
    if value is not None:
        COLUMN(value, where, faults)


TABLE = shape(
    {"type": KIND, "rows": array(array(CELL, most=20), most=100)},
    {"block_id": IDENT, "column_settings": array(_column, most=20)},
    rule=_table_characters,
)

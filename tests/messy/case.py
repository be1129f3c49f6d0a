"""One messy file and what reading it must give."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from appraisal.intake.headers import METRIC_COLUMNS, PEOPLE_COLUMNS, Columns

METRICS = METRIC_COLUMNS.with_metrics(
    {
        "goal_completion": "goal_completion",
        "Goal completion": "goal_completion",
        "目标完成率": "goal_completion",
        "Business volume": "business_volume",
        "业务量": "business_volume",
        "Customer satisfaction": "customer_satisfaction",
        "客户满意度": "customer_satisfaction",
    }
)

Expected = tuple[int, dict[str, str]] | tuple[int, dict[str, str], str]


@dataclass(frozen=True)
class Case:
    """`rows`: number, the cells that are not empty, the sheet. `problems`, `notes`: row, reason, what else is set.

    `error`: the code of the refusal, with the values that matter; then there are no rows.
    """

    file_name: str
    content: bytes
    rows: tuple[Expected, ...] = ()
    problems: tuple[tuple[Any, ...], ...] = ()
    notes: tuple[tuple[Any, ...], ...] = ()
    skipped: tuple[str, ...] = ()
    error: str = ""
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    mapping: dict[str, Any] = field(default_factory=dict[str, Any])
    people: bool = False  # else metrics

    @property
    def columns(self) -> Columns:
        return PEOPLE_COLUMNS if self.people else METRICS

    def expectation(self) -> dict[str, Any]:
        """As JSON, to lie beside the file."""
        if self.error:
            return {"people": self.people, "mapping": self.mapping, "error": self.error, "values": self.values}
        rows = [{"row": r[0], "cells": r[1], "sheet": r[2] if len(r) > 2 else ""} for r in self.rows]
        return {
            "people": self.people,
            "mapping": self.mapping,
            "rows": rows,
            "problems": [list(p) for p in self.problems],
            "notes": [list(n) for n in self.notes],
            "skipped": list(self.skipped),
        }


def figure(row: int, who: str, metric: str, target: str, actual: str, sheet: str = "", **more: str) -> Expected:
    """The row of a figure of somebody named."""
    cells = {"name": who, "metric": metric, "target": target, "actual": actual, **more}
    return row, {name: cell for name, cell in cells.items() if cell}, sheet


def same_every_time(package: bytes) -> bytes:
    """A zip package without the times at which it was made."""
    out = BytesIO()
    with ZipFile(BytesIO(package)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)
            target.writestr(ZipInfo(info.filename), content, ZIP_DEFLATED)
    return out.getvalue()

"""Every deliberately messy file gives exactly the rows and problems that stand beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appraisal.errors import InvalidInput
from appraisal.intake.mapping import FileMapping
from appraisal.intake.readers import read_file
from appraisal.intake.tables import Problem, Table
from tests.messy import make
from tests.messy.case import METRICS, PEOPLE_COLUMNS

CASES = make.cases()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("messy")
    make.write(made)
    return made


def said(problem: Problem) -> list[Any]:
    """As the expectations have it: without the empty fields at the end."""
    fields = [problem.row, problem.reason.value, problem.column, problem.value, problem.detail, problem.sheet]
    while fields[-1] == "":
        fields.pop()
    return fields


def outcome(table: Table) -> dict[str, Any]:
    rows = [
        {"row": r.number, "cells": {name: cell for name, cell in r.cells.items() if cell}, "sheet": r.sheet}
        for r in table.rows
    ]
    return {
        "rows": rows,
        "problems": [said(p) for p in table.problems],
        "notes": [said(n) for n in table.notes],
        "skipped": list(table.skipped),
    }


@pytest.mark.parametrize("name", [case.file_name for case in CASES])
def test_a_messy_file_gives_the_rows_and_problems_that_stand_beside_it(folder: Path, name: str) -> None:
    expected = json.loads((folder / f"{name}.expected.json").read_text("utf-8"))
    columns = PEOPLE_COLUMNS if expected.pop("people") else METRICS
    mapping = FileMapping(**expected.pop("mapping"))
    content = (folder / name).read_bytes()
    if "error" in expected:
        with pytest.raises(InvalidInput) as caught:
            read_file(content, name, columns, mapping)
        assert caught.value.code == expected["error"]
        assert {k: caught.value.values[k] for k in expected["values"]} == expected["values"]
        return
    assert outcome(read_file(content, name, columns, mapping)) == expected


def test_the_files_are_many_and_the_same_every_time(tmp_path: Path) -> None:
    assert len({case.file_name for case in CASES}) == len(CASES) >= 45
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        command = [sys.executable, "-m", make.__name__, str(folder)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        made.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert len(made[0]) == 2 * len(CASES)
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []

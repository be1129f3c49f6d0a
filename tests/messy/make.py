"""Write the messy files and their expectations into a folder: `python -m tests.messy.make FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.messy import book_cases, json_cases, old_and_open_cases, people_cases, text_cases
from tests.messy.case import Case


def cases() -> list[Case]:
    """All of them, the same bytes every time."""
    parts = (text_cases, people_cases, book_cases, old_and_open_cases, json_cases)
    return [case for part in parts for case in part.cases()]


def write(folder: Path) -> None:
    """Each file, and beside it what reading it must give."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases():
        (folder / case.file_name).write_bytes(case.content)
        expectation = json.dumps(case.expectation(), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / f"{case.file_name}.expected.json").write_text(expectation + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))

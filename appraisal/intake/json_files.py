"""JSON to grids: a list of objects, nested or not, a list of lists, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from appraisal.errors import Code, InvalidInput
from appraisal.intake.grids import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Grid, NumberedRow, too_big
from appraisal.intake.number_formats import plain_number
from appraisal.intake.tables import Problem, Reason
from appraisal.intake.text_files import trimmed

_DEEPEST = 8  # levels of objects whose values get dotted names
_SHOWN = 20  # lists in a message
_LONGEST = 80  # characters of where a list is


def grids(text: str, records: str) -> list[Grid]:
    """The records as one grid: its row 0 holds the names of their values, `employee.email` where they are nested.

    Records are counted from 1 within their list, or by line where each stands on a line of its own. `records` is
    where the list is ("data.items"); "" takes the first list of objects. The grid names the other lists.
    Raises InvalidInput(JSON_INVALID, RECORDS_MISSING, FILE_TOO_BIG_INSIDE).
    """
    try:
        found, problems, others = _records(text, records)
        return [replace(_grid(found, problems), others=others)]
    except RecursionError:
        raise InvalidInput(Code.JSON_INVALID, field="file", line=1) from None


def _records(text: str, path: str) -> tuple[list[tuple[int, Any]], list[Problem], tuple[str, ...]]:
    """Numbered records, what is none, and where other lists are."""
    try:
        document = _loads(text)
    except json.JSONDecodeError as error:
        lines = _by_line(text)
        if not any(isinstance(r, dict) for _, r in lines[:2]):
            raise InvalidInput(Code.JSON_INVALID, field="file", line=error.lineno) from None
        return *_sorted_out(lines), ()
    listed = _list_at(document, path)
    if len(listed) > MOST_ROWS:
        raise too_big()
    others = [p[:_LONGEST] for p, other in _lists(document) if other is not listed and p]
    return *_sorted_out(list(enumerate(listed, 1))), tuple(others[:_SHOWN])


def _loads(text: str) -> Any:
    """JSON with whole numbers of any length as text, and without NaN."""
    return json.loads(text, parse_int=str, parse_constant=lambda _: None)


def _by_line(text: str) -> list[tuple[int, Any]]:
    """Each line by itself; what is no JSON stays text."""
    records: list[tuple[int, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if len(records) >= MOST_ROWS:
            raise too_big()
        try:
            records.append((number, _loads(line)))
        except json.JSONDecodeError:
            records.append((number, line))
    return records


def _sorted_out(records: list[tuple[int, Any]]) -> tuple[list[tuple[int, Any]], list[Problem]]:
    good = [(n, r) for n, r in records if isinstance(r, dict | list)]
    return good, [
        Problem(n, Reason.NOT_A_RECORD, value=_text(r)[:80]) for n, r in records if not isinstance(r, dict | list)
    ]


def _list_at(document: Any, path: str) -> list[Any]:
    """The list at a dotted path; without a path the first list of objects or lists, else the object as the only one."""
    if path:
        at = document
        for step in path.split("."):
            at = at.get(step) if isinstance(at, dict) else _member(at, step)
        if isinstance(at, list):
            return at
    elif isinstance(document, list):
        return document
    lists = dict(_lists(document))
    if not path and lists:
        return next(iter(lists.values()))
    if not path and isinstance(document, dict):
        return [document] if document else []
    raise InvalidInput(Code.RECORDS_MISSING, field="file", path=path, found=[p or "–" for p in lists][:_SHOWN] or ["–"])


def _member(at: Any, step: str) -> Any:
    is_place = isinstance(at, list) and step.isascii() and step.isdigit() and len(step) < 7
    return at[int(step)] if is_place and int(step) < len(at) else None


def _lists(document: Any) -> Iterator[tuple[str, list[Any]]]:
    """Path and list of each list of objects outside of other lists, the least nested first."""
    level = [("", document)]
    for _ in range(_DEEPEST):
        below: list[tuple[str, Any]] = []
        for path, at in level:
            if isinstance(at, list) and at and isinstance(at[0], dict | list):
                yield path, at
            elif isinstance(at, dict):
                below += [(f"{path}.{name}".lstrip("."), value) for name, value in at.items()]
        level = below


def _grid(records: list[tuple[int, Any]], problems: list[Problem]) -> Grid:
    if records and all(isinstance(r, list) for _, r in records):
        rows = [(n, [trimmed(_text(v)) for v in r]) for n, r in records]
        return _checked([(n, cells) for n, cells in rows if any(cells)], problems)
    names: dict[str, int] = {}
    rows: list[NumberedRow] = []
    for number, record in records:
        if not isinstance(record, dict):
            problems.append(Problem(number, Reason.NOT_A_RECORD, value=_text(record)[:80]))
            continue
        values = dict(_flat(record, "", _DEEPEST))
        for name in values:
            names.setdefault(name, len(names))
        rows.append((number, [values.get(name, "") for name in names]))
    return _checked([(0, list(names)), *((n, cells) for n, cells in rows if any(cells))] if rows else [], problems)


def _checked(rows: list[NumberedRow], problems: list[Problem]) -> Grid:
    width = max((len(cells) for _, cells in rows), default=0)
    if width > MOST_COLUMNS or sum(len(cells) for _, cells in rows) > MOST_CELLS:
        raise too_big()
    return Grid(lambda: iter(rows), problems=tuple(problems))


def _flat(record: dict[str, Any], prefix: str, deepest: int) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if isinstance(value, dict) and deepest > 1:
            yield from _flat(value, f"{prefix}{name}.", deepest - 1)
        else:
            yield f"{prefix}{name}", trimmed(_text(value))


def _text(value: Any) -> str:
    """A value as a cell; lists as their values with commas between them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, list) and not any(isinstance(v, dict | list) for v in value):
        return ", ".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

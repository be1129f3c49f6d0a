"""A process that reads one file and ends: `python -I -m appraisal.intake.child`, started by `services.reading`.

It limits itself, takes a line of JSON and the file's bytes from its input, and answers in lines of JSON: one for up
to a thousand rows, then what else there is to tell, or only an error. A file that makes it run out of memory or time,
or kills it, harms nobody else.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from io import BytesIO
from itertools import groupby, islice
from pathlib import Path
from typing import Any, BinaryIO

from appraisal.errors import Code, InvalidInput
from appraisal.intake.headers import Columns
from appraisal.intake.mapping import FileMapping
from appraisal.intake.readers import read_file
from appraisal.intake.tables import Layout, Problem, Reason, Row, Table

MEMORY = 1 << 30  # bytes of address space
SECONDS = 20  # of processor time
_AT_ONCE = 1000  # rows of a line


def request(content: bytes, file_name: str, columns: Columns, mapping: FileMapping) -> bytes:
    """What to send to the child."""
    head = {
        "file_name": file_name,
        "names": columns.names,
        "required": columns.required,
        "metrics": columns.metrics,
        "mapping": mapping.model_dump(),
    }
    return json.dumps(head).encode() + b"\n" + content


def answered(answer: bytes) -> Table:
    """The table in an answer that is whole. Raises InvalidInput as the reader did, ValueError where it breaks off."""
    told = json.loads(answer[answer.rfind(b"\n") + 1 :])
    if isinstance(told, dict) and "error" in told:
        error = told["error"]
        raise InvalidInput(Code(error["code"]), field=error["field"], **error["values"])
    if not isinstance(told, dict) or answer.count(b"\n") != told.get("lines"):
        raise ValueError("the answer breaks off")
    return replace(_table(told["table"]), rows=tuple(_rows(BytesIO(answer), told["lines"])))


def _rows(lines: Iterable[bytes], count: int) -> Iterator[Row]:
    known: dict[str, str] = {}  # equal cells share one text
    shared = known.setdefault
    for line in islice(lines, count):
        sheet, names, rows = json.loads(line)
        for number, *cells in rows:
            yield Row(number, {n: shared(c, c) for n, c in zip(names, cells, strict=True)}, sheet)


def _table(head: dict[str, Any]) -> Table:
    layouts = (
        replace(
            Layout(**layout),
            header=tuple(layout["header"]),
            columns={int(place): name for place, name in layout["columns"].items()},
            samples=tuple(map(tuple, layout["samples"])),
        )
        for layout in head["layouts"]
    )
    lists = {name: tuple(map(_problem, head[name])) for name in ("problems", "notes")}
    broken = tuple(Row(*row) for row in head["broken"])
    return Table(**{**head, **lists, "broken": broken, "layouts": tuple(layouts), "skipped": tuple(head["skipped"])})


def _problem(given: dict[str, Any]) -> Problem:
    return Problem(**{**given, "reason": Reason(given["reason"])})


def limit_itself() -> None:
    """No more memory and processor time than a file may cost, and no core file with people's data in it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(source: BinaryIO, out: BinaryIO) -> None:
    """Read the request and write the answer."""
    head = json.loads(source.readline())
    columns = Columns(
        {k: tuple(v) for k, v in head["names"].items()}, tuple(map(tuple, head["required"])), head["metrics"]
    )
    try:
        table = read_file(source.read(), head["file_name"], columns, FileMapping(**head["mapping"]))
    except InvalidInput as error:
        out.write(json.dumps({"error": {"code": error.code, "field": error.field, "values": error.values}}).encode())
        return
    lines = 0
    for (sheet, names), alike in groupby(table.rows, key=lambda row: (row.sheet, tuple(row.cells))):
        while some := [(row.number, *row.cells.values()) for row in islice(alike, _AT_ONCE)]:
            out.write(json.dumps((sheet, names, some)).encode() + b"\n")
            lines += 1
    out.write(json.dumps({"lines": lines, "table": asdict(replace(table, rows=()))}).encode())


def tell_fault(error: Exception) -> str:
    """What broke and where, for the log; not the error's words, which may hold a cell of the file."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"


if __name__ == "__main__":
    limit_itself()
    try:
        answer(sys.stdin.buffer, sys.stdout.buffer)
    except Exception as error:  # a fault of ours, or no memory left
        sys.exit(tell_fault(error))

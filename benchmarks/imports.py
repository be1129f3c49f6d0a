"""What reading and planning a large file of figures costs, beside the floor of only taking its cells apart.

Run from the repository: `python -m benchmarks.imports [rows]`; 100,000 without a number, six columns. The floor is
csv.reader over the same text, or python-calamine's rows; both of them check nothing. Seconds depend on the machine,
ratios to the floor hardly do. "processor": seconds of it, from the start of the
process on, whatever else the machine does. "peak": the most memory that the process and its child had at the same time.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter

DAY, NOW = date(2026, 9, 30), datetime(2026, 10, 1, tzinfo=UTC)
HEADER = ("Email", "KPI", "Target", "Actual", "As of", "Department")
NAMES = ("Goal completion", "Business volume", "Customer satisfaction")


def rows(count: int) -> Iterator[tuple[str, str, int, float, str, str]]:
    """Three figures for each of a third as many people."""
    dice = random.Random(1)
    for n in range(count):
        actual = round(dice.uniform(60, 100), 2)
        yield f"p{n // 3}@example.com", NAMES[n % 3], 100, actual, DAY.isoformat(), f"Team {n % 40}"


def write(folder: Path, count: int) -> None:
    import xlsxwriter

    with (folder / "file.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows(count)])
    with xlsxwriter.Workbook(folder / "file.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet("KPI")
        for number, row in enumerate((HEADER, *rows(count))):
            sheet.write_row(number, 0, row)


def take_apart(content: bytes, kind: str) -> int:
    """The floor."""
    if kind == "csv":
        return sum(1 for _ in csv.reader(StringIO(content.decode(), newline="")))
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python())


@contextmanager
def memory() -> Iterator[Callable[[], float]]:
    """Watches this process and its children; gives the highest sum so far, in MB."""
    peak, done = [0], Event()

    def resident(pid: str) -> int:
        try:
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
        except (FileNotFoundError, ProcessLookupError):  # it has just ended
            return 0

    def watch() -> None:
        while not done.wait(0.01):
            # A child may be started by any thread of this process.
            listed = (p.read_text().split() for p in Path("/proc/self/task").glob("*/children"))
            peak[0] = max(peak[0], sum(map(resident, ["self", *(pid for pids in listed for pid in pids)])))

    thread = Thread(target=watch)
    thread.start()
    yield lambda: peak[0] / 1e6
    done.set()
    thread.join()


def timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def measure(path: Path) -> None:
    """In a process of its own: read in a child, plan, and print seconds and megabytes as JSON."""
    from appraisal.intake.headers import METRIC_COLUMNS
    from appraisal.intake.mapping import FileMapping
    from appraisal.intake.metrics import Background, plan_metrics
    from appraisal.intake.tables import Import, ImportKind
    from appraisal.people import Directory, Person
    from services import schemes
    from services.reading import read_in_child

    content = path.read_bytes()
    metrics = schemes.builtin()[0].metrics()
    columns = METRIC_COLUMNS.with_metrics({m.name.en: m.key for m in metrics})
    file = Import("i", ImportKind.METRICS, path.name, "", content, None, NOW, date(2026, 7, 1), DAY)
    with memory() as peak:
        start = perf_counter()
        table = asyncio.run(read_in_child(content, path.name, columns, FileMapping()))
        read = perf_counter() - start
        count = len(table.rows)
        directory = Directory([Person(f"p{n}", f"Person {n}", f"p{n}@example.com") for n in range(count // 3 + 1)])
        start = perf_counter()
        plan = plan_metrics(table, Background(directory, metrics), file, NOW)
        planned = perf_counter() - start
        most = peak()
    used = sum(os.times()[:4])  # with the child's
    assert len(plan.figures) + len(plan.doubtful) == count, "every row is usable"
    print(json.dumps({"read": read, "plan": planned, "peak": most, "used": used}))


def main(count: int) -> None:
    print(f"{count:,} rows     floor      read (× floor)      plan (× floor)     together  processor    peak")
    with TemporaryDirectory() as folder:
        write(Path(folder), count)
        for kind in ("csv", "xlsx"):
            path = Path(folder) / f"file.{kind}"
            content = path.read_bytes()
            floor = timed(lambda content=content, kind=kind: take_apart(content, kind))
            command = [sys.executable, "-m", "benchmarks.imports", str(path)]
            cost = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
            read, plan = cost["read"], cost["plan"]
            print(
                f"{kind:10}{floor:12.2f} s{read:9.2f} s ({read / floor:5.1f}){plan:11.2f} s ({plan / floor:5.1f})"
                f"{read + plan:10.2f} s{cost['used']:9.2f} s{cost['peak']:6.0f} MB"
            )


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "100000"
    main(int(given)) if given.isdecimal() else measure(Path(given))

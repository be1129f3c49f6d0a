"""What a file turned into: rows that can be used, and problems with their row and reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from appraisal.people import Person
from appraisal.review import Figure


class Reason(StrEnum):
    """What is wrong with a row. Each has a text `problem-<value>`; `value` and `detail` are filled in."""

    MISSING = "missing"  # a required cell is empty: detail = column
    UNKNOWN_PERSON = "unknown-person"
    UNKNOWN_MANAGER = "unknown-manager"
    OWN_MANAGER = "own-manager"
    MANAGER_LOOP = "manager-loop"
    DUPLICATE = "duplicate"  # detail = the row it repeats
    AMBIGUOUS = "ambiguous"  # several people fit, or the cells of the row mean different people
    NOT_A_DATE = "not-a-date"
    NOT_A_NUMBER = "not-a-number"
    NOT_AN_EMAIL = "not-an-email"
    NOT_YES_OR_NO = "not-yes-or-no"
    NOT_A_TIME_ZONE = "not-a-time-zone"
    UNKNOWN_METRIC = "unknown-metric"
    TARGET_ZERO = "target-zero"  # or below: nothing can be measured against it
    WRONG_CELL_COUNT = "wrong-cell-count"  # detail = "found/expected"


@dataclass(frozen=True)
class Problem:
    """One row that cannot be used. `row` as a spreadsheet counts it (the header is 1)."""

    row: int
    reason: Reason
    column: str = ""
    value: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Table:
    """A read file: canonical column names, and rows as (row number, {column: cell text})."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    ignored: tuple[str, ...] = ()  # header cells that mean nothing to us
    problems: tuple[Problem, ...] = ()
    encoding: str = "utf-8"
    separator: str = ","


@dataclass(frozen=True)
class PeoplePlan:
    """What an import of people would do. Nothing is written if there is any problem."""

    added: tuple[Person, ...]
    changed: tuple[Person, ...]
    unchanged: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class MetricsPlan:
    """What an import of metrics would do."""

    figures: tuple[Figure, ...]  # new or different from what is stored
    unchanged: int
    problems: tuple[Problem, ...]
    people: int  # with at least one figure in the file


class ImportKind(StrEnum):
    PEOPLE = "people"
    METRICS = "metrics"


class ImportState(StrEnum):
    PENDING = "pending"  # shown as a dry run, waiting for HR
    APPLIED = "applied"


@dataclass(frozen=True)
class Import:
    """A file somebody gave us. Its bytes are kept so that applying it plans again from the current data."""

    id: str
    kind: ImportKind
    file_name: str
    sha256: str
    content: bytes
    actor_id: str | None  # None on the command line
    created_at: datetime
    period_start: date | None = None  # of metrics
    period_end: date | None = None
    state: ImportState = ImportState.PENDING
    applied_at: datetime | None = None

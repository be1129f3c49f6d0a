"""What a file turned into: rows that can be used, and problems with their row and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from appraisal.intake.mapping import FileMapping
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
    # Doubts: the row can be read, and is kept back until HR says that it is right.
    FAR_OUTLIER = "far-outlier"  # detail = what is usual for this person
    OUT_OF_RANGE = "out-of-range"  # detail = the range that the scheme gives
    PERCENT_SCALE = "percent-scale"  # 0.95 among percents: is 95 % meant?


DOUBTS = frozenset({Reason.FAR_OUTLIER, Reason.OUT_OF_RANGE, Reason.PERCENT_SCALE})


@dataclass(frozen=True)
class Problem:
    """One row that cannot be used as it is. `row` as a spreadsheet counts it: the first row is 1."""

    row: int
    reason: Reason
    column: str = ""
    value: str = ""
    detail: str = ""
    sheet: str = ""  # of a file with several sheets

    @property
    def is_doubt(self) -> bool:
        """Whether HR may apply the row all the same."""
        return self.reason in DOUBTS


class Row(NamedTuple):
    """One row of a file. `cells`: our column -> the cell's text, trimmed; "" is an empty cell."""

    number: int
    cells: Mapping[str, str]
    sheet: str = ""


@dataclass(frozen=True)
class Layout:
    """How one sheet was understood, to be shown and corrected."""

    sheet: str  # "" where the format has no sheets
    header_row: int  # 0 where there is none (JSON)
    header: tuple[str, ...]  # cells as they stand in the file
    columns: Mapping[int, str]  # place in the header -> our column
    samples: tuple[tuple[str, ...], ...]  # the first five rows as they stand
    rows: int

    @property
    def ignored(self) -> tuple[str, ...]:
        """Header cells that mean nothing to us."""
        return tuple(c for place, c in enumerate(self.header) if c and place not in self.columns)


@dataclass(frozen=True)
class Table:
    """A read file: its usable rows, what was wrong with the others, and how it was understood."""

    rows: tuple[Row, ...]
    layouts: tuple[Layout, ...]  # of the sheets that were read
    problems: tuple[Problem, ...] = ()
    skipped: tuple[str, ...] = ()  # sheets without a header that we know
    format: str = "csv"  # csv, xlsx, xls, ods or json
    encoding: str = ""
    separator: str = ""

    @property
    def columns(self) -> frozenset[str]:
        """Our columns that the file has."""
        return frozenset(name for layout in self.layouts for name in layout.columns.values())


@dataclass(frozen=True)
class Change:
    """A person before and after."""

    before: Person
    after: Person

    def fields(self) -> tuple[str, ...]:
        """Names of the fields that differ."""
        return tuple(f for f, old in vars(self.before).items() if old != getattr(self.after, f))


@dataclass(frozen=True)
class PeoplePlan:
    """What an import of people would do. Rows with a problem are left out of it."""

    added: tuple[Person, ...]
    changed: tuple[Change, ...]
    unchanged: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Conflict:
    """A figure of the file where another source says something else. `wins`: the file's figure will count."""

    fresh: Figure
    other: Figure
    wins: bool


@dataclass(frozen=True)
class MetricsPlan:
    """What an import of metrics would do."""

    figures: tuple[Figure, ...]  # new, or different from what this source said before
    unchanged: int
    problems: tuple[Problem, ...]
    people: int  # with at least one figure in the file
    doubtful: tuple[Figure, ...] = ()  # kept back; each has a problem that is a doubt
    replaced: tuple[tuple[Figure, Figure], ...] = ()  # (what counts now, what will count)
    conflicts: tuple[Conflict, ...] = ()
    other_periods: int = 0  # rows that say they are about another period


class ImportKind(StrEnum):
    PEOPLE = "people"
    METRICS = "metrics"


class ImportState(StrEnum):
    PENDING = "pending"  # shown as a dry run, waiting for HR
    APPLIED = "applied"
    ROLLED_BACK = "rolled-back"


class Apply(StrEnum):
    """Which rows of a file are taken."""

    GOOD = "good"  # those without any problem
    ALL = "all"  # those of which there is only a doubt, too


UPLOADED = 0  # precedence of files given by hand; sources that keep coming have 1 and more, the lower one wins


@dataclass(frozen=True)
class Counts:
    """What became of a file's rows."""

    rows: int = 0
    applied: int = 0
    unchanged: int = 0
    doubtful: int = 0
    errors: int = 0


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
    source: str = ""  # where such files come from: a declared source's key, or made from the file's name
    rank: int = UPLOADED
    as_of: date | None = None  # the day its figures are of, where it does not say so row by row
    mapping: FileMapping | None = None  # as it was read
    what: Apply = Apply.GOOD  # what was applied
    counts: Counts | None = None
    rolled_back_at: datetime | None = None

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
    DUPLICATE = "duplicate"  # detail = the row that says something else of the same
    AMBIGUOUS = "ambiguous"  # several people fit, or the cells of the row mean different people: detail = they
    NOT_A_DATE = "not-a-date"
    NOT_A_NUMBER = "not-a-number"
    NOT_AN_EMAIL = "not-an-email"
    NOT_YES_OR_NO = "not-yes-or-no"
    NOT_A_TIME_ZONE = "not-a-time-zone"
    UNKNOWN_METRIC = "unknown-metric"
    TARGET_ZERO = "target-zero"  # or below: nothing can be measured against it
    NOT_A_LEVEL = "not-a-level"  # of a goal, which has whole levels from -2 to 2 only
    GOAL_WITH_TARGET = "goal-with-target"  # a level is measured against nothing: with a target, a result may be meant
    NOT_A_PERIOD = "not-a-period"
    AS_OF_FUTURE = "as-of-future"
    WRONG_CELL_COUNT = "wrong-cell-count"  # detail = "found/expected"
    CELL_ERROR = "cell-error"  # the spreadsheet itself shows #DIV/0! and the like: value = its name
    NOT_CALCULATED = "not-calculated"  # a formula without its result: value = the formula
    AMBIGUOUS_DATE = "ambiguous-date"  # 03/04/2026, and nothing in its column tells which way round
    TOO_LONG = "too-long"  # a cell with more text than anybody means: detail = how many characters it may have
    UNREADABLE_TEXT = "unreadable-text"  # characters that were lost when the file was written
    NOT_A_RECORD = "not-a-record"  # JSON: what should be an object with named values is not
    # Doubts: the row can be read, and is kept back until HR says that it is right.
    FAR_OUTLIER = "far-outlier"  # detail = what is usual for this person
    FAR_FROM_TARGET = "far-from-target"  # detail = the target
    OUT_OF_RANGE = "out-of-range"  # detail = the range that the scheme gives
    PERCENT_SCALE = "percent-scale"  # 0.95 among percents: is 95 % meant?
    AS_OF_EARLY = "as-of-early"  # the figure is of a day before its period: detail = the period's first day
    # Notes: nothing to correct, but HR should know.
    TOTAL_ROW = "total-row"  # left out
    REPEATED_HEADER = "repeated-header"  # left out
    FOOTER = "footer"  # left out
    NO_FIGURES = "no-figures"  # a row of a file with one column per metric, where all of them are empty: left out
    OTHER_ENCODING = "other-encoding"  # read, in another encoding than the rest of the file: value = its name


DOUBTS = frozenset(
    {
        Reason.FAR_OUTLIER,
        Reason.FAR_FROM_TARGET,
        Reason.OUT_OF_RANGE,
        Reason.PERCENT_SCALE,
        Reason.AS_OF_EARLY,
    }
)


@dataclass(frozen=True)
class Problem:
    """One row that cannot be used as it is. `row` as a spreadsheet counts it: the first row is 1."""

    row: int
    reason: Reason
    column: str = ""
    value: str = ""
    detail: str = ""
    sheet: str = ""  # of a file with several sheets
    metric: str = ""  # key of the metric whose cell it is, in a file with one column per metric

    @property
    def is_doubt(self) -> bool:
        """Whether HR may apply the row all the same."""
        return self.reason in DOUBTS


class Row(NamedTuple):
    """One row of a file. `cells`: our column -> the cell's text, trimmed; "" is an empty cell.

    A row of a file with one column per metric comes out as one Row per metric, with the same number.
    """

    number: int
    cells: dict[str, str]
    sheet: str = ""


def place(row: Row, seen_from: Row) -> str:
    """A row as it is named beside another one."""
    return str(row.number) if row.sheet == seen_from.sheet else f"{row.sheet}!{row.number}"


@dataclass(frozen=True)
class Layout:
    """How one sheet was understood, to be shown and corrected."""

    sheet: str  # "" where the format has no sheets
    header_row: int  # 0 where there is none (JSON)
    header: tuple[str, ...]  # cells as they stand in the file
    columns: Mapping[int, str]  # place in the header -> our column, also `actual:KEY` and `target:KEY`
    samples: tuple[tuple[str, ...], ...]  # the first five rows as they stand
    rows: int  # below the header, those with a problem included, totals and the like not
    header_rows: int = 1  # or 2, the lower of which is `header_row`

    @property
    def is_wide(self) -> bool:
        """Whether there is one column per metric."""
        return any(":" in name for name in self.columns.values())

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
    broken: tuple[Row, ...] = ()  # as far as they can be shown: those that have a problem here and are not in `rows`
    notes: tuple[Problem, ...] = ()  # totals, repeated headers and footers that were left out, and the like
    skipped: tuple[str, ...] = ()  # sheets that are hidden or have no header that we know; of JSON, other lists
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


class Apply(StrEnum):
    """Which rows of a file are taken."""

    GOOD = "good"  # those without any problem
    ALL = "all"  # those of which there is only a doubt, too


@dataclass(frozen=True)
class PeoplePlan:
    """What an import of people would do. Rows with a problem are left out of it."""

    added: tuple[Person, ...]
    changed: tuple[Change, ...]
    unchanged: int
    problems: tuple[Problem, ...]
    repeated: int = 0  # rows that say again what another one says

    def has_news(self, _what: Apply) -> bool:
        """Whether applying it would write anything. A row about a person is never only doubtful."""
        return bool(self.added or self.changed)


class Because(StrEnum):
    """Why one of two figures counts. Each has a text `conflict-why-<value>`."""

    PRECEDENCE = "precedence"  # of its source
    AS_OF = "as-of"  # it is of a later day
    LATER = "later"  # it came later


@dataclass(frozen=True)
class Conflict:
    """A figure of the file where another source says something else, or the same one of a later day.

    `wins`: the file's figure will count.
    """

    fresh: Figure
    other: Figure
    wins: bool
    why: Because = Because.LATER


@dataclass(frozen=True)
class MetricsPlan:
    """What an import of metrics would do."""

    figures: tuple[Figure, ...]  # new, or different from what this source said before
    unchanged: int
    problems: tuple[Problem, ...]
    people: int  # with at least one figure in the file
    doubtful: tuple[Figure, ...] = ()  # kept back; each has a problem that is a doubt
    replaced: tuple[tuple[Figure, Figure], ...] = ()  # (what this source said before, what it says now)
    conflicts: tuple[Conflict, ...] = ()
    other_periods: int = 0  # rows that say they are about another period
    repeated: int = 0  # rows that say again what another one says, or what it says of a later day

    def writes(self, what: Apply) -> tuple[Figure, ...]:
        """The figures that applying it would store."""
        return self.figures + (self.doubtful if what is Apply.ALL else ())

    def has_news(self, what: Apply) -> bool:
        """Whether applying it would write anything."""
        return bool(self.writes(what))


class ImportKind(StrEnum):
    PEOPLE = "people"
    METRICS = "metrics"


class ImportState(StrEnum):
    PENDING = "pending"  # shown as a dry run, waiting for HR
    APPLIED = "applied"
    ROLLED_BACK = "rolled-back"


class MappedBy(StrEnum):
    """Where the mapping of a dry run comes from."""

    NOTHING = "nothing"  # the file was understood by itself
    HR = "hr"  # HR, or the declaration of a source
    MEMORY = "memory"  # what was confirmed for this source last time
    NOT_MEMORY = "not-memory"  # what was confirmed last time does not fit this file and was left out


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


def counted(table: Table, plan: PeoplePlan | MetricsPlan, what: Apply) -> Counts:
    """The counts of a file of which `what` is applied. A row is counted once, whatever is wrong with it."""
    wrong = {(p.sheet, p.row) for p in plan.problems if not p.is_doubt}
    doubtful = plan.doubtful if isinstance(plan, MetricsPlan) else ()
    is_people = isinstance(plan, PeoplePlan)
    return Counts(
        rows=len({(r.sheet, r.number) for r in table.rows} | wrong),
        applied=len(plan.added) + len(plan.changed) if is_people else len(plan.writes(what)),
        unchanged=plan.unchanged,
        doubtful=0 if what is Apply.ALL else len(doubtful),
        errors=len(wrong),
    )

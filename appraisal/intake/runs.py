"""Fetching a source: what was got, what became of it, and when it is due again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from appraisal.errors import AppraisalError
from appraisal.intake.sources import Declared, Pulled

FIRST_PAUSE = timedelta(minutes=1)  # after a failure; doubled with each further one
WORKING = timedelta(minutes=5)  # beyond fetching: reading, checking and writing a large file
LOOK_AGAIN = timedelta(days=1)  # at rows left out of a file that has not changed: people are added meanwhile


class Outcome(StrEnum):
    """How a run of a source ended, or that it has not."""

    ASKED = "asked"  # it is due at once: HR wants it (`Detail.asked`), or it was cut off
    RUNNING = "running"
    APPLIED = "applied"
    UNCHANGED = "unchanged"  # the same bytes, or Not Modified
    IDLE = "idle"  # no open cycle needs figures now
    FAILED = "failed"


SUCCESS = (Outcome.APPLIED, Outcome.UNCHANGED)
UNDER_WAY = (Outcome.ASKED, Outcome.RUNNING)


class Failure(StrEnum):
    """Why nothing was got. Each has a text `failure-<value>`, filled in from the values named here."""

    UNREACHABLE = "unreachable"  # where, why
    TIMED_OUT = "timed-out"  # seconds
    STATUS = "status"  # status
    REDIRECTED = "redirected"  # where
    PAGE = "page"  # an HTML page instead of figures
    TOO_LARGE = "too-large"  # megabytes
    BAD_ENCODING = "bad-encoding"  # encoding
    NO_SECRET = "no-secret"  # variable
    NO_FOLDER = "no-folder"  # folder
    NO_FILE = "no-file"  # folder, pattern
    GROWING = "growing"  # file: it is still being written
    QUERY = "query"  # why
    NO_DRIVER = "no-driver"  # why
    NOT_READ = "not-read"  # code, and the values of that error
    BROKEN = "broken"  # why: a fault of ours, which is in the log


class FetchFailed(Exception):
    """A source gave nothing that can be read. `values` are shown to HR: no secrets."""

    def __init__(self, failure: Failure, **values: Any) -> None:
        super().__init__(f"{failure.value} {values}")
        self.failure = failure
        self.values = values


def unreadable(error: AppraisalError) -> FetchFailed:
    """What was got is no table of figures."""
    return FetchFailed(Failure.NOT_READ, code=error.code.value, **_plain(error.values))


def _plain(values: Mapping[str, object]) -> dict[str, Any]:
    simple = (str, int, float)
    return {
        k: v if isinstance(v, simple) else [str(x) for x in v] if isinstance(v, list | tuple) else str(v)
        for k, v in values.items()
    }


@dataclass(frozen=True)
class Fetched:
    """The bytes of a source. `as_of`: the day they are of, where the source tells."""

    content: bytes
    file_name: str
    etag: str = ""
    as_of: date | None = None


@dataclass(frozen=True)
class Unchanged:
    """The source says that nothing is new."""


@dataclass(frozen=True)
class LastRun:
    """What a connector may compare with; empty where everything must be got again."""

    etag: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Taken:
    """What one period took of a file. Numbers are rows. `undone`: nothing any more, as HR took it back."""

    period_start: date
    period_end: date
    import_id: str
    rows: int = 0
    applied: int = 0
    unchanged: int = 0
    doubtful: int = 0
    errors: int = 0
    undone: bool = False

    @property
    def left_out(self) -> int:
        return self.doubtful + self.errors


@dataclass(frozen=True)
class Detail:
    """What is remembered of a run. `reading` stands for the declaration by which the file was read.

    `asked`: HR wants all that the source has, also what was taken back before; until the run has ended.
    """

    taken: tuple[Taken, ...] = ()
    reading: str = ""
    file_name: str = ""
    as_of: date | None = None
    looked_at: datetime | None = None  # when the rows were last planned, not only compared
    failure: Failure | None = None
    values: dict[str, Any] = field(default_factory=dict)
    asked: bool = False

    @property
    def periods(self) -> frozenset[tuple[date, date]]:
        return frozenset((t.period_start, t.period_end) for t in self.taken)

    @property
    def left_out(self) -> int:
        return sum(t.left_out for t in self.taken)


@dataclass(frozen=True)
class Run:
    """One run of a source. `due_at` makes it unique; `started_at` also tells which of two runners has it."""

    id: str
    source: str
    due_at: datetime
    started_at: datetime
    outcome: Outcome = Outcome.RUNNING
    ended_at: datetime | None = None
    import_id: str | None = None
    detail: Detail = Detail()
    etag: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class History:
    """What a source has done: its last run, its last success, and failures in a row since."""

    last: Run | None = None
    success: Run | None = None
    failures: int = 0


def limit(source: Declared) -> timedelta:
    """How long a run may take before it counts as dead."""
    return timedelta(seconds=source.seconds) + WORKING


def is_dead(run: Run, source: Declared, now: datetime) -> bool:
    """Whether whoever ran this is gone; a minute is left to end by themselves."""
    return run.outcome is Outcome.RUNNING and now > run.started_at + limit(source) + timedelta(minutes=1)


def next_due(source: Pulled, history: History, now: datetime) -> datetime:
    """When the next run is due: after the usual interval, earlier after a failure, at once if it never ran."""
    last = history.last
    if last is None:
        return now
    if last.outcome is Outcome.ASKED:
        return last.due_at
    ended = last.ended_at or last.started_at + limit(source)
    if last.outcome is Outcome.FAILED:
        return ended + min(source.interval, FIRST_PAUSE * 2 ** min(max(0, history.failures - 1), 20))
    return ended + source.interval


def is_due(source: Pulled, history: History, now: datetime, ours: Collection[str] = ()) -> bool:
    """Whether a run is to be begun, or one whose runner died to be taken up. `ours`: ids of runs that live."""
    last = history.last
    if last and last.outcome is Outcome.RUNNING:
        return last.id not in ours and is_dead(last, source, now)
    return next_due(source, history, now) <= now


def comparable(history: History, periods: frozenset[tuple[date, date]], reading: str, now: datetime) -> LastRun:
    """What the next run may be compared with: the last success, if it was read in the same way for the same periods.

    Rows that were left out are looked at again after a day, though the file be the same.
    """
    success = history.success
    if success is None or success.detail.periods != periods or success.detail.reading != reading:
        return LastRun()
    looked = success.detail.looked_at
    if success.detail.left_out and (looked is None or now - looked >= LOOK_AGAIN):
        return LastRun()
    return LastRun(success.etag, success.sha256)

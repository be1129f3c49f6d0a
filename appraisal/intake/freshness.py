"""How old figures are, and whether that matters: for HR before scoring and for the manager's card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from appraisal.intake.runs import History, Outcome
from appraisal.intake.sources import AnySource, Push, Sources
from appraisal.review import Figure

GRACE = timedelta(hours=1)  # a source that comes every few minutes is not late at once


class Dated(Protocol):
    """A figure that knows where it comes from: `Figure`, or a metric on a stored card."""

    @property
    def source(self) -> str: ...
    @property
    def as_of(self) -> date | None: ...
    @property
    def imported_at(self) -> datetime | None: ...


def day_of(figure: Dated, seen: datetime | None = None) -> date | None:
    """The day that a figure is of: what its file says, else when it came, or was last seen to be still the same.

    `seen`: when its source last answered. None for figures of before that was kept.
    """
    came = figure.imported_at
    if came and seen:
        came = max(came, seen)
    return figure.as_of or (came.astimezone(UTC).date() if came else None)


def age_days(figure: Dated, now: datetime, seen: datetime | None = None) -> int | None:
    """Whole days; 0 also for figures of a day to come."""
    day = day_of(figure, seen)
    return max(0, (now.astimezone(UTC).date() - day).days) if day else None


def is_stale(figure: Dated, *, fresh_days: int, period_end: date, now: datetime, seen: datetime | None = None) -> bool:
    """Whether a figure is older than its source's limit. `seen`: see `day_of`.

    One that is as of the last day of its period, or later, is complete: it is not stale, however long ago that was.
    """
    if figure.as_of and figure.as_of >= period_end:
        return False
    age = age_days(figure, now, seen)
    return age is not None and age > fresh_days


@dataclass(frozen=True)
class Stale:
    """Figures of one source that are too old."""

    source: str
    figures: int
    oldest: date
    days: int  # age of the oldest
    fresh_days: int  # what is allowed


@dataclass(frozen=True)
class Late:
    """A source that should have come and did not. `since`: its last success; None where it never came."""

    source: AnySource
    since: datetime | None


@dataclass(frozen=True)
class Freshness:
    """What HR should know about figures before scoring; nothing where all is well."""

    stale: tuple[Stale, ...] = ()
    late: tuple[Late, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stale or self.late)


def stale_of(
    figures: Iterable[Figure], sources: Sources, *, period_end: date, now: datetime, seen: Mapping[str, datetime]
) -> tuple[Stale, ...]:
    """Which sources have figures that are too old, by name of the source. `seen`: key -> when it last answered."""
    old: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        limit = sources.fresh_days(figure.source)
        if is_stale(figure, fresh_days=limit, period_end=period_end, now=now, seen=seen.get(figure.source)):
            old[figure.source].append(figure)
    return tuple(_stale(s, found, sources.fresh_days(s), now, seen.get(s)) for s, found in sorted(old.items()))


def _stale(source: str, figures: list[Figure], fresh_days: int, now: datetime, seen: datetime | None) -> Stale:
    oldest = min(day for f in figures if (day := day_of(f, seen)))
    return Stale(source, len(figures), oldest, (now.astimezone(UTC).date() - oldest).days, fresh_days)


def is_late(source: AnySource, history: History, now: datetime) -> bool:
    """Whether a source is overdue: it has missed one turn and an hour, or its days of freshness where it is pushed."""
    success, last = history.success, history.last
    if last and last.outcome is Outcome.IDLE and (success is None or last.started_at > success.started_at):
        return False  # it came when nobody needed figures
    if isinstance(source, Push):
        patience = timedelta(days=source.fresh_days)
        return success is None or now - success.started_at > patience
    if success is None:
        return bool(history.failures)
    return now - success.started_at > 2 * source.interval + GRACE

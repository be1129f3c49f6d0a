"""What HR reads about figures: how each source stands, and per cycle whose figures are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appraisal.cycle import Cycle, Participant
from appraisal.intake.freshness import Stale, is_late
from appraisal.intake.runs import UNDER_WAY, History, Outcome, Taken, is_dead, next_due
from appraisal.intake.sources import AnySource, Fault, Push
from appraisal.intake.tables import Import
from appraisal.review import Figure
from appraisal.scheme import Measure


class Standing(StrEnum):
    """How a source stands, the worst first. Each has a text `standing-<value>`."""

    FAILING = "failing"
    LATE = "late"  # it should have come
    STALE = "stale"  # it came, with figures that are too old
    RUNNING = "running"
    NEW = "new"  # it has not come yet
    IDLE = "idle"  # no open cycle needs figures
    FRESH = "fresh"


@dataclass(frozen=True)
class SourceStatus:
    """One declared source. `taken`: what its last file gave; `next_due` is None for one that is pushed."""

    source: AnySource
    standing: Standing
    history: History
    next_due: datetime | None
    taken: tuple[Taken, ...] = ()

    @property
    def came_at(self) -> datetime | None:
        success = self.history.success
        return success.ended_at if success else None

    @property
    def rows(self) -> int:
        return sum(t.rows for t in self.taken if not t.undone)

    @property
    def undone(self) -> bool:
        """Whether HR took back what came."""
        return any(t.undone for t in self.taken)

    @property
    def left_out(self) -> int:
        return sum(t.left_out for t in self.taken)


@dataclass(frozen=True)
class HandStatus:
    """The last file that HR gave of one kind."""

    file: Import
    is_stale: bool


@dataclass(frozen=True)
class Gap:
    """People whose form has a metric of which there is no figure."""

    metric: Measure
    names: tuple[str, ...]


@dataclass(frozen=True)
class CycleFigures:
    """How complete a cycle's figures are. `complete`: people who lack none of their own form."""

    cycle: Cycle
    people: int
    complete: int
    gaps: tuple[Gap, ...]
    stale: tuple[Stale, ...]


@dataclass(frozen=True)
class MetricsStatus:
    """All of it."""

    sources: tuple[SourceStatus, ...] = ()
    by_hand: tuple[HandStatus, ...] = ()
    cycles: tuple[CycleFigures, ...] = ()
    faults: tuple[Fault, ...] = ()


def standing(source: AnySource, history: History, *, stale: bool, now: datetime) -> Standing:
    """How a source stands now; `stale`: some of its figures that count are too old."""
    last = history.last
    if last and last.outcome in UNDER_WAY and not is_dead(last, source, now):
        return Standing.RUNNING
    if history.failures:
        return Standing.FAILING
    if history.success is None:
        return Standing.IDLE if last and last.outcome is Outcome.IDLE else Standing.NEW
    if is_late(source, history, now):
        return Standing.LATE
    return Standing.STALE if stale else Standing.FRESH


def source_status(
    source: AnySource, history: History, *, stale: bool, taken: Sequence[Taken], now: datetime
) -> SourceStatus:
    due = None if isinstance(source, Push) else next_due(source, history, now)
    return SourceStatus(source, standing(source, history, stale=stale, now=now), history, due, tuple(taken))


def cycle_figures(
    cycle: Cycle,
    participants: Collection[Participant],
    figures: Iterable[Figure],
    names: Mapping[str, str],
    stale: tuple[Stale, ...],
) -> CycleFigures:
    """Who lacks which metric of their own form. `figures` are those that count; gaps come in the form's order."""
    there = {(f.person_id, f.metric) for f in figures}
    missing: dict[str, list[str]] = {}
    incomplete = 0
    for person in participants:
        lacks = [m for m in cycle.scheme.as_variant(person.variant).metrics() if (person.person_id, m.key) not in there]
        incomplete += bool(lacks)
        for metric in lacks:
            missing.setdefault(metric.key, []).append(names[person.person_id])
    metrics = (m for m in cycle.scheme.all_metrics() if m.key in missing)
    gaps = tuple(Gap(metric, tuple(sorted(missing[metric.key]))) for metric in metrics)
    return CycleFigures(cycle, len(participants), len(participants) - incomplete, gaps, stale)

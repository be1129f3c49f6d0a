"""A table of business figures to what importing it would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from appraisal.intake import checks
from appraisal.intake.checks import Earlier
from appraisal.intake.figures import Read, RowReader, is_percent
from appraisal.intake.freshness import day_of
from appraisal.intake.tables import UPLOADED, Because, Conflict, Import, MetricsPlan, Problem, Reason, Table, place
from appraisal.people import Directory
from appraisal.review import Figure
from appraisal.scheme import Measure, MetricItem

Key = tuple[str, str]  # person id, metric


@dataclass(frozen=True)
class Background:
    """What the rows of a file are held against."""

    directory: Directory
    metrics: Sequence[Measure]  # of every form that is used in the period; of one key the first goes before others
    forms: Mapping[str, Mapping[str, Measure]] = field(default_factory=dict)  # person id -> key -> of the own form
    said: Iterable[tuple[int, Figure]] = ()  # (rank, figure) of the period; of each person and metric what counts first
    history: Mapping[Key, Sequence[Earlier]] = field(default_factory=dict)  # of periods before


def plan_metrics(table: Table, background: Background, file: Import, now: datetime) -> MetricsPlan:
    """What importing `table`, read from `file`, would do to the figures of its period.

    Each row is a person, a metric (by any of its names), a target (the scheme's where there is none) and an actual
    value. The good rows can be applied without the others. A figure that this source said before is left as it is.
    """
    plan = _Plan(background, file)
    wide = [layout.sheet for layout in table.layouts if layout.is_wide]
    reader = RowReader(background.directory, background.metrics, background.forms, file, now, wide)
    for row in table.rows:
        read = reader.figure(row)
        if isinstance(read, Problem):
            plan.problems.append(read)
        elif read is None:
            plan.other_periods += 1
        else:
            plan.take(read)
    plan.settle_repeats()
    plan.compare({(p.sheet, p.row) for p in table.problems if p.is_doubt})
    return plan.result(table.problems)


@dataclass
class _Plan:
    background: Background
    file: Import
    rows: dict[Key, Read] = field(default_factory=dict)
    repeats: dict[Key, list[Read]] = field(default_factory=dict)  # of several rows for one person and metric
    problems: list[Problem] = field(default_factory=list)
    good: list[Figure] = field(default_factory=list)
    doubtful: list[Figure] = field(default_factory=list)
    replaced: list[tuple[Figure, Figure]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    unchanged: int = 0
    repeated: int = 0
    other_periods: int = 0

    def take(self, read: Read) -> None:
        key = read.figure.person_id, read.figure.metric
        first = self.rows.setdefault(key, read)
        if first is not read:
            self.repeats.setdefault(key, [first]).append(read)

    def settle_repeats(self) -> None:
        """Of rows for the same person and metric leave one: the latest day's. Where they disagree leave none."""
        for key, rows in self.repeats.items():
            latest = _latest(rows)
            if len({_values(r.figure) for r in latest}) == 1:
                self.rows[key] = latest[0]
                self.repeated += len(rows) - 1
                continue
            del self.rows[key]
            self.repeated += len(rows) - len(latest)
            for n, read in enumerate(latest):
                other = latest[0 if n else 1].row
                self.problems.append(read.problem(Reason.DUPLICATE, "actual", place(other, read.row)))

    def compare(self, suspect: set[tuple[str, int]]) -> None:
        """Sort the figures: said before, good or doubtful; `suspect` (sheet, row) were doubted when they were read."""
        said: dict[Key, list[tuple[int, Figure]]] = {}
        for rank, figure in self.background.said:
            said.setdefault((figure.person_id, figure.metric), []).append((rank, figure))
        typical = self._typical()
        for key, read in self.rows.items():
            others = said.get(key, [])
            own = next((n for n, (rank, f) in enumerate(others) if self._is_own(rank, f)), None)
            if (known := self._known(read.figure, others)) is not None:
                self.unchanged += 1
                self.conflicts += self._conflicts(others[known][1], known, others)
                continue
            doubts = list(self._doubts(read, typical.get(read.figure.metric, 0.0)))
            self.problems += doubts
            if doubts or (read.row.sheet, read.row.number) in suspect:
                self.doubtful.append(read.figure)
                continue
            self.good.append(read.figure)
            before = self._place(read.figure, others)
            self.conflicts += self._conflicts(read.figure, before, others)
            if own is not None and before <= own and _values(others[own][1]) != _values(read.figure):
                self.replaced.append((others[own][1], read.figure))

    def _typical(self) -> dict[str, float]:
        """Of each metric in %: what its numbers in this file are like."""
        values: dict[str, list[float]] = {}
        for read in self.rows.values():
            if is_percent(read.metric):
                values.setdefault(read.figure.metric, []).extend(_values(read.figure))
        return {key: checks.typical(numbers) for key, numbers in values.items()}

    def _doubts(self, read: Read, typical: float) -> Iterator[Problem]:
        figure, metric = read.figure, read.metric
        fractions = self.file.mapping is not None and self.file.mapping.fractions
        is_scale_clear = True
        for column in read.bare:
            value = figure.target if column == "target" else figure.actual
            if checks.looks_like_percent(value / 100) if fractions else checks.looks_like_fraction(value, typical):
                is_scale_clear = False
                yield read.problem(Reason.PERCENT_SCALE, column)
        if isinstance(metric, MetricItem):
            yield from self._odd(read, metric, is_scale_clear=is_scale_clear)
        start = self.file.period_start
        if start and figure.as_of and checks.is_early(figure.as_of, start):
            yield read.problem(Reason.AS_OF_EARLY, "as_of", start.isoformat())

    def _odd(self, read: Read, metric: MetricItem, *, is_scale_clear: bool) -> Iterator[Problem]:
        figure = read.figure
        if detail := checks.outside_range(metric, figure.actual):
            yield read.problem(Reason.OUT_OF_RANGE, "actual", detail)
        if is_scale_clear and (detail := checks.far_from_target(metric, figure.target, figure.actual)):
            yield read.problem(Reason.FAR_FROM_TARGET, "actual", detail)
        history = self.background.history.get((figure.person_id, figure.metric), ())
        if detail := checks.far_from_usual(metric, figure.target, figure.actual, history):
            yield read.problem(Reason.FAR_OUTLIER, "actual", detail)

    def _is_own(self, rank: int, other: Figure) -> bool:
        """Whether this source said it. A file by hand from before a source of that name was declared is another."""
        return other.source == self.file.source and (rank == UPLOADED) == (self.file.rank == UPLOADED)

    def _known(self, fresh: Figure, others: Sequence[tuple[int, Figure]]) -> int | None:
        """Where this source has said the same before: as its last word, or of the same day before a later day's."""
        own = [n for n, (rank, other) in enumerate(others) if self._is_own(rank, other)]
        if not own or _says_the_same(others[own[0]][1], fresh):
            return own[0] if own else None
        rank, last = others[own[0]]
        if _order(rank, last) >= _order(rank, fresh):
            return None  # what it says now would be its last word
        return next((n for n in own if _is_alike(others[n][1], fresh)), None)

    def _place(self, fresh: Figure, others: Sequence[tuple[int, Figure]]) -> int:
        """Where a new figure comes among those that are there, the one that counts first."""
        order = _order(self.file.rank, fresh)
        return next((n for n, (rank, other) in enumerate(others) if order <= _order(rank, other)), len(others))

    def _conflicts(self, figure: Figure, place: int, others: Sequence[tuple[int, Figure]]) -> Iterator[Conflict]:
        """What other sources say else, and this one of a later day; of each source what counts."""
        seen: set[tuple[str, bool]] = set()
        for n, (rank, other) in enumerate(others):
            is_own, source = self._is_own(rank, other), (other.source, rank == UPLOADED)
            if source not in seen and _values(other) != _values(figure) and not (is_own and n >= place):
                yield Conflict(figure, other, wins=n >= place, why=_because(self.file.rank, figure, rank, other))
            seen.add(source)

    def result(self, unread: Sequence[Problem]) -> MetricsPlan:
        return MetricsPlan(
            figures=tuple(self.good),
            unchanged=self.unchanged,
            problems=tuple(sorted(dict.fromkeys([*unread, *self.problems]), key=lambda p: (p.sheet, p.row))),
            people=len({person for person, _ in self.rows}),
            doubtful=tuple(self.doubtful),
            replaced=tuple(self.replaced),
            conflicts=tuple(self.conflicts),
            other_periods=self.other_periods,
            repeated=self.repeated,
        )


def _latest(rows: Sequence[Read]) -> Sequence[Read]:
    """The rows of the latest day, where each says of what day it is; else all."""
    days = [r.figure.as_of for r in rows]
    known = [d for d in days if d]
    return [r for r in rows if r.figure.as_of == max(known)] if len(known) == len(days) else rows


def _values(figure: Figure) -> tuple[float, float]:
    return figure.target, figure.actual


def _says_the_same(before: Figure, now: Figure) -> bool:
    """Also not of a later day: that would tell that the figure is fresh."""
    is_later = now.as_of is not None and (before.as_of is None or now.as_of > before.as_of)
    return _values(before) == _values(now) and not is_later


def _is_alike(before: Figure, now: Figure) -> bool:
    return (_values(before), day_of(before)) == (_values(now), day_of(now))


def _because(rank: int, figure: Figure, other_rank: int, other: Figure) -> Because:
    """What decides between two figures."""
    if rank != other_rank:
        return Because.PRECEDENCE
    return Because.LATER if _order(rank, figure) == _order(rank, other) else Because.AS_OF


def _order(rank: int, figure: Figure) -> tuple[int, int]:
    """What goes before what: the lower rank, then the later day. Of equals the one that came later."""
    day = day_of(figure)
    return rank, -day.toordinal() if day else 1

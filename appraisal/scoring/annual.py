"""The result of a year, from the results of its cycles: S = Σ d S / Σ d over the days that each has in the year,
times the weights of the scheme's policy. What was left out, and why, stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import fsum

from appraisal.scheme import AnnualPolicy, FormChange, Joiners, Leave, ManagerChange, Scheme
from appraisal.scoring.composite import shown
from appraisal.scoring.year import Annual, Counted, CycleResult, Insufficient, Member, Skipped, YearCycle

LEAST_COVERAGE = 0.5  # of the year, or of what has passed of it


def weighted(scores: Sequence[tuple[float, float]]) -> float:
    """Σ w S / Σ w of (weight, score): with days for weights the figure of a year."""
    return fsum(w * s for w, s in scores) / fsum(w for w, _ in scores)


def days_in(year: int, until: date, start: date, end: date) -> int:
    """How many days of a period lie in the year and not after `until`."""
    first, last = max(start, date(year, 1, 1)), min(end, until, date(year, 12, 31))
    return max(0, (last - first).days + 1)


def annual(
    year: int, until: date, cycles: Sequence[YearCycle], member: Member, results: Iterable[CycleResult]
) -> Annual:
    """Somebody's year until a day, by the policy of the last form they have a result with.

    `cycles`: those of the company in the year whose scheme is summed up, of everybody's form.
    """
    got = {r.cycle.cycle_id: r for r in results}
    until = min(until, date(year, 12, 31))
    ordered = sorted(
        (c for c in cycles if days_in(year, until, c.start, c.end)), key=lambda c: (c.start, c.end, c.name)
    )
    last = next((got[c.cycle_id] for c in reversed(ordered) if c.cycle_id in got), None)
    policy = last.cycle.form.annual if last else None
    if last is None or policy is None:
        return _none(year, until, ordered, member)
    ordered = [got[c.cycle_id].cycle if c.cycle_id in got else c for c in ordered]
    chosen = _not_at_the_same_time(ordered, got, member, last.cycle.form.key)
    mine = [c for c in ordered if c.cycle_id in chosen or c.cycle_id in got or c.cycle_id in member.took_part]
    rolled = _Year(year, until, policy, last, chosen, got, member).result(mine)
    if policy.joiners is Joiners.NEXT_YEAR and member.hired_on and member.hired_on > date(year, 1, 1):
        no_figure = {"score": None, "band": None, "se": None, "by_dimension": {}, "dimension_names": {}}
        return replace(rolled, **no_figure, insufficient=Insufficient.JOINED)
    return rolled


Period = tuple[date, date]


def common_window(people: Mapping[str, Mapping[Period, int]], least: int) -> frozenset[Period]:
    """The periods over which departments can be compared: those in which each has `least` people with a result.

    `people`: with a result, by department and period. A department that never has so many is compared nowhere.
    """
    found = [frozenset(c for c, n in of.items() if n >= least) for of in people.values()]
    return frozenset.intersection(*(f for f in found if f)) if any(found) else frozenset()


@dataclass(frozen=True)
class _Year:
    year: int
    until: date
    policy: AnnualPolicy
    last: CycleResult
    chosen: frozenset[str]
    got: Mapping[str, CycleResult]
    member: Member

    def result(self, ordered: Sequence[YearCycle]) -> Annual:
        of_scheme = [c for c in ordered if c.cycle_id in self.chosen]
        ignored = 0 < len(self.policy.weights) < len(of_scheme)
        weight = {c.cycle_id: self._weight(n, c, ignored) for n, c in enumerate(of_scheme)}
        lines = self._stood_in([self._line(c) for c in ordered])
        whole = fsum(weight[c.cycle_id] for c in lines if c.score is not None)
        lines = [replace(c, weight=weight[c.cycle_id] / whole) if c.score is not None and whole else c for c in lines]
        own = [c for c in lines if c.score is not None and c.stands_in is None]
        coverage = _covered(own, self.year, self.until) / days_in(self.year, self.until, date.min, date.max)
        year = Annual(
            self.year,
            self.until,
            None,
            None,
            coverage,
            max(len(self.policy.weights), len(of_scheme)),
            tuple(lines),
            weights_ignored=ignored,
        )
        if len(own) < self.policy.least or not whole:
            return replace(year, insufficient=Insufficient.TOO_FEW_CYCLES)
        if coverage < LEAST_COVERAGE:
            return replace(year, insufficient=Insufficient.TOO_SHORT)
        return self._scored(year)

    def _weight(self, place: int, cycle: YearCycle, ignored: bool) -> float:
        weights = self.policy.weights
        share = 1.0 if ignored or not weights else weights[place]
        return share * days_in(self.year, self.until, cycle.start, cycle.end)

    def _line(self, cycle: YearCycle) -> Counted:
        days = days_in(self.year, self.until, cycle.start, cycle.end)
        line = Counted(cycle.cycle_id, cycle.name, cycle.start, cycle.end, days)
        if skipped := self._skipped(cycle):
            return replace(line, skipped=skipped)
        return replace(line, score=self.got[cycle.cycle_id].total)

    def _skipped(self, cycle: YearCycle) -> Skipped | None:
        if cycle.cycle_id not in self.chosen:
            return Skipped.SAME_TIME
        got = self.got.get(cycle.cycle_id)
        if got is None:
            return _missing(cycle, self.member)
        if self.policy.manager_change is ManagerChange.PRESENT_MANAGER and got.approver_id != self.member.manager_id:
            return Skipped.OTHER_MANAGER
        if shape(cycle.form) == shape(self.last.cycle.form):
            return None
        if self.policy.form_change is FormChange.SAME_FORM:
            return Skipped.OTHER_FORM
        if self.policy.form_change is FormChange.DIMENSIONS and not self._common(got):
            return Skipped.OTHER_FORM
        return None

    def _common(self, got: CycleResult) -> dict[str, float]:
        """The scores of the last form's dimensions."""
        keys = {d.key for d in self.last.cycle.form.dimensions}
        return {k: v for k, v in got.dimensions.items() if k in keys}

    def _stood_in(self, lines: list[Counted]) -> list[Counted]:
        """With the result of the cycle before for each that was missed, where the policy has it so."""
        if self.policy.leave is not Leave.LAST_RESULT:
            return lines
        before: Counted | None = None
        found: list[Counted] = []
        for line in lines:
            if line.skipped is Skipped.MISSED and before is not None:
                line = replace(line, score=before.score, stands_in=before.name)
            elif line.score is not None:
                before = line
            found.append(line)
        return found

    def _scored(self, year: Annual) -> Annual:
        counted = [c for c in year.cycles if c.score is not None]
        by_name = {r.cycle.name: r for r in self.got.values()}
        of = [(c.weight, self.got[c.cycle_id] if c.stands_in is None else by_name[c.stands_in]) for c in counted]
        averages = self._by_dimension(of) if self._changed(of) else {}
        score = self._composed(averages, of) if averages else weighted([(w, r.total) for w, r in of])
        errors = [(w, r.se) for w, r in of if r.se is not None and not r.is_adjusted]
        return replace(
            year,
            score=score,
            band=self.last.cycle.form.band(shown(score)).key,
            by_dimension=averages,
            dimension_names={d.key: d.name for d in self.last.cycle.form.dimensions if d.key in averages},
            se=weighted(errors) if len(errors) == len(of) else None,
        )

    def _changed(self, of: Sequence[tuple[float, CycleResult]]) -> bool:
        is_other = any(shape(r.cycle.form) != shape(self.last.cycle.form) for _, r in of)
        return is_other and self.policy.form_change is FormChange.DIMENSIONS

    def _by_dimension(self, of: Sequence[tuple[float, CycleResult]]) -> dict[str, float]:
        found: dict[str, float] = {}
        for dimension in self.last.cycle.form.dimensions:
            there = [(w, r.dimensions[dimension.key]) for w, r in of if dimension.key in r.dimensions]
            if there and dimension.scored():
                found[dimension.key] = weighted(there)
        return found

    def _composed(self, averages: Mapping[str, float], of: Sequence[tuple[float, CycleResult]]) -> float:
        """By the weights of the last form, with what managers added or took off on average."""
        weights = {d.key: d.weight for d in self.last.cycle.form.dimensions}
        composed = weighted([(weights[k], s) for k, s in averages.items()])
        moved = weighted([(w, r.total - (r.computed if r.computed is not None else r.total)) for w, r in of])
        return min(100.0, max(0.0, composed + moved))


def shape(form: Scheme) -> tuple[object, ...]:
    """What makes two forms the same for comparing totals: dimensions, items and their weights."""
    return tuple((d.key, d.weight, tuple((i.key, i.weight) for i in d.scored())) for d in form.dimensions)


def _missing(cycle: YearCycle, member: Member) -> Skipped:
    if member.hired_on and member.hired_on > cycle.end:
        return Skipped.NOT_YET_HIRED
    return Skipped.NO_RESULT if cycle.cycle_id in member.took_part else Skipped.MISSED


def _not_at_the_same_time(
    ordered: Sequence[YearCycle], got: Mapping[str, CycleResult], member: Member, last: str
) -> frozenset[str]:
    """Of cycles about the same days one is somebody's: with a result, of the last result's scheme, taken part in.

    Departments may have cycles of their own, and a scheme for the year may run beside one for the quarter.
    """

    def preferred(cycle: YearCycle) -> tuple[bool, bool, bool]:
        return cycle.cycle_id not in got, cycle.form.key != last, cycle.cycle_id not in member.took_part

    kept: list[YearCycle] = []
    for cycle in sorted(ordered, key=preferred):
        if not any(_overlap(cycle, k) for k in kept):
            kept.append(cycle)
    return frozenset(c.cycle_id for c in kept)


def _overlap(a: YearCycle, b: YearCycle) -> bool:
    """More than half of the shorter one."""
    together = (min(a.end, b.end) - max(a.start, b.start)).days + 1
    return together > min((a.end - a.start).days + 1, (b.end - b.start).days + 1) / 2


def _covered(lines: Iterable[Counted], year: int, until: date) -> int:
    """Days that at least one of these is about."""
    found, after = 0, date(year, 1, 1)
    for line in sorted(lines, key=lambda c: c.start):
        found += days_in(year, until, max(line.start, after), line.end)
        after = max(after, line.end + timedelta(1))
    return found


def _none(year: int, until: date, ordered: Sequence[YearCycle], member: Member) -> Annual:
    lines = (
        Counted(c.cycle_id, c.name, c.start, c.end, days_in(year, until, c.start, c.end), skipped=_missing(c, member))
        for c in ordered
    )
    return Annual(year, until, None, None, 0.0, len(ordered), tuple(lines), Insufficient.NO_CYCLE)

"""Results side by side: people on the same form, departments, and the cycle before. For HR; nothing is ranked that
chance could have ranked the other way round.

Everything comes from totals as they stand on the cards, so nothing is told here that a card does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from appraisal.scheme import Scheme
from appraisal.scoring.card import CONFIDENCE
from appraisal.scoring.composite import shown

FEWEST_TO_STANDARDISE = 30  # people on one form; below, a mean and a standard deviation say too little
FEWEST_FOR_PERCENTILE = 10  # people of one job family
FEWEST_IN_DEPARTMENT = 5  # people with a result
FEWEST_FOR_CHANGE = 5  # people with a result in both cycles


@dataclass(frozen=True)
class Standing:
    """One person's result as it is compared. `total`: the one that counts, 0 to 100; `se`: in points, None where it
    is not stated; `form`: key of the variant; `decided`: approved, and not only proposed."""

    person_id: str
    department: str
    job_family: str
    form: str
    total: float
    se: float | None = None
    decided: bool = True


@dataclass(frozen=True)
class Quartiles:
    """What a box plot draws, in points."""

    low: float
    first: float
    median: float
    third: float
    high: float


@dataclass(frozen=True)
class BandCount:
    """How many people a band has, and of how many the interval reaches into another one."""

    band: str
    people: int
    unsure: int


@dataclass(frozen=True)
class Estimate:
    """A mean in points with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class DepartmentMean:
    """`mean`: of its people as they are; `estimate`: drawn to the mean of all, the more the less is known; `weight`:
    how much of its own mean is left, 0 to 1; `standardised`: its mean T, None where a form has too few people."""

    department: str
    people: int
    mean: float
    estimate: Estimate
    weight: float
    spread: Quartiles
    standardised: float | None = None


@dataclass(frozen=True)
class Departments:
    """`rows` by name. `withheld`: names of those that are too small, and of those that would give these away.

    `above` and `below`: who stands clearly apart from all the others; empty where intervals touch.
    """

    rows: tuple[DepartmentMean, ...]
    withheld: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """The same people now and before, in points. `up` and `down`: who changed by more than both errors explain."""

    people: int
    mean: Estimate
    up: int
    down: int


def standardised(standings: Iterable[Standing]) -> dict[str, float]:
    """T = 50 + 10 z by person, among those on the same form; nobody of a form with under 30 people."""
    found: dict[str, float] = {}
    for group in _groups(standings, lambda s: s.form).values():
        if len(group) < FEWEST_TO_STANDARDISE:
            continue
        mean, variance = _moments([s.total for s in group])
        if variance > 0:
            found |= {s.person_id: 50 + 10 * (s.total - mean) / sqrt(variance) for s in group}
    return found


def percentiles(standings: Iterable[Standing]) -> dict[str, float]:
    """Share of the own job family below, 0 to 100, by person; equals count half. Only where there are 10 or more.

    Equal is who has the same whole points: finer differences are not shown, so they rank nobody.
    """
    found: dict[str, float] = {}
    for group in _groups(standings, lambda s: s.job_family).values():
        if len(group) < FEWEST_FOR_PERCENTILE:
            continue
        points = [shown(s.total) for s in group]
        for each in group:
            below, equal = sum(p < shown(each.total) for p in points), points.count(shown(each.total))
            found[each.person_id] = 100 * (below + equal / 2) / len(points)
    return found


def quartiles(totals: Sequence[float]) -> Quartiles | None:
    """Linear between the two nearest values, as spreadsheets do; None for nobody."""
    ordered = sorted(totals)
    if not ordered:
        return None

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        below = int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (place - below) * (ordered[above] - ordered[below])

    return Quartiles(ordered[0], at(0.25), at(0.5), at(0.75), ordered[-1])


def distribution(scheme: Scheme, standings: Iterable[Standing]) -> tuple[BandCount, ...]:
    """How many people each band has, from the highest on; a guide, with how unsure it is, and no quota."""
    people: dict[str, int] = {}
    unsure: dict[str, int] = {}
    for each in standings:
        band = scheme.band(shown(each.total)).key
        people[band] = people.get(band, 0) + 1
        reach = CONFIDENCE * (each.se or 0.0)
        ends = (max(0.0, each.total - reach), min(100.0, each.total + reach))
        if any(scheme.band(shown(end)).key != band for end in ends):
            unsure[band] = unsure.get(band, 0) + 1
    return tuple(BandCount(b.key, people.get(b.key, 0), unsure.get(b.key, 0)) for b in scheme.bands)


def departments(standings: Sequence[Standing]) -> Departments:
    """Means of departments, each drawn to the mean of all by w = τ² / (τ² + s² / n), with its interval.

    τ² is the variance between departments, s² the one within, both from an analysis of variance over all of them.
    """
    groups = _groups(standings, lambda s: s.department)
    hidden = withheld({name: len(group) for name, group in groups.items()})
    tau2, within = _components([[s.total for s in group] for group in groups.values()])
    certain = {name: 1 / (tau2 + within / len(group)) if tau2 + within else 1.0 for name, group in groups.items()}
    everything = fsum(certain.values())
    if not everything:
        return Departments(())
    means = {name: _moments([s.total for s in group])[0] for name, group in groups.items()}
    middle = fsum(certain[n] * means[n] for n in groups) / everything
    t = standardised(standings)
    rows: list[DepartmentMean] = []
    for name, group in sorted(groups.items()):
        spread = quartiles([s.total for s in group])
        if name in hidden or spread is None:
            continue
        noise = within / len(group)
        weight = tau2 / (tau2 + noise) if tau2 + noise else 0.0
        mean = weight * means[name] + (1 - weight) * middle
        # What stays unknown of the department, of the mean that it is drawn to, and of how far (Morris 1983).
        drawn = (1 - weight) ** 2 * (1 / everything + 2 / max(1, len(groups) - 3) * (means[name] - middle) ** 2)
        error = sqrt(weight * noise + drawn) if tau2 + within else 0.0
        ts = [t[s.person_id] for s in group if s.person_id in t]
        own = fsum(ts) / len(ts) if len(ts) == len(group) else None
        rows.append(DepartmentMean(name, len(group), means[name], estimate(mean, error), weight, spread, own))
    above, below = apart([(r.department, r.estimate) for r in rows])
    return Departments(tuple(rows), tuple(sorted(hidden)), above, below)


def withheld(sizes: Mapping[str, int], least: int = FEWEST_IN_DEPARTMENT) -> frozenset[str]:
    """The departments not to show: those under `least` people, and the next smallest while the mean of all would
    give one of them, or fewer than `least` people together, away by subtraction."""
    ordered = sorted(sizes, key=lambda name: (sizes[name], name))
    hidden = [name for name in ordered if sizes[name] < least]
    for name in ordered[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(sizes[h] for h in hidden) >= least):
            break
        hidden.append(name)
    return frozenset(hidden)


def apart(estimates: Sequence[tuple[str, Estimate]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(names clearly above all the others, names clearly below), by name: where no two intervals touch between.

    Where there is one gap only, the smaller side is the one that stands apart.
    """
    ordered = sorted(estimates, key=lambda e: (-e[1].mean, e[0]))
    gaps = [
        k for k in range(1, len(ordered)) if min(e.low for _, e in ordered[:k]) > max(e.high for _, e in ordered[k:])
    ]
    if not gaps:
        return (), ()
    above, below = sorted(n for n, _ in ordered[: gaps[0]]), sorted(n for n, _ in ordered[gaps[-1] :])
    if len(gaps) == 1:
        return (tuple(above), ()) if len(above) <= len(below) else ((), tuple(below))
    return tuple(above), tuple(below)


def change(now: Iterable[Standing], before: Iterable[Standing]) -> Change | None:
    """How the same people stand against before; None where fewer than 5 were in both."""
    earlier = {s.person_id: s for s in before}
    pairs = [(s, earlier[s.person_id]) for s in now if s.person_id in earlier]
    if len(pairs) < FEWEST_FOR_CHANGE:
        return None
    mean, variance = _moments([a.total - b.total for a, b in pairs])
    clear = [_clearly(a, b) for a, b in pairs]
    error = sqrt(variance / len(pairs))
    return Change(len(pairs), estimate(mean, error), sum(c > 0 for c in clear), sum(c < 0 for c in clear))


def estimate(mean: float, error: float) -> Estimate:
    return Estimate(mean, mean - CONFIDENCE * error, mean + CONFIDENCE * error)


def _clearly(now: Standing, before: Standing) -> int:
    """1 up, -1 down, 0 where the errors of both explain the difference, or where they are not known."""
    if now.se is None or before.se is None:
        return 0
    difference = now.total - before.total
    if abs(difference) <= CONFIDENCE * sqrt(now.se**2 + before.se**2):
        return 0
    return 1 if difference > 0 else -1


def _components(groups: Sequence[Sequence[float]]) -> tuple[float, float]:
    """(variance between groups, variance within), by the mean squares of a one-way analysis of variance."""
    n, k = sum(map(len, groups)), len(groups)
    squares = fsum(_moments(g)[1] * (len(g) - 1) for g in groups)
    within = squares / (n - k) if n > k else 0.0
    if k < 2:
        return 0.0, within
    grand = fsum(x for g in groups for x in g) / n
    between = fsum(len(g) * (_moments(g)[0] - grand) ** 2 for g in groups) / (k - 1)
    size = (n - sum(len(g) ** 2 for g in groups) / n) / (k - 1)
    return max(0.0, (between - within) / size), within


def _moments(values: Sequence[float]) -> tuple[float, float]:
    """Mean, and variance over n - 1 (0 for one value)."""
    mean = fsum(values) / len(values)
    return mean, fsum((v - mean) ** 2 for v in values) / (len(values) - 1) if len(values) > 1 else 0.0


def _groups(standings: Iterable[Standing], key: Callable[[Standing], str]) -> dict[str, list[Standing]]:
    found: dict[str, list[Standing]] = {}
    for each in standings:
        found.setdefault(key(each), []).append(each)
    return found

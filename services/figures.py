"""HR's figures of a cycle: how results are spread, what really decides, how far ratings can be relied on.

Everything is a function of what cards show. Whoever looks does not find their own result in it before it is released,
of whichever cycle, nor results of people whom they reviewed among so few that it would tell what the others said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from appraisal.approval import OUT, UNDECIDED
from appraisal.cycle import Cycle, State
from appraisal.errors import Code, NotFound, WrongState
from appraisal.figures import CycleFigures, FormWeights, PersonFigures, Since, YearOfDepartments
from appraisal.people import Person
from appraisal.scoring.annual import shape
from appraisal.scoring.card import interval
from appraisal.scoring.comparison import (
    Estimate,
    Standing,
    change,
    departments,
    distribution,
    estimate,
    percentiles,
    quartiles,
    standardised,
)
from appraisal.scoring.reliability import Measured
from appraisal.scoring.weights import Shares, by_dimension, by_source, shares
from services import voices
from services.annual import cycles_of, year_of_departments
from services.deps import Deps
from services.managers import flags, leniency
from services.measuring import measured
from services.readers import hidden_from
from storage import audit, cycles, people, ratings, scores
from storage.engine import Tx
from storage.ratings import Outcome

FEWEST_FOR_SPREAD = 5  # people; below, a spread is a list of people


async def with_figures(deps: Deps, who: Person) -> list[Cycle]:
    """The cycles that HR can look at: where everybody has a score. Newest first. Raises NotAllowed, WrongState."""
    deps.check_hr(who)
    async with deps.read() as tx:
        found = await _scored(tx)
    if not found:
        raise WrongState(Code.NOT_SCORED)
    return found


async def figures(deps: Deps, who: Person | None, cycle_id: str) -> CycleFigures:
    """For HR, or (`who` None) the command line. Looking is noted. Raises NotAllowed, NotFound, WrongState."""
    if who is not None:
        deps.check_hr(who)
    async with deps.read() as tx:
        cycle = next((c for c in await _scored(tx) if c.id == cycle_id), None)
        if cycle is None:
            raise NotFound(Code.NOT_SCORED if await cycles.get(tx, cycle_id) else Code.NO_SUCH_CYCLE)
    of_ratings, wrote = await measured(deps, cycle), await voices.of_cycle(deps, cycle)
    async with deps.begin() as tx:
        await _note(tx, deps, who, cycle)
    async with deps.read() as tx:
        return replace(await _figures(tx, cycle, who, of_ratings), voices=wrote)


async def figures_of_people(deps: Deps, cycle: Cycle) -> list[PersonFigures]:
    """Everybody's result among the others, by name; for the command line."""
    async with deps.read() as tx:
        found = await ratings.outcomes(tx, [cycle.id])
        names = {p.id: p.name for p in await people.all_people(tx)}
    standings = _standings(found)
    t, percentile = standardised(standings), percentiles(standings)
    lines = [_line(s, names[s.person_id], t.get(s.person_id), percentile.get(s.person_id)) for s in standings]
    return sorted(lines, key=lambda line: (line.name, line.person_id))


async def by_name(deps: Deps, name: str) -> Cycle:
    """The cycle of that name or id. Raises NotFound(NO_CYCLE_NAMED)."""
    async with deps.read() as tx:
        if found := await cycles.by_name(tx, name) or await cycles.get(tx, name):
            return found
        known = [c.name for c in await cycles.all_cycles(tx)]
    raise NotFound(Code.NO_CYCLE_NAMED, name=name, known=known)


async def _figures(tx: Tx, cycle: Cycle, who: Person | None, of_ratings: Measured) -> CycleFigures:
    outcomes = await ratings.outcomes(tx, [cycle.id])
    hidden = await _closed_to(tx, who, [cycle])
    own = hidden & {who.id if who else None}
    outcomes = [o for o in outcomes if o.person_id not in hidden]
    standings = _standings(outcomes)
    totals = [s.total for s in standings]
    basis = await scores.basis(tx, cycle.id)
    managers = {o.approver_id for o in outcomes if o.approver_id}
    estimated = basis.evened is not None and basis.evened.reason is None
    lenient, unsaid = await leniency(tx, cycle, managers) if estimated else ((), 0)
    return CycleFigures(
        cycle=cycle,
        people=len(outcomes),
        decided=sum(o.state not in UNDECIDED for o in outcomes),
        mean=_mean(totals) if len(totals) >= FEWEST_FOR_SPREAD else None,
        spread=quartiles(totals) if len(totals) >= FEWEST_FOR_SPREAD else None,
        bands=distribution(cycle.scheme, standings),
        departments=departments(standings),
        since=await _since(tx, cycle, who, standings),
        year=await _year(tx, cycle, who),
        weights=await _weights(tx, cycle, hidden),
        measured=of_ratings,
        evened=basis.evened,
        leniency=lenient,
        unsaid=unsaid,
        flags=await flags(tx, cycle, hidden),
        own_left_out=bool(own),
        left_out=len(hidden - own),
    )


async def _closed_to(tx: Tx, who: Person | None, of: Sequence[Cycle]) -> frozenset[str]:
    """Whose results of these cycles `who` may not find in figures: their own before its release, and hidden ones."""
    if who is None:
        return frozenset()
    own = await ratings.outcomes(tx, [c.id for c in of], [who.id])
    hidden = [await hidden_from(tx, each, who) for each in of]
    return frozenset(o.person_id for o in own if o.state not in OUT).union(*hidden)


async def _note(tx: Tx, deps: Deps, who: Person | None, cycle: Cycle) -> None:
    actor = who.id if who else None
    await audit.add(tx, at=deps.now(), actor_id=actor, verb="look-at-figures", subject=cycle.id, detail={})


async def _scored(tx: Tx) -> list[Cycle]:
    done = set(await ratings.scored_cycles(tx))
    return [c for c in await cycles.all_cycles(tx) if c.id in done and c.state is not State.CANCELLED]


def _standings(outcomes: Sequence[Outcome]) -> list[Standing]:
    return [
        Standing(o.person_id, o.department, o.job_family, o.variant, o.total, o.se, o.state not in UNDECIDED)
        for o in outcomes
        if o.total is not None
    ]


def _mean(totals: Sequence[float]) -> Estimate:
    middle, n = sum(totals) / len(totals), len(totals)
    return estimate(middle, (sum((t - middle) ** 2 for t in totals) / (n - 1) / n) ** 0.5)


async def _since(tx: Tx, cycle: Cycle, who: Person | None, standings: Sequence[Standing]) -> Since | None:
    """Against the latest cycle of the same scheme that ended before this one began, by those who kept their form."""
    earlier = [c for c in await _scored(tx) if c.scheme.key == cycle.scheme.key and c.period_end < cycle.period_start]
    if not earlier:
        return None
    last = max(earlier, key=lambda c: (c.period_end, c.name))
    hidden = await _closed_to(tx, who, [last])
    decided = [o for o in await ratings.outcomes(tx, [last.id]) if o.state not in UNDECIDED]
    before = [o for o in decided if o.person_id not in hidden]
    kept = {key for key, form in cycle.scheme.forms().items() if _shape(last, key) == shape(form)}
    form = {s.person_id: s.form for s in standings if s.form in kept}
    alike = [s for s in _standings(before) if form.get(s.person_id) == s.form]
    return Since(last.name, change(standings, alike))


def _shape(cycle: Cycle, variant: str) -> object:
    form = cycle.scheme.forms().get(variant)
    return shape(form) if form else None


async def _year(tx: Tx, cycle: Cycle, who: Person | None) -> YearOfDepartments | None:
    if cycle.scheme.annual is None:
        return None
    until = cycle.period_end
    hidden = await _closed_to(tx, who, await cycles_of(tx, until.year, until))
    return await year_of_departments(tx, until.year, until, but=hidden)


async def _weights(tx: Tx, cycle: Cycle, hidden: frozenset[str]) -> tuple[FormWeights, ...]:
    variants = {p.person_id: p.variant for p in await cycles.participants(tx, cycle.id)}
    by_form: dict[str, list[Shares]] = {}
    async for some in ratings.cards(tx, cycle.id):
        for card in (c for c in some if c.person_id not in hidden):
            if made := shares(card):
                by_form.setdefault(variants.get(card.person_id, ""), []).append(made)
    return tuple(FormWeights(form, len(of), by_dimension(of), by_source(of)) for form, of in sorted(by_form.items()))


def _line(s: Standing, name: str, t: float | None, percentile: float | None) -> PersonFigures:
    low, high = interval(s.total, s.se) or (None, None)
    return PersonFigures(
        s.person_id,
        name,
        s.department,
        s.job_family,
        s.form,
        s.total,
        low,
        high,
        s.decided,
        t,
        percentile,
    )

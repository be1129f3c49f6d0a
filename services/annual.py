"""The result of a year: of one person, for whoever may see it, and of departments for HR."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from appraisal.approval import OUT, UNDECIDED, ApprovalState
from appraisal.cycle import Cycle, State
from appraisal.errors import Code, NotAllowed, NotFound
from appraisal.figures import YearOfDepartments
from appraisal.people import Person
from appraisal.scoring.annual import Period, annual, common_window, days_in, shape, weighted
from appraisal.scoring.comparison import FEWEST_IN_DEPARTMENT, Departments, Standing, departments
from appraisal.scoring.year import Annual, CycleResult, Member, YearCycle
from services.deps import Deps
from services.readers import check_reader
from storage import audit, cycles, people, ratings
from storage.engine import Tx
from storage.ratings import Outcome

DECIDED = frozenset(ApprovalState) - UNDECIDED
_NOT_OPENED = (State.DRAFT, State.SCHEDULED, State.CANCELLED)


async def own_year(tx: Tx, cycle: Cycle, person: Person) -> Annual | None:
    """For the employee, on the result of `cycle`: the year until its end, from released results alone.

    None where the scheme is not summed up over a year.
    """
    return await _on_card(tx, cycle, person, OUT)


async def managers_year(tx: Tx, cycle: Cycle, person: Person, reader: Person | None) -> Annual | None:
    """The same for who decides, from what is decided.

    Without the cycles whose card they may not look at, because they were among a few reviewers then.
    """
    if cycle.scheme.annual is None or reader is None:
        return None
    earlier = await cycles_of(tx, cycle.period_end.year, cycle.period_end)
    closed = {c.id for c in earlier if c.id != cycle.id and not await _may_look(tx, c, person, reader)}
    return await _on_card(tx, cycle, person, DECIDED, closed)


async def _may_look(tx: Tx, cycle: Cycle, person: Person, reader: Person) -> bool:
    try:
        await check_reader(tx, cycle, person.id, reader)
    except NotAllowed:
        return False
    return True


async def year_of(deps: Deps, person: Person, year: int, until: date | None = None) -> Annual:
    """For HR on the command line: somebody's year until a day (today), from what is decided. Looking is noted.

    Raises NotFound(NOT_SCORED) where there is no cycle of the year that is summed up.
    """
    now = deps.now()
    async with deps.begin() as tx:
        found = await _years(tx, year, until or now.date(), DECIDED, [person])
        if not found:
            raise NotFound(Code.NOT_SCORED)
        await audit.add(tx, at=now, actor_id=None, verb="look-at-year", subject=person.id, detail={"year": year})
    return found[person.id]


async def year_of_all(deps: Deps, year: int, until: date | None = None) -> YearOfDepartments:
    """For HR on the command line: departments over the year until a day (today). Looking is noted.

    Raises NotFound(NOT_SCORED) where no cycle of the year is summed up.
    """
    now = deps.now()
    async with deps.begin() as tx:
        await audit.add(tx, at=now, actor_id=None, verb="look-at-year", subject=str(year), detail={})
    async with deps.read() as tx:
        found = await year_of_departments(tx, year, until or now.date())
    if found is None:
        raise NotFound(Code.NOT_SCORED)
    return found


async def year_of_departments(
    tx: Tx, year: int, until: date, *, states: Collection[ApprovalState] = DECIDED, but: Collection[str] = ()
) -> YearOfDepartments | None:
    """For HR: departments over the cycles of the year that all of them share, by the days of these.

    `but`: people who are left out. None where no cycle of the year is summed up.
    """
    of_year = await cycles_of(tx, year, until)
    if not of_year:
        return None
    everybody = [p for p in await people.all_people(tx) if p.id not in but]
    years = await _years(tx, year, until, states, everybody)
    got = [o for o in await _outcomes(tx, of_year, states, None) if o.person_id not in but]
    with_figure = sum(y.score is not None for y in years.values())
    window, found = await asyncio.to_thread(_compared, year, until, of_year, got)
    shared = tuple(c.name for c in of_year if (c.period_start, c.period_end) in window)
    return YearOfDepartments(year, min(until, date(year, 12, 31)), with_figure, len(years) - with_figure, shared, found)


def _compared(
    year: int, until: date, of_year: Sequence[Cycle], got: Sequence[Outcome]
) -> tuple[frozenset[Period], Departments]:
    """(the periods that all departments share, the departments over these). A department may have its own cycles."""
    period = {c.id: (c.period_start, c.period_end) for c in of_year}
    in_order = sorted(got, key=lambda o: list(period).index(o.cycle_id))
    latest = {o.person_id: o for o in in_order}
    totals: dict[str, dict[Period, float]] = {}
    for outcome in in_order:
        if outcome.total is not None:
            totals.setdefault(outcome.person_id, {})[period[outcome.cycle_id]] = outcome.total
    people_by: dict[str, Counter[Period]] = {}
    for person_id, of in totals.items():
        people_by.setdefault(latest[person_id].department, Counter()).update(of.keys())
    window = common_window(people_by, FEWEST_IN_DEPARTMENT)
    days = {p: days_in(year, until, *p) for p in window}
    standings = [
        Standing(
            p,
            latest[p].department,
            latest[p].job_family,
            latest[p].variant,
            weighted([(days[w], of[w]) for w in window]),
        )
        for p, of in sorted(totals.items())
        if window and window <= of.keys()
    ]
    return window, departments(standings)


async def _on_card(
    tx: Tx, cycle: Cycle, person: Person, states: Collection[ApprovalState], closed: Collection[str] = ()
) -> Annual | None:
    if cycle.scheme.annual is None:
        return None
    found = await _years(tx, cycle.period_end.year, cycle.period_end, states, [person], closed)
    return found.get(person.id)


async def _years(
    tx: Tx,
    year: int,
    until: date,
    states: Collection[ApprovalState],
    whose: Sequence[Person],
    closed: Collection[str] = (),
) -> dict[str, Annual]:
    """The year of each of these people, without results of cycles that are `closed` to the reader.

    Empty where no cycle of the year is summed up.
    """
    of_year = await cycles_of(tx, year, until)
    if not of_year:
        return {}
    ids = [p.id for p in whose] if len(whose) <= ratings.AT_ONCE else None
    took_part = await ratings.taken_part(tx, [c.id for c in of_year], ids)
    outcomes = [o for o in await _outcomes(tx, of_year, states, ids) if o.cycle_id not in closed]
    results = await _results(tx, of_year, outcomes)
    common = [YearCycle(c.id, c.name, c.period_start, c.period_end, c.scheme.as_variant("")) for c in of_year]

    def roll_up() -> dict[str, Annual]:
        found: dict[str, Annual] = {}
        for p in whose:
            if len(whose) == 1 or p.id in took_part:
                member = Member(p.id, p.hired_on, p.manager_id, frozenset(took_part.get(p.id, ())))
                found[p.id] = annual(year, until, common, member, results.get(p.id, ()))
        return found

    return await asyncio.to_thread(roll_up)


async def cycles_of(tx: Tx, year: int, until: date) -> list[Cycle]:
    """The cycles of the year whose scheme is summed up, in the order of their periods."""
    opened = [c for c in await cycles.all_cycles(tx) if c.state not in _NOT_OPENED and c.scheme.annual]
    found = [c for c in opened if days_in(year, until, c.period_start, c.period_end)]
    return sorted(found, key=lambda c: (c.period_start, c.period_end, c.name))


async def _outcomes(
    tx: Tx, of_year: Sequence[Cycle], states: Collection[ApprovalState], ids: Collection[str] | None
) -> list[Outcome]:
    found = await ratings.outcomes(tx, [c.id for c in of_year], ids)
    return [o for o in found if o.state in states and o.total is not None]


async def _results(tx: Tx, of_year: Sequence[Cycle], outcomes: Sequence[Outcome]) -> dict[str, list[CycleResult]]:
    """By person. Scores of dimensions are looked up for those alone whose form changed."""
    forms = {
        (c.id, variant): YearCycle(c.id, c.name, c.period_start, c.period_end, form)
        for c in of_year
        for variant, form in c.scheme.forms().items()
    }
    shapes = {key: hash(shape(of.form)) for key, of in forms.items()}
    by: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by.setdefault(outcome.person_id, []).append(outcome)
    changed = {p for p, of in by.items() if len({shapes[o.cycle_id, o.variant] for o in of}) > 1}
    wanted: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.person_id in changed:
            wanted.setdefault(outcome.cycle_id, []).append(outcome.person_id)
    dimensions = await ratings.dimensions(tx, wanted)
    return {
        person_id: [
            CycleResult(
                forms[o.cycle_id, o.variant],
                o.total,
                o.se,
                o.approver_id,
                o.computed,
                dimensions.get((o.cycle_id, person_id), {}),
            )
            for o in of
            if o.total is not None
        ]
        for person_id, of in by.items()
    }

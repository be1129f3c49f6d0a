"""The result of a year, gathered for whoever may see it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from appraisal.approval import ApprovalState
from appraisal.cycle import Cycle
from appraisal.errors import Code
from appraisal.scoring.annual import weighted
from appraisal.scoring.year import Annual, Insufficient, Skipped
from services import annual
from storage import audit, cycles
from storage.tables import approvals, participants, score_cards
from tests.services.test_cycles import refused
from tests.services.test_figures import company
from tests.world import World


async def two_halves(world: World) -> tuple[Cycle, Cycle]:
    return await company(world), await company(world, name="Bigger", half=2)


async def decided(world: World, cycle: Cycle, person_id: str, state: ApprovalState, **values: object) -> None:
    async with world.deps.begin() as tx:
        of = (approvals.c.cycle_id == cycle.id, approvals.c.person_id == person_id)
        await tx.execute(sa.update(approvals).where(*of).values(state=state, **values))


async def years(world: World, cycle: Cycle, key: str = "p000", manager: str = "m0") -> tuple[Annual, Annual]:
    """(what the employee reads on the result of `cycle`, what the manager reads)."""
    who, reader = await world.who(key), await world.who(manager)
    async with world.deps.read() as tx:
        own = await annual.own_year(tx, cycle, who)
        theirs = await annual.managers_year(tx, cycle, who, reader)
    assert own is not None
    assert theirs is not None
    return own, theirs


async def totals(world: World, key: str = "p000") -> dict[str, float]:
    async with world.deps.read() as tx:
        rows = await tx.execute(
            sa.select(score_cards.c.cycle_id, score_cards.c.total).where(score_cards.c.person_id == key)
        )
        return {row.cycle_id: row.total for row in rows}


async def test_the_employee_has_a_year_of_released_results_and_the_manager_one_of_decided_ones(world: World) -> None:
    first, second = await two_halves(world)
    await decided(world, first, "p000", ApprovalState.RELEASED)
    own, theirs = await years(world, second)
    got = await totals(world)
    assert theirs.score == pytest.approx(weighted([(181, got["big1"]), (184, got["big2"])]))
    assert own.insufficient is Insufficient.TOO_SHORT  # only the first half is released
    assert [c.skipped for c in own.cycles] == [None, Skipped.NO_RESULT]
    await decided(world, second, "p000", ApprovalState.ACKNOWLEDGED)
    assert (await years(world, second))[0].score == pytest.approx(theirs.score)
    await decided(world, second, "p000", ApprovalState.PENDING)
    assert (await years(world, second))[1].counted == 1  # what is only proposed counts for nobody but HR


async def test_adjusted_totals_make_the_year(world: World) -> None:
    first, second = await two_halves(world)
    await decided(world, first, "p000", ApprovalState.APPROVED, adjusted=88.0)
    got = await totals(world)
    assert (await years(world, second))[1].score == pytest.approx(weighted([(181, 88.0), (184, got["big2"])]))


async def test_a_card_speaks_of_the_year_until_its_own_cycle_ends(world: World) -> None:
    first, _ = await two_halves(world)
    _, theirs = await years(world, first)
    assert theirs.so_far
    assert theirs.until == date(2026, 6, 30)
    assert [c.name for c in theirs.cycles] == ["Big"]
    assert theirs.coverage == 1


async def test_a_scheme_that_is_not_summed_up_has_no_year(world: World) -> None:
    cycle_id = await world.launched(scheme="probation")
    async with world.deps.read() as tx:
        cycle = await cycles.get(tx, cycle_id)
        assert cycle is not None
        assert await annual.own_year(tx, cycle, await world.who("ann")) is None
    await refused(Code.NOT_SCORED, annual.year_of(world.deps, await world.who("ann"), 2026))


async def test_looking_at_somebodys_year_is_noted(world: World) -> None:
    await two_halves(world)
    world.now = datetime(2026, 12, 31, tzinfo=UTC)
    who = await world.who("p001")
    found = await annual.year_of(world.deps, who, 2026)
    assert found.counted == 2
    everybody = await annual.year_of_all(world.deps, 2026)
    assert (everybody.people, everybody.without, everybody.cycles) == (48, 0, ("Big", "Bigger"))
    async with world.deps.read() as tx:
        noted = [(e.verb, e.subject) for e in await audit.recent(tx, 2)]
    assert noted == [("look-at-year", "2026"), ("look-at-year", "p001")]


async def test_departments_are_compared_over_what_they_all_took_part_in(world: World) -> None:
    _, second = await two_halves(world)
    async with world.deps.begin() as tx:  # one department has four results in the second half
        of_department = (participants.c.cycle_id == second.id, participants.c.department == "D1")
        waiting = sa.select(participants.c.person_id).where(*of_department).order_by("person_id").offset(4).limit(99)
        pending = sa.update(approvals).where(approvals.c.cycle_id == second.id, approvals.c.person_id.in_(waiting))
        await tx.execute(pending.values(state=ApprovalState.PENDING))
    async with world.deps.read() as tx:
        found = await annual.year_of_departments(tx, 2026, date(2026, 12, 31))
    assert found is not None
    assert found.cycles == ("Big",)
    assert [(d.department, d.people) for d in found.departments.rows] == [("D0", 16), ("D1", 16), ("D2", 16)]
    assert found.without == 12


async def test_a_new_manager_reads_no_year_from_which_they_could_tell_what_former_peers_said(world: World) -> None:
    first = await company(world, peers=3)
    second = await company(world, peers=3, name="Bigger", half=2)
    _, usual = await years(world, second)
    _, insider = await years(world, second, manager="p007")  # one of three peers of p000, in the first half too
    assert [c.skipped for c in usual.cycles] == [None, None]
    assert [c.skipped for c in insider.cycles] == [Skipped.NO_RESULT, None]
    assert {first.id} == {c.cycle_id for c in insider.cycles if c.skipped}

"""Whoever gave one of the answers knows it: what is shown to them is made so that this tells nothing of the others."""

from __future__ import annotations

from dataclasses import replace

from appraisal.approval import ApprovalState
from appraisal.cycle import Cycle
from appraisal.errors import Code
from appraisal.scheme import Relation, Source
from services import approvals, closing, people
from services.readers import check_reader, hidden_from
from storage import cycles
from storage.engine import Tx
from tests.services.test_cycles import refused
from tests.world import World

RELATIONS = (Relation.SELF, Relation.MANAGER, Relation.REPORT)


async def shown(world: World, approver: str, person: str, cycle_id: str) -> dict[Source, int]:
    """How many answers stand behind each group's figures."""
    card = await approvals.card_for(world.deps, await world.who(approver), cycle_id, person)
    return {p.source: p.n for i in card.score.items() for p in i.parts if p.source is not Source.METRIC}


async def managed_by(world: World, person: str, manager: str) -> None:
    async with world.deps.begin() as tx:
        before = await people.store.all_people(tx)
        moved = replace(before[person], manager_id=manager)
        await people.save_people(tx, world.deps, [moved], before, world.now)


async def found(tx: Tx, cycle_id: str) -> Cycle:
    cycle = await cycles.get(tx, cycle_id)
    assert cycle is not None
    return cycle


async def reported_on_by(world: World, *reports: str) -> str:
    """The id of a cycle in which these of Max's reports wrote about him, and nobody else but Rosa and himself."""
    cycle_id = await world.launched(relations=RELATIONS)
    silent = {"ann", "bo", "cai", "dee"} - set(reports)
    await world.everyone_writes(but=tuple((s, "max") for s in silent))
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    return cycle_id


async def test_three_reports_are_not_shown_to_one_of_them_who_decides_from_now_on(world: World) -> None:
    cycle_id = await reported_on_by(world, "ann", "bo", "cai")
    assert (await shown(world, "rosa", "max", cycle_id))[Source.REPORT] == 3
    await managed_by(world, "max", "ann")
    assert (await shown(world, "ann", "max", cycle_id))[Source.REPORT] == 0
    card = await approvals.card_for(world.deps, await world.who("ann"), cycle_id, "max")
    assert Source.REPORT not in {c.source for c in card.comments.comments}


async def test_four_reports_are(world: World) -> None:
    cycle_id = await reported_on_by(world, "ann", "bo", "cai", "dee")
    await managed_by(world, "max", "ann")
    assert (await shown(world, "ann", "max", cycle_id))[Source.REPORT] == 4


async def test_a_group_comes_back_when_somebody_else_decides_again(world: World) -> None:
    cycle_id = await reported_on_by(world, "ann", "bo", "cai")
    before = await approvals.card_for(world.deps, await world.who("rosa"), cycle_id, "max")
    await managed_by(world, "max", "ann")
    await managed_by(world, "max", "rosa")
    after = await approvals.card_for(world.deps, await world.who("rosa"), cycle_id, "max")
    assert (after.score, after.comments) == (before.score, before.comments)


async def test_what_was_approved_on_other_figures_is_decided_anew(world: World) -> None:
    cycle_id = await reported_on_by(world, "ann", "bo", "cai")
    await world.approved("rosa", "max", cycle_id)
    await managed_by(world, "max", "ann")
    card = await approvals.card_for(world.deps, await world.who("ann"), cycle_id, "max")
    assert card.approval.state is ApprovalState.PENDING


async def test_an_approval_stays_where_the_figures_stay(world: World) -> None:
    cycle_id = await reported_on_by(world, "ann", "bo", "cai", "dee")
    await world.approved("rosa", "max", cycle_id)
    await managed_by(world, "max", "tom")
    card = await approvals.card_for(world.deps, await world.who("tom"), cycle_id, "max")
    assert card.approval.state is ApprovalState.APPROVED


async def test_hr_who_is_one_of_three_may_not_look_and_one_of_four_may(world: World) -> None:
    few = await reported_on_by(world, "ann", "bo", "cai")
    async with world.deps.read() as tx:
        cycle = await found(tx, few)
        await refused(Code.AMONG_FEW, check_reader(tx, cycle, "max", await world.who("ann")))
        await check_reader(tx, cycle, "max", await world.who("dee"))  # sent nothing
        assert await hidden_from(tx, cycle, await world.who("ann")) == {"max"}
        assert await hidden_from(tx, cycle, await world.who("rosa")) == frozenset()


async def test_hr_who_is_one_of_four_may_look(world: World) -> None:
    cycle_id = await reported_on_by(world, "ann", "bo", "cai", "dee")
    async with world.deps.read() as tx:
        await check_reader(tx, await found(tx, cycle_id), "max", await world.who("ann"))

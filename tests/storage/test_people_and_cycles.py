"""People, cycles and their participants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from appraisal.cycle import Participant, Selection, State
from appraisal.people import Person
from storage import cycles, people
from storage.engine import Database
from tests.storage.world import ANN, BOB, CHO, CYCLE, EVERYONE, HR, MIA, NOW, cycle


async def test_people_come_back_as_they_were_saved(database: Database) -> None:
    full = replace(
        ANN,
        name="安 🌻",
        employee_number="0042",
        department="Picking",
        job_family="Operations",
        hired_on=date(2020, 2, 29),
        active=False,
        time_zone="Asia/Shanghai",
        locale="zh",
        country="CN",
    )
    async with database.begin() as tx:
        await people.save(tx, [full, MIA])
    async with database.read() as tx:
        assert list(await people.all_people(tx)) == sorted([full, MIA], key=lambda p: p.email)


async def test_a_manager_may_come_after_the_report_in_the_same_file(database: Database) -> None:
    async with database.begin() as tx:
        await people.save(tx, [ANN])
        await people.save(tx, [MIA])
    async with database.read() as tx:
        assert (await people.all_people(tx)).manager_of(ANN) == MIA


async def test_saving_again_overwrites_by_id(peopled: Database) -> None:
    moved = replace(ANN, department="Packing", manager_id=None)
    async with peopled.begin() as tx:
        await people.save(tx, [moved, Person("new", "New")])
        assert await people.get(tx, ANN.id) == moved
        assert len(await people.all_people(tx)) == len(EVERYONE) + 1


async def test_saving_nobody_does_nothing(database: Database) -> None:
    async with database.begin() as tx:
        await people.save(tx, [])


async def test_people_are_found_by_slack_id(peopled: Database) -> None:
    async with peopled.read() as tx:
        assert await people.by_slack_id(tx, "UANN") == ANN
        assert await people.by_slack_id(tx, "UNOBODY") is None
        assert await people.get(tx, "nobody") is None


async def test_a_cycle_comes_back_with_its_frozen_scheme(peopled: Database) -> None:
    large_seed = replace(CYCLE, id="c2", name="季度", seed=2**62, state=State.DRAFT)
    async with peopled.begin() as tx:
        await cycles.add(tx, large_seed)
    async with peopled.read() as tx:
        assert await cycles.get(tx, "c2") == large_seed
        assert await cycles.by_name(tx, "季度") == large_seed
        assert await cycles.get(tx, "c3") is None
        assert await cycles.by_name(tx, "q3") is None


async def test_cycles_are_listed_newest_first_and_by_state(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await cycles.add(tx, cycle("newer", created_at=NOW + timedelta(days=1), state=State.DRAFT))
        await cycles.add(tx, cycle("undated", created_at=None, state=State.CLOSED))
        assert [c.id for c in await cycles.all_cycles(tx)] == ["newer", CYCLE.id, "undated"]
        assert [c.id for c in await cycles.in_states(tx, {State.CLOSED, State.COLLECTING})] == [CYCLE.id, "undated"]


async def test_a_cycle_moves_only_from_the_state_it_is_in(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await cycles.add(tx, cycle("c2", state=State.DRAFT))
        assert await cycles.move(tx, "c2", frm=State.DRAFT, to=State.COLLECTING, at=NOW)
        assert not await cycles.move(tx, "c2", frm=State.DRAFT, to=State.COLLECTING, at=NOW + timedelta(1))
        assert await cycles.move(tx, "c2", frm=State.COLLECTING, to=State.APPROVING, at=NOW + timedelta(2))
        moved = await cycles.get(tx, "c2", lock=True)
    assert moved is not None
    assert (moved.state, moved.opened_at, moved.collected_at) == (State.APPROVING, NOW, NOW + timedelta(2))


async def test_a_pause_does_not_change_when_a_cycle_was_opened(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await cycles.add(tx, cycle("c2", state=State.DRAFT))
        for days, (frm, to) in enumerate(
            [(State.DRAFT, State.COLLECTING), (State.COLLECTING, State.PAUSED), (State.PAUSED, State.COLLECTING)]
        ):
            assert await cycles.move(tx, "c2", frm=frm, to=to, at=NOW + timedelta(days))
        moved = await cycles.get(tx, "c2")
    assert moved is not None
    assert moved.opened_at == NOW


async def test_only_a_draft_can_be_deleted(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await cycles.add(tx, cycle("c2", state=State.DRAFT))
        await cycles.add_participants(tx, [Participant("c2", ANN.id, "Picking", None)])
        assert await cycles.delete_draft(tx, "c2")
        assert not await cycles.delete_draft(tx, CYCLE.id)
        assert await cycles.get(tx, "c2") is None
        assert len(await cycles.participants(tx, CYCLE.id)) == 3


async def test_the_selection_of_a_draft_is_remembered(peopled: Database) -> None:
    chosen = Selection(departments=("Picking", "包装"), people=(ANN.id,), everyone=False)
    async with peopled.begin() as tx:
        assert await cycles.selection(tx, CYCLE.id) == Selection()
        await cycles.save_selection(tx, CYCLE.id, chosen)
        assert await cycles.selection(tx, CYCLE.id) == chosen


async def test_participants_stand_in_the_order_of_the_directory(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await cycles.set_manager(tx, CYCLE.id, CHO.id, HR.id)
        assert await cycles.participants(tx, CYCLE.id) == [
            Participant(CYCLE.id, ANN.id, "Picking", MIA.id),
            Participant(CYCLE.id, BOB.id, "Picking", MIA.id),
            Participant(CYCLE.id, CHO.id, "Packing", HR.id),
        ]


async def test_only_open_cycles_are_told_of_a_person(peopled: Database) -> None:
    async with peopled.begin() as tx:
        for cycle_id, state in (("draft", State.DRAFT), ("paused", State.PAUSED), ("closed", State.CLOSED)):
            await cycles.add(tx, cycle(cycle_id, state=state))
            await cycles.add_participants(tx, [Participant(cycle_id, ANN.id, "Picking", None)])
        found = await cycles.open_cycles_of(tx, [ANN.id, BOB.id, MIA.id])
    assert found == {ANN.id: ["Cycle paused", "Q3"], BOB.id: ["Q3"]}

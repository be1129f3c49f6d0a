"""Who may ask why a score is what it is, and what is told."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

import pytest
import sqlalchemy as sa

from appraisal.cycle import Selection
from appraisal.errors import Code
from appraisal.review import Figure
from appraisal.scheme import Relation, Source
from appraisal.scoring.card import LeftOut
from appraisal.scoring.explanation import FigureChange, Happened, Reader
from services import approvals, closing, explaining, settling
from services.explaining import person_named, why, why_latest, why_own
from storage import people as people_store
from storage import scores
from storage.tables import audit as audit_table
from tests.services.test_cycles import refused
from tests.services.test_insiders import managed_by, reported_on_by
from tests.world import Q3, World, add_figures

REASON = "Carried the team through the outage in August."


async def noted(world: World) -> list[tuple[str | None, str]]:
    """(who asked why, about whom) as the log has it."""
    async with world.deps.read() as tx:
        query = sa.select(audit_table.c.actor_id, audit_table.c.subject).where(audit_table.c.verb == "explain")
        return [(row[0], row[1]) for row in await tx.execute(query.order_by(audit_table.c.id))]


async def released(world: World, person: str = "ann") -> str:
    cycle_id = await world.collected()
    await world.approved("max", person, cycle_id)
    await approvals.release(world.deps, await world.who("max"), cycle_id, person)
    return cycle_id


async def test_who_decides_reads_why_before_deciding_and_what_it_is_made_of(world: World) -> None:
    cycle_id = await world.collected()
    told = (await why(world.deps, await world.who("max"), cycle_id, "ann")).explanation
    async with world.deps.read() as tx:
        card = await scores.get(tx, cycle_id, "ann")
    assert card
    assert (told.reader, told.total, told.is_same) == (Reader.MANAGER, card.total, True)
    assert fsum(d.points or 0 for d in told.dimensions) == pytest.approx(card.total)
    assert await noted(world) == []


@pytest.mark.parametrize("key", ["bo", "tom", "rosa"])
async def test_nobody_else_reads_it(world: World, key: str) -> None:
    cycle_id = await world.collected()
    who = await world.who(key)
    await refused(Code.NOT_YOUR_APPROVAL, why(world.deps, who, cycle_id, "ann"))
    await refused(Code.NOT_HR, why_latest(world.deps, who, "ann@example.com"))


async def test_the_employee_reads_it_after_the_release_and_not_before(world: World) -> None:
    cycle_id, ann = await world.collected(), await world.who("ann")
    await refused(Code.OWN_RESULT_WAITS, why(world.deps, ann, cycle_id, "ann"))
    await refused(Code.NO_RESULT_YET, why_own(world.deps, ann))
    await world.approved("max", "ann", cycle_id)
    await refused(Code.OWN_RESULT_WAITS, why(world.deps, ann, cycle_id, "ann"))
    await approvals.release(world.deps, await world.who("max"), cycle_id, "ann")
    told = (await why(world.deps, ann, cycle_id, "ann")).explanation
    assert told.reader is Reader.EMPLOYEE
    assert (await why_own(world.deps, ann)).explanation == told
    assert [c.what for c in told.changes] == [Happened.APPROVED, Happened.RELEASED]
    assert await noted(world) == []


async def test_hr_reads_anybody_s_and_that_is_noted(world: World) -> None:
    cycle_id, hana = await world.collected(), await world.who("hana")
    for text in ("<@UANN>", "<@UANN|ann>", "@Ann", "ann@example.com", "<mailto:ann@example.com|ann>", "E-ann", "ANN"):
        told = (await why_latest(world.deps, hana, text)).explanation
        assert (told.cycle_id, told.person_id, told.reader) == (cycle_id, "ann", Reader.HR)
    assert await noted(world) == [("hana", "ann")] * 7
    await explaining.in_cycle_named(world.deps, "Q3", "ann@example.com")
    assert (await noted(world))[-1] == (None, "ann")


async def test_hr_does_not_read_their_own_before_it_is_released(world: World) -> None:
    cycle_id, hana = await world.collected(selection=Selection(everyone=True)), await world.who("hana")
    await refused(Code.OWN_RESULT_WAITS, why(world.deps, hana, cycle_id, "hana"))
    await refused(Code.NO_RESULT_YET, why_latest(world.deps, hana, "hana@example.com"))
    assert await noted(world) == []


async def test_a_name_that_nobody_or_more_than_one_has_is_said_to_be_so(world: World) -> None:
    await refused(Code.NO_SUCH_PERSON, why_latest(world.deps, await world.who("hana"), "Nobody"))
    await refused(Code.NO_SUCH_PERSON, why_latest(world.deps, await world.who("hana"), "<@UNOBODY>"))
    handle = await refused(Code.HANDLE_UNKNOWN, why_latest(world.deps, await world.who("hana"), "@ann.lee"))
    assert handle.values["name"] == "@ann.lee"
    async with world.deps.begin() as tx:
        ann = await person_named(tx, "Ann")
        await people_store.save(tx, [replace(ann, id="ann2", slack_id=None, email="ann.two@example.com")])
    error = await refused(Code.SEVERAL_PEOPLE, why_latest(world.deps, await world.who("hana"), "Ann"))
    assert error.values["found"] == ["ann.two@example.com", "ann@example.com"]
    async with world.deps.begin() as tx:
        await people_store.save(tx, [replace(ann, active=False)])
        assert (await person_named(tx, "ann")).id == "ann2"


async def test_somebody_without_a_score_has_nothing_to_explain(world: World) -> None:
    cycle_id, hana = await world.launched(), await world.who("hana")
    await refused(Code.NOT_SCORED, why(world.deps, hana, cycle_id, "ann"))
    await refused(Code.NOT_SCORED, why_latest(world.deps, hana, "ann@example.com"))
    await refused(Code.NO_SUCH_CYCLE, why(world.deps, hana, "nothing", "ann"))
    await refused(Code.NO_CYCLE_NAMED, explaining.in_cycle_named(world.deps, "Q4", "ann@example.com"))


async def test_an_adjustment_is_told_with_from_to_reason_and_by_whom(world: World) -> None:
    cycle_id, max_ = await world.collected(), await world.who("max")
    await world.propose("max", "ann", cycle_id)
    computed = (await approvals.card_for(world.deps, max_, cycle_id, "ann")).score.total
    assert computed
    value = round(computed) + 3
    await approvals.approve(world.deps, max_, cycle_id, "ann", adjusted=value, reason=REASON)
    await approvals.release(world.deps, max_, cycle_id, "ann")
    for key in ("max", "ann"):
        told = (await why(world.deps, await world.who(key), cycle_id, "ann")).explanation
        change = next(c for c in told.changes if c.what is Happened.ADJUSTED)
        assert (change.before, change.after, change.reason, change.by) == (computed, value, REASON, "Max")
        assert (told.total, told.final) == (computed, value)


async def test_a_figure_that_came_later_is_told_and_what_it_replaced(world: World) -> None:
    cycle_id = await world.launched()
    await world.everyone_writes()
    await add_figures(world.deps, "list", Figure("ann", "goal_completion", 100, 88))
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    world.advance(hours=1)
    await add_figures(world.deps, "crm", Figure("ann", "goal_completion", 100, 96))
    async with world.deps.begin() as tx:
        await settling.rescore_waiting(tx, *Q3, {"ann"}, world.now)
    await world.approved("max", "ann", cycle_id)
    await approvals.release(world.deps, await world.who("max"), cycle_id, "ann")
    world.advance(hours=1)
    await add_figures(world.deps, "late", Figure("ann", "goal_completion", 100, 99))
    told = (await why(world.deps, await world.who("ann"), cycle_id, "ann")).explanation
    (goal,) = told.metrics
    assert goal.result.actual == 96
    assert [(f.actual, f.source, f.is_late) for f in goal.others] == [(99, "late", True), (88, "list", False)]
    change = next(c for c in told.changes if c.what is Happened.SCORED_AGAIN)
    assert change.figures == (FigureChange("goal_completion", 88, 96),)
    assert told.is_same


async def test_reviews_that_were_asked_for_again_are_told_to_those_who_decide(world: World) -> None:
    cycle_id, max_ = await world.collected(), await world.who("max")
    await approvals.return_reviews(world.deps, max_, cycle_id, "ann", group=Relation.MANAGER, note="More about June?")
    await world.write("max", "ann", point=5)
    await settling.settle_returns(world.deps)
    told = (await why(world.deps, max_, cycle_id, "ann")).explanation
    returned, again = told.changes
    assert (returned.what, returned.by, returned.asked) == (Happened.RETURNED, "Max", "manager")
    assert (again.what, again.by, again.reviews, again.figures) == (Happened.SCORED_AGAIN, "", True, ())
    assert told.is_same
    await world.approved("max", "ann", cycle_id)
    await approvals.release(world.deps, max_, cycle_id, "ann")
    told = (await why(world.deps, await world.who("ann"), cycle_id, "ann")).explanation
    assert [c.what for c in told.changes] == [Happened.APPROVED, Happened.RELEASED]


async def test_a_card_that_does_not_follow_from_what_was_kept_is_found_out(world: World) -> None:
    cycle_id = await world.collected()
    async with world.deps.begin() as tx:
        scored = await scores.scored(tx, cycle_id, "ann")
        assert scored
        await scores.save(tx, [replace(scored, card=replace(scored.card, total=99.0))])
    assert not (await why(world.deps, await world.who("max"), cycle_id, "ann")).explanation.is_same


async def test_a_hidden_group_stays_hidden_from_everybody(world: World) -> None:
    cycle_id = await world.collected(threshold=6)
    for key in ("max", "hana"):
        told = (await why(world.deps, await world.who(key), cycle_id, "ann")).explanation
        hidden = [p for i in told.items() for p in i.parts if p.left_out is LeftOut.TOO_FEW]
        assert {p.source for p in hidden} == {Source.PEER}
        assert {(p.n, p.score, p.mean, p.points, p.agreement) for p in hidden} == {(0, None, None, None, None)}
        assert Source.PEER not in {s.source for s in told.sources}


async def test_hr_who_gave_one_of_few_answers_is_refused_and_another_is_not(world: World) -> None:
    cycle_id = await reported_on_by(world, "ann", "bo", "cai")
    deps = replace(world.deps, hr_admins=frozenset({"UANN", "UHANA"}))
    await refused(Code.AMONG_FEW, why(deps, await world.who("ann"), cycle_id, "max"))
    await refused(Code.AMONG_FEW, why_latest(deps, await world.who("ann"), "max@example.com"))
    assert await noted(world) == []
    assert (await why(deps, await world.who("hana"), cycle_id, "max")).explanation.reader is Reader.HR


async def test_another_approver_is_told_of_and_what_the_first_decided_stands_without_its_reason(world: World) -> None:
    cycle_id = await reported_on_by(world, "ann", "bo", "cai")
    rosa = await world.who("rosa")
    await world.propose("rosa", "max", cycle_id)
    value = round((await approvals.card_for(world.deps, rosa, cycle_id, "max")).score.total or 0) + 3
    await approvals.approve(world.deps, rosa, cycle_id, "max", adjusted=value, reason=REASON)
    await managed_by(world, "max", "ann")
    told = (await why(world.deps, await world.who("ann"), cycle_id, "max")).explanation
    adjusted, again = told.changes
    assert (adjusted.what, adjusted.after, adjusted.reason) == (Happened.ADJUSTED, value, "")
    assert (again.what, again.approver, again.reviews) == (Happened.SCORED_AGAIN, True, False)
    assert told.final == told.total

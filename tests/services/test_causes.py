"""Why targets were missed: asked before a score is approved, told to the employee."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from appraisal.approval import Approval, ApprovalState, CauseNamed
from appraisal.errors import Code
from appraisal.intake.sources import Push, Sources
from appraisal.review import Figure
from appraisal.scheme import Text
from services import actions, approvals, closing, results
from services.settling import rescore_waiting
from storage import approvals as approvals_store
from storage.tables import audit as audit_table
from storage.tables import causes as causes_table
from tests.services.test_cycles import refused
from tests.world import Q3, World, add_figures

OTHER = CauseNamed("", "The new scanners came in late September")
NAMED = {"goal_completion": CauseNamed("resources"), "business_volume": OTHER}


async def with_missed_targets(world: World) -> str:
    """Ann misses two of three targets; everybody else has no figures."""
    cycle_id = await world.launched()
    await world.everyone_writes()
    await add_figures(
        world.deps,
        "kpi",
        Figure("ann", "goal_completion", 100, 88),
        Figure("ann", "business_volume", 400, 350),
        Figure("ann", "customer_satisfaction", 90, 91),
        as_of=date(2026, 9, 20),
    )
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    return cycle_id


async def named(world: World) -> int:
    """How often causes were named, in the log."""
    async with world.deps.read() as tx:
        query = sa.select(sa.func.count()).where(audit_table.c.verb == "name-causes")
        return await tx.scalar(query) or 0


async def test_no_score_is_approved_or_adjusted_before_every_missed_target_has_its_cause(world: World) -> None:
    cycle_id, max_ = await with_missed_targets(world), await world.who("max")
    await world.propose("max", "ann", cycle_id)
    card = await approvals.card_to_approve(world.deps, max_, cycle_id, "ann")
    assert [m.metric for m in card.unexplained] == ["goal_completion", "business_volume"]
    error = await refused(Code.CAUSES_MISSING, approvals.approve(world.deps, max_, cycle_id, "ann"))
    assert error.values == {"count": 2}
    await approvals.name_causes(world.deps, max_, cycle_id, "ann", {"goal_completion": CauseNamed("resources")})
    value, reason = round(card.score.total or 0) + 3, "Carried the team through the outage in August."
    adjusting = approvals.approve(world.deps, max_, cycle_id, "ann", adjusted=value, reason=reason)
    assert (await refused(Code.CAUSES_MISSING, adjusting)).values == {"count": 1}
    await approvals.name_causes(world.deps, max_, cycle_id, "ann", {"business_volume": OTHER})
    await approvals.approve(world.deps, max_, cycle_id, "ann", adjusted=value, reason=reason)


async def test_the_employee_reads_the_causes_with_the_name_of_who_says_so(world: World) -> None:
    cycle_id, max_ = await with_missed_targets(world), await world.who("max")
    await world.propose("max", "ann", cycle_id)
    await approvals.name_causes(world.deps, max_, cycle_id, "ann", NAMED)
    await approvals.approve(world.deps, max_, cycle_id, "ann")
    await approvals.release(world.deps, max_, cycle_id, "ann")
    result = await results.own_result(world.deps, await world.who("ann"), cycle_id)
    assert [(c.metric, c.cause, c.note, c.author) for c in result.causes] == [
        ("business_volume", "", OTHER.note, "Max"),
        ("goal_completion", "resources", "", "Max"),
    ]


async def test_a_cause_can_be_changed_until_the_score_is_approved(world: World) -> None:
    cycle_id, max_ = await with_missed_targets(world), await world.who("max")
    await world.propose("max", "ann", cycle_id)
    await approvals.name_causes(world.deps, max_, cycle_id, "ann", NAMED)
    better = {"goal_completion": CauseNamed("demand", "Two of three clients left")}
    await approvals.name_causes(world.deps, max_, cycle_id, "ann", better)
    card = await approvals.card_for(world.deps, max_, cycle_id, "ann")
    assert {c.metric: (c.cause, c.note) for c in card.causes} == {
        "goal_completion": ("demand", "Two of three clients left"),
        "business_volume": ("", OTHER.note),
    }
    await approvals.approve(world.deps, max_, cycle_id, "ann")
    again = approvals.name_causes(world.deps, max_, cycle_id, "ann", NAMED)
    await refused(Code.ALREADY_DECIDED, again)


async def test_a_double_click_names_causes_once_and_sends_one_card(world: World) -> None:
    cycle_id, max_ = await with_missed_targets(world), await world.who("max")
    await world.outgoing()
    await asyncio.gather(*(approvals.name_causes(world.deps, max_, cycle_id, "ann", NAMED) for _ in range(3)))
    assert await named(world) == 1
    assert [to for to, _ in await world.outgoing("approval-card")] == ["max"]


async def test_nobody_but_the_approver_names_causes(world: World) -> None:
    cycle_id = await with_missed_targets(world)
    for key, code in (("tom", Code.NOT_YOUR_APPROVAL), ("hana", Code.NOT_YOUR_APPROVAL), ("ann", Code.OWN_SCORE)):
        who = await world.who(key)
        await refused(code, approvals.name_causes(world.deps, who, cycle_id, "ann", NAMED))
    assert await named(world) == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (CauseNamed("", "  "), Code.CAUSE_NOTE_MISSING),
        (CauseNamed("laziness", "x"), Code.ANSWER_INVALID),
        (CauseNamed("demand", "x" * 501), Code.TEXT_TOO_LONG),
    ],
)
async def test_of_a_form_with_one_bad_answer_nothing_is_stored(world: World, given: CauseNamed, code: Code) -> None:
    cycle_id, max_ = await with_missed_targets(world), await world.who("max")
    both = {"business_volume": OTHER, "goal_completion": given}
    error = await refused(code, approvals.name_causes(world.deps, max_, cycle_id, "ann", both))
    assert error.field == "goal_completion"
    async with world.deps.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(causes_table)) == 0


async def test_a_figure_that_is_corrected_needs_no_cause_any_more(world: World) -> None:
    cycle_id, max_ = await with_missed_targets(world), await world.who("max")
    await world.propose("max", "ann", cycle_id)
    await approvals.name_causes(world.deps, max_, cycle_id, "ann", {"goal_completion": CauseNamed("demand")})
    world.advance(days=1)
    await add_figures(
        world.deps,
        "corrected",
        Figure("ann", "goal_completion", 100, 101),
        Figure("ann", "business_volume", 400, 400),
        as_of=date(2026, 9, 30),
    )
    async with world.deps.begin() as tx:
        await rescore_waiting(tx, *Q3, ["ann"], world.now)
    await approvals.name_causes(world.deps, max_, cycle_id, "ann", {"business_volume": OTHER})
    card = await approvals.card_for(world.deps, max_, cycle_id, "ann")
    assert (card.missed, card.causes) == ((), ())
    await approvals.approve(world.deps, max_, cycle_id, "ann")


async def test_a_score_that_waits_for_reviews_takes_no_causes(world: World) -> None:
    cycle_id, max_ = await with_missed_targets(world), await world.who("max")
    async with world.deps.begin() as tx:
        returned = Approval(cycle_id, "ann", "max", ApprovalState.RETURNED, decided_at=world.now)
        assert await approvals_store.decide(tx, returned, frm={ApprovalState.PENDING})
    await refused(Code.REVIEWS_AWAITED, approvals.name_causes(world.deps, max_, cycle_id, "ann", NAMED))


async def test_a_figure_tells_where_it_comes_from_and_whether_it_is_too_old(world: World) -> None:
    crm = Push(kind="push", key="crm", name=Text(en="CRM export", zh="CRM 导出"), token_env="CRM_TOKEN", fresh_days=20)
    world.deps = replace(world.deps, sources=Sources((crm,)))
    cycle_id = await world.launched()
    await world.everyone_writes()
    await add_figures(
        world.deps, "crm", Figure("ann", "goal_completion", 100, 105), as_of=date(2026, 9, 20), source="crm"
    )
    await add_figures(world.deps, "手工", Figure("ann", "business_volume", 400, 410), as_of=date(2026, 9, 20))
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    by_crm, _ = card.score.metrics
    assert (by_crm.source, by_crm.file_name, by_crm.row) == ("crm", "crm.csv", 2)
    assert (by_crm.as_of, by_crm.imported_at) == (date(2026, 9, 20), world.now)
    assert card.sources == {"crm": crm.name}
    assert card.stale == {"business_volume"}  # 15 days: files by hand have 10, the CRM 20
    world.advance(days=6)
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    assert card.stale == {"business_volume", "goal_completion"}
    await world.approved("max", "ann", cycle_id)
    assert not (await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")).stale


async def test_what_somebody_would_like_changed_is_on_both_homes_until_it_is_answered(world: World) -> None:
    cycle_id = await world.collected()
    await world.propose("max", "ann", cycle_id)
    ((_, proposed),) = await world.outgoing("action-proposed")
    old = proposed.action_id  # type: ignore[union-attr]
    people = [await world.who(key) for key in ("ann", "max", "bo")]
    assert [(await results.home(world.deps, p)).to_change for p in people] == [(), (), ()]
    await actions.comment_on_action(world.deps, people[0], old, "Could we start in November?")
    found = [[c.action.comment for c in (await results.home(world.deps, p)).to_change] for p in people]
    assert found == [["Could we start in November?"], ["Could we start in November?"], []]
    await world.propose("max", "ann", cycle_id, once="V2", replaces=old)
    assert [(await results.home(world.deps, p)).to_change for p in people] == [(), (), ()]


async def test_home_lists_what_somebody_agreed_to_the_next_first(world: World) -> None:
    cycle_id, ann, max_ = await world.collected(), await world.who("ann"), await world.who("max")
    for day in (date(2026, 12, 18), date(2026, 10, 20), date(2026, 11, 2)):
        proposal = actions.Proposal(what=f"By {day}", why="", measure="", due_on=day)
        await actions.propose_action(world.deps, max_, cycle_id, "ann", proposal, once=f"{day}")
    waiting = [m.action_id for _, m in await world.outgoing("action-proposed")]  # type: ignore[union-attr]
    assert (await results.home(world.deps, ann)).agreed == ()
    for action_id in waiting:
        await actions.accept_action(world.deps, ann, action_id)
    world.advance(days=21)  # the 26th of October
    home = await results.home(world.deps, ann)
    assert [a.due_on for a in home.agreed] == [date(2026, 11, 2), date(2026, 12, 18), date(2026, 10, 20)]
    assert home.actions_to_answer == ()
    assert (await results.home(world.deps, await world.who("bo"))).agreed == ()

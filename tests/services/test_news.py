"""What is told of a score that was worked out again, and to whom the earlier one is."""

from __future__ import annotations

from appraisal.news import News
from appraisal.review import Figure
from appraisal.scheme import Relation
from appraisal.scoring.explanation import Happened
from services import approvals
from services.explaining import why
from services.settling import rescore_waiting, settle_returns
from storage import approvals as store
from tests.world import Q3, World, add_figures

REPORTS = ("ann", "bo", "cai", "dee")


async def news(world: World, cycle_id: str, *, of: str = "max", reader: str = "rosa") -> News | None:
    return (await approvals.card_for(world.deps, await world.who(reader), cycle_id, of)).news


async def answered_again(world: World) -> tuple[str, float | None, float | None]:
    """(cycle, total before, total now) of Max, of whom all reports have written something else."""
    cycle_id, rosa = await world.collected(), await world.who("rosa")
    before = (await approvals.card_for(world.deps, rosa, cycle_id, "max")).score.total
    await approvals.return_reviews(world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="More, please.")
    world.advance(hours=1)
    for key in REPORTS:
        await world.write(key, "max", point=1)
    after = (await approvals.card_for(world.deps, rosa, cycle_id, "max")).score.total
    return cycle_id, before, after


async def totals(world: World, reader: str, cycle_id: str) -> list[tuple[float | None, float | None]]:
    """What the explanation of Max's score says of earlier totals."""
    told = (await why(world.deps, await world.who(reader), cycle_id, "max")).explanation
    return [(c.before, c.after) for c in told.changes if c.what is Happened.SCORED_AGAIN]


async def test_nothing_is_new_about_a_score_that_was_worked_out_once(world: World) -> None:
    assert await news(world, await world.collected()) is None


async def test_who_asked_for_more_reads_both_totals_on_the_card_and_in_the_history(world: World) -> None:
    cycle_id, before, after = await answered_again(world)
    assert before != after
    found = await news(world, cycle_id)
    assert found
    assert (found.asked, found.is_same, found.before, found.after) == (True, False, before, after)
    assert await totals(world, "rosa", cycle_id) == [(before, after)]


async def test_nobody_else_reads_the_earlier_total(world: World) -> None:
    cycle_id, *_ = await answered_again(world)
    assert await totals(world, "hana", cycle_id) == [(None, None)]
    await world.approved("rosa", "max", cycle_id)
    await approvals.release(world.deps, await world.who("rosa"), cycle_id, "max")
    assert all(pair == (None, None) for pair in await totals(world, "max", cycle_id))


async def test_who_decides_since_reads_no_total_from_before_their_time(world: World) -> None:
    cycle_id, *_ = await answered_again(world)
    async with world.deps.begin() as tx:
        await store.set_approver(tx, cycle_id, "max", "tom")
    found = await news(world, cycle_id, reader="tom")
    assert found
    assert (found.before, found.after) == (None, None)
    assert await totals(world, "tom", cycle_id) == [(None, None)]


async def test_an_answer_that_no_card_shows_is_no_news(world: World) -> None:
    cycle_id = await world.collected()
    rosa = await world.who("rosa")
    await approvals.return_reviews(world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="More, please.")
    world.advance(hours=1)
    await world.write("dee", "max", point=1)
    world.advance(days=5)
    await settle_returns(world.deps)
    found = await news(world, cycle_id)
    assert found
    assert (found.asked, found.is_same) == (True, True)
    assert await totals(world, "rosa", cycle_id) == []


async def test_a_figure_that_came_is_told_with_both_totals_until_the_score_is_decided(world: World) -> None:
    cycle_id, max_ = await world.collected(), await world.who("max")
    before = (await approvals.card_for(world.deps, max_, cycle_id, "ann")).score.total
    await add_figures(world.deps, "kpi", Figure("ann", "goal_completion", 100, 40))
    async with world.deps.begin() as tx:
        await rescore_waiting(tx, *Q3, ["ann"], world.now)
    found = await news(world, cycle_id, of="ann", reader="max")
    after = (await approvals.card_for(world.deps, max_, cycle_id, "ann")).score.total
    assert found
    assert (found.asked, found.before, found.after) == (False, before, after)
    assert [(f.metric, f.was, f.now) for f in found.figures] == [("goal_completion", None, 40)]
    await world.approved("max", "ann", cycle_id)
    assert await news(world, cycle_id, of="ann", reader="max") is None

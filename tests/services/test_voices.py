"""What people wrote about, on cards and for HR: made of what each reader may read, kept, never without leave."""

from __future__ import annotations

import pytest

from appraisal.cycle import Cycle
from appraisal.home import LastResult
from appraisal.language import summary, themes, tone
from appraisal.language import voices as domain
from appraisal.language.voices import Theme, crowd
from appraisal.scheme import Relation, Source
from services import approvals, closing, results, voices
from services.settling import settle_returns
from storage import cycles
from tests.world import World

HELPS = "He helped us in the March handover, and nobody had to stay late."


async def written(world: World, **changes: object) -> str:
    """A cycle in which everybody writes of teamwork and, to the manager alone, the same."""
    cycle_id = await world.launched(**changes)
    for key in ("rosa", "max", "tom", "ann", "bo", "cai", "dee"):
        for todo in (await world.todo(key)).todos:
            await world.write(key, todo.reviewee.id, text=HELPS)
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    return cycle_id


async def cycle_of(world: World, cycle_id: str) -> Cycle:
    async with world.deps.read() as tx:
        found = await cycles.get(tx, cycle_id)
    assert found is not None
    return found


async def release_all(world: World, cycle_id: str) -> None:
    for manager, report in (
        ("max", "ann"),
        ("max", "bo"),
        ("max", "cai"),
        ("max", "dee"),
        ("rosa", "max"),
        ("rosa", "tom"),
    ):
        await world.approved(manager, report, cycle_id)
    await approvals.release_cycle(world.deps, await world.who("hana"), cycle_id)


async def test_manager_and_employee_read_what_their_comments_are_about(world: World) -> None:
    cycle_id = await written(world)
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    about = card.comments.voices
    assert about is not None
    anonymous = [c for c in card.comments.comments if c.source in (Source.PEER, Source.OTHERS)]
    assert len(anonymous) >= 9
    assert about.comments == len(anonymous)
    assert about.themes[0] == Theme("teamwork", len(anonymous))
    assert about.quotes
    assert set(about.quotes) == {HELPS}
    await release_all(world, cycle_id)
    result = await results.own_result(world.deps, await world.who("ann"), cycle_id)
    told = result.comments.voices
    assert told is not None
    assert told.comments < about.comments  # what was written for the manager alone is not in it
    assert told.comments == len([c for c in result.comments.comments if c.source in (Source.PEER, Source.OTHERS)])


async def test_hr_reads_figures_of_exactly_what_people_may_read_themselves(world: World) -> None:
    cycle_id = await written(world)
    cycle = await cycle_of(world, cycle_id)
    found = await voices.of_cycle(world.deps, cycle)
    assert found is not None
    assert found.whole is not None
    await release_all(world, cycle_id)
    people = ("ann", "bo", "cai", "dee", "max", "tom")
    read = [
        crowd(cycle, (await results.own_result(world.deps, await world.who(p), cycle_id)).comments.comments)
        for p in people
    ]
    assert found.whole.comments == sum(map(len, read)) > 0
    assert found.whole.people == sum(bool(r) for r in read)
    assert found.whole.themes[0] == Theme("teamwork", found.whole.people)
    assert [g.department for g in found.departments] == ["Support"]


async def test_the_figures_stay_as_hr_first_saw_them(world: World) -> None:
    """Else two looks would tell what was written in between."""
    cycle_id = await written(world)
    cycle, rosa = await cycle_of(world, cycle_id), await world.who("rosa")
    first = await voices.of_cycle(world.deps, cycle)
    world.advance(hours=1)
    await approvals.return_reviews(world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="More, please.")
    for report in ("ann", "bo", "cai", "dee"):
        await world.write(report, "max", text="Sets clear priorities for the whole quarter.")
    world.advance(days=5)
    await settle_returns(world.deps)
    after = (await approvals.card_for(world.deps, rosa, cycle_id, "max")).comments
    assert [c for c in after.comments if c.text.startswith("Sets clear priorities")]
    assert await voices.of_cycle(world.deps, cycle) == first


async def test_nothing_is_said_before_everybody_has_a_score(world: World) -> None:
    cycle_id = await world.launched()
    assert await voices.of_cycle(world.deps, await cycle_of(world, cycle_id)) is None
    await world.everyone_writes()
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    assert await voices.of_cycle(world.deps, await cycle_of(world, cycle_id)) is not None


async def test_with_the_switch_off_no_text_is_analysed_for_anybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("a text was read")

    cycle_id = await written(world, reads_texts=False)
    for module, name in ((domain, "count_tones"), (domain, "mentioned"), (domain, "summary"), (domain, "crowd")):
        monkeypatch.setattr(module, name, refuse)
    for module, name in ((tone, "tone"), (themes, "mentioned"), (summary, "summary")):
        monkeypatch.setattr(module, name, refuse)
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    assert card.comments.comments
    assert card.comments.voices is None
    assert await voices.of_cycle(world.deps, await cycle_of(world, cycle_id)) is None
    await release_all(world, cycle_id)
    result = await results.own_result(world.deps, await world.who("ann"), cycle_id)
    assert result.comments.comments
    assert result.comments.voices is None


async def test_home_shows_the_last_result_without_reading_a_comment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id, ann = await written(world), await world.who("ann")
    await release_all(world, cycle_id)
    result = await results.own_result(world.deps, ann, cycle_id)

    def refuse(*args: object) -> None:
        raise AssertionError("comments were read")

    monkeypatch.setattr(results, "readable", refuse)
    last = (await results.home(world.deps, ann)).last_result
    assert last == LastResult(result.cycle, result.total, result.band)


async def test_groups_below_the_threshold_of_comments_are_in_no_figure(world: World) -> None:
    cycle_id = await written(world, comment_threshold=6)
    found = await voices.of_cycle(world.deps, await cycle_of(world, cycle_id))
    assert found is not None
    assert found.whole is None
    assert found.departments == ()
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    assert card.comments.voices is None

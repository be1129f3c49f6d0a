import asyncio
from datetime import date

import pytest

from appraisal.cycle import Selection, State, Warning
from appraisal.errors import AppraisalError, Code
from appraisal.review import TaskState
from appraisal.scheme import Relation
from services import approvals, closing, cycles, reviews
from services.progress import open_cycles
from tests.world import World


async def refused(code: Code, awaitable: object) -> AppraisalError:
    with pytest.raises(AppraisalError) as caught:
        await awaitable  # type: ignore[misc]
    assert caught.value.code is code
    return caught.value


async def test_the_preview_counts_people_reviews_and_the_highest_load(world: World) -> None:
    preview = await cycles.draft_cycle(world.deps, await world.who("hana"), world.request())
    assert preview.people == 6
    assert preview.by_relation[Relation.SELF] == 6
    assert preview.by_relation[Relation.MANAGER] == 6
    assert preview.by_relation[Relation.REPORT] == 4
    assert preview.reviews == sum(preview.by_relation.values())
    assert preview.highest_load >= 5  # Max: himself, four reports


async def test_only_relations_that_the_form_asks_get_a_review(world: World) -> None:
    """The form for the end of probation has no question for reports."""
    request = world.request(scheme="probation", peers_wanted=1)
    preview = await cycles.draft_cycle(world.deps, await world.who("hana"), request)
    assert preview.cycle.relations == (Relation.SELF, Relation.MANAGER, Relation.PEER)
    assert Relation.REPORT not in preview.by_relation
    nobody = world.request(scheme="probation", relations=(Relation.REPORT,))
    await refused(Code.NOBODY_REVIEWS, cycles.draft_cycle(world.deps, await world.who("hana"), nobody))


async def test_the_preview_warns_of_what_hr_should_know(world: World) -> None:
    everybody = Selection(everyone=True)
    preview = await cycles.draft_cycle(world.deps, await world.who("hana"), world.request(selection=everybody))
    warnings = {n.warning: n.names for n in preview.notices}
    assert warnings[Warning.NO_MANAGER] == ("Rosa",)
    assert Warning.NO_METRICS in warnings


async def test_a_previewed_draft_sends_nothing(world: World) -> None:
    await cycles.draft_cycle(world.deps, await world.who("hana"), world.request())
    assert await world.outgoing() == []


async def test_a_draft_of_the_same_name_is_replaced(world: World) -> None:
    hana = await world.who("hana")
    first = await cycles.draft_cycle(world.deps, hana, world.request())
    second = await cycles.draft_cycle(world.deps, hana, world.request(peers_wanted=2))
    await refused(Code.NO_SUCH_CYCLE, cycles.launch_cycle(world.deps, hana, first.cycle.id))
    await cycles.launch_cycle(world.deps, hana, second.cycle.id)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"period_end": date(2026, 6, 1)}, Code.PERIOD_BACKWARDS, "period_end"),
        ({"due_on": date(2026, 10, 4)}, Code.DEADLINE_PAST, "due"),
        ({"relations": ()}, Code.NOBODY_REVIEWS, "relations"),
        ({"threshold": 2}, Code.THRESHOLD_TOO_LOW, "threshold"),
        ({"comment_threshold": 2}, Code.THRESHOLD_TOO_LOW, "comment_threshold"),
        ({"selection": Selection(departments=("Logistics",))}, Code.NOBODY_SELECTED, "departments"),
        ({"scheme": "nonsense"}, Code.NO_SUCH_SCHEME, "scheme"),
    ],
)
async def test_a_wrong_field_is_named(world: World, changes: dict[str, object], code: Code, field: str) -> None:
    error = await refused(code, cycles.draft_cycle(world.deps, await world.who("hana"), world.request(**changes)))
    assert error.field == field


async def test_only_hr_starts_sees_and_closes_cycles(world: World) -> None:
    max_ = await world.who("max")
    await refused(Code.NOT_HR, cycles.start_form(world.deps, max_))
    await refused(Code.NOT_HR, cycles.draft_cycle(world.deps, max_, world.request()))
    cycle_id = await world.launched()
    await refused(Code.NOT_HR, open_cycles(world.deps, max_))
    await refused(Code.NOT_HR, closing.close_cycle(world.deps, max_, cycle_id))


async def test_launching_sends_each_reviewer_one_card(world: World) -> None:
    await world.launched()
    recipients = [who for who, _ in await world.outgoing("todo-card")]
    assert sorted(recipients) == ["ann", "bo", "cai", "dee", "max", "rosa", "tom"]


async def test_launching_twice_opens_the_cycle_once(world: World) -> None:
    cycle_id = await world.launched()
    await refused(Code.CYCLE_MOVED_ON, cycles.launch_cycle(world.deps, await world.who("hana"), cycle_id))
    assert len(await world.outgoing("todo-card")) == 7


async def test_progress_tells_who_is_waited_for(world: World) -> None:
    await world.launched()
    await world.write("ann", "ann")
    (progress,) = await open_cycles(world.deps, await world.who("hana"))
    assert progress.submitted == 1
    assert progress.people == 6
    assert dict(progress.waiting_on)["Max"] == len((await world.todo("max")).open)


async def test_closing_ends_collecting_and_gives_each_manager_a_card_per_report(world: World) -> None:
    cycle_id = await world.launched()
    await world.everyone_writes(but=(("dee", "max"),))
    await world.outgoing()
    closed = await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    assert closed.state is State.APPROVING
    cards = sorted((to, m.person_id) for to, m in await world.outgoing("approval-card"))  # type: ignore[union-attr]
    assert cards == [("max", "ann"), ("max", "bo"), ("max", "cai"), ("max", "dee"), ("rosa", "max"), ("rosa", "tom")]


async def test_an_unwritten_review_is_void_after_closing_and_says_so(world: World) -> None:
    cycle_id = await world.launched()
    dee = await world.who("dee")
    task_id = await world.task("dee", "max")
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    await refused(Code.COLLECTING_OVER, reviews.open_review(world.deps, dee, task_id))
    todo = await reviews.todo_of(world.deps, "dee", cycle_id)
    assert todo is not None
    assert not [t for t in todo.todos if t.task.state is not TaskState.SUBMITTED]


async def test_a_cycle_cannot_be_closed_for_good_before_every_result_is_out(world: World) -> None:
    cycle_id = await world.collected()
    error = await refused(Code.RELEASES_MISSING, closing.close_cycle(world.deps, await world.who("hana"), cycle_id))
    assert error.values["count"] == 6


async def test_hr_hears_once_when_the_last_review_is_in(world: World) -> None:
    await world.launched()
    await world.everyone_writes()
    await world.write("ann", "ann", point=2)  # an edit is not news
    assert [to for to, _ in await world.outgoing("all-reviews-in")] == ["hana"]


async def test_of_two_last_reviews_sent_at_once_one_tells_hr(world: World) -> None:
    await world.launched()
    await world.everyone_writes(but=(("ann", "max"), ("bo", "max")))
    await world.outgoing()
    await asyncio.gather(world.write("ann", "max"), world.write("bo", "max"))
    assert [to for to, _ in await world.outgoing("all-reviews-in")] == ["hana"]


async def test_a_cycle_without_any_answer_or_figure_can_still_be_approved_and_closed(world: World) -> None:
    cycle_id = await world.launched()
    hana = await world.who("hana")
    await closing.close_cycle(world.deps, hana, cycle_id)
    for manager, report in (
        ("max", "ann"),
        ("max", "bo"),
        ("max", "cai"),
        ("max", "dee"),
        ("rosa", "max"),
        ("rosa", "tom"),
    ):
        await world.approved(manager, report, cycle_id)
    assert await approvals.release_cycle(world.deps, hana, cycle_id) == 6
    assert (await closing.close_cycle(world.deps, hana, cycle_id)).state is State.CLOSED


async def test_a_score_that_nobody_can_decide_on_does_not_hold_the_cycle(world: World) -> None:
    only_hana = world.request(selection=Selection(people=("rosa",)))
    object.__setattr__(world.deps, "hr_admins", frozenset({"UROSA"}))
    rosa = await world.who("rosa")
    preview = await cycles.draft_cycle(world.deps, rosa, only_hana)
    assert Warning.NO_APPROVER in {n.warning for n in preview.notices}
    await cycles.launch_cycle(world.deps, rosa, preview.cycle.id)
    await closing.close_cycle(world.deps, rosa, preview.cycle.id)
    assert [p.cycle.id for p in await closing.closable(world.deps, rosa)] == [preview.cycle.id]
    assert (await closing.close_cycle(world.deps, rosa, preview.cycle.id)).state is State.CLOSED


async def test_the_preview_warns_of_people_who_are_in_an_open_cycle_already(world: World) -> None:
    await world.launched()
    preview = await cycles.draft_cycle(world.deps, await world.who("hana"), world.request(name="Q3 again"))
    named = {n.warning: n.names for n in preview.notices}
    assert len(named[Warning.IN_OTHER_CYCLE]) == 6

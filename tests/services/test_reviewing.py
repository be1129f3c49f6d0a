import asyncio
from datetime import timedelta

from appraisal.errors import Code
from appraisal.review import Answer, TaskState
from services import closing, reviews
from services.progress import open_cycles
from tests.services.test_cycles import refused
from tests.world import World

SKILL = Answer("professional_skill", number=5.0)


async def test_typing_is_kept_and_the_draft_opens_where_it_stopped(world: World) -> None:
    await world.launched()
    ann, task = await world.who("ann"), await world.task("ann", "bo")
    text = Answer("ability_keep", text="写" * 3000)
    assert await reviews.save_typing(world.deps, ann, task, {"ability_keep": text}, view="V1", revision=0)
    await reviews.turn_page(world.deps, ann, task, {"professional_skill": SKILL}, to=1, view="V1")
    sheet = await reviews.open_review(world.deps, ann, task)
    assert sheet.task.page == 1
    assert sheet.task.state is TaskState.DRAFT
    assert sheet.answers["professional_skill"].number == 5.0
    assert sheet.answers["ability_keep"].text == "写" * 3000


async def test_typing_that_arrives_after_its_page_was_turned_changes_nothing(world: World) -> None:
    await world.launched()
    ann, task = await world.who("ann"), await world.task("ann", "bo")
    await reviews.turn_page(world.deps, ann, task, {"professional_skill": SKILL}, to=1, view="V1")
    late = {"professional_skill": Answer("professional_skill", number=1.0)}
    assert not await reviews.save_typing(world.deps, ann, task, late, view="V1", revision=0)
    assert (await reviews.open_review(world.deps, ann, task)).answers["professional_skill"].number == 5.0


async def test_typing_on_another_device_is_not_taken_for_late(world: World) -> None:
    await world.launched()
    ann, task = await world.who("ann"), await world.task("ann", "bo")
    await reviews.turn_page(world.deps, ann, task, {"professional_skill": SKILL}, to=1, view="V1")
    phone = {"professional_skill": Answer("professional_skill", number=2.0)}
    assert await reviews.save_typing(world.deps, ann, task, phone, view="V2", revision=0)


async def test_a_review_with_open_questions_is_not_accepted_and_names_the_page(world: World) -> None:
    await world.launched()
    ann, task = await world.who("ann"), await world.task("ann", "bo")
    error = await refused(Code.ANSWERS_MISSING, reviews.submit_review(world.deps, ann, task))
    assert error.field == "0"


async def test_cant_say_is_an_answer(world: World) -> None:
    await world.launched()
    ann, task = await world.who("ann"), await world.task("ann", "bo")
    sheet = await reviews.open_review(world.deps, ann, task)
    unsure = {i.key: Answer(i.key, cant_say=True) for p in sheet.pages for i in p.items if i.kind != "text"}
    await reviews.turn_page(world.deps, ann, task, unsure, to=9, view="V1")
    assert (await reviews.submit_review(world.deps, ann, task)).task.state is TaskState.SUBMITTED


async def test_sending_twice_is_harmless(world: World) -> None:
    await world.launched()
    await world.write("ann", "bo")
    ann, task = await world.who("ann"), await world.task("ann", "bo")
    await reviews.submit_review(world.deps, ann, task)
    assert (await world.todo("ann")).done


async def test_two_reviewers_sending_at_once_are_both_kept(world: World) -> None:
    await world.launched()
    await asyncio.gather(*(world.write(k, "max") for k in ("ann", "bo", "cai", "dee")))
    (progress,) = await open_cycles(world.deps, await world.who("hana"))
    assert progress.submitted == 4


async def test_a_review_of_somebody_else_cannot_be_opened_written_or_sent(world: World) -> None:
    await world.launched()
    bo, task = await world.who("bo"), await world.task("ann", "ann")
    await refused(Code.NOT_YOURS, reviews.open_review(world.deps, bo, task))
    await refused(Code.NOT_YOURS, reviews.save_typing(world.deps, bo, task, {}, view="V", revision=0))
    await refused(Code.NOT_YOURS, reviews.submit_review(world.deps, bo, task))
    await refused(Code.NO_SUCH_REVIEW, reviews.open_review(world.deps, bo, "nonsense"))


async def test_a_forged_answer_is_refused(world: World) -> None:
    await world.launched()
    ann, task = await world.who("ann"), await world.task("ann", "bo")
    for forged in (
        Answer("professional_skill", number=7.0),
        Answer("professional_skill", text="five"),
        Answer("goal_completion", number=5.0),  # peers are not asked
        Answer("made_up", number=1.0),
    ):
        save = reviews.save_typing(world.deps, ann, task, {forged.item: forged}, view="V", revision=0)
        await refused(Code.ANSWER_INVALID, save)
    long = {"ability_keep": Answer("ability_keep", text="x" * 3001)}
    await refused(Code.TEXT_TOO_LONG, reviews.save_typing(world.deps, ann, task, long, view="V", revision=0))


async def test_a_first_review_is_welcome_late_but_an_edit_is_not(world: World) -> None:
    await world.launched()
    await world.write("ann", "ann")
    own = await world.task("ann", "ann")
    world.now += timedelta(days=14)
    await world.write("ann", "bo")
    await refused(Code.EDITING_OVER, reviews.open_review(world.deps, await world.who("ann"), own))


async def test_a_modal_left_open_over_the_closing_is_told_and_its_text_is_still_there(world: World) -> None:
    cycle_id = await world.launched()
    ann, task = await world.who("ann"), await world.task("ann", "bo")
    typed = {"ability_keep": Answer("ability_keep", text="Half a thought 🙂")}
    await reviews.save_typing(world.deps, ann, task, typed, view="V", revision=0)
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    await refused(Code.COLLECTING_OVER, reviews.submit_review(world.deps, ann, task))
    assert (await reviews.unsent(world.deps, ann, task)).answers["ability_keep"].text == "Half a thought 🙂"


async def test_an_edit_counts_only_when_it_is_sent(world: World) -> None:
    await world.launched()
    await world.write("ann", "ann", point=4)
    ann, task = await world.who("ann"), await world.task("ann", "ann")
    await reviews.save_typing(world.deps, ann, task, {"professional_skill": SKILL}, view="V", revision=99)
    todo = await world.todo("ann")
    assert next(t for t in todo.todos if t.task.id == task).task.state is TaskState.SUBMITTED
    assert (await reviews.submit_review(world.deps, ann, task)).answers["professional_skill"].number == 5.0

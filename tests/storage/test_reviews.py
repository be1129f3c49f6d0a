"""Reviews: what is typed, what counts, and the states between."""

from __future__ import annotations

from datetime import timedelta

from appraisal.cycle import State
from appraisal.review import Answer, TaskState
from appraisal.scheme import Relation, Source
from appraisal.scoring.card import ItemStats
from appraisal.scoring.comments import Written
from storage import cycles, reviews, tallies
from storage.engine import Database, Tx
from tests.storage.world import (
    ANN,
    BOB,
    CHO,
    CYCLE,
    DAN,
    EVERY_STATE,
    EVERYBODY,
    HR,
    MIA,
    NOW,
    cycle,
    submitted,
    task,
)

UNTIL = NOW + timedelta(days=3)


async def state_of(tx: Tx, task_id: str) -> TaskState:
    found = await reviews.get(tx, task_id)
    assert found is not None
    return found.state


async def test_a_task_comes_back_as_it_was_added(peopled: Database) -> None:
    full = task(
        "t1", state=TaskState.REOPENED, page=2, revision=7, draft_view="V1", submitted_at=NOW, reopened_until=UNTIL
    )
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [full])
        assert await reviews.get(tx, "t1", lock=True) == full
        assert await reviews.get(tx, "t2") is None


async def test_a_reviewer_sees_the_reviews_of_open_cycles_nearest_deadline_first(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await cycles.add(tx, cycle("sooner", due_at=CYCLE.due_at - timedelta(1)))
        await cycles.add(tx, cycle("closed", state=State.CLOSED))
        await reviews.add_tasks(
            tx,
            [
                task("of-cho", reviewee_id=CHO.id),
                task("of-ann"),
                task("sooner", cycle_id="sooner"),
                task("closed", cycle_id="closed"),
                task("not-mine", reviewer_id=DAN.id),
            ],
        )
        assert [t.id for t in await reviews.of_reviewer(tx, BOB.id)] == ["sooner", "of-ann", "of-cho"]
        assert [t.id for t in await reviews.of_reviewer(tx, BOB.id, cycle_ids=["closed"])] == ["closed"]


async def test_reviews_are_listed_by_reviewee_and_by_cycle(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("b", reviewee_id=BOB.id, reviewer_id=DAN.id), task("a2", reviewer_id=DAN.id)])
        await reviews.add_tasks(tx, [task("a1"), task("a0", reviewer_id=MIA.id, relation=Relation.MANAGER)])
        assert [t.id for t in await reviews.of_cycle(tx, CYCLE.id)] == ["a0", "a1", "a2", "b"]
        assert [t.id for t in await reviews.of_reviewee(tx, CYCLE.id, ANN.id)] == ["a0", "a1", "a2"]


async def test_typed_answers_are_kept_and_empty_ones_take_them_back(peopled: Database) -> None:
    long = "好" * 3000
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("t1")])
        await reviews.save_answers(tx, "t1", [Answer("skill", number=3.5), Answer("more", text=long)])
        await reviews.save_answers(tx, "t1", [Answer("skill", cant_say=True), Answer("other", text="x")])
        await reviews.save_answers(tx, "t1", [Answer("other", text="  \n")])
        assert await reviews.answers(tx, "t1") == {
            "skill": Answer("skill", cant_say=True),
            "more": Answer("more", text=long),
        }
        assert await reviews.answers(tx, "t2") == {}


async def test_turning_a_page_starts_a_draft_and_leaves_other_states(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("open"), task("done", reviewer_id=DAN.id, state=TaskState.SUBMITTED)])
        for task_id in ("open", "done"):
            await reviews.turn_page(tx, task_id, page=1, revision=4, view="V9")
        turned = await reviews.get(tx, "open")
        assert turned == task("open", state=TaskState.DRAFT, page=1, revision=4, draft_view="V9")
        assert await state_of(tx, "done") is TaskState.SUBMITTED


async def test_only_an_open_review_becomes_a_draft(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("open"), task("void", reviewer_id=DAN.id, state=TaskState.VOID)])
        for task_id in ("open", "void"):
            await reviews.mark_draft(tx, task_id)
        assert await state_of(tx, "open") is TaskState.DRAFT
        assert await state_of(tx, "void") is TaskState.VOID


async def test_a_review_is_submitted_once_from_the_states_named(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("t1", state=TaskState.REOPENED, reopened_until=UNTIL)])
        assert not await reviews.submit(tx, "t1", frm=[TaskState.OPEN], at=NOW)
        assert await reviews.submit(tx, "t1", frm=[TaskState.OPEN, TaskState.REOPENED], at=NOW)
        assert not await reviews.submit(tx, "t1", frm=[TaskState.OPEN, TaskState.REOPENED], at=UNTIL)
        assert await reviews.get(tx, "t1") == task("t1", state=TaskState.SUBMITTED, submitted_at=NOW)


async def test_submitted_answers_stand_while_they_are_edited(peopled: Database) -> None:
    stands = [ItemStats(ANN.id, "skill", Source.PEER, 1, 4.0), ItemStats(ANN.id, "speed", Source.PEER, 1, 2.0)]
    async with peopled.begin() as tx:
        await submitted(tx, task("t1"), Answer("skill", number=4), Answer("speed", number=2), Answer("why", text="a"))
        await reviews.save_answers(tx, "t1", [Answer("skill", number=1), Answer("speed"), Answer("why", text="b")])
        assert await reviews.answers(tx, "t1") == {"skill": Answer("skill", number=1), "why": Answer("why", text="b")}
        assert await tallies.item_stats(tx, CYCLE.id, EVERYBODY) == stands
        assert await tallies.written(tx, CYCLE.id, EVERYBODY) == {ANN.id: [Written("why", Source.PEER, "a", BOB.id)]}
        assert await reviews.reopen(tx, ["t1"], UNTIL) == 1
        assert await tallies.item_stats(tx, CYCLE.id, EVERYBODY) == stands

        assert await reviews.submit(tx, "t1", frm=[TaskState.REOPENED], at=UNTIL)
        assert await tallies.item_stats(tx, CYCLE.id, EVERYBODY) == [ItemStats(ANN.id, "skill", Source.PEER, 1, 1.0)]
        assert await tallies.written(tx, CYCLE.id, EVERYBODY) == {ANN.id: [Written("why", Source.PEER, "b", BOB.id)]}
        assert await reviews.answers(tx, "t1") == {"skill": Answer("skill", number=1), "why": Answer("why", text="b")}


async def test_one_submission_leaves_the_drafts_of_others(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("other", reviewer_id=DAN.id)])
        await reviews.save_answers(tx, "other", [Answer("skill", number=5)])
        await submitted(tx, task("t1"), Answer("skill", number=1))
        assert await reviews.answers(tx, "other") == {"skill": Answer("skill", number=5)}
        assert await tallies.item_stats(tx, CYCLE.id, EVERYBODY) == [ItemStats(ANN.id, "skill", Source.PEER, 1, 1.0)]


async def test_a_returned_review_has_a_deadline_of_its_own(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await submitted(tx, task("t1"))
        assert await reviews.reopen(tx, ["t1"], UNTIL) == 1
        returned = task("t1", state=TaskState.REOPENED, submitted_at=NOW, reopened_until=UNTIL)
        assert await reviews.get(tx, "t1") == returned
        assert await reviews.reopen(tx, [], UNTIL) == 0


async def test_closing_gives_up_what_was_never_submitted(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await submitted(tx, task("done"))
        await submitted(tx, task("returned", reviewer_id=CHO.id))
        await reviews.reopen(tx, ["returned"], UNTIL)
        await reviews.add_tasks(tx, [task("open", reviewer_id=DAN.id), task("draft", reviewer_id=MIA.id)])
        await reviews.mark_draft(tx, "draft")
        assert await reviews.void_unsubmitted(tx, CYCLE.id) == 2
        states = {t.id: t.state for t in await reviews.of_cycle(tx, CYCLE.id)}
    assert states == {
        "done": TaskState.SUBMITTED,
        "returned": TaskState.REOPENED,
        "open": TaskState.VOID,
        "draft": TaskState.VOID,
    }


async def test_who_leaves_takes_along_the_open_reviews_on_both_sides(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await submitted(tx, task("done"))
        others = task("others", reviewee_id=CHO.id, reviewer_id=DAN.id)
        await reviews.add_tasks(
            tx, [task("by", reviewee_id=CHO.id), task("about", reviewee_id=BOB.id, reviewer_id=DAN.id)]
        )
        await reviews.add_tasks(tx, [others])
        assert await reviews.void_of_person(tx, CYCLE.id, BOB.id) == 2
        assert await reviews.get(tx, "others") == others
        assert await state_of(tx, "done") is TaskState.SUBMITTED


async def test_a_new_manager_takes_over_the_open_review_with_what_was_typed(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await reviews.add_tasks(tx, [task("m", reviewer_id=MIA.id, relation=Relation.MANAGER), task("p")])
        await reviews.save_answers(tx, "m", [Answer("skill", number=4)])
        assert await reviews.reassign_manager(tx, CYCLE.id, ANN.id, HR.id)
        assert await reviews.get(tx, "m") == task("m", reviewer_id=HR.id, relation=Relation.MANAGER, revision=1)
        assert await reviews.get(tx, "p") == task("p")
        assert await reviews.answers(tx, "m") == {}  # what the old manager typed is theirs


async def test_a_submitted_manager_review_stays_with_who_wrote_it(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await submitted(tx, task("m", reviewer_id=MIA.id, relation=Relation.MANAGER))
        assert not await reviews.reassign_manager(tx, CYCLE.id, ANN.id, HR.id)
        assert not await reviews.reassign_manager(tx, CYCLE.id, ANN.id, MIA.id)


async def test_statistics_count_numbers_of_submitted_reviews_by_relation(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await submitted(tx, task("p1"), Answer("skill", number=4), Answer("note", text="n"))
        await submitted(tx, task("p2", reviewer_id=DAN.id), Answer("skill", number=5))
        await submitted(tx, task("p3", reviewer_id=CHO.id), Answer("skill", cant_say=True))
        await submitted(tx, task("m", reviewer_id=MIA.id, relation=Relation.MANAGER), Answer("skill", number=2))
        await submitted(tx, task("b", reviewee_id=BOB.id, reviewer_id=DAN.id), Answer("skill", number=1))
        await reviews.add_tasks(tx, [task("draft", reviewer_id=HR.id)])
        await reviews.save_answers(tx, "draft", [Answer("skill", number=1)])
        of_ann = [
            ItemStats(ANN.id, "skill", Source.MANAGER, 1, 2.0),
            ItemStats(ANN.id, "skill", Source.PEER, 2, 4.5, 0.5),
        ]
        assert await tallies.item_stats(tx, CYCLE.id, EVERYBODY) == [
            *of_ann,
            ItemStats(BOB.id, "skill", Source.PEER, 1, 1.0),
        ]
        assert await tallies.item_stats(tx, CYCLE.id, [ANN.id]) == of_ann


async def test_comments_come_in_an_order_that_does_not_tell_who_wrote_first(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await submitted(tx, task("p1"), Answer("why", text="z"), Answer("skill", number=3))
        await submitted(tx, task("p2", reviewer_id=DAN.id), Answer("why", text="a"))
        assert await tallies.written(tx, CYCLE.id, [ANN.id]) == {
            ANN.id: [
                Written("why", Source.PEER, "a", DAN.id),
                Written("why", Source.PEER, "z", BOB.id),
            ]
        }


async def test_progress_counts_states_departments_and_who_is_waited_for(peopled: Database) -> None:
    async with peopled.begin() as tx:
        await submitted(tx, task("p1"))
        await reviews.add_tasks(
            tx,
            [
                task("p2", reviewer_id=DAN.id),
                task("void", reviewer_id=CHO.id, state=TaskState.VOID),
                task("c1", reviewee_id=CHO.id, reviewer_id=DAN.id, state=TaskState.REOPENED),
                task("c2", reviewee_id=CHO.id, reviewer_id=ANN.id, state=TaskState.DRAFT),
            ],
        )
        assert await tallies.counts(tx, CYCLE.id) == {
            (Relation.PEER, TaskState.SUBMITTED): 1,
            (Relation.PEER, TaskState.OPEN): 1,
            (Relation.PEER, TaskState.VOID): 1,
            (Relation.PEER, TaskState.REOPENED): 1,
            (Relation.PEER, TaskState.DRAFT): 1,
        }
        assert await tallies.waiting(tx, CYCLE.id, 10) == [(DAN.id, 2), (ANN.id, 1)]
        assert await tallies.waiting(tx, CYCLE.id, 1) == [(DAN.id, 2)]
        assert await tallies.by_department(tx, CYCLE.id) == [("Packing", 0, 2), ("Picking", 1, 2)]
        assert await tallies.group_sizes(tx, CYCLE.id, ANN.id) == {Relation.PEER: 2}


async def test_renewed_reviews_are_those_submitted_since(peopled: Database) -> None:
    later = NOW + timedelta(hours=1)
    async with peopled.begin() as tx:
        await submitted(tx, task("p1"), at=NOW)
        await submitted(tx, task("p2", reviewer_id=DAN.id), at=later)
        await submitted(tx, task("p3", reviewer_id=CHO.id), at=later)
        await reviews.reopen(tx, ["p3"], UNTIL)
        assert await tallies.renewed(tx, CYCLE.id, ANN.id, later) == {Relation.PEER: 1}
        assert await tallies.renewed(tx, CYCLE.id, ANN.id, NOW) == {Relation.PEER: 2}
        assert await reviews.submit(tx, "p3", frm=EVERY_STATE, at=UNTIL)
        assert await tallies.renewed(tx, CYCLE.id, ANN.id, later) == {Relation.PEER: 2}

import asyncio

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from structlog.testing import capture_logs

from appraisal.approval import ApprovalState
from appraisal.cycle import State
from appraisal.errors import AppraisalError, Code
from appraisal.scheme import Relation, Source
from services import actions, approvals, closing, people, results, reviews
from services.people import SlackUser
from services.progress import open_cycles
from services.settling import settle_returns
from storage import approvals as decisions
from tests.services.test_cycles import refused
from tests.world import World

REASON = "Carried the team through the outage in August."


async def test_an_approval_needs_an_action_where_the_scheme_says_so(world: World) -> None:
    cycle_id = await world.collected()
    max_ = await world.who("max")
    await refused(Code.ACTION_REQUIRED, approvals.approve(world.deps, max_, cycle_id, "ann"))
    await world.approved("max", "ann", cycle_id)
    card = await approvals.card_for(world.deps, max_, cycle_id, "ann")
    assert card.approval.state is ApprovalState.APPROVED


async def test_choices_and_numbers_reach_whom_they_are_meant_for(world: World) -> None:
    cycle_id = await world.collected(scheme="annual")
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    said = {(c.item, c.source): c.text for c in card.comments.comments}
    assert said["training_days", Source.SELF] == "1.5"
    assert said["wish", Source.SELF] == "deepen"
    assert said["next_role", Source.MANAGER] == "now"
    await world.approved("max", "ann", cycle_id)
    await approvals.release(world.deps, await world.who("max"), cycle_id, "ann")
    result = await results.own_result(world.deps, await world.who("ann"), cycle_id)
    assert "next_role" not in {c.item for c in result.comments.comments}  # for the manager alone


async def test_a_double_click_approves_once(world: World) -> None:
    cycle_id = await world.collected()
    max_ = await world.who("max")
    await world.propose("max", "ann", cycle_id)
    both = await asyncio.gather(
        *(approvals.approve(world.deps, max_, cycle_id, "ann") for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(x).__name__ for x in both) == ["NoneType", "WrongState"]


async def test_what_was_approved_on_another_card_than_there_is_now_is_refused(world: World) -> None:
    cycle_id, max_ = await world.collected(), await world.who("max")
    await world.propose("max", "ann", cycle_id)
    card = await approvals.card_for(world.deps, max_, cycle_id, "ann")
    ((_, proposed),) = await world.outgoing("action-proposed")
    action_id = proposed.action_id  # type: ignore[union-attr]
    await actions.comment_on_action(world.deps, await world.who("ann"), action_id, "Could we start in November?")
    for adjusted in (None, 3.0):
        stale = approvals.approve(
            world.deps, max_, cycle_id, "ann", adjusted=adjusted, reason=REASON, revision=card.revision
        )
        await refused(Code.CARD_CHANGED, stale)
    again = await approvals.card_for(world.deps, max_, cycle_id, "ann")
    await approvals.approve(world.deps, max_, cycle_id, "ann", revision=again.revision)


async def test_nobody_decides_for_others_nor_for_themselves(world: World) -> None:
    cycle_id = await world.collected()
    await refused(Code.NOT_YOUR_APPROVAL, approvals.approve(world.deps, await world.who("tom"), cycle_id, "ann"))
    await refused(Code.OWN_SCORE, approvals.approve(world.deps, await world.who("ann"), cycle_id, "ann"))
    await refused(Code.OWN_SCORE, approvals.card_for(world.deps, await world.who("max"), cycle_id, "max"))
    await refused(Code.NOT_YOUR_APPROVAL, approvals.card_for(world.deps, await world.who("hana"), cycle_id, "ann"))


async def test_an_adjustment_has_a_limit_and_a_reason(world: World) -> None:
    cycle_id = await world.collected()
    max_ = await world.who("max")
    await world.propose("max", "ann", cycle_id)
    card = await approvals.card_for(world.deps, max_, cycle_id, "ann")
    total = round(card.score.total or 0)
    for value, reason, code, field in (
        (total + 30, REASON, Code.ADJUSTMENT_TOO_LARGE, "value"),
        (total + 5, "nice", Code.REASON_TOO_SHORT, "reason"),
    ):
        error = await refused(code, approvals.approve(world.deps, max_, cycle_id, "ann", adjusted=value, reason=reason))
        assert error.field == field
    await approvals.approve(world.deps, max_, cycle_id, "ann", adjusted=total + 5, reason=REASON)
    await approvals.release(world.deps, max_, cycle_id, "ann")
    result = await results.own_result(world.deps, await world.who("ann"), cycle_id)
    assert result.total == total + 5


async def test_the_same_modal_proposes_one_action(world: World) -> None:
    cycle_id = await world.collected()
    assert await world.propose("max", "ann", cycle_id)
    assert not await world.propose("max", "ann", cycle_id)
    assert [to for to, _ in await world.outgoing("action-proposed")] == ["ann"]


async def test_the_employee_accepts_or_comments_and_the_manager_hears(world: World) -> None:
    cycle_id = await world.collected()
    await world.propose("max", "ann", cycle_id)
    ((_, proposed),) = await world.outgoing("action-proposed")
    ann = await world.who("ann")
    action_id = proposed.action_id  # type: ignore[union-attr]
    await refused(Code.NOT_YOURS, actions.accept_action(world.deps, await world.who("bo"), action_id))
    await refused(Code.COMMENT_EMPTY, actions.comment_on_action(world.deps, ann, action_id, "  "))
    await actions.comment_on_action(world.deps, ann, action_id, "Could we start in November?")
    assert [to for to, _ in await world.outgoing("action-answered")] == ["max"]
    assert await actions.accept_action(world.deps, ann, action_id)
    assert not await actions.accept_action(world.deps, ann, action_id)
    await refused(Code.ACTION_ANSWERED, actions.comment_on_action(world.deps, ann, action_id, "Late thought"))


async def test_a_new_proposal_replaces_the_one_commented_on_and_comes_as_a_message_of_its_own(world: World) -> None:
    cycle_id = await world.collected()
    await world.propose("max", "ann", cycle_id)
    ((_, first),) = await world.outgoing("action-proposed")
    old = first.action_id  # type: ignore[union-attr]
    ann = await world.who("ann")
    await actions.comment_on_action(world.deps, ann, old, "Could we start in November?")
    await world.outgoing()
    assert await world.propose("max", "ann", cycle_id, once="V2", replaces=old)
    told = [m.action_id for to, m in await world.outgoing("action-proposed") if to == "ann"]  # type: ignore[union-attr]
    assert len(told) == 2
    assert old in told
    (current,) = (await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")).actions
    assert current.id != old
    await refused(Code.ACTION_ANSWERED, actions.accept_action(world.deps, ann, old))
    assert await actions.accept_action(world.deps, ann, current.id)


async def test_an_unreleased_result_is_nobodys_to_see(world: World) -> None:
    cycle_id = await world.collected()
    await world.approved("max", "ann", cycle_id)
    await refused(Code.OWN_SCORE, results.own_result(world.deps, await world.who("ann"), cycle_id))
    await refused(Code.NOT_APPROVED_YET, approvals.acknowledge(world.deps, await world.who("ann"), cycle_id))


async def test_release_sends_each_result_once_and_ends_the_cycle(world: World) -> None:
    cycle_id = await world.collected()
    hana = await world.who("hana")
    await refused(Code.NOTHING_TO_RELEASE, approvals.release_cycle(world.deps, hana, cycle_id))
    for manager, report in (("max", "ann"), ("max", "bo"), ("max", "cai"), ("max", "dee")):
        await world.approved(manager, report, cycle_id)
    await refused(Code.NOT_YOUR_APPROVAL, approvals.release(world.deps, await world.who("tom"), cycle_id, "ann"))
    await approvals.release(world.deps, await world.who("max"), cycle_id, "ann")
    await refused(Code.ALREADY_RELEASED, approvals.release(world.deps, await world.who("max"), cycle_id, "ann"))
    assert await approvals.release_cycle(world.deps, hana, cycle_id) == 3
    for report in ("max", "tom"):
        await world.approved("rosa", report, cycle_id)
    assert await approvals.release_cycle(world.deps, hana, cycle_id) == 2
    recipients = sorted(to for to, _ in await world.outgoing("result-released"))
    assert recipients == ["ann", "bo", "cai", "dee", "max", "tom"]
    (progress,) = await open_cycles(world.deps, hana)
    assert progress.cycle.state is State.RELEASED
    assert (await closing.close_cycle(world.deps, hana, cycle_id)).state is State.CLOSED


async def test_hr_hears_once_when_everything_is_approved(world: World) -> None:
    cycle_id = await world.collected()
    for manager, report in (("max", "ann"), ("max", "bo"), ("max", "cai"), ("max", "dee"), ("rosa", "max")):
        await world.approved(manager, report, cycle_id)
    assert await world.outgoing("all-approved") == []
    await world.approved("rosa", "tom", cycle_id)
    assert [to for to, _ in await world.outgoing("all-approved")] == ["hana"]


async def test_acknowledging_twice_tells_the_manager_once(world: World) -> None:
    cycle_id = await world.collected()
    await world.approved("max", "ann", cycle_id)
    await approvals.release(world.deps, await world.who("max"), cycle_id, "ann")
    ann = await world.who("ann")
    assert await approvals.acknowledge(world.deps, ann, cycle_id)
    assert not await approvals.acknowledge(world.deps, ann, cycle_id)
    assert [to for to, _ in await world.outgoing("result-acknowledged")] == ["max"]


async def test_groups_under_three_are_neither_shown_nor_counted(world: World) -> None:
    cycle_id = await world.launched(peers_wanted=2)
    await world.everyone_writes()
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    card = await approvals.card_for(world.deps, await world.who("max"), cycle_id, "ann")
    peers = [p for i in card.score.items() for p in i.parts if p.source.value == "peer"]
    assert peers
    assert all(p.score is None and p.n == 0 and p.share == 0 for p in peers)
    assert not [c for c in card.comments.comments if c.source is Source.PEER]
    assert Source.PEER in {source for _, source in card.comments.hidden}


async def test_comments_of_an_anonymous_group_carry_no_name(world: World) -> None:
    cycle_id = await world.collected()
    card = await approvals.card_for(world.deps, await world.who("rosa"), cycle_id, "max")
    from_others = [c for c in card.comments.comments if c.source is Source.OTHERS]  # four reports, a colleague or two
    assert len(from_others) >= 5
    assert {c.author for c in from_others} == {None}
    assert {c.author for c in card.comments.comments if c.source is Source.MANAGER} == {"Rosa"}


async def test_a_note_for_the_manager_stays_with_the_manager(world: World) -> None:
    cycle_id = await world.collected()
    await world.approved("rosa", "max", cycle_id)
    card = await approvals.card_for(world.deps, await world.who("rosa"), cycle_id, "max")
    assert "for_manager" in {c.item for c in card.comments.comments}
    await approvals.release(world.deps, await world.who("rosa"), cycle_id, "max")
    result = await results.own_result(world.deps, await world.who("max"), cycle_id)
    assert "for_manager" not in {c.item for c in result.comments.comments}


async def test_a_returned_group_writes_again_and_the_manager_gets_the_card_back(world: World) -> None:
    cycle_id = await world.collected()
    rosa = await world.who("rosa")
    before = await approvals.card_for(world.deps, rosa, cycle_id, "max")
    await approvals.return_reviews(
        world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="Please say more about delegation."
    )
    told = sorted(to for to, _ in await world.outgoing("reviews-returned"))
    assert told == ["ann", "bo", "cai", "dee"]
    world.advance(hours=1)
    await refused(Code.REVIEWS_AWAITED, approvals.approve(world.deps, rosa, cycle_id, "max"))
    await world.write("ann", "max", point=1)
    await world.outgoing()
    for reviewer in ("bo", "cai", "dee"):
        await world.write(reviewer, "max", point=1)
    assert ("rosa", "max") in [(to, m.person_id) for to, m in await world.outgoing("approval-card")]  # type: ignore[union-attr]
    after = await approvals.card_for(world.deps, rosa, cycle_id, "max")
    assert after.approval.state is ApprovalState.PENDING
    assert (after.score.total or 0) < (before.score.total or 0)


async def test_one_missing_reviewer_of_an_anonymous_group_is_never_asked_alone(world: World) -> None:
    cycle_id = await world.launched()
    await world.everyone_writes(but=(("dee", "max"),))
    await closing.close_cycle(world.deps, await world.who("hana"), cycle_id)
    again = approvals.return_reviews(world.deps, await world.who("rosa"), cycle_id, "max", group=None, note="")
    await refused(Code.NOTHING_TO_RETURN, again)


async def test_one_rewritten_review_of_an_anonymous_group_changes_neither_figures_nor_comments(world: World) -> None:
    cycle_id = await world.collected()
    rosa = await world.who("rosa")
    before = await approvals.card_for(world.deps, rosa, cycle_id, "max")
    world.advance(hours=1)
    await approvals.return_reviews(world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="More, please.")
    await world.write("dee", "max", point=1, text="Second thoughts")
    world.advance(days=5)
    assert await settle_returns(world.deps) == 1
    after = await approvals.card_for(world.deps, rosa, cycle_id, "max")
    assert after.score == before.score
    assert after.comments == before.comments


async def test_nobody_who_left_is_asked_again(world: World) -> None:
    cycle_id = await world.collected()
    await people.sync_from_slack(world.deps, [SlackUser("UDEE", "Dee", "dee@example.com", deleted=True)])
    rosa = await world.who("rosa")
    await approvals.return_reviews(world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="More, please.")
    assert sorted(to for to, _ in await world.outgoing("reviews-returned")) == ["ann", "bo", "cai"]


async def test_an_action_commented_on_after_the_release_can_still_be_replaced(world: World) -> None:
    cycle_id = await world.collected()
    await world.approved("max", "ann", cycle_id)
    ((_, proposed),) = await world.outgoing("action-proposed")
    await approvals.release(world.deps, await world.who("max"), cycle_id, "ann")
    old = proposed.action_id  # type: ignore[union-attr]
    await actions.comment_on_action(world.deps, await world.who("ann"), old, "Could we start in January?")
    assert await world.propose("max", "ann", cycle_id, once="V2", replaces=old)
    with pytest.raises(AppraisalError, match=Code.ALREADY_RELEASED.value):
        await world.propose("max", "ann", cycle_id, once="V3", replaces=old)


async def test_a_return_that_nobody_answers_comes_back_by_itself(world: World) -> None:
    cycle_id = await world.collected()
    rosa = await world.who("rosa")
    await approvals.return_reviews(world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="More, please.")
    assert await reviews.todo_lists(world.deps, await world.who("ann"))
    world.advance(days=4)
    assert await settle_returns(world.deps) == 1
    card = await approvals.card_for(world.deps, rosa, cycle_id, "max")
    assert card.approval.state is ApprovalState.PENDING


async def test_a_return_that_cannot_be_settled_keeps_no_other_one_waiting(world: World) -> None:
    cycle_id = await world.collected()
    for manager, person_id, group in (("max", "ann", Relation.SELF), ("rosa", "max", Relation.REPORT)):
        who = await world.who(manager)
        await approvals.return_reviews(world.deps, who, cycle_id, person_id, group=group, note="More, please.")
    async with world.deps.begin() as tx:
        broken = sa.text("UPDATE score_cards SET evidence = '{' WHERE person_id = 'ann'")
        await tx.execute(broken)
    world.advance(days=5)
    with capture_logs() as logs, pytest.raises(ExceptionGroup) as failed:
        await settle_returns(world.deps)
    assert [type(error) for error in failed.value.exceptions] == [ValidationError]
    assert [log["id"] for log in logs if log["event"] == "settling-failed"] == [cycle_id]
    async with world.deps.read() as tx:
        states = {a.person_id: a.state for a in await decisions.of_cycle(tx, cycle_id)}
    assert (states["ann"], states["max"]) == (ApprovalState.RETURNED, ApprovalState.PENDING)


async def test_of_two_last_releases_at_once_one_ends_the_cycle(world: World) -> None:
    cycle_id = await world.collected()
    pairs = [("max", "ann"), ("max", "bo"), ("max", "cai"), ("max", "dee"), ("rosa", "max"), ("rosa", "tom")]
    for manager, report in pairs:
        await world.approved(manager, report, cycle_id)
    for manager, report in pairs[:4]:
        await approvals.release(world.deps, await world.who(manager), cycle_id, report)
    rosa = await world.who("rosa")
    await asyncio.gather(*(approvals.release(world.deps, rosa, cycle_id, report) for _, report in pairs[4:]))
    (progress,) = await open_cycles(world.deps, await world.who("hana"))
    assert progress.cycle.state is State.RELEASED

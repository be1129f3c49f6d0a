"""Reviews that were returned come in again: what may be taken in is decided while others go on writing."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from appraisal.approval import ApprovalState
from appraisal.review import TaskState
from appraisal.scheme import Relation
from appraisal.scoring.renewal import Reissue, Renewed
from services import approvals, settling
from services.people import save_people
from services.settling import settle_returns
from storage import approvals as decisions
from storage import people, reviews, scores
from tests.world import World

REPORTS = ("ann", "bo", "cai", "dee")


async def returned(world: World) -> str:
    """Max's reports are asked again."""
    cycle_id = await world.collected()
    rosa = await world.who("rosa")
    await approvals.return_reviews(world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="More, please.")
    world.advance(hours=1)
    return cycle_id


async def state(world: World, cycle_id: str) -> ApprovalState:
    async with world.deps.read() as tx:
        found = await decisions.get(tx, cycle_id, "max")
    assert found is not None
    return found.state


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[Reissue]:
    """What was decided on, in order."""
    asked: list[Reissue] = []
    decide = Reissue.decide

    def remembered(self: Reissue) -> Renewed:
        asked.append(self)
        return decide(self)

    monkeypatch.setattr(Reissue, "decide", remembered)
    return asked


async def test_others_can_write_while_it_is_decided_what_may_be_taken_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = await returned(world)
    for who in REPORTS[:3]:
        await world.write(who, "max", point=1)
    decide, begun, written = Reissue.decide, threading.Event(), threading.Event()

    def slow(self: Reissue) -> Renewed:
        begun.set()
        assert written.wait(10), "somebody who writes has to wait for it"
        return decide(self)

    monkeypatch.setattr(Reissue, "decide", slow)

    async def somebody_writes() -> None:
        assert await asyncio.to_thread(begun.wait, 10)
        async with world.deps.begin() as tx:
            await people.save(tx, [await world.who("tom")])
        written.set()

    await asyncio.gather(world.write("dee", "max", point=1), somebody_writes())
    assert await state(world, cycle_id) is ApprovalState.PENDING


async def test_it_is_decided_once_where_nothing_changes_meanwhile(world: World, questions: list[Reissue]) -> None:
    cycle_id = await returned(world)
    for who in REPORTS:
        await world.write(who, "max", point=1)
    assert await state(world, cycle_id) is ApprovalState.PENDING
    assert len(questions) == 1


async def test_what_changes_meanwhile_is_decided_on_anew(
    world: World, questions: list[Reissue], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ann, who was asked again herself, becomes the one who decides just before the score is worked out."""
    cycle_id = await returned(world)
    decide = settling.decide

    async def with_news(*args: Any) -> object:
        found = await decide(*args)
        async with world.deps.begin() as tx:
            before = await people.all_people(tx)
            await save_people(tx, world.deps, [replace(before["max"], manager_id="ann")], before, world.now)
        return found

    monkeypatch.setattr(settling, "decide", with_news)
    for who in REPORTS:
        await world.write(who, "max", point=1)
    assert [list(q.known) for q in questions] == [["rosa"], ["ann"]]
    async with world.deps.read() as tx:
        scored = await scores.scored(tx, cycle_id, "max")
    assert scored is not None
    assert scored.evidence.insiders == questions[1].insiders != questions[0].insiders


async def test_a_review_is_sent_even_where_the_score_cannot_be_worked_out_again(world: World) -> None:
    cycle_id = await returned(world)
    for who in REPORTS[:3]:
        await world.write(who, "max", point=1)
    async with world.deps.begin() as tx:
        kept = await tx.scalar(sa.text("SELECT evidence FROM score_cards WHERE person_id = 'max'"))
        await tx.execute(sa.text("UPDATE score_cards SET evidence = '{' WHERE person_id = 'max'"))
    task_id = await world.task("dee", "max")
    with capture_logs() as logs:
        await world.write("dee", "max", point=1)
    assert [log["id"] for log in logs if log["event"] == settling.FAILED] == [cycle_id]
    async with world.deps.begin() as tx:
        sent = await reviews.get(tx, task_id)
        await tx.execute(sa.text("UPDATE score_cards SET evidence = :kept WHERE person_id = 'max'"), {"kept": kept})
    assert sent
    assert sent.state is TaskState.SUBMITTED
    assert await state(world, cycle_id) is ApprovalState.RETURNED
    assert await settle_returns(world.deps) == 1
    assert await state(world, cycle_id) is ApprovalState.PENDING

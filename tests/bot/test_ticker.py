"""The ticker finds what is due in the data, each thing once, and survives a bad tick."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from slack_sdk.web.async_client import AsyncWebClient

from appraisal.approval import ApprovalState
from appraisal.scheme import Relation
from bot.clock import SystemClock
from bot.scheduler import Ticker
from bot.slack_people import list_people
from sandbox.server import Running
from services import approvals, people
from services.people import SlackUser
from storage import inbox
from tests.bot.conftest import Office


async def nobody() -> list[SlackUser]:
    return []


async def unreachable() -> list[SlackUser]:
    raise ConnectionError("Slack is down")


def ticker(office: Office, woken: list[bool], **options: object) -> Ticker:
    usual = {"list_people": nobody, "wake": lambda: woken.append(True)}
    return Ticker(office.world.deps, SystemClock(), **{**usual, **options})  # type: ignore[arg-type]


async def test_reminders_that_are_due_go_out_once_however_often_it_ticks(office: Office) -> None:
    woken: list[bool] = []
    ticking = ticker(office, woken)
    await office.world.launched()
    await office.world.outgoing()
    await ticking.tick()
    assert woken == []
    office.world.now = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
    await ticking.tick()
    await ticking.tick()
    assert woken == [True]
    reminded = [recipient for recipient, _ in await office.world.outgoing("review-reminder")]
    assert sorted(reminded) == ["ann", "bo", "cai", "dee", "max", "rosa", "tom"]


async def test_it_ticks_by_itself_and_stops(office: Office) -> None:
    ticking = ticker(office, [], seconds=0.05)
    assert ticking.late
    ticking.start()
    while ticking.last_tick is None:
        await people.everyone(office.world.deps)
    assert not ticking.late
    await ticking.stop()


async def test_a_failing_tick_is_not_the_last(office: Office) -> None:
    ticking = ticker(office, [])
    await office.world.launched()
    office.world.now = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
    async with office.world.deps.begin() as tx:
        await tx.exec_driver_sql("ALTER TABLE reminders RENAME TO mislaid")
    await ticking.tick()
    assert ticking.last_tick is None
    async with office.world.deps.begin() as tx:
        await tx.exec_driver_sql("ALTER TABLE mislaid RENAME TO reminders")
    await ticking.tick()
    assert ticking.last_tick is not None


async def test_what_fails_in_a_tick_keeps_nothing_else_from_being_done(office: Office) -> None:
    woken: list[bool] = []
    cycle_id = await office.world.collected()
    rosa = await office.world.who("rosa")
    await approvals.return_reviews(office.world.deps, rosa, cycle_id, "max", group=Relation.REPORT, note="More.")
    await office.world.outgoing()
    await office.world.launched(name="Next")  # somebody to remind
    office.world.now = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
    async with office.world.deps.begin() as tx:
        await tx.exec_driver_sql("ALTER TABLE reminders RENAME TO mislaid")
    ticking = ticker(office, woken)
    await ticking.tick()
    assert ticking.last_tick is None
    card = await approvals.card_for(office.world.deps, rosa, cycle_id, "max")
    assert card.approval.state is ApprovalState.PENDING
    assert woken == [True]


async def test_people_come_from_slack_with_their_languages(slack: Running) -> None:
    client = AsyncWebClient("xoxb-sandbox", base_url=slack.api_url)
    found = {user.id: user for user in await list_people(client)}
    assert found["UBO"].locale == "zh-CN"
    assert found["UANN"].email == "ann@example.com"
    assert found["ULIN"].deleted
    assert found["USLACKBOT"].name == "Slackbot"


async def test_hundreds_of_people_are_read_page_by_page(slack: Running) -> None:
    for n in range(450):
        slack.workspace.people.change({"id": f"U9{n:04d}", "name": f"p{n}"})
    client = AsyncWebClient("xoxb-sandbox", base_url=slack.api_url)
    found = await list_people(client)
    assert len({user.id for user in found}) == len(found) == 450 + 11


async def test_the_daily_work_takes_people_over_and_forgets_old_deliveries(office: Office) -> None:
    async with office.world.deps.begin() as tx:
        await inbox.first_time(tx, "old", office.world.now)
    office.world.advance(days=60)
    office.slack.workspace.people.change({"id": "UNEW", "name": "new", "real_name": "Ned New"})
    daily = ticker(office, [], list_people=lambda: list_people(office.client))
    await daily.daily()
    assert (await office.world.who("new")).name == "Ned New"
    async with office.world.deps.begin() as tx:
        assert await inbox.first_time(tx, "old", office.world.now)


async def test_while_slack_is_down_the_rest_of_the_daily_work_is_done(office: Office) -> None:
    async with office.world.deps.begin() as tx:
        await inbox.first_time(tx, "old", office.world.now)
    office.world.advance(days=60)
    await ticker(office, [], list_people=unreachable).daily()
    async with office.world.deps.begin() as tx:
        assert await inbox.first_time(tx, "old", office.world.now)


async def test_people_are_asked_for_again_until_slack_answers_and_then_not_before_tomorrow(office: Office) -> None:
    calls = 0
    synced = asyncio.Event()

    async def away_twice() -> list[SlackUser]:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise ConnectionError("Slack is down")
        return await list_people(office.client)

    office.slack.workspace.people.change({"id": "UNEW", "name": "new", "real_name": "Ned New"})
    ticking = ticker(office, [], list_people=away_twice, wake=synced.set, retry_seconds=0.02)
    await ticking.daily()
    synced.clear()  # tidying has succeeded
    ticking.start()
    async with asyncio.timeout(20):
        await synced.wait()
    await ticking.stop()
    assert (await office.world.who("new")).name == "Ned New"
    await ticking.daily()
    assert calls == 3

"""Messages reach people once: in place, in spite of refusals, pauses and processes that die."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from structlog.testing import capture_logs

from appraisal import messages
from appraisal.messages import Message
from appraisal.reminders import Rule
from bot.delivery import MOST_ATTEMPTS
from bot.letters import LETTERS, Envelope, write
from bot.posting import EVENT_TYPE
from services.closing import close_cycle
from storage import approvals, outbox, people
from tests.bot.conftest import Office
from views.blocks import Rendered, section

CHART = {
    "type": "data_visualization",
    "title": "You and others",
    "chart": {
        "type": "bar",
        "series": [{"name": "You", "data": [{"label": "Teamwork", "value": 80}]}],
        "axis_config": {"categories": ["Teamwork"]},
    },
}


def queue(office: Office, key: str, message: Message, **options: object):
    async def add() -> None:
        async with office.world.deps.begin() as tx:
            await outbox.add(tx, recipient=key, message=message, now=office.world.now, **options)  # type: ignore[arg-type]

    return add()


def still_ours() -> None:
    """The lease is long enough."""


def test_every_kind_of_message_has_its_letter() -> None:
    kinds = get_args(get_args(Message)[0])
    assert set(LETTERS) == set(kinds)


async def test_a_card_is_posted_once_and_then_updated_in_place(office: Office) -> None:
    await office.world.launched()
    await office.deliver()
    (card,) = office.messages("ann")
    before = json.dumps(card["blocks"])
    await office.world.write("ann", "ann")
    await office.deliver()
    (card,) = office.messages("ann")
    assert json.dumps(card["blocks"]) != before
    assert office.calls("chat.update") == [None]


async def test_a_message_is_worded_in_the_language_of_its_reader(office: Office) -> None:
    await office.world.launched()
    await office.deliver()
    assert office.messages("ann")[0]["text"].isascii()
    assert not office.messages("bo")[0]["text"].isascii()


async def test_a_card_that_was_deleted_is_posted_anew(office: Office) -> None:
    await office.world.launched()
    await office.deliver()
    (card,) = office.messages("ann")
    office.slack.workspace.messages.delete("UANN", card)
    await office.world.write("ann", "ann")
    await office.deliver()
    (anew,) = office.messages("ann")
    assert anew["ts"] != card["ts"]


async def test_a_message_carries_nothing_but_a_random_mark(office: Office) -> None:
    await office.world.launched()
    await office.deliver()
    metadata = office.messages("ann")[0]["metadata"]
    assert metadata["event_type"] == EVENT_TYPE
    assert set(metadata["event_payload"]) == {"key"}
    assert len(metadata["event_payload"]["key"]) == 32


async def test_where_slack_refuses_a_block_the_same_is_said_in_text(office: Office) -> None:
    office.fail(method="chat.postMessage", block_type="data_visualization")
    rendered = Rendered("Your result", [CHART], plain=[section("Teamwork: you 80")])
    with capture_logs() as lines:
        await office.post.send("UANN", rendered, key="k" * 32, still_ours=still_ours)
    (message,) = office.messages("ann")
    assert message["blocks"][0]["text"]["text"] == "Teamwork: you 80"
    assert [(line["event"], line["blocks"]) for line in lines] == [("blocks-refused", ["data_visualization"])]


async def test_where_slack_refuses_all_blocks_the_text_arrives_alone(office: Office) -> None:
    office.fail(method="chat.postMessage", block_type="section", times=2)
    rendered = Rendered("Your result", [section("A")], plain=[section("B")])
    await office.post.send("UANN", rendered, key="k" * 32, still_ours=still_ours)
    (message,) = office.messages("ann")
    assert message["text"] == "Your result"
    assert "blocks" not in message


async def test_after_a_429_nothing_is_posted_before_slack_wants_it(office: Office) -> None:
    office.fail(method="chat.postMessage", status=429, retry_after=1)
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    await queue(office, "ann", messages.TodoCard(cycle_id=cycle_id))
    loop = asyncio.get_running_loop()
    before = loop.time()  # the refusal comes after: on a busy machine we may see it late
    async with office.delivering() as delivery:
        while not office.calls("chat.postMessage"):
            await asyncio.sleep(0.01)
        await queue(office, "bo", messages.TodoCard(cycle_id=cycle_id))
        office.world.advance(seconds=2)
        while not office.messages("bo"):
            delivery.wake()
            await asyncio.sleep(0.01)
        assert loop.time() - before > 0.9
        await delivery.drain(10)
    assert [len(office.messages(key)) for key in ("ann", "bo")] == [1, 1]
    assert office.calls("conversations.history") == []  # Slack has said that it was not posted


async def test_a_lost_answer_leads_to_a_look_and_not_to_a_second_message(office: Office) -> None:
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    await queue(office, "ann", messages.TodoCard(cycle_id=cycle_id))
    office.fail(method="chat.postMessage", lost=True)
    await office.deliver()
    assert len(office.messages("ann")) == 1
    office.world.advance(minutes=1)
    await office.deliver()
    assert len(office.messages("ann")) == 1
    assert office.calls("conversations.history") == [None]
    async with office.world.deps.read() as tx:
        assert await outbox.pending_count(tx) == 0


DYING = """
import asyncio, os, sys
from datetime import UTC, datetime
from slack_sdk.web.async_client import AsyncWebClient
from bot.delivery import Delivery
from bot.posting import Post
from services.deps import Deps
from storage.engine import Database

class Dying(Delivery):
    async def _mark_sent(self, out, place):
        os._exit(9)  # posted, and gone before anybody could write it down

async def main(database, api):
    deps = Deps(Database.open(database), lambda: datetime(2026, 10, 5, 9, tzinfo=UTC))
    post = Post(AsyncWebClient("xoxb-sandbox", base_url=api), posts_per_minute=999, updates_per_minute=999)
    await Dying(deps, post, wall=lambda: datetime.now(UTC)).run()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_sender_killed_between_posting_and_marking_doubles_nothing(office: Office, sqlite_url: str) -> None:
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    await queue(office, "ann", messages.TodoCard(cycle_id=cycle_id))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", DYING, sqlite_url, office.slack.api_url)
    assert await process.wait() == 9
    assert len(office.messages("ann")) == 1
    office.ahead = timedelta(minutes=5)  # the dead sender's lease runs out
    await office.deliver()
    assert len(office.messages("ann")) == 1
    await office.world.write("ann", "ann")
    await office.deliver()
    assert len(office.messages("ann")) == 1, "the found message has become the card"
    assert office.calls("chat.update") == [None]


async def test_a_person_without_slack_holds_nobody_up(office: Office) -> None:
    async with office.world.deps.begin() as tx:
        await people.save(tx, [replace(await office.world.who("dee"), slack_id=None)])
    await office.world.launched()
    with capture_logs() as lines:
        await office.deliver()
    assert len(office.messages("ann")) == 1
    (line,) = [each for each in lines if each["event"] == "gave-up"]
    assert line["reason"] == "recipient-not-in-slack"
    assert "dee" not in json.dumps(lines, default=str)
    async with office.world.deps.read() as tx:
        assert await outbox.pending_count(tx) == 0


async def test_a_permanent_refusal_is_not_repeated(office: Office) -> None:
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    await queue(office, "ann", messages.TodoCard(cycle_id=cycle_id))
    office.fail(method="chat.postMessage", error="user_not_found", times=9)
    await office.deliver()
    office.world.advance(days=1)
    await office.deliver()
    assert office.calls("chat.postMessage") == ["user_not_found"]


async def test_slack_being_down_only_delays(office: Office) -> None:
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    await queue(office, "ann", messages.TodoCard(cycle_id=cycle_id))
    office.fail(method="chat.postMessage", status=503, times=2)
    for _ in range(3):
        await office.deliver()
        office.world.advance(minutes=5)
    assert len(office.messages("ann")) == 1


async def test_a_reminder_is_dropped_when_everything_is_written(office: Office) -> None:
    cycle_id = await office.world.launched()
    await office.world.everyone_writes()
    await office.world.outgoing()
    reminder = messages.ReviewReminder(cycle_id=cycle_id, rule=Rule.ON_THE_DAY, day=date(2026, 10, 16))
    await queue(office, "ann", reminder)
    await office.deliver()
    assert office.messages("ann") == []
    async with office.world.deps.read() as tx:
        assert await outbox.pending_count(tx) == 0


async def test_a_reminder_held_up_past_the_deadline_is_dropped(office: Office) -> None:
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    reminder = messages.ReviewReminder(cycle_id=cycle_id, rule=Rule.TWO_DAYS_BEFORE, day=date(2026, 10, 14))
    await queue(office, "ann", reminder)
    office.world.advance(days=20)
    await office.deliver()
    assert office.messages("ann") == []


async def test_a_score_is_shown_to_its_present_approver_only(office: Office) -> None:
    cycle_id = await office.world.collected()
    await office.world.outgoing()
    card = messages.ApprovalCard(cycle_id=cycle_id, person_id="ann")
    max_ = Envelope(office.world.deps, await office.world.who("max"), office.world.now)
    assert await write(max_, card) is not None
    async with office.world.deps.begin() as tx:
        await approvals.set_approver(tx, cycle_id, "ann", "rosa")
    assert await write(max_, card) is None


async def test_a_result_that_is_not_released_stays_unsaid(office: Office) -> None:
    cycle_id = await office.world.collected()
    ann = Envelope(office.world.deps, await office.world.who("ann"), office.world.now)
    assert await write(ann, messages.ResultReleased(cycle_id=cycle_id)) is None


async def test_the_end_of_a_cycle_brings_no_card_to_those_who_never_had_one(office: Office) -> None:
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    await close_cycle(office.world.deps, await office.world.who("hana"), cycle_id)
    ann = Envelope(office.world.deps, await office.world.who("ann"), office.world.now)
    assert await write(ann, messages.TodoCard(cycle_id=cycle_id)) is None


async def test_what_fails_again_and_again_is_given_up_at_last(office: Office) -> None:
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    await queue(office, "ann", messages.TodoCard(cycle_id=cycle_id))
    office.fail(method="chat.postMessage", error="something_new", times=10_000)
    for _ in range(MOST_ATTEMPTS + 3):
        await office.deliver()
        office.world.advance(hours=1)
    assert office.calls("chat.postMessage") == ["something_new"] * MOST_ATTEMPTS
    async with office.world.deps.read() as tx:
        assert await outbox.pending_count(tx) == 0


async def test_a_revoked_token_loses_no_message_however_long_it_takes(office: Office) -> None:
    cycle_id = await office.world.launched()
    await office.world.outgoing()
    await queue(office, "ann", messages.TodoCard(cycle_id=cycle_id))
    office.fail(method="chat.postMessage", error="token_revoked", times=MOST_ATTEMPTS + 5)
    for _ in range(MOST_ATTEMPTS + 6):
        await office.deliver()
        office.world.advance(hours=1)
    assert len(office.messages("ann")) == 1

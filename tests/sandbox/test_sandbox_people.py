"""People acting on the example app over real Socket Mode."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from conftest import Person, Starter, manifest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.server import Running

Connect = Callable[[Running], Awaitable[AsyncApp]]
GOOD: dict[str, Any] = {
    "name": {"answer": {"type": "plain_text_input", "value": "Tom"}},
    "age": {"answer": {"type": "number_input", "value": "42"}},
    "mark": {"answer": {"type": "radio_buttons", "selected_option": {"value": "4"}}},
    "colour": {"answer": {"type": "static_select", "selected_option": {"value": "red"}}},
    "person": {"answer": {"type": "users_select", "selected_user": "U0ANA"}},
}


def filled(**answers: Any) -> dict[str, Any]:
    """A good form with some single values changed."""
    state = json.loads(json.dumps(GOOD))
    for block, answer in answers.items():
        state.setdefault(block, {})["answer"] = answer
    return state


def named(name: str) -> dict[str, Any]:
    return filled(name={"type": "plain_text_input", "value": name})


def seen(app: AsyncApp, kind: str) -> list[Any]:
    return [payload for each, payload in app.seen if each == kind]  # type: ignore[attr-defined]


@asynccontextmanager
async def silent(running: Running) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A connection that acks nothing by itself."""
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": "Bearer xapp-sandbox"}
        async with session.post(f"{running.api_url}apps.connections.open", headers=headers) as answer:
            url = (await answer.json())["url"]
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            yield socket


async def test_a_command_is_answered_to_the_person_alone(app: AsyncApp, tom: Person) -> None:
    outcome = await tom.command("/demo  hello ")
    shown = outcome["outcome"]["messages"][0]
    assert shown["text"].startswith("Try: form")
    assert shown["ephemeral"]
    payload = seen(app, "command")[0]
    assert (payload["text"], payload["user_id"], payload["channel_id"]) == ("hello", "U0TOM", "D0TOM")


async def test_an_undeclared_command_is_refused(app: AsyncApp, tom: Person) -> None:
    assert (await tom.command("/nothing"))["error"] == "unknown_command"


async def test_without_an_app_a_command_fails_at_once(tom: Person) -> None:
    assert (await tom.command("/demo"))["error"] == "dispatch_failed"


async def test_an_ack_that_comes_too_late_is_ignored(launch: Starter, act: Callable[..., Person]) -> None:
    running = await launch(ack_seconds=0.1)
    async with silent(running) as socket:
        outcome = await act(running).command("/demo")
        assert outcome["error"] == "operation_timeout"
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "late"}})
        assert await act(running).messages() == []
    log = (await act(running).get("log"))["log"]
    assert log[-1]["error"] == "operation_timeout"


async def test_an_answer_to_a_command_is_checked_like_a_message(slack: Running, tom: Person, launch: Starter) -> None:
    async with silent(slack) as socket:
        asked = asyncio.create_task(tom.command("/demo"))
        envelope = await socket.receive_json()
        answer = {"blocks": [{"type": "nope"}]}
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": answer})
        assert (await asked)["error"] == "invalid_blocks"


async def test_an_eleventh_connection_is_turned_away(slack: Running) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [
            await session.ws_connect(f"{slack.url}/socket?ticket={slack.workspace.sockets.ticket()}") for _ in range(11)
        ]
        greetings = [(await each.receive_json())["type"] for each in sockets]
    assert greetings == ["hello"] * 10 + ["disconnect"]


async def test_a_ticket_is_good_for_one_connection(slack: Running) -> None:
    url = f"{slack.url}/socket?ticket={slack.workspace.sockets.ticket()}"
    async with aiohttp.ClientSession() as session:
        await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_form_arrives_with_every_value_in_slacks_shape(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    form = aiohttp.FormData()
    form.add_field("file", b"a,b", filename="data.csv")
    async with tom.session.post("/_sandbox/upload?as=U0TOM", data=form) as answer:
        file = (await answer.json())["file"]
    state = filled(
        extras={"type": "checkboxes", "selected_options": [{"value": "green"}, {"value": "blue"}]},
        people={"type": "multi_users_select", "selected_users": ["U0MEI", "U0ANA"]},
        file={"type": "file_input", "files": [{"id": file["id"]}]},
        time={"type": "timepicker", "selected_time": "09:30"},
    )
    outcome = await tom.submit(state)
    assert (outcome["response_action"], outcome["stack"]) == ("close", [])
    view = seen(app, "submission")[0]["view"]
    values = {block: answer["answer"] for block, answer in view["state"]["values"].items()}
    assert values["mark"]["selected_option"]["description"]["text"] == "What 4 looks like in daily work"
    assert [each["value"] for each in values["extras"]["selected_options"]] == ["green", "blue"]
    assert values["age"] == {"type": "number_input", "value": "42"}
    assert values["story"] == {"type": "plain_text_input", "value": None}
    assert values["grouped"] == {"type": "static_select", "selected_option": None}
    assert values["colours"] == {"type": "multi_static_select", "selected_options": []}
    assert values["day"] == {"type": "datepicker", "selected_date": "2026-01-31"}
    assert values["file"]["files"][0]["url_private_download"].endswith("/data.csv")
    assert (await tom.messages())[-1]["text"] == "Thank you, Tom."


@pytest.mark.parametrize(
    ("block", "answer", "english", "chinese"),
    [
        ("name", {"value": ""}, "Please complete this required field.", "请填写此必填项。"),
        ("name", {"value": "T"}, "Please enter at least 2 characters.", "请至少输入 2 个字符。"),
        ("story", {"value": "x" * 3001}, "Please enter at most 3000 characters.", "最多可输入 3000 个字符。"),
        ("age", {"value": "old"}, "Please enter a number.", "请输入一个数字。"),
        ("age", {"value": "1.5"}, "Please enter a whole number.", "请输入整数。"),
        ("age", {"value": "0"}, "Please enter a number of at least 1.", "请输入不小于 1 的数字。"),
        ("age", {"value": "121"}, "Please enter a number of at most 120.", "请输入不大于 120 的数字。"),
        (
            "colours",
            {"selected_options": [{"value": each} for each in ("red", "green", "blue")]},
            "Please choose at most 2.",
            "最多可选 2 项。",
        ),
    ],
)
async def test_the_client_checks_a_form_before_the_app_sees_it(
    app: AsyncApp, tom: Person, mei: Person, block: str, answer: Any, english: str, chinese: str
) -> None:
    for person, text in ((tom, english), (mei, chinese)):
        await person.command("/demo form")
        outcome = await person.submit(filled(**{block: answer}))
        assert (outcome["response_action"], outcome["errors"]) == ("errors", {block: text})
        assert len(outcome["stack"]) == 1
    assert seen(app, "submission") == []


async def test_a_file_of_another_type_is_not_taken(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    form = aiohttp.FormData()
    form.add_field("file", b"x", filename="picture.png")
    async with tom.session.post("/_sandbox/upload?as=U0TOM", data=form) as answer:
        file = (await answer.json())["file"]
    outcome = await tom.submit(filled(file={"files": [{"id": file["id"]}]}))
    assert outcome["errors"] == {"file": "Please upload a file of one of these types: csv, txt."}


async def test_a_modal_that_clears_on_close_takes_the_others_with_it(
    slack: Running, tom: Person, client: AsyncWebClient
) -> None:
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "T"},
        "clear_on_close": True,
        "blocks": [{"type": "divider"}],
    }
    for show in (client.views_open, client.views_push):
        await show(trigger_id=slack.workspace.triggers.new("U0TOM"), view=view)
    await tom.post("view/close", view_id=(await tom.stack())[-1]["id"])
    assert await tom.stack() == []


async def test_without_interactivity_a_form_goes_nowhere(
    launch: Starter, act: Callable[..., Person], connect: Connect
) -> None:
    raw = manifest()
    raw["settings"]["interactivity"]["is_enabled"] = False
    running = await launch(manifest=raw)
    await connect(running)
    tom = act(running)
    await tom.command("/demo form")
    assert (await tom.submit(GOOD))["error"] == "interactivity_disabled"


async def test_a_choice_that_is_not_offered_is_refused(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    outcome = await tom.submit(filled(mark={"selected_option": {"value": "9"}}))
    assert outcome["error"] == "unknown_choice"


async def test_the_app_can_object_to_a_field(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    outcome = await tom.submit(named("wrong"))
    assert outcome["errors"] == {"name": "Not that one."}


@pytest.mark.parametrize(
    ("name", "action", "titles"),
    [
        ("again", "update", ["Once more"]),
        ("further", "push", ["Form 1", "Form 2"]),
        ("clear", "clear", []),
    ],
)
async def test_a_submission_can_lead_on(app: AsyncApp, tom: Person, name: str, action: str, titles: list[str]) -> None:
    await tom.command("/demo form")
    outcome = await tom.submit(named(name))
    assert outcome["response_action"] == action
    assert [view["title"]["text"] for view in outcome["stack"]] == titles


async def test_a_fourth_modal_does_not_fit_on_the_stack(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    await tom.use("deeper", "pages")
    outcome = await tom.submit(named("further"))
    root, second, third = outcome["stack"]
    assert third["root_view_id"] == root["id"]
    assert third["previous_view_id"] == second["id"]
    outcome = await tom.submit(named("further"))
    assert outcome["error"] == "push_limit_reached"
    assert len(await tom.stack()) == 3


async def test_opening_a_modal_replaces_those_open(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    await tom.use("deeper", "pages")
    await tom.command("/demo form")
    assert [view["title"]["text"] for view in await tom.stack()] == ["Form 1"]


async def test_an_update_keeps_what_was_typed(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    before = (await tom.stack())[0]
    await tom.use("retitle", "pages", state=filled(story={"type": "plain_text_input", "value": "Once"}))
    after = (await tom.stack())[0]
    assert after["id"] == before["id"]
    assert after["hash"] != before["hash"]
    assert after["title"]["text"] == "Another title"
    assert after["state"]["values"]["story"]["answer"]["value"] == "Once"


async def test_a_stale_hash_conflicts(app: AsyncApp, tom: Person, client: AsyncWebClient) -> None:
    await tom.command("/demo form")
    view = (await tom.stack())[0]
    await tom.use("retitle", "pages")
    changed = {"type": "modal", "title": view["title"], "blocks": [{"type": "divider"}]}
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=changed)


async def test_an_input_tells_the_app_only_if_it_dispatches(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    quiet = await tom.use("answer", "name", value="Tom")
    assert not quiet["dispatched"]
    loud = await tom.use("answer", "mark", selected_option={"value": "5"})
    assert loud["dispatched"]
    body = seen(app, "action")[0]
    assert body["actions"][0]["selected_option"]["value"] == "5"
    values = body["view"]["state"]["values"]
    assert values["name"]["answer"]["value"] == "Tom"
    assert values["mark"]["answer"]["selected_option"]["value"] == "5"
    assert "response_url" not in body


async def test_closing_tells_the_app_but_not_what_was_typed(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    await tom.use("answer", "name", value="Tom")
    await tom.use("deeper", "pages")
    top = (await tom.stack())[-1]["id"]
    await tom.post("view/close", view_id=top)
    assert len(await tom.stack()) == 1
    root = (await tom.stack())[0]["id"]
    await tom.use("deeper", "pages")
    await tom.post("view/close", view_id=(await tom.stack())[-1]["id"], clear=True)
    assert await tom.stack() == []
    first, second = seen(app, "closed")
    assert (first["view"]["id"], first["is_cleared"]) == (top, False)
    assert (second["view"]["id"], second["is_cleared"]) == (root, True)
    assert second["view"]["state"]["values"] == {}


async def test_suggestions_come_from_the_app(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    view = (await tom.stack())[0]
    found = await tom.post("suggest", view_id=view["id"], block_id="city", action_id="answer", query="li")
    assert [each["value"] for each in found["options"]] == ["lisbon", "lima"]
    chosen = filled(city={"type": "external_select", "selected_option": found["options"][0]})
    assert (await tom.submit(chosen))["response_action"] == "close"
    values = seen(app, "submission")[0]["view"]["state"]["values"]
    assert values["city"]["answer"]["selected_option"]["value"] == "lisbon"


async def test_a_submission_of_a_closed_modal_is_refused(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo form")
    view_id = (await tom.stack())[0]["id"]
    await tom.post("view/close", view_id=view_id)
    assert (await tom.post("view/submit", view_id=view_id, state=GOOD))["error"] == "view_not_found"


async def test_errors_for_what_is_no_input_are_refused(slack: Running, tom: Person, client: AsyncWebClient) -> None:
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "T"},
        "blocks": [{"type": "divider", "block_id": "line"}],
    }
    async with silent(slack) as socket:
        asked = asyncio.create_task(tom.command("/demo"))
        envelope = await socket.receive_json()
        trigger = envelope["payload"]["trigger_id"]
        await client.views_open(trigger_id=trigger, view=view)
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await client.views_open(trigger_id=trigger, view=view)
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await asked
        asked = asyncio.create_task(tom.submit({}))
        envelope = await socket.receive_json()
        answer = {"response_action": "errors", "errors": {"line": "Not here"}}
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": answer})
        outcome = await asked
    assert outcome["error"] == "invalid_response"
    assert "line" in outcome["messages"][0]


async def test_a_button_updates_its_message_and_is_stale_afterwards(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo card")
    ts = (await tom.messages())[0]["ts"]
    assert (await tom.press(ts, "decision", "approve"))["ok"]
    message = (await tom.messages())[0]
    assert message["blocks"][0]["text"]["text"] == "Approved with *42*."
    body = seen(app, "action")[0]
    assert body["message"]["ts"] == body["container"]["message_ts"] == ts
    assert (await tom.press(ts, "decision", "approve"))["error"] == "element_not_found"
    assert (await tom.press("1.2", "decision", "approve"))["error"] == "message_not_found"


async def test_menus_in_messages_send_the_whole_option(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo card")
    message = (await tom.messages())[0]
    await tom.press(message["ts"], "decision", "pick", selected_option={"value": "blue"})
    await tom.press(message["ts"], message["blocks"][1]["block_id"], "more", selected_option="later")
    picked, more = seen(app, "action")
    assert picked["actions"][0]["selected_option"]["text"]["text"] == "Blue"
    assert picked["state"]["values"]["decision"]["pick"]["selected_option"]["value"] == "blue"
    assert more["actions"][0]["selected_option"]["value"] == "later"
    wrong = await tom.press(message["ts"], "decision", "pick", selected_option={"value": "pink"})
    assert wrong["error"] == "unknown_choice"


async def test_a_response_url_can_delete_the_message(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo card")
    await tom.press((await tom.messages())[0]["ts"], "decision", "drop")
    assert await tom.messages() == []


async def test_a_response_url_works_five_times_within_half_an_hour(app: AsyncApp, tom: Person, slack: Running) -> None:
    await tom.command("/demo card")
    ts = (await tom.messages())[0]["ts"]
    for _ in range(2):
        await tom.press(ts, "decision", "pick", selected_option="red")
    first, second = (AsyncWebhookClient(body["response_url"]) for body in seen(app, "action"))
    answers = [await first.send(text=f"Note {n}") for n in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    notes = (await tom.messages())[1:]
    assert [(each["text"], each["ephemeral"]) for each in notes] == [(f"Note {n}", True) for n in range(5)]
    await second.send(text="All can read this", response_type="in_channel")
    assert not (await tom.messages())[-1]["ephemeral"]
    await second.send(text="Replaced", replace_original=True)
    message = (await tom.messages())[0]
    assert (message["text"], message["blocks"], message["ts"]) == ("Replaced", [], ts)
    assert (await second.send(text="x", blocks=[{"type": "nope"}])).status_code == 400
    await tom.post("clock", advance="31m")
    assert "expired_url" in (await second.send(text="Too late")).body


async def test_an_ephemeral_answer_is_replaced_through_its_own_url(app: AsyncApp, tom: Person) -> None:
    await tom.command("/demo hello")
    hook = AsyncWebhookClient(seen(app, "command")[0]["response_url"])
    await hook.send(text="One")
    await hook.send(text="Two", replace_original=True)
    assert [each["text"] for each in await tom.messages()][1:] == ["Two"]


async def test_home_is_fresh_when_opened(app: AsyncApp, tom: Person) -> None:
    assert (await tom.get("home"))["view"] is None
    for visit in (1, 2):
        view = (await tom.get("home", open=1))["view"]
        assert f"visit {visit}." in view["blocks"][1]["text"]["text"]
    container = {"type": "home"}
    outcome = await tom.post("action", container=container, block_id="home", action_id="open_form")
    assert outcome["stack"][0]["callback_id"] == "form"


async def test_unread_messages_count_until_read(app: AsyncApp, tom: Person, mei: Person) -> None:
    await tom.command("/demo crowd")
    assert (await tom.get("dm"))["unread"] == 5
    card = next(u for u in (await mei.get("workspace"))["users"] if u["id"] == "U0TOM")
    assert card["unread"] == 5
    await tom.post("dm/read")
    assert (await tom.get("dm"))["unread"] == 0
    assert [each["unread"] for each in await tom.messages()] == [False] * 5


@pytest.mark.parametrize(
    ("user", "error"), [("U0LEE", "user_deactivated"), ("U0NO", "user_not_found"), ("", "user_not_found")]
)
async def test_only_active_people_can_act(slack: Running, act: Callable[..., Person], user: str, error: str) -> None:
    assert (await act(slack, user).command("/demo"))["error"] == error


async def test_the_workspace_shows_people_and_commands(tom: Person) -> None:
    shown = await tom.get("workspace")
    assert [each["name"] for each in shown["users"]] == ["mei", "tom", "ana", "lee"]
    assert [each["avatar"]["initials"] for each in shown["users"]] == ["梅", "TB", "AL", "LG"]
    assert [each["command"] for each in shown["commands"]] == ["/demo", "/echo"]
    assert (shown["app"]["name"], shown["has_clock"]) == ("Example", False)


async def test_a_disconnected_app_comes_back_and_hears_again(slack: Running, app: AsyncApp, tom: Person) -> None:
    sockets = slack.workspace.sockets
    before = slack.workspace.log.copy()
    await tom.post("faults", disconnect="warning")
    news = [each for each in slack.workspace.log if each not in before]
    while not any(each["method"] == "apps.connections.open" for each in news):
        await tom.post("wait", timeout=0.05)
        news = list(slack.workspace.log)[len(before) :]
    await sockets.connected.wait()
    assert (await tom.command("/demo hello"))["ok"]

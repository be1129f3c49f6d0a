"""The Web API, called by the real slack_sdk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from conftest import Person, Starter, manifest
from example_app import card, chart
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from sandbox.rates import PER_MINUTE, Rates
from sandbox.server import Running
from sandbox.triggers import Triggers


def bot(running: Running, token: str = "xoxb-sandbox") -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=running.api_url)


async def refused(call: Any) -> AsyncSlackResponse:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_auth_test_tells_who_the_bot_is_and_its_scopes(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["user"] == "example"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-other", "invalid_auth"), ("xapp-sandbox", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(slack: Running, token: str, error: str) -> None:
    assert (await refused(bot(slack, token).auth_test()))["error"] == error


async def test_the_bot_token_opens_no_socket(client: AsyncWebClient) -> None:
    answer = await refused(client.apps_connections_open(app_token="xoxb-sandbox"))
    assert answer["error"] == "not_allowed_token_type"


async def test_a_missing_scope_is_named(launch: Starter) -> None:
    running = await launch(manifest=manifest(without_scopes=["im:write"]))
    answer = await refused(bot(running).conversations_open(users="U0TOM"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:write")
    assert "chat:write" in answer["provided"]


async def test_without_the_email_scope_people_have_no_address(launch: Starter) -> None:
    running = await launch(manifest=manifest(without_scopes=["users:read.email"]))
    assert "email" not in (await bot(running).users_info(user="U0TOM"))["user"]["profile"]
    answer = await refused(bot(running).users_lookupByEmail(email="tom@example.com"))
    assert answer["needed"] == "users:read.email"


async def test_users_come_in_pages_with_bots_and_deleted_people(client: AsyncWebClient) -> None:
    found: dict[str, Any] = {}
    pages = 0
    async for page in await client.users_list(limit=2, include_locale=True):
        pages += 1
        found |= {user["id"]: user for user in page["members"]}
    assert pages == 3
    assert found.keys() >= {"U0MEI", "U0TOM", "U0ANA", "U0LEE", "USLACKBOT"}
    assert (found["U0MEI"]["locale"], found["U0MEI"]["tz"]) == ("zh-CN", "Asia/Shanghai")
    assert found["U0LEE"]["deleted"]
    assert "tz" not in found["U0LEE"]
    assert not found["USLACKBOT"]["is_bot"]


async def test_the_locale_is_given_only_on_request(client: AsyncWebClient) -> None:
    assert "locale" not in (await client.users_info(user="U0MEI"))["user"]


async def test_people_are_found_by_address_unless_deleted(client: AsyncWebClient) -> None:
    assert (await client.users_lookupByEmail(email="Tom@example.com"))["user"]["id"] == "U0TOM"
    assert (await refused(client.users_lookupByEmail(email="lee@example.com")))["error"] == "users_not_found"


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("U0NOBODY", "channel_not_found"),
        ("U0LEE", "channel_not_found"),
        ("C0GENERAL", "channel_not_found"),
        ("U0SANDBOXBOT", "cannot_dm_bot"),
    ],
)
async def test_a_message_to_nobody_is_refused(client: AsyncWebClient, channel: str, error: str) -> None:
    assert (await refused(client.chat_postMessage(channel=channel, text="Hi")))["error"] == error


async def test_a_message_needs_a_user_or_dm_and_an_update_needs_the_dm(client: AsyncWebClient, tom: Person) -> None:
    posted = await client.chat_postMessage(channel="U0TOM", text="One")
    assert posted["channel"] == "D0TOM"
    answer = await refused(client.chat_update(channel="U0TOM", ts=posted["ts"], text="Two"))
    assert answer["error"] == "channel_not_found"
    await client.chat_update(channel="D0TOM", ts=posted["ts"], text="Two")
    assert [(each["text"], each["edited"]) for each in await tom.messages()] == [("Two", True)]


async def test_refused_blocks_come_with_place_and_reason(client: AsyncWebClient, tom: Person) -> None:
    answer = await refused(client.chat_postMessage(channel="U0TOM", text="x", blocks=[{"type": "nope"}]))
    assert answer["error"] == "invalid_blocks"
    message = "[ERROR] unsupported type: nope [json-pointer:/blocks/0/type]"
    assert answer["response_metadata"]["messages"] == [message]
    assert await tom.messages() == []
    assert (await tom.get("log"))["log"][-1]["messages"] == [message]


async def test_blocks_may_come_as_a_form_too(slack: Running, tom: Person) -> None:
    form = {"channel": "U0TOM", "token": "xoxb-sandbox", "blocks": '[{"type": "divider"}]'}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{slack.api_url}chat.postMessage", data=form) as answer:
            body = await answer.json()
        async with session.post(f"{slack.api_url}chat.postMessage", data=form | {"blocks": "["}) as answer:
            bad = await answer.json()
    assert body["warning"] == "missing_text_in_message"
    assert (await tom.messages())[0]["blocks"][0]["type"] == "divider"
    assert bad["error"] == "invalid_blocks_format"


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert (await refused(client.api_call("chat.shout")))["error"] == "unknown_method"


async def test_messages_can_be_deleted_once_and_not_those_of_people(client: AsyncWebClient, tom: Person) -> None:
    posted = await client.chat_postMessage(channel="U0TOM", text="One")
    await client.chat_delete(channel="D0TOM", ts=posted["ts"])
    answer = await refused(client.chat_delete(channel="D0TOM", ts=posted["ts"]))
    assert answer["error"] == "message_not_found"
    said = (await tom.post("dm/send", text="Hello"))["message"]
    answer = await refused(client.chat_update(channel="D0TOM", ts=said["ts"], text="x"))
    assert answer["error"] == "cant_update_message"


async def test_an_updated_text_may_have_4000_characters(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="U0TOM", text="x" * 4001)
    answer = await refused(client.chat_update(channel="D0TOM", ts=posted["ts"], text="x" * 4001))
    assert answer["error"] == "msg_too_long"


async def test_an_update_without_blocks_keeps_them(client: AsyncWebClient, tom: Person) -> None:
    posted = await client.chat_postMessage(channel="U0TOM", text="Card", blocks=card())
    await client.chat_update(channel="D0TOM", ts=posted["ts"], text="Still a card")
    assert len((await tom.messages())[0]["blocks"]) == len(card())
    await client.chat_update(channel="D0TOM", ts=posted["ts"], text="No card", blocks=[])
    assert (await tom.messages())[0]["blocks"] == []


async def test_history_shows_metadata_only_on_request(client: AsyncWebClient) -> None:
    metadata = {"event_type": "made", "event_payload": {"id": 7}}
    await client.chat_postMessage(channel="U0TOM", text="One", metadata=metadata)
    await client.chat_postMessage(channel="U0TOM", text="Two")
    bare = await client.conversations_history(channel="D0TOM")
    assert [each["text"] for each in bare["messages"]] == ["Two", "One"]
    assert "metadata" not in bare["messages"][1]
    full = await client.conversations_history(channel="D0TOM", include_all_metadata=True, limit=1)
    assert full["has_more"]
    cursor = full["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel="D0TOM", include_all_metadata=True, cursor=cursor)
    assert rest["messages"][0]["metadata"] == metadata


async def test_an_ephemeral_message_is_for_one_person_and_not_in_history(client: AsyncWebClient, tom: Person) -> None:
    await client.chat_postEphemeral(channel="D0TOM", user="U0TOM", text="Psst")
    shown = (await tom.messages())[0]
    assert (shown["ephemeral"], shown["unread"]) == (True, False)
    assert (await client.conversations_history(channel="D0TOM"))["messages"] == []
    answer = await refused(client.chat_postEphemeral(channel="D0TOM", user="U0ANA", text="Psst"))
    assert answer["error"] == "user_not_in_channel"
    answer = await refused(client.chat_update(channel="D0TOM", ts=shown["ts"], text="x"))
    assert answer["error"] == "message_not_found"


async def test_a_made_up_trigger_opens_nothing(client: AsyncWebClient) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]}
    answer = await refused(client.views_open(trigger_id="1.2.3", view=view))
    assert answer["error"] == "invalid_trigger_id"


def test_a_trigger_expires_after_three_seconds_and_is_good_for_one_modal() -> None:
    now = 100.0
    triggers = Triggers(now=lambda: now)
    early, late = triggers.new("U1"), triggers.new("U1")
    triggers.spend(early)
    with pytest.raises(Exception, match="exchanged_trigger_id"):
        triggers.user(early)
    now = 103.1
    with pytest.raises(Exception, match="expired_trigger_id"):
        triggers.user(late)


async def test_home_is_published_with_hash_and_refuses_a_stale_one(client: AsyncWebClient, tom: Person) -> None:
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    first = (await client.views_publish(user_id="U0TOM", view=view))["view"]
    await client.views_publish(user_id="U0TOM", view=view, hash=first["hash"])
    answer = await refused(client.views_publish(user_id="U0TOM", view=view, hash=first["hash"]))
    assert answer["error"] == "hash_conflict"
    assert (await tom.get("home"))["view"]["id"] == first["id"]


async def test_an_external_id_belongs_to_one_view(client: AsyncWebClient) -> None:
    view = {"type": "home", "external_id": "one", "blocks": [{"type": "divider"}]}
    await client.views_publish(user_id="U0TOM", view=view)
    await client.views_update(external_id="one", view=view)
    answer = await refused(client.views_publish(user_id="U0ANA", view=view))
    assert answer["error"] == "duplicate_external_id"


async def test_too_many_messages_to_one_person_are_held_back(launch: Starter) -> None:
    running = await launch(rate_limits=True)
    for n in range(3):
        await bot(running).chat_postMessage(channel="U0TOM", text=str(n))
    answer = await refused(bot(running).chat_postMessage(channel="U0TOM", text="4"))
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    await bot(running).chat_postMessage(channel="U0ANA", text="Others are free")


def test_a_bucket_fills_up_again_with_time() -> None:
    now = 0.0
    rates = Rates(on=True, now=lambda: now)
    for _ in range(PER_MINUTE["users.list"]):
        rates.take("users.list", None)
    with pytest.raises(Exception, match="ratelimited"):
        rates.take("users.list", None)
    now = 3.0
    rates.take("users.list", None)


async def test_failures_come_as_ordered(client: AsyncWebClient, tom: Person) -> None:
    await tom.post("faults", method="chat.postMessage", times=1, error="internal_error")
    await tom.post("faults", method="chat.postMessage", times=1, status=429, retry_after=7)
    assert (await refused(client.chat_postMessage(channel="U0TOM", text="x")))["error"] == "internal_error"
    answer = await refused(client.chat_postMessage(channel="U0TOM", text="x"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    await client.chat_postMessage(channel="U0TOM", text="x")


async def test_a_workspace_can_refuse_charts(client: AsyncWebClient, tom: Person) -> None:
    await tom.post("faults", method="*", times=9, block_type="data_visualization")
    answer = await refused(client.chat_postMessage(channel="U0TOM", text="x", blocks=[chart("bar")]))
    assert answer["error"] == "invalid_blocks"
    await client.chat_postMessage(channel="U0TOM", text="No chart", blocks=card())


async def test_an_answer_can_get_lost_after_the_deed(client: AsyncWebClient, tom: Person) -> None:
    await tom.post("faults", method="chat.postMessage", lost=True)
    assert (await refused(client.chat_postMessage(channel="U0TOM", text="x"))).status_code == 500
    assert len(await tom.messages()) == 1


async def test_a_failure_of_an_unknown_kind_is_refused(tom: Person) -> None:
    assert (await tom.post("faults", colour="red"))["error"] == "invalid_arguments"


async def test_the_app_uploads_a_file_into_a_dm(client: AsyncWebClient, tom: Person) -> None:
    await client.files_upload_v2(
        channel="D0TOM", filename="scores.csv", content="a,b\n1,2\n", title="Scores", initial_comment="Here"
    )
    message = (await tom.messages())[0]
    assert (message["text"], message["files"][0]["title"]) == ("Here", "Scores")
    async with tom.session.get(f"/_sandbox/file/{message['files'][0]['id']}") as answer:
        assert await answer.text() == "a,b\n1,2\n"


async def test_a_private_file_needs_token_and_scope(
    launch: Starter, act: Callable[..., Person], slack: Running
) -> None:
    poor = await launch(manifest=manifest(without_scopes=["files:read"]))
    seen = []
    for running, token in ((slack, "xoxb-sandbox"), (slack, "wrong"), (poor, "xoxb-sandbox")):
        person = act(running)
        form = aiohttp.FormData()
        form.add_field("file", "姓名,部门".encode("gb18030"), filename="人员.csv")
        async with person.session.post("/_sandbox/upload?as=U0TOM", data=form) as answer:
            file = (await answer.json())["file"]
        url = running.workspace.files.get(file["id"])["url_private_download"]
        async with person.session.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
            seen.append((answer.content_type, await answer.read()))
    assert seen[0][1].decode("gb18030") == "姓名,部门"
    assert [kind for kind, _ in seen[1:]] == ["text/html", "text/html"]

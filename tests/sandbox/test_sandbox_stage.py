"""The stream of events, the clock, newcomers, HTTP delivery, and what survives a restart or a kill."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from conftest import MANIFEST, USERS, Person, Starter, manifest
from example_app import build
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.__main__ import parse
from sandbox.clock import Clock, parse_span
from sandbox.manifest import read_manifest
from sandbox.server import Running


@asynccontextmanager
async def listening(handler: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    """A small web server on a free port which gives everything to `handler`."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_events_are_streamed_to_whom_they_concern(slack: Running, client: AsyncWebClient, tom: Person) -> None:
    async with tom.session.get("/_sandbox/events", params={"as": "U0TOM"}) as stream:
        assert await stream.content.readline() == b": hello\n"
        await client.chat_postMessage(channel="U0ANA", text="Not for Tom")
        await client.chat_postMessage(channel="U0TOM", text="For Tom")
        events = []
        while len(events) < 2:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                events.append(json.loads(line[6:]))
    assert [each["type"] for each in events] == ["message", "unread"]
    assert events[0]["message"]["text"] == "For Tom"
    assert events[1]["unread"] == 1


async def test_waiting_returns_what_has_happened_since(client: AsyncWebClient, tom: Person) -> None:
    seq = (await tom.post("wait"))["seq"]
    waiting = asyncio.create_task(tom.post("wait", since_seq=seq, timeout=10))
    await client.chat_postMessage(channel="U0TOM", text="Now")
    news = await waiting
    assert news["events"][0]["type"] == "message"
    rest = await tom.post("wait", since_seq=news["seq"], timeout=0)
    assert all(each["seq"] > news["seq"] for each in rest["events"])


async def test_a_listener_from_before_a_restart_still_hears(client: AsyncWebClient, tom: Person) -> None:
    waiting = asyncio.create_task(tom.post("wait", since_seq=10**6, timeout=10))
    await asyncio.sleep(0)
    while not waiting.done():
        await client.chat_postMessage(channel="U0TOM", text="Now")
    assert (await waiting)["events"]


async def test_the_clock_moves_messages_and_forwards_to_the_app(launch: Starter, act: Callable[..., Person]) -> None:
    told: list[Any] = []

    async def clock(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.json_response({}, status=200 if len(told) == 1 else 409)

    async with listening(clock) as url:
        running = await launch(clock_url=url)
        tom = act(running)
        early = (await tom.post("dm/send", text="Today"))["message"]
        assert (await tom.post("clock", advance="3d"))["ok"]
        late = (await tom.post("dm/send", text="In three days"))["message"]
        refused = await tom.post("clock", advance="3d")
    assert told[0] == {"advance": "3d"}
    assert float(late["ts"]) - float(early["ts"]) >= 3 * 86400
    assert refused["error"] == "clock_refused"
    assert (await tom.post("clock", advance="1d"))["error"] == "clock_unreachable"


@pytest.mark.parametrize("span", ["", "3", "d", "3 days", "-1d"])
def test_what_is_no_time_span_is_refused(span: str) -> None:
    with pytest.raises(ValueError, match="not a time span"):
        parse_span(span)


def test_stamps_never_repeat_or_go_back() -> None:
    clock = Clock()
    clock.resume("99999999999.000000")
    stamps = [clock.stamp() for _ in range(100)]
    assert len(set(stamps)) == 100
    assert stamps == sorted(stamps)
    assert stamps[0] > "99999999999.000000"


async def test_the_app_hears_of_newcomers_and_messages(app: AsyncApp, tom: Person) -> None:
    await tom.post("users", users=[{"id": "U0NEW", "name": "new", "real_name": "New Person"}])
    await tom.post("users", users=[{"id": "U0ANA", "deleted": True}])
    await tom.post("dm/send", text="Hello, app")
    seen: list[Any] = app.seen  # type: ignore[attr-defined]
    while len(seen) < 3:
        await tom.post("wait", timeout=0.02)
    events = {body["event"]["type"]: body["event"] for _, body in seen}
    assert events["team_join"]["user"]["id"] == "U0NEW"
    assert events["user_change"]["user"]["deleted"]
    assert (events["message"]["text"], events["message"]["channel_type"]) == ("Hello, app", "im")
    assert len({body["event_id"] for _, body in seen}) == 3


async def test_what_is_not_subscribed_is_not_sent(launch: Starter, act: Callable[..., Person]) -> None:
    running = await launch(manifest=manifest(without_events=["app_home_opened", "message.im"]))
    tom = act(running)
    assert (await tom.post("dm/send", text="Hello"))["ok"]
    assert (await tom.get("home", open=1))["view"] is None


async def test_an_event_is_repeated_until_it_is_acked(launch: Starter, act: Callable[..., Person]) -> None:
    tries: list[tuple[str | None, str]] = []
    done = asyncio.Event()

    async def receive(request: web.Request) -> web.Response:
        body = await request.json()
        tries.append((request.headers.get("x-slack-retry-num"), body["event_id"]))
        if len(tries) == 3:
            done.set()
        return web.Response(status=200 if len(tries) == 3 else 500)

    async with listening(receive) as url:
        http = manifest(socket_mode=False)
        running = await launch(manifest=http, request_url=url, event_retry_seconds=(0.0, 0.0, 0.0))
        await act(running).post("dm/send", text="Hello")
        await asyncio.wait_for(done.wait(), 5)
    assert [number for number, _ in tries] == [None, "1", "2"]
    assert len({event for _, event in tries}) == 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_bolt_accepts_signed_http_and_refuses_a_wrong_secret(launch: Starter, act: Callable[..., Person]) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    http = manifest(socket_mode=False)
    right = await launch(manifest=http, request_url=url)
    wrong = await launch(manifest=http, request_url=url, signing_secret="other")
    app = build(right.api_url, signing_secret="sandbox-secret")
    runner = web.AppRunner(app.web_app("/slack/events"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    tom = act(right)
    assert (await tom.command("/demo hello"))["outcome"]["messages"][0]["ephemeral"]
    await tom.command("/demo form")
    view = (await tom.stack())[0]
    found = await tom.post("suggest", view_id=view["id"], block_id="city", action_id="answer", query="lond")
    assert [each["value"] for each in found["options"]] == ["london"]
    assert (await tom.get("home", open=1))["view"]["type"] == "home"
    await tom.command("/demo card")
    pressed = await tom.press((await tom.messages())[-1]["ts"], "decision", "approve")
    assert pressed["ok"]
    assert (await act(wrong).command("/demo"))["error"] == "http_service_error"
    await runner.cleanup()


async def test_everything_but_modals_survives_a_restart(
    launch: Starter, act: Callable[..., Person], tmp_path: Path
) -> None:
    settings = {"state": tmp_path / "state.db"}
    first = await launch(**settings)
    bot = AsyncWebClient(token="xoxb-sandbox", base_url=first.api_url)
    tom = act(first)
    await tom.post("users", users=[{"id": "U0NEW", "name": "new"}])
    await tom.post("clock", advance="2d")
    await bot.chat_postMessage(channel="U0TOM", text="Old")
    await tom.post("dm/read")
    await bot.files_upload_v2(channel="D0TOM", filename="a.txt", content="Hello")
    await bot.views_publish(user_id="U0TOM", view={"type": "home", "blocks": [{"type": "divider"}]})
    before = await tom.messages()
    await first.stop()
    second = await launch(**settings)
    again = act(second)
    after = await again.messages()
    assert [each["ts"] for each in after] == [each["ts"] for each in before]
    assert [each["unread"] for each in after] == [False, True]
    async with again.session.get(f"/_sandbox/file/{after[1]['files'][0]['id']}") as answer:
        assert await answer.text() == "Hello"
    assert (await again.get("home"))["view"]["blocks"][0]["type"] == "divider"
    assert "U0NEW" in [each["id"] for each in (await again.get("workspace"))["users"]]
    new = (await again.post("dm/send", text="New"))["message"]
    assert float(new["ts"]) > float(after[-1]["ts"])


async def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--manifest", str(MANIFEST)]
    command += ["--users", str(USERS), "--state", str(tmp_path / "state.db")]
    texts: list[str] = []
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert process.stdout is not None
        ready = await process.stdout.readline()
        assert f"http://127.0.0.1:{port}/api/" in ready.decode()
        bot = AsyncWebClient(token="xoxb-sandbox", base_url=f"http://127.0.0.1:{port}/api/")
        await bot.chat_postMessage(channel="U0TOM", text=f"From process {process.pid}")
        history = await bot.conversations_history(channel="D0TOM")
        texts = [each["text"] for each in history["messages"]]
        process.kill()
        await process.wait()
    assert len(texts) == 2


@pytest.mark.parametrize(
    ("gone", "message"),
    [("commands", "without the bot scope `commands`"), ("im:history", "subscribes to message.im")],
)
def test_a_manifest_that_contradicts_itself_is_refused(gone: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_manifest(manifest(without_scopes=[gone]))


async def test_an_unusable_users_file_is_refused_in_one_line(launch: Starter) -> None:
    with pytest.raises(ValueError, match="unknown time zone Mars/Base"):
        await launch(users=[{"id": "U1", "tz": "Mars/Base"}])


def test_the_command_line_has_defaults_for_all_but_the_app_and_its_people() -> None:
    config, follows = parse(["--manifest", "m.yml", "--users", "u.json"])
    assert not follows
    assert (config.port, config.bot_token, config.state) == (3999, "xoxb-sandbox", None)


async def test_the_page_is_served_where_it_is_installed(slack: Running) -> None:
    async with aiohttp.ClientSession(slack.url) as session, session.get("/") as answer:
        assert answer.status in (200, 404)
        assert answer.content_type in ("text/html", "text/plain")

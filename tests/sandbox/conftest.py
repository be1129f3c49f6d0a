"""A running sandbox, somebody to act in it, and the example app on the real slack-bolt."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from example_app import build
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.config import Config
from sandbox.server import Running, start

HERE = Path(__file__).parent
MANIFEST = HERE / "example_manifest.yml"
USERS = HERE / "example_users.json"
Json = dict[str, Any]


class Person:
    """Somebody who acts through the people API."""

    def __init__(self, session: aiohttp.ClientSession, user: str) -> None:
        self.session, self.user = session, user

    async def get(self, path: str, **query: Any) -> Json:
        params = {"as": self.user, **query}
        async with self.session.get(f"/_sandbox/{path}", params=params) as answer:
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Json:
        async with self.session.post(f"/_sandbox/{path}", json={"as": self.user, **body}) as answer:
            return await answer.json()

    async def command(self, text: str) -> Json:
        return await self.post("command", text=text)

    async def messages(self) -> list[Json]:
        return (await self.get("dm"))["messages"]

    async def stack(self) -> list[Json]:
        return (await self.get("views"))["stack"]

    async def submit(self, state: Json) -> Json:
        return await self.post("view/submit", view_id=(await self.stack())[-1]["id"], state=state)

    async def press(self, ts: str, block_id: str, action_id: str, **more: Any) -> Json:
        container = {"type": "message", "ts": ts}
        return await self.post("action", container=container, block_id=block_id, action_id=action_id, **more)

    async def use(self, action_id: str, block_id: str, **more: Any) -> Json:
        container = {"type": "view", "view_id": (await self.stack())[-1]["id"]}
        return await self.post("action", container=container, block_id=block_id, action_id=action_id, **more)


Starter = Callable[..., Awaitable[Running]]


def manifest(**settings: Any) -> Json:
    """The example's manifest, with `without` scopes taken away and Socket Mode switched."""
    raw = yaml.safe_load(MANIFEST.read_text("utf-8"))
    raw["settings"]["socket_mode_enabled"] = settings.get("socket_mode", True)
    for key in ("scopes", "events"):
        gone = settings.get(f"without_{key}", ())
        holder, name = (
            (raw["oauth_config"]["scopes"], "bot")
            if key == "scopes"
            else (raw["settings"]["event_subscriptions"], "bot_events")
        )
        holder[name] = [each for each in holder[name] if each not in gone]
    return raw


@pytest.fixture
async def launch() -> AsyncIterator[Starter]:
    """Starts sandboxes on free ports, with any settings."""
    started: list[Running] = []

    async def begin(**settings: Any) -> Running:
        running = await start(Config(**{"manifest": MANIFEST, "users": USERS, **settings}))
        started.append(running)
        return running

    yield begin
    for running in started:
        await running.stop()


@pytest.fixture
async def slack(launch: Starter) -> Running:
    """A sandbox as it is by default."""
    return await launch()


@pytest.fixture
async def act() -> AsyncIterator[Callable[..., Person]]:
    """Makes people (by default Tom) of a sandbox."""
    sessions: dict[str, aiohttp.ClientSession] = {}

    def make(running: Running, user: str = "U0TOM") -> Person:
        if running.url not in sessions:
            sessions[running.url] = aiohttp.ClientSession(running.url)
        return Person(sessions[running.url], user)

    yield make
    for session in sessions.values():
        await session.close()


@pytest.fixture
async def tom(slack: Running, act: Callable[..., Person]) -> Person:
    """Tom, who reads English."""
    return act(slack)


@pytest.fixture
async def mei(slack: Running, act: Callable[..., Person]) -> Person:
    """Mei, who reads Chinese."""
    return act(slack, "U0MEI")


@pytest.fixture
def client(slack: Running) -> AsyncWebClient:
    """The bot's Web API client."""
    return AsyncWebClient(token="xoxb-sandbox", base_url=slack.api_url)


@pytest.fixture
async def connect() -> AsyncIterator[Callable[[Running], Awaitable[AsyncApp]]]:
    """Connects the example app to a sandbox over Socket Mode."""
    handlers: list[AsyncSocketModeHandler] = []

    async def begin(running: Running) -> AsyncApp:
        app = build(running.api_url)
        handler = AsyncSocketModeHandler(app, "xapp-sandbox")
        handlers.append(handler)
        await handler.connect_async()
        await running.workspace.sockets.connected.wait()
        return app

    yield begin
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
async def app(slack: Running, connect: Callable[[Running], Awaitable[AsyncApp]]) -> AsyncApp:
    """The example app, connected."""
    return await connect(slack)

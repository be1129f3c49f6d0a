"""How Slack reaches us: over a WebSocket that we open, or by signed HTTP requests."""

from __future__ import annotations

import socket

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.failures import retry_after

PATH = "/slack/events"


class SocketMode:
    """One WebSocket; Slack tells when to renew it, and the client does."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient) -> None:
        self._handler = AsyncSocketModeHandler(app, app_token, web_client=client)
        self._client = client
        self._token = app_token

    async def start(self) -> None:
        """Raises SlackApiError where the app token is refused, aiohttp.ClientError where Slack is not reached."""
        try:
            # The handler alone would ask with a refused token for ever.
            answer = await self._client.apps_connections_open(app_token=self._token)
            self._handler.client.wss_uri = answer["url"]
        except SlackApiError as error:
            if retry_after(error) is None:  # else the handler waits as long as Slack wants it to
                raise
        await self._handler.connect_async()

    async def is_open(self) -> bool:
        return await self._handler.client.is_connected()

    async def refuse(self) -> None:
        """Take nothing new, while what is being answered can still be answered."""
        self._handler.client.socket_mode_request_listeners.clear()

    async def stop(self) -> None:
        await self._handler.close_async()


class Http:
    """Requests at PATH; Bolt checks their signatures."""

    def __init__(self, app: AsyncApp, sock: socket.socket) -> None:
        self._app = app
        self._sock = sock
        self._open = False
        server = web.Application()
        server.add_routes([web.post(PATH, self._answer)])
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=5.0)
        self.port: int = sock.getsockname()[1]

    async def start(self) -> None:
        await self._runner.setup()
        await web.SockSite(self._runner, self._sock).start()
        self._open = True

    async def is_open(self) -> bool:
        return self._open

    async def refuse(self) -> None:
        self._open = False

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if not self._open:
            raise web.HTTPServiceUnavailable
        return await to_aiohttp_response(await self._app.async_dispatch(await to_bolt_request(request)))

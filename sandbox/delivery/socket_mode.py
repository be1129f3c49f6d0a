"""Socket Mode: up to ten WebSocket connections of the app, envelopes and acks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from secrets import token_hex, token_urlsafe
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.delivery.envelopes import Kind, NoAck, Payload
from sandbox.directory import APP

MAX_CONNECTIONS = 10
CLOSE_SECONDS = 1.0
WITH_PAYLOAD = (Kind.COMMAND, Kind.INTERACTIVE)


class Sockets:
    """The app's connections; each envelope goes to one of them in turn."""

    def __init__(self, ack_seconds: float) -> None:
        self._ack_seconds = ack_seconds
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = 0
        self.connected = asyncio.Event()

    def ticket(self) -> str:
        """A one-time ticket for a new connection."""
        ticket = token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        if request.query.get("ticket") not in self._tickets:
            raise web.HTTPUnauthorized(text="unknown or used ticket")
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(heartbeat=30, timeout=CLOSE_SECONDS)
        await socket.prepare(request)
        if self.count >= MAX_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._connections.append(socket)
        try:
            await socket.send_json(self._hello())
            self.connected.set()
            async for text in _texts(socket):
                self._take(text)
        finally:
            self._forget(socket)
        return socket

    async def send(self, kind: Kind, payload: Payload, retry: tuple[int, str] | None = None) -> Any:
        """Deliver one envelope and return the ack's payload. Raises NoAck."""
        if not self._connections:
            raise NoAck("dispatch_failed")
        envelope: dict[str, Any] = {
            "envelope_id": token_hex(16),
            "type": kind.value,
            "accepts_response_payload": kind in WITH_PAYLOAD,
            "payload": payload,
        }
        if kind is Kind.EVENT:
            attempt, reason = retry or (0, "")
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        return await self._exchange(envelope)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to go, as Slack does now and then, and close it unless this is a `warning`."""
        for socket in list(self._connections):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            if reason != "warning":
                await socket.close()

    async def close(self) -> None:
        """Close all connections without a word."""
        await asyncio.gather(*(socket.close() for socket in list(self._connections)), return_exceptions=True)

    async def _exchange(self, envelope: dict[str, Any]) -> Any:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answer
        self._turn += 1
        socket = self._connections[self._turn % self.count]
        try:
            async with asyncio.timeout(self._ack_seconds):
                await socket.send_json(envelope)
                return await answer
        except (TimeoutError, ConnectionError):
            raise NoAck("operation_timeout") from None
        finally:
            del self._waiting[envelope["envelope_id"]]

    def _take(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        answer = self._waiting.get(message.get("envelope_id"))
        if answer and not answer.done():
            answer.set_result(message.get("payload") or None)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": self.count,
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }

    def _forget(self, socket: web.WebSocketResponse) -> None:
        self._connections.remove(socket)
        if not self._connections:
            self.connected.clear()


async def _texts(socket: web.WebSocketResponse) -> AsyncIterator[str]:
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            yield message.data

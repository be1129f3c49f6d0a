"""Sending the app what people do and what happens, and waiting for its ack."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from secrets import token_hex
from typing import Any, Protocol

from sandbox.directory import APP, BOT_USER, TEAM

Payload = dict[str, Any]


class Kind(StrEnum):
    """Envelope types of Socket Mode."""

    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"
    EVENT = "events_api"


class NoAck(Exception):
    """The app did not answer: `error` is operation_timeout, dispatch_failed or http_service_error."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Transport(Protocol):
    """A way to the app: Socket Mode or signed HTTP."""

    async def send(self, kind: Kind, payload: Payload, retry: tuple[int, str] | None = None) -> Any:
        """Deliver and return the payload of the ack (None when empty). Raises NoAck."""
        ...


class Delivery:
    """Delivers over a transport; events are repeated after `retry_seconds` until acked."""

    def __init__(self, transport: Transport, retry_seconds: Sequence[float]) -> None:
        self.transport = transport
        self._retry_seconds = retry_seconds
        self._tasks: set[asyncio.Task[Any]] = set()

    async def ask(self, kind: Kind, payload: Payload) -> Any:
        """Deliver something that a person waits for. Raises NoAck."""
        return await self.transport.send(kind, payload)

    def event(self, event: dict[str, Any], moment: float) -> asyncio.Task[bool]:
        """Deliver an event in the background; the task's result tells whether it was acked in the end."""
        payload = {
            "token": "sandbox",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": "Ev" + token_hex(5).upper(),
            "event_time": int(moment),
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": False,
        }
        task = asyncio.create_task(self._insist(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Give up all repetitions."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _insist(self, payload: Payload) -> bool:
        retry = None
        for attempt, pause in enumerate([*self._retry_seconds, None], start=1):
            try:
                await self.transport.send(Kind.EVENT, payload, retry)
                return True
            except NoAck as failure:
                reason = "timeout" if failure.error == "operation_timeout" else "http_error"
                retry = attempt, reason
            if pause is not None:
                await asyncio.sleep(pause)
        return False

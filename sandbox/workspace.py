"""One workspace with one app installed: all parts of the sandbox, put together."""

from __future__ import annotations

import json
from collections import deque
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.delivery.envelopes import Delivery
from sandbox.delivery.signed_http import SignedHttp
from sandbox.delivery.socket_mode import Sockets
from sandbox.directory import Directory
from sandbox.failures import Failures
from sandbox.feed import Feed
from sandbox.files import Files
from sandbox.manifest import read_manifest
from sandbox.messages import Messages
from sandbox.modals import Views
from sandbox.rates import Rates
from sandbox.response_urls import ResponseUrls
from sandbox.store import Store
from sandbox.triggers import Triggers

LOGGED = 1000


class Workspace:
    """State and parts of a running sandbox. Raises ValueError on an unusable manifest or users file."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.manifest = read_manifest(config.manifest)
        self.store = Store(config.state)
        self.feed = Feed()
        self.clock = Clock(dict(self.store.all("clock")).get("offset", 0.0))
        self.people = Directory(self.store, self.feed, _read_users(config.users), self.manifest.bot_name)
        self.messages = Messages(self.store, self.feed, self.clock, self.people)
        self.clock.resume(self.messages.last_stamp())
        self.views = Views(self.store, self.feed)
        self.files = Files(self.store, self.clock)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls(self.messages, self.clock)
        self.rates = Rates(on=config.rate_limits)
        self.failures = Failures()
        self.log: deque[dict[str, Any]] = deque(maxlen=LOGGED)
        self.sockets = Sockets(config.ack_seconds)
        self.http = SignedHttp(self.manifest, config.signing_secret, config.request_url, config.ack_seconds)
        transport = self.sockets if self.manifest.socket_mode else self.http
        self.delivery = Delivery(transport, config.event_retry_seconds)

    def listen_at(self, base_url: str) -> None:
        """Tell the parts which hand out addresses where the server is."""
        self.files.base_url = self.response_urls.base_url = base_url

    @property
    def reachable(self) -> bool:
        """Whether an app is connected, or HTTP is used so that only trying can tell."""
        return self.sockets.count > 0 or not self.manifest.socket_mode

    def subscribed(self, event: str) -> bool:
        """Whether the app's manifest asks for this event."""
        return event in self.manifest.events

    def advance(self, span: timedelta) -> None:
        """Move the workspace's clock ahead."""
        self.clock.advance(span)
        self.store.put("clock", "offset", self.clock.offset)
        self.feed.tell("clock", None, now=self.clock.iso())

    def note(self, method: str, error: str | None, seconds: float, messages: list[str]) -> None:
        """Log a call or delivery."""
        entry: dict[str, Any] = {"method": method, "ok": error is None, "error": error}
        entry["ms"] = round(seconds * 1000, 2)
        if messages:
            entry["messages"] = messages
        self.log.append(entry)

    async def close(self) -> None:
        """End all waiting, close all connections and the file."""
        self.feed.close()
        await self.delivery.close()
        await self.sockets.close()
        await self.http.close()
        self.store.close()


def _read_users(source: Path | list[dict[str, Any]]) -> list[dict[str, Any]]:
    raw = json.loads(source.read_text("utf-8")) if isinstance(source, Path) else source
    if not isinstance(raw, list) or not all(isinstance(each, dict) and each.get("id") for each in raw):
        raise ValueError("users must be a list of objects with an id")
    zones = available_timezones()
    for each in raw:
        if each.get("tz") and each["tz"] not in zones:
            raise ValueError(f"{each['id']}: unknown time zone {each['tz']}")
    return [{"name": each["id"].lower(), **each} for each in raw]

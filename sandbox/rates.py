"""Slack's rate limits: one bucket per method (and per channel for posting), refilled steadily."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.kit.limits import Refusal

# Calls a minute in the workspace; the last matching prefix of a method counts.
PER_MINUTE = {
    "": 50,
    "auth.test": 600,
    "apps.connections.open": 1,
    "chat.postMessage": 300,
    "chat.update": 50,
    "chat.postEphemeral": 100,
    "views.": 100,
    "users.info": 100,
    "users.list": 20,
    "users.lookupByEmail": 50,
    "usergroups.": 20,
    "files.": 100,
    "conversations.open": 50,
}
CHANNEL_BURST = 3


@dataclass
class Bucket:
    """`level` calls may be made now; `rate` more come every second up to `size`."""

    size: float
    rate: float
    level: float
    seen: float


class Rates:
    """Counts calls when switched on, and refuses with `ratelimited` and the seconds to wait."""

    def __init__(self, *, on: bool, now: Callable[[], float] = time.monotonic) -> None:
        self.on = on
        self._now = now
        self._buckets: dict[str, Bucket] = {}

    def take(self, method: str, channel: str | None) -> None:
        """Count one call. Raises Refusal ratelimited (429 with Retry-After)."""
        if not self.on:
            return
        allowed = [limit for prefix, limit in PER_MINUTE.items() if method.startswith(prefix)][-1]
        self._take(method, allowed, allowed / 60)
        if method == "chat.postMessage" and channel:
            self._take(f"{method} {channel}", CHANNEL_BURST, 1.0)

    def _take(self, key: str, size: float, rate: float) -> None:
        now = self._now()
        bucket = self._buckets.setdefault(key, Bucket(size, rate, size, now))
        bucket.level = min(bucket.size, bucket.level + (now - bucket.seen) * bucket.rate)
        bucket.seen = now
        if bucket.level < 1:
            wait = math.ceil((1 - bucket.level) / bucket.rate)
            raise Refusal("ratelimited", status=429, retry_after=max(1, wait))
        bucket.level -= 1

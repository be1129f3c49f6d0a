"""What happens in the workspace, as numbered events for the page, tests and simulated people."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

KEPT = 10_000
EVERYONE = "*"
Event = dict[str, Any]


class Feed:
    """The last 10,000 events. An event for no particular `user` concerns everyone."""

    def __init__(self) -> None:
        self.seq = 0
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._news = asyncio.Event()
        self.closed = False

    def tell(self, kind: str, user: str | None, **more: Any) -> None:
        """Publish an event of type `kind` to `user`."""
        self.seq += 1
        self._events.append({"seq": self.seq, "type": kind, "user": user, **more})
        self._wake()

    def since(self, seq: int, user: str) -> list[Event]:
        """Events after number `seq` that `user` (or `*` for all people) may see."""
        if not self._events or self._events[-1]["seq"] <= seq:
            return []
        first = self._events[0]["seq"]
        recent = [self._events[index] for index in range(max(0, seq + 1 - first), len(self._events))]
        return [each for each in recent if user == EVERYONE or each["user"] in (user, None)]

    async def wait(self, seq: int, user: str, seconds: float | None) -> list[Event]:
        """The first non-empty `since`; an empty list after `seconds` or at the end of the sandbox."""
        loop = asyncio.get_running_loop()
        deadline = None if seconds is None else loop.time() + seconds
        while not (found := self.since(seq, user)) and not self.closed:
            left = None if deadline is None else deadline - loop.time()
            if left is not None and left <= 0:
                break
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                break
        return found

    def close(self) -> None:
        """End all waiting."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

"""Trigger ids: each opens one modal, for one person, within three seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from sandbox.kit.limits import Refusal

SECONDS = 3.0


@dataclass
class Trigger:
    """Whose interaction it came from, when (monotonic seconds), and whether it has been used."""

    user: str
    born: float
    used: bool = False


class Triggers:
    """All trigger ids given out; old ones are forgotten after a minute."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._all: dict[str, Trigger] = {}

    def new(self, user: str) -> str:
        """A trigger id for `user`, valid from now."""
        now = self._now()
        for key in [key for key, each in self._all.items() if now - each.born > 60]:
            del self._all[key]
        key = f"{int(now * 1000)}.{len(self._all)}.{token_hex(16)}"
        self._all[key] = Trigger(user, now)
        return key

    def user(self, key: str) -> str:
        """The person behind a trigger id.

        Raises Refusal: invalid_trigger_id, expired_trigger_id or exchanged_trigger_id.
        """
        trigger = self._all.get(key)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._now() - trigger.born > SECONDS:
            raise Refusal("expired_trigger_id")
        return trigger.user

    def spend(self, key: str) -> None:
        """It has opened its modal; a call that was refused does not spend it."""
        self._all[key].used = True

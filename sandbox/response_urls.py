"""`response_url`: answers to an interaction, five within thirty minutes."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from sandbox.clock import Clock
from sandbox.kit.limits import Refusal, check_message
from sandbox.messages import Message, Messages

USES = 5
SECONDS = 30 * 60


@dataclass
class Address:
    """Who gets the answers, which message they may replace, when it was given (sandbox time), uses so far."""

    user: str
    original: str | None
    born: float
    uses: int = 0


class ResponseUrls:
    """All addresses given out since the start."""

    def __init__(self, messages: Messages, clock: Clock) -> None:
        self._messages, self._clock = messages, clock
        self._all: dict[str, Address] = {}
        self.base_url = ""

    def new(self, user: str, original: str | None = None) -> str:
        """An address for answers to `user`, about the message `original` (a ts) if there is one."""
        key = token_hex(16)
        self._all[key] = Address(user, original, self._clock.now())
        return f"{self.base_url}/actions/{key}"

    def answer(self, key: str, body: dict[str, Any]) -> None:
        """Post, replace or delete as the app says. Raises Refusal (expired_url, used_url, invalid_blocks …)."""
        address = self._all.get(key)
        if address is None or self._clock.now() - address.born > SECONDS:
            raise Refusal("expired_url", status=404)
        if address.uses >= USES:
            raise Refusal("used_url", status=404)
        original = self._original(address)
        if body.get("delete_original"):
            address.uses += 1
            if original:
                self._messages.delete(address.user, original)
            return
        check_message(body.get("text"), body.get("blocks"))
        address.uses += 1
        if body.get("replace_original") and original:
            self._messages.update(address.user, original, body.get("text") or "", body.get("blocks") or [])
            return
        posted = post_answer(self._messages, address.user, body)
        address.original = address.original or posted["ts"]

    def _original(self, address: Address) -> Message | None:
        try:
            return self._messages.get(address.user, address.original)
        except Refusal:
            return None


def post_answer(messages: Messages, user: str, body: dict[str, Any]) -> Message:
    """Post what an app answered (checked before), seen by all only with response_type `in_channel`."""
    return messages.post(
        user,
        body.get("text") or "",
        body.get("blocks"),
        ephemeral=body.get("response_type") != "in_channel",
    )

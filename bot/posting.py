"""Slack as delivery sees it: post once, update in place, and find what an earlier attempt has posted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from aiolimiter import AsyncLimiter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.failures import CARD_GONE, REFUSED_BLOCKS, code, pointers
from views.blocks import Block, Rendered

log = structlog.get_logger()

EVENT_TYPE = "fullcircle"
LOOK_BACK = 200  # messages: more than anybody gets between two attempts
BURST = 10.0  # seconds over which the rate may be spent unevenly


@dataclass(frozen=True)
class Place:
    """A message in Slack."""

    channel: str
    ts: str


class Post:
    """Sends rendered messages at Slack's pace. Raises SlackApiError, aiohttp.ClientError, TimeoutError.

    A call is never repeated here: Slack's answer may be lost after the message was stored.
    """

    def __init__(self, client: AsyncWebClient, *, posts_per_minute: int, updates_per_minute: int) -> None:
        self._client = client
        self._posts = _pace(posts_per_minute)
        self._updates = _pace(updates_per_minute)

    async def send(self, slack_id: str, rendered: Rendered, *, key: str, still_ours: Callable[[], None]) -> Place:
        """Post to a person's DM. `key` is the random mark by which it is found again; `still_ours` raises when
        the lease is too short for another call."""
        await self._posts.acquire()
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}

        async def post(blocks: list[Block] | None) -> Any:
            still_ours()
            return await self._client.chat_postMessage(
                channel=slack_id,
                text=rendered.text,
                blocks=blocks,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            )

        answer = await _simpler_if_refused(post, rendered)
        return Place(str(answer["channel"]), str(answer["ts"]))

    async def update(self, place: Place, rendered: Rendered, *, still_ours: Callable[[], None]) -> bool:
        """Change a card in place. False where it is not there any more."""
        await self._updates.acquire()

        async def update(blocks: list[Block] | None) -> Any:
            still_ours()
            return await self._client.chat_update(
                channel=place.channel, ts=place.ts, text=rendered.text, blocks=blocks or []
            )

        try:
            await _simpler_if_refused(update, rendered)
        except SlackApiError as error:
            if code(error) in CARD_GONE:
                return False
            raise
        return True

    async def find(self, slack_id: str, key: str) -> Place | None:
        """The message with this mark in the person's DM, where an earlier attempt got through."""
        opened = await self._client.conversations_open(users=slack_id)
        channel = str(opened.get("channel", {})["id"])
        history = await self._client.conversations_history(channel=channel, include_all_metadata=True, limit=LOOK_BACK)
        for message in history.get("messages", []):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
                return Place(channel, str(message["ts"]))
        return None


async def _simpler_if_refused(call: Callable[[list[Block] | None], Awaitable[Any]], rendered: Rendered) -> Any:
    """With all blocks; where Slack refuses one, with those that say the same in text; at last with the text alone."""
    for blocks in (rendered.blocks, rendered.plain):
        if blocks is None:
            continue
        try:
            return await call(blocks)
        except SlackApiError as error:
            if code(error) not in REFUSED_BLOCKS:
                raise
            kinds = sorted({str(block.get("type")) for block in blocks})
            log.error("blocks-refused", code=code(error), blocks=kinds, reason=pointers(error))
    return await call(None)


def _pace(per_minute: int) -> AsyncLimiter:
    return AsyncLimiter(max(1.0, per_minute * BURST / 60), max(BURST, 60 / per_minute))

"""Everybody in the workspace, as Slack knows them."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from handlers.payloads import account
from services.people import SlackUser

PAGE = 200  # Slack recommends no more


async def list_people(client: AsyncWebClient) -> list[SlackUser]:
    """All accounts with their languages, page by page, at a rate-limited client's pace. Raises SlackApiError."""
    found: list[SlackUser] = []
    cursor = ""
    while True:
        page = await client.users_list(limit=PAGE, cursor=cursor or None, include_locale=True)
        found += [account(member) for member in page.get("members", [])]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return found

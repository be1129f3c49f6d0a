"""What a failed call to Slack means for a message: try again, never, or not even sent."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
CARD_GONE = frozenset(
    {"message_not_found", "cant_update_message", "channel_not_found", "edit_window_closed", "is_inactive"}
)
PERMANENT = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_arguments",
        "invalid_metadata_format",
        "is_archived",
        "messages_tab_disabled",
        "metadata_too_large",
        "msg_too_long",
        "no_text",
        "restricted_action",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        *REFUSED_BLOCKS,
    }
)
# Slack's documentation of these: something may have happened before the error.
UNCERTAIN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
BAD_TOKEN = frozenset({"account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_revoked"})
WAIT = 30.0  # seconds, where a 429 does not say how long


class Undeliverable(Exception):
    """This message can never be sent. The argument is the reason, without names."""


def code(error: Exception) -> str:
    """Slack's code, or the type of the error: what may stand in a log."""
    if isinstance(error, Undeliverable):
        return str(error)
    if isinstance(error, SlackApiError):
        get = getattr(error.response, "get", None)
        return str((get("error") if get else None) or f"http-{_status(error)}")
    return type(error).__name__


def retry_after(error: Exception) -> float | None:
    """Seconds that Slack wants to be left alone; None where the error is another."""
    if not isinstance(error, SlackApiError) or not (_status(error) == 429 or code(error) == "ratelimited"):
        return None
    try:
        return float(getattr(error.response, "headers", {}).get("Retry-After", WAIT))
    except ValueError:
        return WAIT


def is_permanent(error: Exception) -> bool:
    """Whether the same message would fail again for ever."""
    return isinstance(error, Undeliverable) or code(error) in PERMANENT


def concerns_all(error: Exception) -> bool:
    """Whether no message would get through: Slack is down, or the token was revoked and somebody will renew it."""
    if isinstance(error, SlackApiError):
        return _status(error) >= 500 or code(error) in {*BAD_TOKEN, *UNCERTAIN, "missing_scope", "ratelimited"}
    return isinstance(error, aiohttp.ClientError | TimeoutError | OSError)


def is_certain(error: Exception) -> bool:
    """Whether nothing was posted: Slack has answered, and with a refusal."""
    return isinstance(error, SlackApiError) and _status(error) < 500 and code(error) not in UNCERTAIN


def pointers(error: SlackApiError) -> list[str]:
    """Where in the blocks Slack found fault, without what stands there."""
    get: Any = getattr(error.response, "get", None)
    messages = ((get("response_metadata") or {}) if get else {}).get("messages", [])
    return sorted({found for each in messages for found in re.findall(r"\[json-pointer:([\w/]*)\]", str(each))})


def _status(error: SlackApiError) -> int:
    return int(getattr(error.response, "status_code", None) or getattr(error.response, "status", None) or 500)

"""Who did what where: the frame of Slack's payloads. What was filled in is read by `inputs`; nobody else reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.people import SlackUser
from views import ids

Payload = Mapping[str, Any]


def slack_user(body: Payload) -> str:
    """Who acted. Empty where the payload names nobody."""
    if "user_id" in body:
        return str(body["user_id"])
    if "event" in body:
        user = body["event"].get("user", "")
        return str(user.get("id", "") if isinstance(user, Mapping) else user)
    return str(body.get("user", {}).get("id", ""))


def account(user: Payload) -> SlackUser:
    """A Slack account, from `users.list`, `users.info` or an event."""
    profile = user.get("profile", {})
    return SlackUser(
        id=str(user.get("id", "")),
        name=str(profile.get("real_name") or user.get("real_name") or user.get("name", "")),
        email=str(profile.get("email") or ""),
        time_zone=str(user.get("tz") or ""),
        locale=str(user.get("locale") or ""),
        deleted=bool(user.get("deleted")),
        is_bot=bool(user.get("is_bot")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )


def command(body: Payload) -> tuple[str, str, str]:
    """(slash command, subcommand in lower case, the rest)."""
    first, _, rest = str(body.get("text", "")).strip().partition(" ")
    return str(body["command"]), first.lower(), rest.strip()


def argument(body: Payload) -> tuple[str, str]:
    """What follows a subcommand: (its first word in lower case, the rest)."""
    first, _, rest = command(body)[2].partition(" ")
    return first.lower(), rest.strip()


def action_id(body: Payload) -> str:
    return str(body["actions"][0]["action_id"])


def callback_id(body: Payload) -> str:
    return str(body["view"]["callback_id"])


def button(body: Payload) -> str:
    """The value of the pressed button."""
    return str(body["actions"][0].get("value", ""))


def chosen(body: Payload) -> str:
    """The value picked in a menu that answers at once."""
    return str((body["actions"][0].get("selected_option") or {}).get("value", ""))


def button_pair(body: Payload) -> tuple[str, str]:
    return ids.unpair(button(body))


def revision(body: Payload) -> str:
    """What the card looked like on which the button stands."""
    return ids.revision_of(button(body))


def metadata(body: Payload) -> dict[str, Any]:
    """What our own view packed into `private_metadata`."""
    return ids.unpack(body["view"].get("private_metadata", ""))


def view_id(body: Payload) -> str:
    """Empty where the request comes from no view."""
    return str(body.get("view", {}).get("id", ""))


def view_hash(body: Payload) -> str:
    return str(body["view"]["hash"])


def surface(body: Payload) -> str:
    """Where the request comes from: "home", "modal", or empty for a message or a command."""
    return str(body.get("view", {}).get("type", ""))


def is_stacked(body: Payload) -> bool:
    """Whether there is a modal beneath this one."""
    return bool(body.get("view", {}).get("previous_view_id"))


def view_beneath(body: Payload) -> str:
    """The modal that shows again when this one closes."""
    return str(body["view"]["previous_view_id"])


def is_submission(body: Payload) -> bool:
    return body.get("type") == "view_submission"


def is_command(body: Payload) -> bool:
    return "command" in body


def trigger_id(body: Payload) -> str:
    """What opens a modal, within 3 s; empty where none can be opened."""
    return str(body.get("trigger_id") or "")


def response_url(body: Payload) -> str:
    """Where to whisper to the one who asked; empty for a click in a view."""
    return str(body.get("response_url") or "")


def event(body: Payload) -> Payload:
    return body["event"]


def input_blocks(body: Payload) -> list[str]:
    """Block ids of the view's inputs, in order: where an error can be shown."""
    blocks = body.get("view", {}).get("blocks", [])
    return [b["block_id"] for b in blocks if b.get("type") == "input"]

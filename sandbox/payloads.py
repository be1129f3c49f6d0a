"""The JSON that Slack sends to an app when somebody does something."""

from __future__ import annotations

from typing import Any

from sandbox.directory import APP, TEAM, Person
from sandbox.kit.answers import Answer, Values
from sandbox.messages import Message, channel_of, public
from sandbox.modals import View

DOMAIN = "sandbox"
Payload = dict[str, Any]
# What an element's own fields add to the action besides its value.
ECHOED = ("text", "value", "style", "placeholder", "initial_value", "initial_option", "initial_options")


def interaction(kind: str, person: Person) -> Payload:
    """What all interactive payloads of type `kind` have in common."""
    return {
        "type": kind,
        "user": {
            "id": person["id"],
            "username": person["name"],
            "name": person["name"],
            "team_id": TEAM,
        },
        "api_app_id": APP,
        "token": "sandbox",
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(person: Person, name: str, text: str, trigger: str, response_url: str) -> Payload:
    """A slash command, given in the DM with the app."""
    return {
        "token": "sandbox",
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": channel_of(person["id"]),
        "channel_name": "directmessage",
        "user_id": person["id"],
        "user_name": person["name"],
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def in_message(message: Message, person: Person, values: Values) -> Payload:
    """Where an action happened: a message. An ephemeral one is not shown to the app again."""
    channel = channel_of(person["id"])
    ephemeral = bool(message.get("ephemeral"))
    place: Payload = {
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": ephemeral,
        },
        "channel": {"id": channel, "name": "directmessage"},
        "state": {"values": values},
    }
    if not ephemeral:
        place["message"] = public(message)
    return place


def in_view(view: View) -> Payload:
    """Where an action happened: a modal or Home."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def action(block: dict[str, Any], element: dict[str, Any], answer: Answer, ts: str) -> Payload:
    """One entry of `actions`."""
    echoed = {key: element[key] for key in ECHOED if key in element}
    return {
        **echoed,
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        **{key: value for key, value in answer.items() if key != "type"},
        "action_ts": ts,
    }

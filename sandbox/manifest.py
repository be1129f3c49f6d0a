"""What the sandbox needs of an app's manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EVENT_SCOPES = {"message.im": "im:history", "team_join": "users:read", "user_change": "users:read"}


@dataclass(frozen=True)
class Command:
    """A slash command as declared; `url` only for HTTP delivery."""

    command: str
    description: str = ""
    usage_hint: str = ""
    url: str = ""


@dataclass(frozen=True)
class Manifest:
    """An app as its manifest declares it. `events` and `scopes` are those of the bot."""

    name: str
    bot_name: str
    commands: tuple[Command, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    home_tab: bool
    messages_tab: bool
    can_write_to_app: bool
    socket_mode: bool
    interactive: bool
    events_url: str
    interactivity_url: str
    options_url: str

    def command(self, name: str) -> Command | None:
        """The declared command called `name` (with its slash), if there is one."""
        return next((each for each in self.commands if each.command == name), None)


def read_manifest(source: Path | dict[str, Any]) -> Manifest:
    """The manifest in a YAML or JSON file, or already parsed.

    Raises ValueError when it is not a manifest or contradicts itself.
    """
    raw = yaml.safe_load(source.read_text("utf-8")) if isinstance(source, Path) else source
    if not isinstance(raw, dict) or not (raw.get("display_information") or {}).get("name"):
        raise ValueError("the manifest needs display_information.name")
    manifest = _parse(raw)
    if manifest.commands and "commands" not in manifest.scopes:
        raise ValueError("the manifest declares slash commands without the bot scope `commands`")
    for event, scope in EVENT_SCOPES.items():
        if event in manifest.events and scope not in manifest.scopes:
            raise ValueError(f"the manifest subscribes to {event} without the bot scope `{scope}`")
    return manifest


def _parse(raw: dict[str, Any]) -> Manifest:
    features = raw.get("features") or {}
    home = features.get("app_home") or {}
    settings = raw.get("settings") or {}
    subscriptions = settings.get("event_subscriptions") or {}
    interactivity = settings.get("interactivity") or {}
    name = raw["display_information"]["name"]
    return Manifest(
        name=name,
        bot_name=(features.get("bot_user") or {}).get("display_name") or name,
        commands=tuple(_command(each) for each in features.get("slash_commands") or []),
        scopes=frozenset(((raw.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []),
        events=frozenset(subscriptions.get("bot_events") or []),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        can_write_to_app=not home.get("messages_tab_read_only_enabled", False),
        socket_mode=bool(settings.get("socket_mode_enabled")),
        interactive=bool(interactivity.get("is_enabled")),
        events_url=subscriptions.get("request_url") or "",
        interactivity_url=interactivity.get("request_url") or "",
        options_url=interactivity.get("message_menu_options_url") or interactivity.get("request_url") or "",
    )


def _command(raw: dict[str, Any]) -> Command:
    return Command(raw["command"], raw.get("description") or "", raw.get("usage_hint") or "", raw.get("url") or "")

"""`manifest.yml` is valid, and asks for exactly what the code uses."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot import scopes
from bot.settings import Settings
from handlers import CYCLE_COMMANDS, EVENTS, REVIEW_COMMANDS
from handlers.dispatch import ACCOUNT_EVENTS

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "tests" / "data" / "slack-app-manifest.schema.json"  # published by Slack, draft-07


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))


def called_methods() -> Iterator[str]:
    """Web API methods that our code calls on a client, as Slack writes them."""
    for folder in ("bot", "handlers"):
        for path in (ROOT / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute) and _is_method(node.attr):
                    yield _method(node.attr)


def _is_method(name: str) -> bool:
    family = "auth|chat|conversations|files|reactions|usergroups|users|views|team|bots|pins|dnd|apps"
    return bool(re.match(rf"({family})_", name)) and callable(getattr(AsyncWebClient, name, None))


def _method(name: str) -> str:
    family, _, rest = name.partition("_")
    return f"{family}.{rest}" if "_" not in rest else f"{family}.{rest.replace('_', '.')}"


def test_slack_would_accept_the_manifest(manifest: dict[str, Any]) -> None:
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(manifest)


def test_the_commands_are_those_of_the_settings(manifest: dict[str, Any]) -> None:
    declared = [each["command"] for each in manifest["features"]["slash_commands"]]
    assert declared == [Settings.model_fields["review_command"].default, Settings.model_fields["cycle_command"].default]


def test_the_hints_name_every_subcommand(manifest: dict[str, Any]) -> None:
    for declared, table in zip(manifest["features"]["slash_commands"], (REVIEW_COMMANDS, CYCLE_COMMANDS), strict=True):
        assert set(re.findall(r"\w+", declared["usage_hint"])) == set(table) - {""}


def test_the_events_are_those_that_are_handled(manifest: dict[str, Any]) -> None:
    declared = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert declared == sorted({*EVENTS, *ACCOUNT_EVENTS})


def test_the_scopes_are_those_that_are_needed(manifest: dict[str, Any]) -> None:
    assert manifest["oauth_config"]["scopes"]["bot"] == sorted(scopes.needed())


def test_every_method_that_the_code_calls_has_its_scope_and_no_other_does() -> None:
    assert set(called_methods()) == set(scopes.METHODS)


def test_the_app_can_be_clicked_reached_and_written_to(manifest: dict[str, Any]) -> None:
    home = manifest["features"]["app_home"]
    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]

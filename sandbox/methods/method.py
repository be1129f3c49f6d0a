"""What a Web API method is, and reading its arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.kit.limits import Refusal
from sandbox.workspace import Workspace

Args = dict[str, Any]


class TokenKind(StrEnum):
    """Which token a method takes."""

    BOT = "bot"
    APP = "app"
    NONE = "none"


@dataclass(frozen=True)
class Method:
    """A method's body, which returns the answer without `ok` or raises Refusal, and what it needs."""

    run: Callable[[Workspace, Args], dict[str, Any]]
    scope: str = ""
    token: TokenKind = TokenKind.BOT


def required(args: Args, name: str, error: str = "invalid_arguments") -> Any:
    """An argument which must be there. Raises Refusal with `error`."""
    value = args.get(name)
    if value is None or value == "":
        raise Refusal(error, [f"[ERROR] missing required field: {name}"])
    return value


def flag(args: Args, name: str) -> bool:
    """A boolean argument, as JSON or as a form's string."""
    return str(args.get(name, "")).lower() in ("true", "1")

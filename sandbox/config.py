"""What a sandbox is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Config:
    """`manifest` and `users` are files or their parsed content. Port 0 takes a free port.

    `state` keeps everything in a file; `clock_url` is told when the clock moves; with `request_url` all HTTP
    deliveries go there. `ack_seconds` and `event_retry_seconds` are Slack's own unless a test is in a hurry.
    """

    manifest: Path | dict[str, Any]
    users: Path | list[dict[str, Any]]
    host: str = "127.0.0.1"
    port: int = 0
    state: Path | None = None
    clock_url: str = ""
    request_url: str = ""
    team_name: str = "Sandbox"
    app_token: str = "xapp-sandbox"
    bot_token: str = "xoxb-sandbox"
    signing_secret: str = "sandbox-secret"
    rate_limits: bool = False
    ack_seconds: float = 3.0
    event_retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)

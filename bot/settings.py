"""Settings from the environment or a `.env` file, and one clear line where one is missing or wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handlers.asking import Names
from storage.engine import driver_url

HELP = {
    "SLACK_BOT_TOKEN": "the Bot User OAuth Token (xoxb-…) from your app's page OAuth & Permissions",
    "SLACK_APP_TOKEN": (
        "an app-level token (xapp-…) with connections:write from your app's page Basic Information, for Socket Mode"
    ),
    "SLACK_SIGNING_SECRET": "the Signing Secret from your app's page Basic Information, for HTTP",
    "SLACK_API_URL": "an address like http://127.0.0.1:3999/api/, or leave it out for Slack itself",
    "DATABASE_URL": "sqlite:///fullcircle.db, or postgresql://user:password@host/database",
    "HR_ADMINS": "Slack member ids separated by commas, like U012AB3CD,U045EF6GH (profile, ⋮, Copy member ID)",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "REVIEW_COMMAND": "a slash command like /review, the same as in the app's manifest",
    "CYCLE_COMMAND": "a slash command like /cycle, the same as in the app's manifest",
    "HTTP_PORT": "a port number like 3000",
    "HEALTH_PORT": "a port number like 8080, or 0 for none",
    "MESSAGES_PER_MINUTE": "a whole number of at least 1; Slack allows several hundred",
    "UPDATES_PER_MINUTE": "a whole number of at least 1; Slack allows about 50",
    "DEMO_CLOCK": "true or false",
    "SOURCES_DIR": "the folder with the declarations of sources, like sources",
    "PUSH_PORT": "a port number like 8090, or 0 for none",
    "PUSH_HOST": "an address of this machine like 127.0.0.1, or 0.0.0.0 for all of them",
}
SHORTEST_ID = 3  # Slack's have nine characters and more; a sandbox's may be short
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


NO_WAY_IN = "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET"


class SettingsError(Exception):
    """What is wrong with the settings, in one line that names the setting and never shows its value."""


def _slack_ids(value: Any) -> Any:
    ids = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else list(value)
    if not ids or not all(re.fullmatch(r"[UW][A-Z0-9]*", each) for each in ids):
        raise ValueError("it must be Slack member ids, which begin with U or W")
    if min(map(len, ids)) < SHORTEST_ID:
        raise ValueError("an id is too short to be a whole Slack member id")
    return frozenset(ids)


SlackIds = Annotated[frozenset[str], NoDecode, BeforeValidator(_slack_ids)]


class _AllSettings(BaseSettings):
    """What every command needs."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: str = "sqlite:///fullcircle.db"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            driver_url(value)
        except Exception as error:
            # Only our own words: SQLAlchemy's may show the password.
            reason = str(error) if type(error) is ValueError else "it is not the address of a database"
            raise ValueError(reason) from None
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value


class StoreSettings(_AllSettings):
    """What commands need that only touch the database. HR decides where a file leaves somebody without a manager."""

    hr_admins: SlackIds = Field(frozenset(), validate_default=False)
    sources_dir: Path = Path("sources")


class Settings(_AllSettings):
    """Everything that `serve` needs. Socket Mode with an app token, HTTP with a signing secret."""

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = Field(None, validate_default=True)
    slack_api_url: str = "https://slack.com/api/"
    hr_admins: SlackIds
    review_command: str = Names.review
    cycle_command: str = Names.cycle
    http_port: int = Field(3000, ge=0, le=65535)
    health_port: int = Field(8080, ge=0, le=65535)
    messages_per_minute: int = Field(240, ge=1)
    updates_per_minute: int = Field(50, ge=1)
    demo_clock: bool = False
    sources_dir: Path = Path("sources")
    push_port: int = Field(0, ge=0, le=65535)
    push_host: str = "127.0.0.1"

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        return _begins(value, "xoxb-")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return value and _begins(value, "xapp-")

    @field_validator("slack_signing_secret")
    @classmethod
    def _one_way_in(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        # An app token that is there but wrong is not among the data: that fault is told on its own.
        if value is None and info.data.get("slack_app_token", "wrong") is None:
            raise ValueError(NO_WAY_IN)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
            raise ValueError("the token may travel over https only, or over http on this machine")
        return value.rstrip("/") + "/"

    @field_validator("review_command", "cycle_command")
    @classmethod
    def _command(cls, value: str) -> str:
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
            raise ValueError("it must be a slash and lower-case letters, at most 32 characters")
        return value

    @model_validator(mode="after")
    def _two_commands(self) -> Self:
        if self.review_command == self.cycle_command:
            raise ValueError("CYCLE_COMMAND is wrong: it is the same as REVIEW_COMMAND")
        return self

    @property
    def names(self) -> Names:
        return Names(self.review_command, self.cycle_command)

    @property
    def local_slack(self) -> bool:
        """Whether "Slack" is a sandbox on this machine."""
        return urlsplit(self.slack_api_url).hostname in LOOPBACK


def _begins(value: SecretStr, start: str) -> SecretStr:
    if not value.get_secret_value().startswith(start):
        raise ValueError(f"it must begin with {start}")
    if value.get_secret_value().strip() == start:
        raise ValueError(f"nothing follows {start}")
    return value


AnySettings = TypeVar("AnySettings", bound=_AllSettings)


def load(kind: type[AnySettings] = Settings) -> AnySettings:
    """The settings of this process. Raises SettingsError."""
    try:
        return kind()
    except ValidationError as error:
        raise SettingsError(_line(error)) from None


def _line(error: ValidationError) -> str:
    """The first problem in full, the others by name."""
    faults = [_fault(fault["loc"], fault["type"], fault["msg"]) for fault in error.errors(include_input=False)]
    name, first = faults[0]
    others = sorted({other for other, _ in faults[1:]} - {name})
    return first + (f" (Also: {', '.join(others)}.)" if others else "")


def _fault(loc: tuple[int | str, ...], kind: str, message: str) -> tuple[str, str]:
    reason = message.removeprefix("Value error, ")
    name = str(loc[0]).upper() if loc else reason.split(" ", 1)[0]
    if kind == "missing":
        return name, f"{name} is missing. Set it in the environment or in .env: {HELP[name]}."
    if reason == NO_WAY_IN:
        ways = f"{HELP['SLACK_APP_TOKEN']}; or set SLACK_SIGNING_SECRET: {HELP['SLACK_SIGNING_SECRET']}"
        return NO_WAY_IN, f"SLACK_APP_TOKEN is missing. Set it in the environment or in .env: {ways}."
    reason = reason if loc else reason.partition(": ")[2]
    return name, f"{name} is wrong: {reason[:1].lower()}{reason[1:]}. Set it to {HELP[name]}."

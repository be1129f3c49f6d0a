"""Sources that keep coming: each is declared in one YAML file, and what became of its runs is remembered."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from appraisal.intake.mapping import FileMapping
from appraisal.scheme import Key, Text

EnvironmentName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]  # secrets are never in the file


class Outcome(StrEnum):
    """How a run of a source ended. Each has a text `outcome-<value>`."""

    RUNNING = "running"
    APPLIED = "applied"
    UNCHANGED = "unchanged"  # the same bytes, or Not Modified
    IDLE = "idle"  # no open cycle needs figures now
    FAILED = "failed"


class Declared(BaseModel):
    """What all sources say. `every` like "6h" or "30m"; of two sources that disagree the lower precedence wins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    name: Text
    precedence: Annotated[int, Field(ge=1, le=1000)] = 100
    fresh_days: Annotated[int, Field(ge=1, le=366)] = 10  # older figures are stale: HR is warned before scoring
    mapping: FileMapping = FileMapping()


class Folder(Declared):
    """Files that another system puts into a folder. The newest that matches is read; none is moved or deleted."""

    kind: Literal["folder"]
    every: str = "15m"
    path: str
    pattern: str = "*"


class Http(Declared):
    """An address that answers with CSV, JSON or a spreadsheet. The token goes into `Authorization: Bearer …`."""

    kind: Literal["http"]
    every: str = "6h"
    url: str
    token_env: EnvironmentName | None = None


class Sql(Declared):
    """A query of another database; `url_env` names the variable that holds its SQLAlchemy address."""

    kind: Literal["sql"]
    every: str = "6h"
    url_env: EnvironmentName
    query: str
    timeout_seconds: Annotated[int, Field(ge=1, le=600)] = 60


class Push(Declared):
    """Another system posts to `/metrics/<key>` with the bearer token that `token_env` holds."""

    kind: Literal["push"]
    token_env: EnvironmentName


AnySource = Annotated[Folder | Http | Sql | Push, Field(discriminator="kind")]

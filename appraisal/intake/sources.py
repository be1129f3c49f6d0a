"""Sources that keep coming: each is declared in one YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from appraisal.intake.mapping import FileMapping
from appraisal.scheme_parts import Key, Text
from appraisal.scheme_reasons import SchemeReason

FRESH_DAYS = 10  # of sources that say nothing else, and of files given by hand
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SPAN = re.compile(r"([1-9]\d{0,3})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
REFUSED = "source"  # the type of the errors that the validators below raise


class SourceReason(StrEnum):
    """What is wrong with a declaration, besides what can be wrong with any YAML. Texts `source-problem-<value>`."""

    NOT_A_SPAN = "not-a-span"
    NOT_AN_ADDRESS = "not-an-address"
    NOT_ENCRYPTED = "not-encrypted"  # a token would travel over http
    NOT_A_VARIABLE = "not-a-variable"
    KEY_TAKEN = "key-taken"  # detail = the file that has it
    UNREADABLE = "unreadable"  # the file itself; detail = why


def _refused(reason: SourceReason, *way: str) -> PydanticCustomError:
    return PydanticCustomError(REFUSED, "{reason}", {"reason": reason.value, "way": way})


def _span(text: str) -> str:
    if not _SPAN.fullmatch(text):
        raise _refused(SourceReason.NOT_A_SPAN)
    return text


def _address(text: str) -> str:
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and url.hostname and url.port != 0 and not re.search(r"\s", text)
    except ValueError:
        usable = False
    if not usable:
        raise _refused(SourceReason.NOT_AN_ADDRESS)
    return text


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise _refused(SourceReason.NOT_A_VARIABLE)
    return text


Span = Annotated[str, AfterValidator(_span), Field(json_schema_extra={"pattern": f"^{_SPAN.pattern}$"})]
EnvironmentName = Annotated[
    str, AfterValidator(_variable), Field(json_schema_extra={"pattern": f"^{_VARIABLE.pattern}$"})
]  # secrets are never in the file


class Declared(BaseModel):
    """What all sources say."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    key: Key
    """Short and unique: by it the source is pulled, pushed to and remembered."""
    name: Text
    """What HR calls it, in both languages."""
    precedence: Annotated[int, Field(ge=1, le=1000)] = 100
    """Of two sources that disagree about a figure the lower one wins; files that HR gives by hand win over all."""
    fresh_days: Annotated[int, Field(ge=1, le=366)] = FRESH_DAYS
    """Figures that are older are stale: HR is warned before scoring."""
    mapping: FileMapping = FileMapping()
    """How its files are read, where that cannot be found out from them."""

    @property
    def seconds(self) -> int:
        """How long fetching may take."""
        return 60


class _Pulled(Declared):
    every: Span
    """How often it is fetched: 30m, 6h or 1d."""

    @property
    def interval(self) -> timedelta:
        found = _SPAN.fullmatch(self.every)
        assert found is not None, "checked when it was read"
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


class Folder(_Pulled):
    """Files that another system puts into a folder. The newest that matches is read; none is moved or deleted."""

    kind: Literal["folder"]
    every: Span = "15m"
    path: Annotated[str, Field(min_length=1)]
    """The folder; a relative one is looked for beside this file."""
    pattern: Annotated[str, Field(min_length=1)] = "*"
    """Names of the files, like `kpi-*.csv`."""


class Http(_Pulled):
    """An address that answers with CSV, JSON or a spreadsheet."""

    kind: Literal["http"]
    every: Span = "6h"
    url: Annotated[str, AfterValidator(_address)]
    """Begins with https://, or with http:// where no token is sent."""
    token_env: EnvironmentName | None = None
    """The environment variable with the token that goes into `Authorization: Bearer …`."""

    @model_validator(mode="after")
    def _token_is_safe(self) -> Self:
        url = urlsplit(self.url)
        if self.token_env and url.scheme != "https" and url.hostname not in LOOPBACK:
            raise _refused(SourceReason.NOT_ENCRYPTED, "url")
        return self


class Sql(_Pulled):
    """A query of another database."""

    kind: Literal["sql"]
    every: Span = "6h"
    url_env: EnvironmentName
    """The environment variable with the SQLAlchemy address of the database."""
    query: Annotated[str, Field(min_length=1)]
    """One SELECT; its columns are named like those of a file."""
    timeout_seconds: Annotated[int, Field(ge=1, le=600)] = 60
    """After this long the query is ended."""

    @property
    def seconds(self) -> int:
        return self.timeout_seconds + 10


class Push(Declared):
    """Another system posts to `/metrics/<key>`."""

    kind: Literal["push"]
    token_env: EnvironmentName
    """The environment variable with the bearer token that the other system sends."""


Pulled = Folder | Http | Sql
AnySource = Annotated[Folder | Http | Sql | Push, Field(discriminator="kind")]


@dataclass(frozen=True)
class Fault:
    """One thing to correct in a declaration. `line` counts from 1; `path` like `mapping.header_row`."""

    file: str
    line: int
    path: str
    reason: SchemeReason | SourceReason
    detail: str = ""


@dataclass(frozen=True)
class Sources:
    """All declarations: those that work, by key, and what is wrong with the others."""

    declared: tuple[AnySource, ...] = ()
    faults: tuple[Fault, ...] = ()

    def get(self, key: str) -> AnySource | None:
        return next((s for s in self.declared if s.key == key), None)

    def fresh_days(self, key: str) -> int:
        """After how many days the figures of a source, declared or given by hand, are stale."""
        source = self.get(key)
        return source.fresh_days if source else FRESH_DAYS

    @property
    def pulled(self) -> Iterable[Pulled]:
        """Those that we fetch."""
        return (s for s in self.declared if not isinstance(s, Push))

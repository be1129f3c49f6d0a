"""Column types: moments, enum words and JSON go in and come out as the domain's own types."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as naive UTC so that it sorts the same on both databases."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


class Word(TypeDecorator[StrEnum]):
    """A member of a domain enum, kept as its value."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | None, dialect: sa.Dialect) -> str | None:
        return self.enum(value).value if value is not None else None

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> StrEnum | None:
        return self.enum(value) if value is not None else None


class Json(TypeDecorator[Any]):
    """Anything pydantic can check, kept as JSON text.

    `shared`: the value is deeply immutable, so that equal texts may come back as one object; a scheme is parsed
    once a process and not on every click.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, type_: Any, *, shared: bool = False) -> None:
        super().__init__()
        self.type_ = type_
        self.shared = shared
        self._adapter: TypeAdapter[Any] = TypeAdapter(type_)
        self._parse = lru_cache(maxsize=64)(self._adapter.validate_json) if shared else self._adapter.validate_json

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return self._adapter.dump_json(value).decode() if value is not None else None

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return self._parse(value) if value is not None else None

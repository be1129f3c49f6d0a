"""What all tables share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, String

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(32)  # uuid4 as hex: random, so that it tells no order
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up INTEGER keys only


def person(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[Any]:
    return Column(name, ID, ForeignKey("people.id"), primary_key=primary_key, nullable=nullable)


def cycle(*, primary_key: bool = False) -> Column[Any]:
    return Column("cycle_id", ID, ForeignKey("cycles.id"), primary_key=primary_key, nullable=False)

"""Inserts that meet rows already there; both databases say it alike, SQLAlchemy has a class for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine import Tx

Insert = sqlite.Insert | postgresql.Insert


def insert(tx: Tx, table: sa.Table) -> Insert:
    """An INSERT that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


def upsert(tx: Tx, table: sa.Table) -> Insert:
    """An INSERT that overwrites the row with the same primary key."""
    statement = insert(tx, table)
    keys = [column.name for column in table.primary_key]
    changed = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


async def insert_all_new(tx: Tx, table: sa.Table, rows: list[dict[str, Any]]) -> Sequence[sa.RowMapping]:
    """Insert rows, in bulk, unless one with the same key, of any of the table's keys, is there; those inserted."""
    statement = insert(tx, table).on_conflict_do_nothing().returning(*table.columns)
    return (await tx.execute(statement, rows)).mappings().all() if rows else []


async def insert_new(tx: Tx, table: sa.Table, row: dict[str, Any]) -> bool:
    """Insert a row unless one with the same key, of any of the table's keys, is there; whether it was inserted."""
    statement = insert(tx, table).on_conflict_do_nothing()
    done = await tx.execute(statement, row, execution_options={"preserve_rowcount": True})
    return done.rowcount == 1

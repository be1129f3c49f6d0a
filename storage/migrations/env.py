"""How Alembic reaches the database: the connection of `storage.migrate`, or DATABASE_URL on the command line."""

from __future__ import annotations

import os
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.migrate import sync_url
from storage.tables import metadata


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our column types as what the database knows: a migration must not change when the product's enums do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",  # SQLite changes tables by copying them
        transactional_ddl=True,  # SQLite can, when the driver does not interfere
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with sa.create_engine(sync_url(os.environ["DATABASE_URL"])).begin() as own:
        run(own)

"""What Slack has delivered, so that a second delivery is known."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage.engine import Tx
from storage.tables import inbox
from storage.upsert import insert_new


async def first_time(tx: Tx, key: str, now: datetime) -> bool:
    """Note a delivery; False where it was noted before. `key` of at most 128 characters: event id or hash."""
    return await insert_new(tx, inbox, {"key": key, "at": now})


async def forget_before(tx: Tx, at: datetime) -> None:
    await tx.execute(sa.delete(inbox).where(inbox.c.at < at))

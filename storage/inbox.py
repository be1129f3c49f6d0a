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


async def forget(tx: Tx, before: datetime, *, limit: int) -> int:
    """Forget deliveries of before that moment, `limit` at most; how many."""
    old = sa.select(inbox.c.key).where(inbox.c.at < before).limit(limit)
    return (await tx.execute(sa.delete(inbox).where(inbox.c.key.in_(old)))).rowcount

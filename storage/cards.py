"""Where in Slack the cards are that are updated in place."""

from __future__ import annotations

import sqlalchemy as sa

from storage.engine import Tx
from storage.tables import cards
from storage.upsert import upsert


async def get(tx: Tx, person_id: str, key: str) -> tuple[str, str] | None:
    """(channel, ts) of a person's card; None before it was first sent."""
    found = sa.select(cards.c.channel, cards.c.ts).where(cards.c.person_id == person_id, cards.c.key == key)
    row = (await tx.execute(found)).one_or_none()
    return (row.channel, row.ts) if row else None


async def save(tx: Tx, person_id: str, key: str, channel: str, ts: str) -> None:
    place = {"person_id": person_id, "key": key, "channel": channel, "ts": ts}
    await tx.execute(upsert(tx, cards), place)

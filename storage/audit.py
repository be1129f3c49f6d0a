"""Who did what, for those who must account for it. Says nothing about who reviewed whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.engine import Tx
from storage.tables import audit


@dataclass(frozen=True)
class Entry:
    """One line of the log. `actor_id` is None for the command line and the clock."""

    id: int
    at: datetime
    actor_id: str | None
    verb: str
    subject: str
    detail: dict[str, Any]


async def add(
    tx: Tx, *, at: datetime, actor_id: str | None, verb: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """`verb` of at most 64 characters; `detail` of plain JSON values."""
    await add_many(tx, at=at, actor_id=actor_id, verb=verb, subjects=[subject], detail=detail)


async def add_many(
    tx: Tx, *, at: datetime, actor_id: str | None, verb: str, subjects: Iterable[str], detail: Mapping[str, Any]
) -> None:
    """The same was done to each of these subjects."""
    entry = {"at": at, "actor_id": actor_id, "verb": verb, "detail": dict(detail)}
    if entries := [{**entry, "subject": subject} for subject in subjects]:
        await tx.execute(sa.insert(audit), entries)


async def recent(tx: Tx, limit: int) -> list[Entry]:
    """Newest first."""
    rows = await tx.execute(sa.select(audit).order_by(audit.c.id.desc()).limit(limit))
    return [Entry(**row._mapping) for row in rows]


async def about(tx: Tx, subject: str, *, cycle_id: str, verbs: Collection[str]) -> list[Entry]:
    """What was done to somebody or something in one cycle, of these kinds, the oldest first."""
    query = sa.select(audit).where(audit.c.subject == subject, audit.c.verb.in_(verbs)).order_by(audit.c.id)
    entries = [Entry(**row._mapping) for row in await tx.execute(query)]
    return [e for e in entries if e.detail.get("cycle") == cycle_id]

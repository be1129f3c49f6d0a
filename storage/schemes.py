"""Uploaded schemes, version by version; also the built-in ones that HR has retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from appraisal.cycle import State
from appraisal.scheme import Scheme
from storage.engine import Tx
from storage.tables import cycles, schemes
from storage.upsert import insert_new


@dataclass(frozen=True)
class StoredScheme:
    """One version. `text` as it was uploaded, empty where the built-in one was retired.

    `uploaded_by` is None for the command line.
    """

    key: str
    version: int
    text: str
    scheme: Scheme
    uploaded_by: str | None
    uploaded_at: datetime
    retired_at: datetime | None = None


async def all_versions(tx: Tx) -> list[StoredScheme]:
    """By key, the newest version first."""
    return await _list(tx, sa.true())


async def versions(tx: Tx, key: str, *, lock: bool = False) -> list[StoredScheme]:
    """The newest first. `lock`: nobody else changes them until this transaction ends."""
    return await _list(tx, schemes.c.key == key, lock=lock)


async def add(tx: Tx, stored: StoredScheme) -> bool:
    """False where this version is there already."""
    return await insert_new(tx, schemes, vars(stored))


async def replace(tx: Tx, stored: StoredScheme, *, was: str) -> bool:
    """Compare and set: another content for a version. False where its text is no longer `was`."""
    version = (schemes.c.key == stored.key, schemes.c.version == stored.version, schemes.c.text == was)
    done = await tx.execute(sa.update(schemes).where(*version).values(vars(stored)))
    return done.rowcount == 1


async def retire(tx: Tx, key: str, version: int, at: datetime) -> bool:
    """Once. False where it is retired already."""
    current = (schemes.c.key == key, schemes.c.version == version, schemes.c.retired_at.is_(None))
    done = await tx.execute(sa.update(schemes).where(*current).values(retired_at=at))
    return done.rowcount == 1


async def bring_back(tx: Tx, key: str, version: int) -> None:
    """Offer it again."""
    current = (schemes.c.key == key, schemes.c.version == version)
    await tx.execute(sa.update(schemes).where(*current).values(retired_at=None))


async def uses(tx: Tx) -> dict[tuple[str, int], int]:
    """How many launched cycles hold a copy of each version: by key and version."""
    launched = sa.select(cycles.c.scheme, sa.func.count()).where(cycles.c.state != State.DRAFT)
    rows = await tx.execute(launched.group_by(cycles.c.scheme))
    found: dict[tuple[str, int], int] = {}
    for scheme, count in rows:
        found[scheme.key, scheme.version] = found.get((scheme.key, scheme.version), 0) + count
    return found


async def _list(tx: Tx, condition: sa.ColumnElement[bool], *, lock: bool = False) -> list[StoredScheme]:
    query = sa.select(schemes).where(condition).order_by(schemes.c.key, schemes.c.version.desc())
    rows = await tx.execute(query.with_for_update() if lock else query)
    return [StoredScheme(**row._mapping) for row in rows]

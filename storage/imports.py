"""Files that were given to us, kept from dry run to application."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from appraisal.intake.tables import Import, ImportState
from storage.engine import Tx
from storage.tables import imports


async def add(tx: Tx, new: Import) -> None:
    await tx.execute(sa.insert(imports), vars(new))


async def get(tx: Tx, import_id: str) -> Import | None:
    row = (await tx.execute(sa.select(imports).where(imports.c.id == import_id))).one_or_none()
    return Import(**row._mapping) if row else None


async def forget_content(tx: Tx, before: datetime, *, limit: int) -> int:
    """Empty the files of before that moment, `limit` at most; how many. Their names and hashes stay."""
    full = (imports.c.created_at < before, sa.func.length(imports.c.content) > 0)
    old = sa.select(imports.c.id).where(*full).limit(limit)
    return (await tx.execute(sa.update(imports).where(imports.c.id.in_(old)).values(content=b""))).rowcount


async def mark_applied(tx: Tx, import_id: str, at: datetime) -> bool:
    """Compare and set; False where it was applied before."""
    done = await tx.execute(
        sa.update(imports)
        .where(imports.c.id == import_id, imports.c.state == ImportState.PENDING)
        .values(state=ImportState.APPLIED, applied_at=at)
    )
    return done.rowcount == 1

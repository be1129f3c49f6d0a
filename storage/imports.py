"""Files that were given to us, kept from dry run to application and back; what they changed; how they are read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from appraisal.intake.mapping import FileMapping
from appraisal.intake.tables import UPLOADED, Apply, Change, Counts, Import, ImportKind, ImportState
from appraisal.people import Person
from storage.engine import Tx
from storage.tables import import_changes, imports, mappings
from storage.upsert import upsert

_WITHOUT_BYTES = [sa.literal(b"").label(c.name) if c is imports.c.content else c for c in imports.columns]


async def add(tx: Tx, new: Import) -> None:
    await tx.execute(sa.insert(imports), vars(new))


async def get(tx: Tx, import_id: str) -> Import | None:
    row = (await tx.execute(sa.select(imports).where(imports.c.id == import_id))).one_or_none()
    return Import(**row._mapping) if row else None


async def known(tx: Tx, import_id: str) -> Import | None:
    """An import without its bytes."""
    row = (await tx.execute(sa.select(*_WITHOUT_BYTES).where(imports.c.id == import_id))).one_or_none()
    return Import(**row._mapping) if row else None


async def state(tx: Tx, import_id: str) -> ImportState | None:
    return await tx.scalar(sa.select(imports.c.state).where(imports.c.id == import_id))


async def recent(tx: Tx, kind: ImportKind, limit: int, *, by_hand: bool = False) -> list[Import]:
    """The last files that were applied, also those taken back, the newest first; without their bytes.

    `by_hand`: only those that no source brought.
    """
    query = sa.select(*_WITHOUT_BYTES).where(imports.c.kind == kind, imports.c.applied_at.is_not(None))
    if by_hand:
        query = query.where(imports.c.rank == UPLOADED)
    rows = await tx.execute(query.order_by(imports.c.applied_at.desc(), imports.c.id).limit(limit))
    return [Import(**row._mapping) for row in rows]


async def last_applied(tx: Tx, kind: ImportKind) -> Import | None:
    """The newest by hand that counts; without its bytes."""
    by_hand = (imports.c.kind == kind, imports.c.rank == UPLOADED)
    query = sa.select(*_WITHOUT_BYTES).where(*by_hand, imports.c.state == ImportState.APPLIED)
    row = (await tx.execute(query.order_by(imports.c.applied_at.desc(), imports.c.id).limit(1))).one_or_none()
    return Import(**row._mapping) if row else None


async def same_bytes(tx: Tx, file: Import) -> Import | None:
    """The import that took these bytes from this source for this period, and still counts; without its bytes."""
    query = sa.select(*_WITHOUT_BYTES).where(*_alike(file), imports.c.state == ImportState.APPLIED)
    row = (await tx.execute(query.order_by(imports.c.applied_at.desc(), imports.c.id).limit(1))).one_or_none()
    return Import(**row._mapping) if row else None


async def kept(tx: Tx, file: Import) -> Import | None:
    """The newest import that keeps these bytes of this source for this period, to be read in the same way; without
    them. One that was taken back does not count."""
    has_bytes = sa.func.length(imports.c.content) > 0
    query = sa.select(*_WITHOUT_BYTES).where(*_alike(file), imports.c.state != ImportState.ROLLED_BACK, has_bytes)
    rows = await tx.execute(query.order_by(imports.c.created_at.desc(), imports.c.id))
    return next((one for row in rows if (one := Import(**row._mapping)).mapping == file.mapping), None)


def _alike(file: Import) -> list[sa.ColumnElement[bool]]:
    """The same bytes from the same source for the same period and day."""
    same = [imports.c[name] == getattr(file, name) for name in ("kind", "source", "sha256")]
    maybe = ("period_start", "period_end", "as_of")
    return same + [imports.c[name].is_not_distinct_from(getattr(file, name)) for name in maybe]


async def forget_content(tx: Tx, before: datetime, *, limit: int) -> int:
    """Empty the files of before that moment, `limit` at most; how many. Their names and hashes stay."""
    full = (imports.c.created_at < before, sa.func.length(imports.c.content) > 0)
    old = sa.select(imports.c.id).where(*full).limit(limit)
    return (await tx.execute(sa.update(imports).where(imports.c.id.in_(old)).values(content=b""))).rowcount


async def set_mapping(tx: Tx, import_id: str, mapping: FileMapping) -> bool:
    """How a file that waits is read; False where it waits no longer."""
    waits = sa.update(imports).where(imports.c.id == import_id, imports.c.state == ImportState.PENDING)
    return (await tx.execute(waits.values(mapping=mapping))).rowcount == 1


async def mark_applied(tx: Tx, import_id: str, at: datetime, what: Apply, counts: Counts) -> bool:
    """Compare and set; False where it was applied before, or taken back. The doubtful rows may follow the good ones."""
    allowed = imports.c.state == ImportState.PENDING
    if what is Apply.ALL:
        allowed |= (imports.c.state == ImportState.APPLIED) & (imports.c.what == Apply.GOOD)
    first = sa.func.coalesce(imports.c.applied_at, sa.literal(at, imports.c.applied_at.type))
    done = await tx.execute(
        sa.update(imports)
        .where(imports.c.id == import_id, allowed)
        .values(state=ImportState.APPLIED, applied_at=first, what=what, counts=counts)
    )
    return done.rowcount == 1


async def mark_rolled_back(tx: Tx, import_id: str, at: datetime) -> bool:
    """Compare and set; False where it does not count."""
    done = await tx.execute(
        sa.update(imports)
        .where(imports.c.id == import_id, imports.c.state == ImportState.APPLIED)
        .values(state=ImportState.ROLLED_BACK, rolled_back_at=at)
    )
    return done.rowcount == 1


async def save_changes(tx: Tx, import_id: str, added: Iterable[Person], changed: Iterable[Change]) -> None:
    """What an import of people did, so that it can be taken back."""
    rows = [{"import_id": import_id, "person_id": p.id, "before": None, "after": p} for p in added]
    rows += [{"import_id": import_id, "person_id": c.after.id, "before": c.before, "after": c.after} for c in changed]
    if rows:
        await tx.execute(sa.insert(import_changes), rows)


async def changes(tx: Tx, import_id: str) -> list[tuple[Person | None, Person]]:
    """(before, after) of everyone the import changed or added, by id."""
    query = sa.select(import_changes.c.before, import_changes.c.after).where(import_changes.c.import_id == import_id)
    return [(before, after) for before, after in await tx.execute(query.order_by(import_changes.c.person_id))]


async def remembered(tx: Tx, kind: ImportKind, source: str) -> FileMapping:
    """How the last file of this source was read; an empty mapping where nothing had to be said."""
    query = sa.select(mappings.c.mapping).where(mappings.c.kind == kind, mappings.c.source == source)
    return await tx.scalar(query) or FileMapping()


async def remember(tx: Tx, kind: ImportKind, source: str, mapping: FileMapping, at: datetime) -> None:
    """For the next file of this source. An empty mapping is kept as none."""
    if mapping == FileMapping():
        await tx.execute(sa.delete(mappings).where(mappings.c.kind == kind, mappings.c.source == source))
        return
    row = {"kind": kind, "source": source, "mapping": mapping, "updated_at": at}
    await tx.execute(upsert(tx, mappings), row)

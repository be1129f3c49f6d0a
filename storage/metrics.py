"""Imported business figures, one for each person, metric and period."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import sqlalchemy as sa

from appraisal.review import Figure
from storage.engine import Tx
from storage.tables import figures
from storage.upsert import upsert

_FIELDS = [column for column in figures.columns if column.name not in ("period_start", "period_end")]


async def save(tx: Tx, new: Iterable[Figure], *, period_start: date, period_end: date) -> None:
    """Insert, or overwrite the figure of the same person, metric and period."""
    period = {"period_start": period_start, "period_end": period_end}
    if rows := [{**vars(figure), **period} for figure in new]:
        await tx.execute(upsert(tx, figures), rows)


async def of_period(tx: Tx, start: date, end: date, *, person_ids: Collection[str] | None = None) -> list[Figure]:
    """Figures imported for exactly this period, of everyone or of some, by person and metric."""
    of_whom = figures.c.person_id.in_(person_ids) if person_ids is not None else sa.true()
    rows = await tx.execute(
        sa.select(*_FIELDS)
        .where(figures.c.period_start == start, figures.c.period_end == end, of_whom)
        .order_by(figures.c.person_id, figures.c.metric)
    )
    return [Figure(**row._mapping) for row in rows]


async def people_with_any(tx: Tx, start: date, end: date, person_ids: Collection[str]) -> int:
    """How many of these people have at least one figure of exactly this period."""
    period = (figures.c.period_start == start, figures.c.period_end == end)
    found = sa.select(sa.func.count(figures.c.person_id.distinct()))
    return await tx.scalar(found.where(*period, figures.c.person_id.in_(person_ids))) or 0

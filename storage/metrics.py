"""Imported business figures: what every source said, and which of it counts.

A figure counts when its import is applied and not rolled back, and no other one of the same person, metric and
period goes before it: first the lower rank of the source, then the later day it is of, which is the day of the import
(in UTC) where it says none, then the later import.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa

from appraisal.intake.checks import Earlier
from appraisal.intake.tables import ImportState
from appraisal.review import Figure
from storage.engine import Tx
from storage.tables import figures, imports
from storage.upsert import upsert

_AT_ONCE = 10_000  # rows
_PERIODS = 8
_STORED = ("import_id", "person_id", "metric", "target", "actual", "sheet", "row", "as_of")
_AS_OF = sa.func.coalesce(figures.c.as_of, imports.c.as_of)
_FIELDS = (
    figures.c.person_id,
    figures.c.metric,
    figures.c.target,
    figures.c.actual,
    figures.c.import_id,
    figures.c.row,
    figures.c.sheet,
    _AS_OF.label("as_of"),
    imports.c.source,
    imports.c.file_name,
    imports.c.applied_at.label("imported_at"),
)
_DAY = sa.func.coalesce(_AS_OF, sa.func.date(imports.c.applied_at))  # as `freshness.day_of`
_FIRST = (imports.c.rank, _DAY.desc(), imports.c.applied_at.desc(), imports.c.id)


async def save(tx: Tx, new: Iterable[Figure]) -> None:
    """What one import says; each figure names its import."""
    left = iter(new)
    while rows := [{name: getattr(figure, name) for name in _STORED} for figure in islice(left, _AT_ONCE)]:
        await tx.execute(upsert(tx, figures), rows)


async def of_period(tx: Tx, start: date, end: date, *, person_ids: Collection[str] | None = None) -> list[Figure]:
    """The figures that count for exactly this period, of everyone or of some, by person and metric."""
    said = _counting(start, end, person_ids)
    query = sa.select(*(said.c[f.name] for f in _FIELDS)).where(said.c.place == 1)
    rows = await tx.execute(query.order_by(said.c.person_id, said.c.metric))
    return [Figure(**row._mapping) for row in rows]


async def all_of_period(
    tx: Tx, start: date, end: date, *, person_ids: Collection[str] | None = None
) -> list[tuple[int, Figure]]:
    """(rank of its source, figure) of everything that is said about the period; of each person and metric the one
    that counts comes first."""
    query = _said(start, end, person_ids).add_columns(imports.c.rank)
    rows = await tx.execute(query.order_by(figures.c.person_id, figures.c.metric, *_FIRST))
    return [(rank, Figure(**dict(zip(_NAMES, values, strict=True)))) for *values, rank in rows]


async def people_of_import(tx: Tx, import_id: str) -> set[str]:
    """Whom the figures of an import are about."""
    return set(await tx.scalars(sa.select(figures.c.person_id).distinct().where(figures.c.import_id == import_id)))


async def count_of_import(tx: Tx, import_id: str) -> int:
    return await tx.scalar(sa.select(sa.func.count()).where(figures.c.import_id == import_id)) or 0


async def history(tx: Tx, start: date, end: date) -> dict[tuple[str, str], list[Earlier]]:
    """(person id, metric) -> what counted in the last eight periods of that length before this one, the latest first.

    Quarters are compared with quarters and years with years: lengths may differ by a tenth.
    """
    days = (end - start).days
    query = sa.select(imports.c.period_start, imports.c.period_end).distinct()
    rows = await tx.execute(query.where(imports.c.period_end < start, imports.c.state == ImportState.APPLIED))
    alike = [(s, e) for s, e in rows if abs((e - s).days - days) <= days / 10]
    found: dict[tuple[str, str], list[Earlier]] = {}
    for first, last in sorted(alike, reverse=True)[:_PERIODS]:
        said = _counting(first, last, None)
        for person, metric, target, actual in await tx.execute(
            sa.select(said.c.person_id, said.c.metric, said.c.target, said.c.actual).where(said.c.place == 1)
        ):
            found.setdefault((person, metric), []).append(Earlier(target, actual))
    return found


async def people_with_any(tx: Tx, start: date, end: date, person_ids: Collection[str], keys: Collection[str]) -> int:
    """How many of these people have at least one figure of exactly this period, of the metrics `keys`."""
    said = _said(start, end, person_ids).where(figures.c.metric.in_(keys)).subquery()
    return await tx.scalar(sa.select(sa.func.count(said.c.person_id.distinct()))) or 0


def _counting(start: date, end: date, person_ids: Collection[str] | None) -> sa.Subquery:
    """Everything that is said; in place 1 is what counts."""
    place = sa.func.row_number().over(partition_by=(figures.c.person_id, figures.c.metric), order_by=_FIRST)
    return _said(start, end, person_ids).add_columns(place.label("place")).subquery()


def _said(start: date, end: date, person_ids: Collection[str] | None) -> sa.Select[*tuple[Any, ...]]:
    of_whom = figures.c.person_id.in_(person_ids) if person_ids is not None else sa.true()
    return (
        sa.select(*_FIELDS)
        .join(imports, imports.c.id == figures.c.import_id)
        .where(
            imports.c.period_start == start,
            imports.c.period_end == end,
            imports.c.state == ImportState.APPLIED,
            of_whom,
        )
    )


_NAMES = tuple(f.name for f in _FIELDS)

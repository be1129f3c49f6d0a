"""Cycles with their frozen scheme, their participants, and the selection of a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from appraisal.cycle import OPEN, Cycle, Participant, Selection, State
from storage.engine import Tx
from storage.tables import cycles, people
from storage.tables import participants as members

_FIELDS = [column for column in cycles.columns if column.name != "selection"]
_STAMPS = {State.COLLECTING: cycles.c.opened_at, State.APPROVING: cycles.c.collected_at}


async def add(tx: Tx, cycle: Cycle) -> None:
    """A new cycle. Raises sqlalchemy.exc.IntegrityError where its name is taken: ask `by_name` first."""
    await tx.execute(sa.insert(cycles), vars(cycle))


async def get(tx: Tx, cycle_id: str, *, lock: bool = False) -> Cycle | None:
    """`lock`: nobody else changes it until this transaction ends."""
    query = sa.select(*_FIELDS).where(cycles.c.id == cycle_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).one_or_none()
    return Cycle(**row._mapping) if row else None


async def with_form(tx: Tx, cycle: Cycle, person_id: str) -> Cycle:
    """The cycle with the form of one reviewee as its scheme; the common form for who is none."""
    if not cycle.scheme.variants:
        return cycle
    theirs = (members.c.cycle_id == cycle.id, members.c.person_id == person_id)
    variant = await tx.scalar(sa.select(members.c.variant).where(*theirs))
    return replace(cycle, scheme=cycle.scheme.as_variant(variant or ""))


async def forms_of(tx: Tx, cycle: Cycle, person_ids: Collection[str]) -> dict[str, Cycle]:
    """The cycle with each of these people's own form as its scheme."""
    if not cycle.scheme.variants:
        return dict.fromkeys(person_ids, cycle)
    chosen = sa.select(members.c.person_id, members.c.variant).where(
        members.c.cycle_id == cycle.id, members.c.person_id.in_(person_ids)
    )
    variants = {row[0]: row[1] for row in await tx.execute(chosen)}
    with_form = {key: replace(cycle, scheme=form) for key, form in cycle.scheme.forms().items()}
    return {p: with_form[variants.get(p, "")] for p in person_ids}


async def by_name(tx: Tx, name: str) -> Cycle | None:
    """The cycle with exactly this name."""
    found = await _list(tx, cycles.c.name == name)
    return found[0] if found else None


async def all_cycles(tx: Tx) -> list[Cycle]:
    """Newest first."""
    return await _list(tx, sa.true())


async def in_states(tx: Tx, states: Collection[State], *, hold: bool = False) -> list[Cycle]:
    """Newest first. `hold`: none of them moves on until this transaction ends."""
    return await _list(tx, cycles.c.state.in_(states), hold=hold)


async def move(tx: Tx, cycle_id: str, *, frm: State, to: State, at: datetime) -> bool:
    """Compare and set; False where the cycle was no longer in `frm`. Stamps the first COLLECTING and APPROVING."""
    values: dict[str, Any] = {"state": to}
    if (stamp := _STAMPS.get(to)) is not None:
        values[stamp.name] = sa.func.coalesce(stamp, sa.literal(at, stamp.type))
    moved = await tx.execute(sa.update(cycles).where(cycles.c.id == cycle_id, cycles.c.state == frm).values(values))
    return moved.rowcount == 1


async def delete_draft(tx: Tx, cycle_id: str) -> bool:
    """Forget a draft; False where there is none, or where it was launched."""
    draft = sa.select(cycles.c.id).where(cycles.c.id == cycle_id, cycles.c.state == State.DRAFT)
    await tx.execute(sa.delete(members).where(members.c.cycle_id.in_(draft)))
    gone = await tx.execute(sa.delete(cycles).where(cycles.c.id == cycle_id, cycles.c.state == State.DRAFT))
    return gone.rowcount == 1


async def delete_drafts_of(tx: Tx, scheme: str, version: int) -> int:
    """Forget the drafts with a copy of this version of a scheme; how many."""
    drafts = [c for c in await in_states(tx, {State.DRAFT}) if (c.scheme.key, c.scheme.version) == (scheme, version)]
    return sum([await delete_draft(tx, draft.id) for draft in drafts])


async def save_selection(tx: Tx, cycle_id: str, selection: Selection) -> None:
    await tx.execute(sa.update(cycles).where(cycles.c.id == cycle_id).values(selection=selection))


async def selection(tx: Tx, cycle_id: str) -> Selection:
    """Who was chosen; an empty selection where nothing was saved."""
    found = await tx.scalar(sa.select(cycles.c.selection).where(cycles.c.id == cycle_id))
    return found if found is not None else Selection()


async def add_participants(tx: Tx, chosen: Iterable[Participant]) -> None:
    if rows := [vars(participant) for participant in chosen]:
        await tx.execute(sa.insert(members), rows)


async def participants(tx: Tx, cycle_id: str) -> list[Participant]:
    """In the directory's order: e-mail, name."""
    rows = await tx.execute(
        sa.select(members)
        .join(people, people.c.id == members.c.person_id)
        .where(members.c.cycle_id == cycle_id)
        .order_by(people.c.email, people.c.name, people.c.id)
    )
    return [Participant(**row._mapping) for row in rows]


async def open_cycles_of(tx: Tx, person_ids: Collection[str]) -> dict[str, list[str]]:
    """Names of the open cycles in which each person is reviewed; people without any are left out."""
    rows = await tx.execute(
        sa.select(members.c.person_id, cycles.c.name)
        .join(cycles, cycles.c.id == members.c.cycle_id)
        .where(cycles.c.state.in_(OPEN), members.c.person_id.in_(person_ids))
        .order_by(cycles.c.name)
    )
    names: dict[str, list[str]] = {}
    for person_id, name in rows:
        names.setdefault(person_id, []).append(name)
    return names


async def set_manager(tx: Tx, cycle_id: str, person_id: str, manager_id: str | None) -> None:
    """Change a participant's manager for this cycle. Moves neither review nor approval."""
    await tx.execute(
        sa.update(members)
        .where(members.c.cycle_id == cycle_id, members.c.person_id == person_id)
        .values(manager_id=manager_id)
    )


async def _list(tx: Tx, condition: sa.ColumnElement[bool], *, hold: bool = False) -> list[Cycle]:
    newest_first = (cycles.c.created_at.desc().nulls_last(), cycles.c.name)
    query = sa.select(*_FIELDS).where(condition).order_by(*newest_first)
    rows = await tx.execute(query.with_for_update(read=True) if hold else query)
    return [Cycle(**row._mapping) for row in rows]

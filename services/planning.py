"""A file read and held against the data of today: the work that dry runs and applying share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial

from appraisal.errors import InvalidInput
from appraisal.intake.mapping import FileMapping
from appraisal.intake.metrics import plan_metrics
from appraisal.intake.people import plan_people
from appraisal.intake.tables import (
    Apply,
    Counts,
    Import,
    ImportKind,
    MappedBy,
    MetricsPlan,
    PeoplePlan,
    Table,
    counted,
)
from appraisal.people import Person
from services.backgrounds import background_of, columns_of
from services.deps import Deps
from services.reading import read_in_child
from storage import imports, people
from storage.engine import Tx

Plan = PeoplePlan | MetricsPlan
_AS_FOUND = FileMapping()


class Step(StrEnum):
    """What is being done with a file."""

    READING = "reading"
    CHECKING = "checking"
    WRITING = "writing"


Tell = Callable[[Step], None]  # called as the work goes on, for who waits


@dataclass(frozen=True)
class DryRun:
    """What applying the stored file would do now; after applying it, what that did."""

    file: Import
    plan: Plan
    table: Table
    mapped_by: MappedBy
    people: Mapping[str, Person]  # by id: everyone, also whom the file adds
    repeats: Import | None = None  # the import that took these bytes before, where nothing is new since

    @cached_property
    def names(self) -> dict[str, str]:
        """Person id -> name."""
        return {p.id: p.name for p in self.people.values()}

    @property
    def mapping(self) -> FileMapping:
        """How the file was read."""
        return self.file.mapping or _AS_FOUND

    @property
    def counts(self) -> Counts:
        """Of what was applied, or of what applying the good rows would do."""
        return self.file.counts or counted(self.table, self.plan, Apply.GOOD)


def say(tell: Tell | None, step: Step) -> None:
    if tell:
        tell(step)


async def read_or_forget(deps: Deps, file: Import) -> tuple[Import, Table]:
    """Read as the last file of the source was; where that does not fit, as if there had been none."""
    try:
        return file, await read(deps, file)
    except InvalidInput:
        if file.mapping == _AS_FOUND:
            raise
    file = replace(file, mapping=_AS_FOUND)
    return file, await read(deps, file)


async def read(deps: Deps, file: Import) -> Table:
    """Outside of any transaction: a large file takes long, and the database should not wait for it."""
    async with deps.read() as tx:
        columns = await columns_of(tx, file)
    return await read_in_child(file.content, file.file_name, columns, file.mapping or _AS_FOUND)


async def planned(tx: Tx, deps: Deps, file: Import, table: Table) -> DryRun:
    """In a thread, as a large file takes long."""
    directory = await people.all_people(tx)
    remembered = await imports.remembered(tx, file.kind, file.source)
    if file.kind is ImportKind.PEOPLE:
        planning = partial(plan_people, table, directory, new_id=deps.new_id)
    else:
        planning = partial(plan_metrics, table, await background_of(tx, file, directory), file, deps.now())
    plan: Plan = await asyncio.to_thread(planning)
    added = plan.added if isinstance(plan, PeoplePlan) else ()
    twin = None if plan.has_news(Apply.ALL) else await imports.same_bytes(tx, file)
    repeats = twin if twin and twin.id != file.id else None
    return DryRun(
        file, plan, table, _mapped_by(file.mapping, remembered), {p.id: p for p in (*directory, *added)}, repeats
    )


def _mapped_by(used: FileMapping | None, remembered: FileMapping) -> MappedBy:
    if used is None or used == _AS_FOUND:
        return MappedBy.NOTHING if remembered == _AS_FOUND else MappedBy.NOT_MEMORY
    return MappedBy.MEMORY if used == remembered else MappedBy.HR

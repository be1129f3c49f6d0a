"""Imports taken back: what they said no longer counts, whom they changed is as before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from appraisal.errors import Code, NotFound, WrongState
from appraisal.intake.tables import Import, ImportKind, ImportState
from appraisal.intake.taking_back import TakenBack, take_back
from appraisal.people import Person
from services.backgrounds import Period
from services.deps import Deps
from services.people import save_people
from services.settling import rescore_waiting
from storage import audit, imports, metrics, people
from storage.engine import Tx

_NOTHING = TakenBack()


@dataclass(frozen=True)
class RolledBack:
    """What was taken back."""

    file: Import
    people: TakenBack = _NOTHING  # of an import of people
    figures: int = 0  # of an import of metrics: they no longer count


async def to_undo(deps: Deps, kind: ImportKind, import_id: str | None) -> Import:
    """What the command line asks to take back, without its bytes: an import by its id, or the last file by hand.

    Raises NotFound(NO_SUCH_IMPORT, NOTHING_TO_UNDO).
    """
    async with deps.read() as tx:
        file = await (imports.known(tx, import_id) if import_id else imports.last_applied(tx, kind))
    if file is None or file.kind is not kind:
        raise NotFound(Code.NO_SUCH_IMPORT if import_id else Code.NOTHING_TO_UNDO)
    return file


async def roll_back(deps: Deps, who: Person | None, import_id: str) -> RolledBack:
    """Take an import back, for HR: any one of metrics; of people the last that counts.

    What other sources said counts again, and scores of the period that are not approved yet follow. People get the
    values back that nobody changed since; open cycles follow. The import itself stays on record.
    Raises NotAllowed, NotFound, WrongState(IMPORT_PENDING, IMPORT_ROLLED_BACK, IMPORT_NOT_LAST).
    """
    if who:
        deps.check_hr(who)
    now = deps.now()
    async with deps.begin() as tx:
        file = await imports.get(tx, import_id)
        if file is None:
            raise NotFound(Code.NO_SUCH_IMPORT)
        if file.kind is ImportKind.PEOPLE:
            await people.lock(tx)
        await _check_counts(tx, file)
        if not await imports.mark_rolled_back(tx, import_id, now):
            raise WrongState(Code.IMPORT_ROLLED_BACK)
        back = await (_people if file.kind is ImportKind.PEOPLE else _metrics)(tx, deps, file, now)
        await audit.add(
            tx,
            at=now,
            actor_id=who.id if who else None,
            verb=f"rollback-{file.kind.value}",
            subject=file.id,
            detail={"file": file.sha256},
        )
    return replace(back, file=replace(file, state=ImportState.ROLLED_BACK, rolled_back_at=now))


async def _check_counts(tx: Tx, file: Import) -> None:
    if file.state is ImportState.PENDING:
        raise WrongState(Code.IMPORT_PENDING)
    if file.state is ImportState.ROLLED_BACK:
        raise WrongState(Code.IMPORT_ROLLED_BACK)
    last = await imports.last_applied(tx, file.kind)
    if file.kind is ImportKind.PEOPLE and last and last.id != file.id:
        raise WrongState(Code.IMPORT_NOT_LAST, file=last.file_name)


async def _metrics(tx: Tx, _deps: Deps, file: Import, now: datetime) -> RolledBack:
    period = Period.of(file)
    concerned = await metrics.people_of_import(tx, file.id)
    await rescore_waiting(tx, period.start, period.end, concerned, now)
    return RolledBack(file, figures=await metrics.count_of_import(tx, file.id))


async def _people(tx: Tx, deps: Deps, file: Import, now: datetime) -> RolledBack:
    directory = await people.all_people(tx)
    changes = await imports.changes(tx, file.id)
    added = {after.id for before, after in changes if before is None}
    back = take_back(changes, directory, await people.referred_to(tx, added))
    leavers = [replace(p, active=False) for p in back.deactivated]
    await save_people(tx, deps, [*(c.after for c in back.restored), *leavers], directory, now)
    await people.delete(tx, [p.id for p in back.removed])
    return RolledBack(file, people=back)

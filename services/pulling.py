"""One run of a source: claimed by one of all copies of the bot, imported by itself, remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from appraisal import messages
from appraisal.errors import AppraisalError, Code, InvalidInput
from appraisal.intake.mapping import FileMapping
from appraisal.intake.runs import (
    Detail,
    Failure,
    Fetched,
    FetchFailed,
    Outcome,
    Run,
    Taken,
    Unchanged,
    unreadable,
)
from appraisal.intake.sources import AnySource
from appraisal.intake.tables import Apply, ImportKind, Table
from services import imports
from services.claiming import Claim, claim_now, declared, reading
from services.deps import Deps
from services.imports import DryRun, Period
from storage import imports as files
from storage import outbox, people, sources
from storage.engine import Tx


async def take(deps: Deps, claim: Claim, got: Fetched | Unchanged) -> Run:
    """Import what was got for each period that needs it, good rows only, and end the run.

    The same bytes as last time change nothing, and bytes whose import HR took back are not taken again unless HR
    asks for it. HR is told about rows that were left out, once for each file. Where one period cannot be read the
    others are taken, and the run counts as failed. Raises FetchFailed where none can.
    """
    if isinstance(got, Unchanged):
        return await _unchanged(deps, claim)
    if _hash(got) == claim.last.sha256:
        return await _unchanged(deps, claim, etag=got.etag)
    got = replace(got, as_of=got.as_of and min(got.as_of, deps.now().date()))  # another machine's clock may be ahead
    taken: list[Taken] = []
    failed: FetchFailed | None = None
    for period in claim.periods:
        try:
            taken.append(await _take(deps, claim, got, period))
        except FetchFailed as error:
            failed = failed or error
    if failed and not taken:
        raise failed
    return await _taken(deps, claim, got, taken, failed)


async def _take(deps: Deps, claim: Claim, got: Fetched, period: Period) -> Taken:
    if not claim.asked:
        async with deps.read() as tx:
            undone = await sources.undone(tx, claim.source.key, _hash(got), period.start, period.end)
        if undone:
            return undone
    return _counted(period, await _import(deps, claim.source, got, period, among=claim.periods))


async def receive(deps: Deps, key: str, got: Fetched, period: Period, *, only_look: bool = False) -> DryRun:
    """Import what another system has pushed; `only_look` writes nothing.

    Raises NotFound(NO_SUCH_SOURCE), WrongState(SOURCE_BUSY), FetchFailed, which is remembered as a failed run.
    """
    if only_look:
        return await _looked_at(deps, declared(deps, key), got, period)
    claim = await claim_now(deps, key, periods=(period,))
    try:
        done = await _import(deps, claim.source, got, period)
        await _taken(deps, claim, got, [_counted(period, done)])
    except FetchFailed as error:
        await fail(deps, claim, error)
        raise
    except BaseException as error:  # also where this process ends: nobody but who sent it can do it again
        await fail(deps, claim, FetchFailed(Failure.BROKEN, why=type(error).__name__))
        raise
    return done


def _counted(period: Period, done: DryRun) -> Taken:
    return Taken(period.start, period.end, done.file.id, **vars(done.counts))


async def _taken(
    deps: Deps, claim: Claim, got: Fetched, taken: Sequence[Taken], failed: FetchFailed | None = None
) -> Run:
    """End a run with what each period took; `failed`: why another one took nothing."""
    now = deps.now()
    news = Outcome.APPLIED if any(t.applied or t.left_out for t in taken) else Outcome.UNCHANGED
    detail = Detail(tuple(taken), reading(claim.source), got.file_name, got.as_of, looked_at=now)
    if failed:
        detail = replace(detail, failure=failed.failure, values=failed.values)
    return await _end(
        deps,
        claim,
        outcome=Outcome.FAILED if failed else news,
        ended_at=now,
        import_id=taken[0].import_id,
        detail=detail,
        etag=got.etag,
        sha256=_hash(got),
    )


async def idle(deps: Deps, claim: Claim) -> Run:
    """No open cycle needs figures."""
    return await _end(deps, claim, outcome=Outcome.IDLE, ended_at=deps.now())


async def fail(deps: Deps, claim: Claim, error: FetchFailed) -> Run:
    """Nothing came; it is tried again with growing pauses, and HR is told, once a day."""
    detail = Detail(failure=error.failure, values=error.values)
    return await _end(deps, claim, outcome=Outcome.FAILED, ended_at=deps.now(), detail=detail)


async def give_back(deps: Deps, claim: Claim) -> None:
    """This process ends: whoever comes next does it, at once."""
    async with deps.begin() as tx:
        await sources.end(tx, claim.run, outcome=Outcome.ASKED)


def _hash(got: Fetched) -> str:
    return hashlib.sha256(got.content).hexdigest()


def _check_periods(table: Table, among: Sequence[Period]) -> None:
    """Raises FetchFailed where a row could be about several periods."""
    unsaid = next((r for r in table.rows if not r.cells.get("period")), None)
    if unsaid and len(among) > 1:
        spans = [f"{p.start}/{p.end}" for p in among]
        raise unreadable(InvalidInput(Code.PERIODS_UNSAID, periods=spans, row=unsaid.number))


async def _import(
    deps: Deps, source: AnySource, got: Fetched, period: Period, *, among: Sequence[Period] = ()
) -> DryRun:
    """Take the good rows. Bytes that say nothing new and are kept already are not stored again. Raises FetchFailed."""
    run = await _looked_at(deps, source, got, period)
    _check_periods(run.table, among)
    async with deps.begin() as tx:
        twin = None if run.plan.has_news(Apply.GOOD) else await files.kept(tx, run.file)
        if twin:
            return replace(run, file=replace(run.file, id=twin.id))
        await files.add(tx, run.file)
    try:
        return await imports.apply_import(deps, None, run.file.id)
    except AppraisalError as error:
        raise unreadable(error) from error


async def _looked_at(deps: Deps, source: AnySource, got: Fetched, period: Period) -> DryRun:
    """Raises FetchFailed for bytes that are no table of figures."""
    try:
        if not got.content:
            raise InvalidInput(Code.FILE_EMPTY)
        return await imports.dry_run(
            deps,
            None,
            ImportKind.METRICS,
            file_name=got.file_name,
            content=got.content,
            period=period,
            source=source.key,
            rank=source.precedence,
            mapping=None if source.mapping == FileMapping() else source.mapping,
            as_of=got.as_of,
            keep=False,
        )
    except AppraisalError as error:
        raise unreadable(error) from error


async def _unchanged(deps: Deps, claim: Claim, *, etag: str = "") -> Run:
    """What the last success said still stands, and is remembered with this run."""
    async with deps.begin() as tx:
        success = (await sources.history(tx, claim.source.key)).success
    assert success is not None, "only what came before can be unchanged"
    return await _end(
        deps,
        claim,
        outcome=Outcome.UNCHANGED,
        ended_at=deps.now(),
        import_id=success.import_id,
        detail=success.detail,
        etag=etag or success.etag,
        sha256=success.sha256,
    )


async def _end(deps: Deps, claim: Claim, **values: object) -> Run:
    """End the run and tell HR what it must know, unless somebody else has taken it up meanwhile."""
    ended = replace(claim.run, **values)  # pyright: ignore[reportArgumentType]
    async with deps.begin() as tx:
        if await sources.end(tx, claim.run, **values):
            await _tell_hr(tx, deps, ended)
    return ended


async def _tell_hr(tx: Tx, deps: Deps, run: Run) -> None:
    now = deps.now()
    news: list[tuple[str, messages.Message]] = []
    if run.outcome is Outcome.FAILED:
        failing = messages.SourceFailing(source=run.source, day=now.date())
        news.append((f"source-failing:{run.source}:{now.date()}", failing))
    for taken in run.detail.taken:
        if taken.left_out:
            key = f"rows-left-out:{run.source}:{run.sha256}:{taken.period_start}:{taken.period_end}"
            news.append((key, messages.RowsLeftOut(source=run.source, import_id=taken.import_id)))
    if not news:
        return
    for person in deps.hr_people(await people.all_people(tx)):
        for key, message in news:
            await outbox.add(tx, recipient=person.id, message=message, now=now, key=f"{key}:{person.id}")

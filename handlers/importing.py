"""HR gives a file: read, shown as a dry run, its columns corrected, applied on confirmation, undone."""

from __future__ import annotations

import asyncio
from datetime import date

from appraisal.errors import Code, InvalidInput
from appraisal.intake.mapping import Correction, FileMapping
from appraisal.intake.readers import MEGABYTES
from appraisal.intake.tables import Apply, ImportKind
from handlers import files, inputs, payloads
from handlers.asking import Ask, ViewAnswer
from handlers.inputs import UploadedFile
from handlers.slow import beneath, in_place, in_time, opened
from reports.problems import Headings, problems_workbook
from services import imports, rolling_back
from services.imports import DryRun
from views import columns, dry_run, ids, notices, problems
from views import imports as pages
from views.blocks import View
from views.dry_run import Reading
from views.file_columns import Metrics, column_name


async def open_people(ask: Ask) -> None:
    ask.deps.check_hr(ask.who)
    recent = await imports.recent_imports(ask.deps, ask.who, ImportKind.PEOPLE, pages.MOST_RECENT, by_hand=True)
    await ask.open(pages.upload_modal(ImportKind.PEOPLE, ask.w, recent=recent, megabytes=MEGABYTES))


async def open_metrics(ask: Ask) -> None:
    cycles = await imports.metric_cycles(ask.deps, ask.who)
    recent = await imports.recent_imports(ask.deps, ask.who, ImportKind.METRICS, pages.MOST_RECENT, by_hand=True)
    await ask.open(pages.upload_modal(ImportKind.METRICS, ask.w, cycles, recent, megabytes=MEGABYTES))


async def read_people(ask: Ask) -> ViewAnswer:
    return await _read(ask, ImportKind.PEOPLE, "", None)


async def read_metrics(ask: Ask) -> ViewAnswer:
    return await _read(ask, ImportKind.METRICS, inputs.selected_cycle(ask.body), inputs.as_of(ask.body))


async def _read(ask: Ask, kind: ImportKind, cycle_id: str, as_of: date | None) -> ViewAnswer:
    ask.deps.check_hr(ask.who)
    file = inputs.uploaded_file(ask.body)
    if file.size > files.MOST_BYTES:
        raise InvalidInput(Code.FILE_TOO_LARGE, field="file", limit=MEGABYTES)
    work = _read_or_ask(ask, kind, file, cycle_id, as_of)
    return await in_time(ask, work, pages.reading_modal(file.name, ask.w))


async def _read_or_ask(ask: Ask, kind: ImportKind, file: UploadedFile, cycle_id: str, as_of: date | None) -> View:
    """The dry run; where a column cannot be found, the form in which HR names it."""
    try:
        return await _dry_run(ask, kind, file, cycle_id, as_of, None)
    except InvalidInput as error:
        header = error.values.get("found")
        if error.code is not Code.COLUMN_MISSING or not isinstance(header, list | tuple) or not header:
            raise
        given = {"file": file.id, "kind": kind.value, "cycle": cycle_id, "as_of": as_of.isoformat() if as_of else ""}
        found = columns.Found.guessed([str(cell) for cell in header], kind)
        trouble = notices.error_text(error, ask.w)
        return columns.columns_modal(
            found, kind, await _metrics(ask), ask.w, metadata=ids.pack(**given), trouble=trouble
        )


async def _dry_run(
    ask: Ask, kind: ImportKind, file: UploadedFile, cycle_id: str, as_of: date | None, mapping: FileMapping | None
) -> View:
    period = await imports.period_of(ask.deps, ask.who, cycle_id) if cycle_id else None
    content = await files.download(ask.client, file)
    run = await imports.dry_run(
        ask.deps, ask.who, kind, file_name=file.name, content=content, period=period, mapping=mapping, as_of=as_of
    )
    return await _shown(ask, run)


async def look(ask: Ask) -> None:
    """An import from elsewhere: what it would do now."""
    await opened(ask, _look(ask, payloads.button(ask.body)))


async def _look(ask: Ask, import_id: str) -> View:
    return await _shown(ask, await imports.look_again(ask.deps, ask.who, import_id))


async def open_columns(ask: Ask) -> None:
    await opened(ask, _columns(ask, payloads.button(ask.body)))


async def _columns(ask: Ask, import_id: str) -> View:
    run = await imports.look_again(ask.deps, ask.who, import_id)
    found = columns.Found.of(run.table, run.mapping)
    metadata = ids.pack(**{"import": import_id})
    return columns.columns_modal(found, run.file.kind, await _metrics(ask), ask.w, metadata=metadata)


async def correct_columns(ask: Ask) -> ViewAnswer:
    """Read the file as HR says. On top of its dry run that one changes; else the dry run comes in this place."""
    ask.deps.check_hr(ask.who)
    given, correction = payloads.metadata(ask.body), inputs.correction(ask.body)
    if import_id := given.get("import"):
        return await beneath(ask, _remap(ask, str(import_id), correction))
    mapping = correction.applied_to(FileMapping())
    file = await files.given(ask.client, str(given["file"]))
    as_of = date.fromisoformat(str(given["as_of"])) if given["as_of"] else None
    work = _dry_run(ask, ImportKind(given["kind"]), file, str(given["cycle"]), as_of, mapping)
    return await in_time(ask, work, pages.reading_modal(file.name, ask.w))


async def _remap(ask: Ask, import_id: str, correction: Correction) -> View:
    before = await imports.mapping_of(ask.deps, ask.who, import_id)
    return await _shown(ask, await imports.remap(ask.deps, ask.who, import_id, correction.applied_to(before)))


async def apply_good(ask: Ask) -> ViewAnswer:
    return await in_time(ask, _apply(ask, str(payloads.metadata(ask.body)["import"]), Apply.GOOD))


async def apply_all(ask: Ask) -> None:
    await in_place(ask, _apply(ask, payloads.button(ask.body), Apply.ALL))


async def _apply(ask: Ask, import_id: str, what: Apply) -> View:
    run = await imports.apply_import(ask.deps, ask.who, import_id, what=what)
    return pages.applied_modal(await _reading(ask, run), what, ask.w)


async def undo(ask: Ask) -> None:
    await in_place(ask, _undo(ask, payloads.button(ask.body)))


async def _undo(ask: Ask, import_id: str) -> View:
    back = await rolling_back.roll_back(ask.deps, ask.who, import_id)
    return pages.undone_modal(back.file, back.people, back.figures, ask.w)


async def send_problems(ask: Ask) -> None:
    """The rows to mend, as a file in HR's DM."""
    await opened(ask, _send_problems(ask, payloads.button(ask.body)), pages.making_workbook_modal(ask.w))


async def _send_problems(ask: Ask, import_id: str) -> View:
    run = await imports.look_again(ask.deps, ask.who, import_id)
    name, found = run.file.file_name, run.plan.problems
    if not found:
        return pages.no_problems_modal(name, ask.w)
    metrics = await _metrics(ask)
    headings = Headings(
        *problems.workbook_texts(name, found, metrics, ask.w),
        column=lambda column: column_name(column, ask.w),
        metrics=problems.metric_names(metrics, ask.w),
    )
    content = await asyncio.to_thread(
        problems_workbook, run.table, found, say=lambda p: problems.reason_text(p, ask.w), headings=headings
    )
    await files.send(ask.client, str(ask.who.slack_id), problems.workbook_name(name, ask.w), content)
    return pages.problems_sent_modal(name, len(found), ask.w)


async def _shown(ask: Ask, run: DryRun) -> View:
    return dry_run.dry_run_modal(await _reading(ask, run), ask.w)


async def _reading(ask: Ask, run: DryRun) -> Reading:
    return Reading(run.file, run.plan, run.table, run.mapped_by, run.names, await _metrics(ask), run.repeats)


async def _metrics(ask: Ask) -> Metrics:
    """The metrics of the cycles that figures can be given for."""
    cycles = await imports.metric_cycles(ask.deps, ask.who)
    return {m.key: m for c in cycles for m in c.scheme.all_metrics()}

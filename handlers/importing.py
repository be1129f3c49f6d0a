"""HR gives a file: read, shown as a dry run, applied on confirmation."""

from __future__ import annotations

from appraisal.errors import Code, InvalidInput
from appraisal.intake.readers import MEGABYTES
from appraisal.intake.tables import ImportKind, PeoplePlan
from handlers import files, payloads
from handlers.asking import Ask, ViewAnswer
from handlers.payloads import UploadedFile
from handlers.slow import in_time
from services import imports
from services.imports import DryRun, Period
from views import imports as pages
from views.blocks import View


async def open_people(ask: Ask) -> None:
    ask.deps.check_hr(ask.who)
    await ask.open(pages.upload_modal(ImportKind.PEOPLE, ask.w))


async def open_metrics(ask: Ask) -> None:
    cycles = await imports.metric_cycles(ask.deps, ask.who)
    await ask.open(pages.upload_modal(ImportKind.METRICS, ask.w, cycles))


async def read_people(ask: Ask) -> ViewAnswer:
    return await _read(ask, ImportKind.PEOPLE, None)


async def read_metrics(ask: Ask) -> ViewAnswer:
    period = await imports.period_of(ask.deps, ask.who, payloads.selected_cycle(ask.body))
    return await _read(ask, ImportKind.METRICS, period)


async def _read(ask: Ask, kind: ImportKind, period: Period | None) -> ViewAnswer:
    ask.deps.check_hr(ask.who)
    file = payloads.uploaded_file(ask.body)
    if file.size > files.MOST_BYTES:
        raise InvalidInput(Code.FILE_TOO_LARGE, field="file", limit=MEGABYTES)
    return await in_time(ask, _dry_run(ask, kind, file, period), pages.reading_modal(file.name, ask.w))


async def _dry_run(ask: Ask, kind: ImportKind, file: UploadedFile, period: Period | None) -> View:
    content = await files.download(ask.client, file)
    run = await imports.dry_run(ask.deps, ask.who, kind, file_name=file.name, content=content, period=period)
    return _plan_view(ask, run)


def _plan_view(ask: Ask, run: DryRun) -> View:
    if isinstance(run.plan, PeoplePlan):
        return pages.people_plan_modal(run.plan, run.file.id, run.file.file_name, ask.w)
    return pages.metrics_plan_modal(run.plan, run.file.id, run.file.file_name, ask.w)


async def apply(ask: Ask) -> ViewAnswer:
    return await in_time(ask, _apply(ask, payloads.metadata(ask.body)["import"]))


async def _apply(ask: Ask, import_id: str) -> View:
    run = await imports.apply_import(ask.deps, ask.who, import_id)
    return pages.applied_modal(run.plan, run.file.file_name, ask.w)

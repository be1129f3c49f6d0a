"""Files given on the command line: looked at, applied in the same go unless only that was asked for, undone."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from appraisal.errors import AppraisalError, Code, InvalidInput, NotFound
from appraisal.intake.mapping import FileMapping
from appraisal.intake.mapping_text import parse_mapping
from appraisal.intake.tables import Apply, Import, ImportKind, ImportState, counted
from appraisal.scheme_reasons import SchemeProblem
from bot import import_text
from bot.import_json import report
from bot.settings import StoreSettings
from bot.sources.declared import read_sources
from bot.store import opened
from services.deps import Deps
from services.imports import DryRun, Period, Step, apply_import, dry_run
from services.rolling_back import roll_back, to_undo
from storage import cycles
from views.notices import error_text
from views.scheme import scheme_problem_text
from views.text import Words

DONE, FAILED, WRONG_ARGUMENTS, IN_PART = 0, 1, 2, 3
W = Words("en")
_STEPS = {Step.READING: "Reading", Step.CHECKING: "Checking", Step.WRITING: "Writing"}


def import_file(settings: StoreSettings, options: argparse.Namespace) -> int:
    """`people import` and `metrics import`. Returns the exit code: 0 all of it, 3 all but some rows, 1 nothing."""
    try:
        mapping = _mapping(options.mapping) if options.mapping else None
    except InvalidInput as error:
        print("\n".join(_wrong_mapping(options.mapping, error)), file=sys.stderr)
        return WRONG_ARGUMENTS
    return asyncio.run(_with_deps(settings, partial(_import, options=options, mapping=mapping)))


def undo(settings: StoreSettings, options: argparse.Namespace) -> int:
    """`people rollback` and `metrics rollback`: an import by its id, or the last file by hand that counts."""
    return asyncio.run(_with_deps(settings, partial(_undo, options=options)))


async def _with_deps(settings: StoreSettings, work: Callable[[Deps], Awaitable[int]]) -> int:
    async with opened(settings, sources=read_sources(settings.sources_dir)) as deps:
        return await work(deps)


async def _import(deps: Deps, *, options: argparse.Namespace, mapping: FileMapping | None) -> int:
    what = Apply.ALL if options.all else Apply.GOOD
    try:
        with _progress() as tell:
            run = await _dry_run(deps, options, mapping, tell)
            if not options.dry_run and run.plan.has_news(what):
                run = await apply_import(deps, None, run.file.id, what=what, tell=tell)
    except AppraisalError as error:
        return _failed(error, options)
    if str(options.json) != "-":
        _print(run, what, only_look=options.dry_run)
    if options.json:
        _write_json(report(run, what), options.json)
    return _exit_code(run, what)


async def _dry_run(
    deps: Deps,
    options: argparse.Namespace,
    mapping: FileMapping | None,
    tell: Callable[[Step], None],
) -> DryRun:
    kind = ImportKind(options.kind)
    is_metrics = kind is ImportKind.METRICS
    return await dry_run(
        deps,
        None,
        kind,
        file_name=options.file.name,
        content=await asyncio.to_thread(options.file.read_bytes),
        period=await _period(deps, options) if is_metrics else None,
        source=options.source,
        mapping=mapping,
        as_of=options.as_of if is_metrics else None,
        tell=tell,
    )


async def _period(deps: Deps, options: argparse.Namespace) -> Period | None:
    if options.period:
        return Period(*options.period)
    if not options.cycle:
        return None
    async with deps.read() as tx:
        cycle = await cycles.by_name(tx, options.cycle)
    if cycle is None:
        raise NotFound(Code.NO_SUCH_CYCLE)
    return Period(cycle.period_start, cycle.period_end)


def _print(run: DryRun, what: Apply, *, only_look: bool) -> None:
    for line in (*import_text.understood(run), *import_text.changes(run), *import_text.problems(run, what)):
        print(line)
    if not run.plan.has_news(what) and run.file.state is ImportState.PENDING:
        print(f"Nothing new: {import_text.counts(run, what)}.")
    elif only_look:
        print(f"Would be imported: {import_text.counts(run, what)}.")
    else:
        print(f"Imported: {import_text.counts(run, what)}.")
        print(f"Undo with: fullcircle {run.file.kind.value} rollback {run.file.id}")


def _exit_code(run: DryRun, what: Apply) -> int:
    counts = counted(run.table, run.plan, what)
    if not counts.applied and not counts.unchanged:
        return FAILED
    return IN_PART if counts.errors or counts.doubtful else DONE


def _failed(error: AppraisalError, options: argparse.Namespace) -> int:
    text = error_text(error, W)
    if options.json:
        _write_json({"file": options.file.name, "error": error.code.value, "text": text}, options.json)
    print(text, file=sys.stderr if str(options.json) == "-" else sys.stdout)
    return FAILED


def _write_json(data: object, path: Path) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=2)
    if str(path) == "-":
        print(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


def _mapping(path: Path) -> FileMapping:
    return parse_mapping(path.read_text(encoding="utf-8", errors="replace"))


def _wrong_mapping(path: Path, error: InvalidInput) -> Iterator[str]:
    found = error.values["problems"]
    assert isinstance(found, list), "a text that is refused names its problems"
    for problem in found:
        assert isinstance(problem, SchemeProblem), "a text that is refused names its problems"
        yield f"{path}: {scheme_problem_text(problem, W)}"


@contextmanager
def _progress() -> Iterator[Callable[[Step], None]]:
    """A bar with what is being done, where somebody looks at a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=len(_STEPS))

        def tell(step: Step) -> None:
            progress.update(bar, description=_STEPS[step], completed=list(_STEPS).index(step))

        yield tell


async def _undo(deps: Deps, *, options: argparse.Namespace) -> int:
    try:
        file = await to_undo(deps, ImportKind(options.kind), options.id)
        if not options.yes and not _agreed(file):
            return WRONG_ARGUMENTS
        back = await roll_back(deps, None, file.id)
    except AppraisalError as error:
        print(error_text(error, W))
        return FAILED
    for line in import_text.taken_back(back):
        print(line)
    return DONE


def _agreed(file: Import) -> bool:
    """Asks on a terminal; elsewhere nobody could answer."""
    if not sys.stdin.isatty():
        print("Say --yes to undo it without being asked.", file=sys.stderr)
        return False
    when = f"{file.applied_at:%Y-%m-%d %H:%M} UTC" if file.applied_at else ""
    return input(f"Undo the import of {file.file_name} of {when}? [y/N] ").strip().casefold() in ("y", "yes")

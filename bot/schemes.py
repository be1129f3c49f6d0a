"""Schemes on the command line: list, show, check, upload, retire, export, and the JSON Schema for editors."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path

from appraisal.errors import AppraisalError
from appraisal.intake.text_files import decoded
from appraisal.scheme import Dimension, Scheme, ScoredItem, Variant
from appraisal.scheme_changes import Changes
from appraisal.scheme_reasons import SchemeProblem
from appraisal.scheme_schema import json_schema_text
from appraisal.scheme_text import parse_scheme
from appraisal.scheme_versions import SchemeInfo, Upload
from bot.settings import StoreSettings
from bot.store import opened
from services import schemes
from services.deps import Deps
from views.notices import error_text
from views.text import Words

W = Words("en")


def run(options: argparse.Namespace, settings: Callable[[], StoreSettings]) -> int:
    """`options.what` with its arguments. The exit code is 1 where something is wrong with a file or key.

    `settings` are asked for only where the database is needed: a scheme can be checked anywhere.
    """
    try:
        if options.what == "json-schema":
            print(json_schema_text(), end="")
        elif options.what == "check":
            _checked(parse_scheme(_text(options.file)), options.file)
        else:
            asyncio.run(_stored(options, settings()))
    except AppraisalError as error:
        print("\n".join(_refused(error, getattr(options, "file", None))))
        return 1
    return 0


async def _stored(options: argparse.Namespace, settings: StoreSettings) -> None:
    async with opened(settings) as deps:
        await _COMMANDS[options.what](deps, options)


async def _list(deps: Deps, _options: argparse.Namespace) -> None:
    lines = await schemes.overview(deps, None)
    width = max(len(line.scheme.key) for line in lines)
    for line in lines:
        scheme = line.scheme
        print(f"{scheme.key:<{width}}  version {scheme.version}  {scheme.name.en} ({', '.join(_facts(line))})")


def _facts(line: SchemeInfo) -> Iterator[str]:
    if line.uploaded_at is None:
        yield "built in"
    else:
        yield f"uploaded {line.uploaded_at:%Y-%m-%d} by {line.uploaded_by or 'the command line'}"
    yield "1 cycle" if line.cycles == 1 else f"{line.cycles} cycles"
    if line.retired:
        yield "retired"


async def _show(deps: Deps, options: argparse.Namespace) -> None:
    async with deps.read() as tx:
        print("\n".join(_outline(await schemes.find(tx, options.key, retired=True))))


def _outline(scheme: Scheme) -> Iterator[str]:
    yield f"{scheme.key}, version {scheme.version}: {scheme.name.en}"
    yield scheme.about.en
    whole = sum(d.weight for d in scheme.dimensions)
    for dimension in scheme.dimensions:
        yield f"\n{dimension.name.en}, {dimension.weight / whole:.0%}"
        yield from _items(dimension)
    yield "\nBands"
    yield from (f"  {b.key}  from {b.least:g}  {b.name.en}" for b in scheme.bands)
    if scheme.variants:
        yield "\nForms of their own"
        yield from (f"  {_variant(v)}" for v in scheme.variants)


def _items(dimension: Dimension) -> Iterator[str]:
    whole = sum(i.weight for i in dimension.scored())
    for item in dimension.items:
        share = f"{item.weight / whole:.0%}" if isinstance(item, ScoredItem) else "–"
        yield f"  {item.key}  {item.kind}  {share}  {item.name.en}"


def _variant(variant: Variant) -> str:
    added = [i.key for items in variant.add.values() for i in items]
    parts = {
        "departments": variant.departments,
        "job families": variant.job_families,
        "without": variant.drop,
        "with": added,
        "other weights": variant.weights,
    }
    return f"{variant.key}: {variant.name.en}; " + "; ".join(f"{k} {', '.join(v)}" for k, v in parts.items() if v)


async def _upload(deps: Deps, options: argparse.Namespace) -> None:
    text = _text(options.file)
    use = schemes.check_upload if options.dry_run else schemes.save_upload
    print("\n".join(_done(await use(deps, None, text), "Would be saved" if options.dry_run else "Saved")))


def _done(upload: Upload, verb: str) -> Iterator[str]:
    scheme, before = upload.scheme, upload.before
    if upload.is_known:
        what = "it is offered again" if upload.brings_back else "nothing changes"
        yield f"{scheme.key}, version {scheme.version}, is there already: {what}."
        return
    yield f"{verb}: {scheme.key}, version {scheme.version}{_compared(scheme, before)}."
    yield from _told(upload.changes)
    if upload.brings_back:
        yield "It was retired and is offered again."


def _compared(scheme: Scheme, before: Scheme | None) -> str:
    if before is None:
        return ", a new scheme"
    return " in its place" if before.version == scheme.version else f" after version {before.version}"


def _told(changes: Changes) -> Iterator[str]:
    lines: tuple[tuple[str, Iterable[str]], ...] = (
        ("Items added", (i.key for i in changes.added)),
        ("Items left out", (i.key for i in changes.dropped)),
        ("Items changed", (i.key for i in changes.changed)),
        ("Forms of their own added", (v.key for v in changes.variants_added)),
        ("Forms of their own left out", (v.key for v in changes.variants_dropped)),
        ("Forms of their own changed", (v.key for v in changes.variants_changed)),
        ("Also changed", changes.fields),
    )
    yield from (f"{what}: {', '.join(names)}." for what, keys in lines if (names := list(keys)))


async def _retire(deps: Deps, options: argparse.Namespace) -> None:
    scheme = await schemes.retire(deps, None, options.key)
    print(f"Retired: {scheme.key}. New cycles cannot use it; running ones keep it.")


async def _export(deps: Deps, options: argparse.Namespace) -> None:
    async with deps.read() as tx:
        print(await schemes.text_of(tx, options.key), end="")


_COMMANDS: dict[str, Callable[[Deps, argparse.Namespace], Awaitable[None]]] = {
    "list": _list,
    "show": _show,
    "upload": _upload,
    "retire": _retire,
    "export": _export,
}


def _checked(scheme: Scheme, file: Path) -> None:
    forms = ", ".join(["the common form", *(v.name.en for v in scheme.variants)])
    items = sum(1 for _ in scheme.items())
    print(f"{file}: {scheme.key}, version {scheme.version}, is right: {items} items; {forms}.")


def _text(file: Path) -> str:
    return decoded(file.read_bytes()).text


def _refused(error: AppraisalError, file: Path | None) -> list[str]:
    """Every problem as `FILE:LINE: path: reason`, so that editors find the place."""
    problems = error.values.get("problems")
    if file and isinstance(problems, list):
        return [_problem(file, p) for p in problems if isinstance(p, SchemeProblem)]
    return [f"{file}: {error_text(error, W)}" if file else error_text(error, W)]


def _problem(file: Path, problem: SchemeProblem) -> str:
    place = f"{file}:{problem.line}: " + (f"{problem.path}: " if problem.path else "")
    return place + W(f"scheme-problem-{problem.reason.value}", detail=problem.detail)

"""Sources on the command line: list, check, pull, the JSON Schema for editors, and how figures stand."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from appraisal.errors import AppraisalError
from appraisal.intake.runs import Outcome, Run
from appraisal.intake.sources import AnySource, Fault, Http, Push, Sql
from appraisal.intake.standing import CycleFigures, MetricsStatus, SourceStatus
from bot.settings import StoreSettings
from bot.sources import connector, puller
from bot.sources.declared import json_schema, read_sources
from bot.store import opened
from services import claiming, sources
from services.deps import Deps
from views.notices import error_text
from views.sources import MOST_NAMES, failure_text, fault_reason
from views.text import Words

W = Words("en")
LEFT_OUT = 3  # exit code: done, but for some rows

Command = Callable[[Deps, argparse.Namespace, StoreSettings], Awaitable[int]]


def run(options: argparse.Namespace, settings: Callable[[], StoreSettings]) -> int:
    """`options.what` of sources, or `metrics status`.

    The exit code is 1 where something is wrong, 3 where rows were left out.
    """
    if options.what == "json-schema":
        print(json_schema(), end="")
        return 0
    if options.what == "check":
        return _check(settings())
    try:
        return asyncio.run(_stored(options, settings()))
    except AppraisalError as error:
        print(error_text(error, W))
        return 1


async def _stored(options: argparse.Namespace, settings: StoreSettings) -> int:
    async with opened(settings, sources=read_sources(settings.sources_dir)) as deps:
        return await _COMMANDS[options.what](deps, options, settings)


def _check(settings: StoreSettings) -> int:
    """Every fault of every declaration, and secrets that are not set."""
    found = read_sources(settings.sources_dir)
    missing = [(s.key, name) for s in found.declared if (name := _variable(s)) and not os.environ.get(name)]
    for fault in found.faults:
        print(fault_line(fault))
    for key, name in missing:
        print(f"{key}: the environment variable {name} is not set")
    if not found.faults and not missing:
        print(f"{len(found.declared)} sources in {settings.sources_dir}, all well declared.")
        return 0
    return 1


def fault_line(fault: Fault) -> str:
    """`FILE:LINE: path: reason`, as editors and terminals understand it."""
    return f"{fault.file}:{fault.line}: {fault.path + ': ' if fault.path else ''}{fault_reason(fault, W)}"


def _variable(source: AnySource) -> str | None:
    match source:
        case Push() | Http():
            return source.token_env
        case Sql():
            return source.url_env
    return None


async def _list(deps: Deps, _options: argparse.Namespace, _settings: StoreSettings) -> int:
    found = await sources.metrics_status(deps, None)
    for fault in found.faults:
        print(fault_line(fault))
    for each in found.sources:
        print(_line(each))
    if not found.sources and not found.faults:
        print("No source is declared.")
    return 1 if found.faults else 0


async def _pull(deps: Deps, options: argparse.Namespace, settings: StoreSettings) -> int:
    source = claiming.declared(deps, options.key)
    if isinstance(source, Push):
        print(f"{source.key} is pushed by the other system; there is nothing to fetch.")
        return 1
    claim = await claiming.claim_now(deps, source.key)
    ended = await puller.run(deps, claim, connector(source, settings.sources_dir))
    print(_ended(ended))
    if ended.outcome is Outcome.FAILED:
        return 1
    return LEFT_OUT if ended.detail.left_out else 0


async def _status(deps: Deps, options: argparse.Namespace, _settings: StoreSettings) -> int:
    found = await sources.metrics_status(deps, None)
    if options.json:
        print(json.dumps(_as_json(found), indent=2, ensure_ascii=False))
        return 0
    for fault in found.faults:
        print(fault_line(fault))
    for each in found.sources:
        print(_line(each))
    for each in found.by_hand:
        day = each.file.as_of or (each.file.applied_at or each.file.created_at).date()
        print(f"{each.file.source} (by hand): of {day}{', too old' if each.is_stale else ''}")
    for each in found.cycles:
        print("\n".join(_cycle(each)))
    return 0


_COMMANDS: dict[str, Command] = {"list": _list, "pull": _pull, "status": _status}


def _line(each: SourceStatus) -> str:
    parts = [
        f"{each.source.key}: {W(f'standing-{each.standing.value}')}",
        f"last came {_time(each.came_at)}" if each.came_at else "never came",
        f"{each.rows} rows, {each.left_out} left out" if each.taken else "",
        W("source-undone") if each.undone else "",
        f"next {_time(each.next_due)}" if each.next_due else "",
    ]
    last = each.history.last
    failure = failure_text(last.detail, W) if last and last.outcome is Outcome.FAILED else ""
    return "; ".join(p for p in (*parts, failure) if p)


def _ended(run: Run) -> str:
    said = {
        Outcome.APPLIED: "taken",
        Outcome.UNCHANGED: "nothing new",
        Outcome.IDLE: "no open cycle needs figures",
        Outcome.FAILED: failure_text(run.detail, W),
    }
    lines = [f"{run.source}: {said[run.outcome]}"]
    for t in run.detail.taken:
        counts = (
            f"{t.rows} rows: {t.applied} taken, {t.unchanged} as before, {t.doubtful} doubtful, {t.errors} in error"
        )
        lines.append(f"  {t.period_start} to {t.period_end}: {counts}")
    return "\n".join(lines)


def _cycle(each: CycleFigures) -> list[str]:
    lines = [f"{each.cycle.name}: {each.complete} of {each.people} people have all their figures"]
    for gap in each.gaps:
        more = f" and {len(gap.names) - MOST_NAMES} more" if len(gap.names) > MOST_NAMES else ""
        lines.append(f"  {gap.metric.key} is missing for {', '.join(gap.names[:MOST_NAMES])}{more}")
    lines += [
        f"  {s.source}: {s.figures} figures older than {s.fresh_days} days, the oldest of {s.oldest}"
        for s in each.stale
    ]
    return lines


def _as_json(found: MetricsStatus) -> dict[str, Any]:
    return {
        "sources": [
            {
                "key": s.source.key,
                "kind": s.source.kind,
                "standing": s.standing.value,
                "last_success": s.came_at.isoformat() if s.came_at else None,
                "next_due": s.next_due.isoformat() if s.next_due else None,
                "failures": s.history.failures,
                "rows": s.rows,
                "doubtful": sum(t.doubtful for t in s.taken),
                "errors": sum(t.errors for t in s.taken),
                "undone": s.undone,
            }
            for s in found.sources
        ],
        "by_hand": [{"source": h.file.source, "file": h.file.file_name, "stale": h.is_stale} for h in found.by_hand],
        "cycles": [
            {
                "name": c.cycle.name,
                "people": c.people,
                "complete": c.complete,
                "missing": {g.metric.key: list(g.names) for g in c.gaps},
                "stale": [
                    {"source": s.source, "figures": s.figures, "oldest": s.oldest.isoformat(), "days": s.days}
                    for s in c.stale
                ],
            }
            for c in found.cycles
        ],
        "faults": [
            {"file": f.file, "line": f.line, "path": f.path, "reason": f.reason.value, "detail": f.detail}
            for f in found.faults
        ],
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")

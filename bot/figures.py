"""HR's figures of a cycle, and the result of a year, on the command line: to read, or as JSON for other programs."""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

from pydantic import TypeAdapter

from appraisal.errors import AppraisalError
from appraisal.figures import CycleFigures, PersonFigures, YearOfDepartments
from appraisal.scoring.year import Annual
from bot.settings import StoreSettings
from bot.store import opened
from services import annual, figures
from services.deps import Deps
from services.explaining import person_named
from views.annual import annual_lines
from views.blocks import Block
from views.figures import figures_modal, year_blocks
from views.notices import error_text
from views.text import Words

W = Words("en")


def run(options: argparse.Namespace, settings: Callable[[], StoreSettings]) -> int:
    """`options.what`: figures or annual. The exit code is 1 where there is no such cycle or person."""
    try:
        asyncio.run(_stored(options, settings()))
    except AppraisalError as error:
        print(error_text(error, W), file=sys.stderr)
        return 1
    return 0


async def _stored(options: argparse.Namespace, settings: StoreSettings) -> None:
    async with opened(settings) as deps:
        await _COMMANDS[options.what](deps, options)


async def _figures(deps: Deps, options: argparse.Namespace) -> None:
    cycle = await figures.by_name(deps, options.cycle)
    found = await figures.figures(deps, None, cycle.id)
    if not options.json:
        _print(_plain(figures_modal(found, W)["blocks"]))
        return
    people = await figures.figures_of_people(deps, cycle)
    shown = TypeAdapter(CycleFigures).dump_python(found, mode="json", exclude={"cycle": {"scheme"}})
    _print_json({**shown, "people_by_name": TypeAdapter(list[PersonFigures]).dump_python(people, mode="json")})


async def _annual(deps: Deps, options: argparse.Namespace) -> None:
    if options.person is None:
        await _annual_of_all(deps, options)
        return
    async with deps.read() as tx:
        person = await person_named(tx, options.person)
    found = await annual.year_of(deps, person, options.year, options.until)
    if options.json:
        _print_json({"person": person.name, **TypeAdapter(Annual).dump_python(found, mode="json")})
    else:
        _print([person.name, *(html.unescape(line) for line in annual_lines(found, W))])


async def _annual_of_all(deps: Deps, options: argparse.Namespace) -> None:
    found = await annual.year_of_all(deps, options.year, options.until)
    if options.json:
        _print_json(TypeAdapter(YearOfDepartments).dump_python(found, mode="json"))
    else:
        _print(_plain(year_blocks(found, W)))


_COMMANDS: dict[str, Callable[[Deps, argparse.Namespace], Awaitable[None]]] = {
    "figures": _figures,
    "annual": _annual,
}


def _plain(blocks: Iterable[Block]) -> Iterator[str]:
    """What Slack shows, without its markup."""
    for block in blocks:
        texts = [block["text"]] if "text" in block else block.get("elements", [])
        yield from (_unmarked(t["text"]) for t in texts)
        if not texts:
            yield ""


def _unmarked(text: str) -> str:
    return html.unescape(text.replace("*", "").replace(":warning: ", "! "))


def _print(lines: Iterable[str]) -> None:
    print("\n".join(lines))


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))

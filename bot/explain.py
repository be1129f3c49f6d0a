"""Why a score is what it is, on the command line: everything HR may see of it, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import sys

from pydantic import TypeAdapter

from appraisal.errors import AppraisalError
from appraisal.scoring.explanation import Explanation
from bot.settings import StoreSettings
from bot.store import opened
from services.explaining import in_cycle_named
from views.notices import error_text
from views.text import Words

DONE, FAILED = 0, 1
W = Words("en")
_JSON = TypeAdapter(Explanation)


def run(settings: StoreSettings, options: argparse.Namespace) -> int:
    """`explain CYCLE PERSON`. The exit code is 1, with a sentence on standard error, where nothing can be explained."""
    try:
        told = asyncio.run(_told(settings, options.cycle, options.person))
    except AppraisalError as error:
        print(error_text(error, W), file=sys.stderr)
        return FAILED
    print(_JSON.dump_json(told, indent=2).decode())
    return DONE


async def _told(settings: StoreSettings, cycle: str, person: str) -> Explanation:
    async with opened(settings) as deps:
        return (await in_cycle_named(deps, cycle, person)).explanation

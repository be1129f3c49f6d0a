"""Another process that closes the crowd's cycle, slowly enough to be killed: `python -m tests.services.scorer URL`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from services import closing, finishing
from storage import scores
from storage.engine import Database, Tx
from tests.crowd import CYCLE
from tests.world import World


async def main(url: str) -> None:
    """Says "saved" after every card that is in the database, or is just about to be."""
    finishing.AT_ONCE = 1
    save = scores.save

    async def slowly(tx: Tx, scored: Any) -> None:
        await save(tx, scored)
        print("saved", flush=True)
        await asyncio.sleep(0.05)

    scores.save = slowly
    world = World(Database.open(url))
    await closing.close_cycle(world.deps, await world.who("hana"), CYCLE)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

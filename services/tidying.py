"""What nobody needs any more is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from services.deps import Deps
from storage import imports, inbox, outbox, sources
from storage.engine import Tx


class Forget(Protocol):
    """Forgets up to `limit` rows from before a moment; returns how many."""

    async def __call__(self, tx: Tx, before: datetime, /, *, limit: int) -> int: ...


# What, after how long, and how many at once, so that nobody who writes waits long.
RULES: tuple[tuple[Forget, timedelta, int], ...] = (
    (inbox.forget, timedelta(days=30), 1000),  # Slack repeats an event for six minutes
    (outbox.forget, timedelta(days=30), 500),
    (sources.forget, timedelta(days=90), 500),
    (imports.forget_content, timedelta(days=90), 5),  # of up to twenty megabytes
)


async def tidy(deps: Deps) -> int:
    """The daily tidying, in small transactions. Returns how many rows were forgotten or emptied."""
    count = 0
    for forget, age, at_once in RULES:
        done = at_once
        while done == at_once:
            async with deps.begin() as tx:
                done = await forget(tx, deps.now() - age, limit=at_once)
            count += done
    return count

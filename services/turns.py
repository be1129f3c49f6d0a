"""Work on one cycle after another, where one that fails keeps none of the others from its turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import structlog

_log = structlog.get_logger(__name__)


async def in_turn(failed: str, work: Iterable[tuple[str, Callable[[], Awaitable[int]]]]) -> int:
    """What all of it adds up to. `work`: what to do, each with its cycle's id, which is logged when it has `failed`.

    Raises ExceptionGroup of all failures, after everything had its turn.
    """
    done, failures = 0, list[Exception]()
    for cycle_id, do in work:
        try:
            done += await do()
        except Exception as error:
            _log.exception(failed, id=cycle_id)
            failures.append(error)
    if failures:
        raise ExceptionGroup(failed, failures)
    return done

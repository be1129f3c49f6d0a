"""Runs sources that are due: several at once, each within its time, none in the way of another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from appraisal.intake.runs import Failure, FetchFailed, Outcome, Run, limit
from appraisal.intake.sources import Pulled, Push
from bot.sources import Connector
from services import claiming, pulling
from services.claiming import Claim
from services.deps import Deps

log = structlog.get_logger()

AT_ONCE = 4  # sources; each may read a large file


async def run(deps: Deps, claim: Claim, connector: Connector) -> Run:
    """Do a claimed run to its end, whatever comes in between: as it is remembered then."""
    allowed = limit(claim.source).total_seconds()
    try:
        async with asyncio.timeout(allowed):
            ended = await _fetch(deps, claim, connector)
    except FetchFailed as error:
        ended = await pulling.fail(deps, claim, error)
    except TimeoutError:
        ended = await pulling.fail(deps, claim, FetchFailed(Failure.TIMED_OUT, seconds=round(allowed)))
    except asyncio.CancelledError:
        await pulling.give_back(deps, claim)
        raise
    except Exception as error:  # a fault of ours in one source must not end the others
        log.exception("source-broken", id=claim.source.key)
        ended = await pulling.fail(deps, claim, FetchFailed(Failure.BROKEN, why=type(error).__name__))
    failure = ended.detail.failure
    say = log.warning if ended.outcome is Outcome.FAILED else log.info
    say("source-run", id=ended.source, state=ended.outcome.value, code=failure.value if failure else "")
    return ended


async def _fetch(deps: Deps, claim: Claim, connector: Connector) -> Run:
    if not claim.periods:
        return await pulling.idle(deps, claim)
    return await pulling.take(deps, claim, await connector.fetch(claim.last))


class Puller:
    """What the ticker calls. `wake` is told when HR has something to read."""

    def __init__(self, deps: Deps, connect: Callable[[Pulled], Connector], *, wake: Callable[[], None]) -> None:
        self._deps = deps
        self._connect = connect
        self._wake = wake
        self._running: dict[str, asyncio.Task[None]] = {}  # by id of the run

    async def pull(self) -> None:
        """Begin what is due and go on; the runs end by themselves."""
        claims = await claiming.claim_due(self._deps, AT_ONCE - len(self._running), ours=set(self._running))
        for claim in claims:
            task = asyncio.create_task(self._run(claim))
            self._running[claim.run.id] = task

    async def settle(self) -> None:
        """Wait until all that was begun has ended."""
        await asyncio.gather(*self._running.values())

    async def stop(self) -> None:
        """Cut off what runs; it is due at once for whoever comes next."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, claim: Claim) -> None:
        source = claim.source
        assert not isinstance(source, Push), "only what we fetch is due"
        try:
            await run(self._deps, claim, self._connect(source))
        except Exception:  # the database is away: the run counts as dead after a while, and is taken up again
            log.exception("source-run-lost", id=source.key)
        finally:
            del self._running[claim.run.id]
        self._wake()

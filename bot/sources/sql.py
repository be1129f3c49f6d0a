"""Figures from a query of another database."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path

from appraisal.intake.readers import MEGABYTES
from appraisal.intake.runs import Failure, Fetched, FetchFailed, LastRun, Unchanged
from appraisal.intake.sources import Sql
from bot.sources.secrets import secret

QUERY = Path(__file__).with_name("query.py")
START = 5.0  # seconds for the process itself
FAILURES = {"too-large": Failure.TOO_LARGE, "no-driver": Failure.NO_DRIVER, "query": Failure.QUERY}


class SqlConnector:
    """The rows of one query as JSON. A process of its own asks, so that a database that hangs cannot hang us.

    Only the rows themselves tell of what day they are: that they were asked for today makes them no newer.
    """

    def __init__(self, source: Sql) -> None:
        self._source = source

    async def fetch(self, last: LastRun) -> Fetched | Unchanged:
        source = self._source
        request = {
            "url": secret(source.url_env),
            "query": source.query,
            "seconds": source.timeout_seconds,
            "bytes": MEGABYTES * 1_000_000,
        }
        process = await asyncio.create_subprocess_exec(
            # Isolated: what lies in the working directory is not imported.
            *(sys.executable, "-I", str(QUERY)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # may hold the address with its password
        )
        try:
            async with asyncio.timeout(source.timeout_seconds + START):
                out, _ = await process.communicate(json.dumps(request).encode())
        except TimeoutError as error:
            raise FetchFailed(Failure.TIMED_OUT, seconds=source.timeout_seconds) from error
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return Fetched(_rows(out, source), f"{source.key}.json")


def _rows(out: bytes, source: Sql) -> bytes:
    """What the process found. The first line says how it went, the second holds the rows."""
    status, _, rows = out.partition(b"\n")
    try:
        said = json.loads(status)
    except ValueError:  # ended by its own alarm, or by the limit of memory
        raise FetchFailed(Failure.TIMED_OUT, seconds=source.timeout_seconds) from None
    if failure := said.get("failure"):
        values = {"megabytes": MEGABYTES} if failure == "too-large" else {"why": str(said.get("why", ""))}
        if failure == "timed-out":
            raise FetchFailed(Failure.TIMED_OUT, seconds=source.timeout_seconds)
        raise FetchFailed(FAILURES[failure], **values)
    return rows

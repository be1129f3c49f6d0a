"""Files read in a process of their own, which may die without harm."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from weakref import WeakKeyDictionary

import structlog

from appraisal.errors import Code, InvalidInput
from appraisal.intake import child
from appraisal.intake.grids import too_big
from appraisal.intake.headers import Columns
from appraisal.intake.mapping import FileMapping
from appraisal.intake.tables import Table

SECONDS = 30  # until an answer; the child limits its memory and processor time itself
AT_ONCE = 2  # children of one bot
MOST_BYTES = 128_000_000  # of an answer: a file's rows as text, of which a small file may hold very much
_CHUNK = 1 << 18

_log = structlog.get_logger(__name__)
_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def read_in_child(
    content: bytes,
    file_name: str,
    columns: Columns,
    mapping: FileMapping,
    *,
    seconds: float = SECONDS,
    most: int = MOST_BYTES,
) -> Table:
    """`readers.read_file` in a child process, for every file that comes from outside.

    Raises InvalidInput as it does, also InvalidInput(FILE_UNREADABLE) where the child dies or takes too long, and
    InvalidInput(FILE_TOO_BIG_INSIDE) where its answer has more than `most` bytes.
    """
    request = child.request(content, file_name, columns, mapping)
    place = _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with place:
        answer = await _asked(request, seconds, most)
    try:
        return await asyncio.to_thread(child.answered, answer)
    except ValueError as error:
        _log.warning("file_reader_answer", error=str(error))
        raise _unreadable() from None


async def _asked(request: bytes, seconds: float, most: int) -> bytes:
    """The answer of a child that ended well. Raises InvalidInput(FILE_UNREADABLE, FILE_TOO_BIG_INSIDE)."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-m", child.__name__, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={}
    )
    try:
        answer, fault = await asyncio.wait_for(_exchanged(process, request, most), seconds)
    except TimeoutError:
        _log.warning("file_reader_too_slow", seconds=seconds, bytes=len(request))
        raise _unreadable() from None
    finally:
        if process.returncode is None:  # too slow, or nobody waits any longer
            process.kill()
            await process.wait()
    if len(answer) > most:
        _log.warning("file_reader_said_too_much", bytes=len(request))
        raise too_big()
    if process.returncode:
        told = fault.decode("utf-8", "replace")[-200:].strip()
        _log.warning("file_reader_died", code=process.returncode, bytes=len(request), error=told)
        raise _unreadable()
    return answer


async def _exchanged(process: Process, request: bytes, most: int) -> tuple[bytes, bytes]:
    """What the child says to a request, and its fault. A child that says more than `most` bytes is ended."""
    assert process.stdin
    assert process.stdout
    assert process.stderr

    async def send(into: asyncio.StreamWriter) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has ended: how, is told below
            into.write(request)
            await into.drain()
            into.close()

    async def receive(out: asyncio.StreamReader) -> bytes:
        answer = bytearray()
        while chunk := await out.read(_CHUNK):
            if len(answer) <= most:
                answer += chunk
                if len(answer) > most:
                    process.kill()
        return bytes(answer)

    _, answer, fault = await asyncio.gather(send(process.stdin), receive(process.stdout), process.stderr.read())
    await process.wait()
    return answer, fault


def _unreadable() -> InvalidInput:
    return InvalidInput(Code.FILE_UNREADABLE, field="file")

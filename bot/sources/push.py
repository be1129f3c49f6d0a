"""The endpoint to which other systems push figures: `POST /metrics/{source}`. Described in openapi.yml."""

from __future__ import annotations

import asyncio
import hmac
import os
import socket
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from appraisal.errors import AppraisalError, Code, InvalidInput, NotFound, WrongState
from appraisal.intake.readers import MEGABYTES
from appraisal.intake.runs import Fetched, FetchFailed
from appraisal.intake.sources import Push
from appraisal.intake.tables import Reason
from services import claiming, pulling
from services.deps import Deps
from services.imports import DryRun, Period
from views.notices import error_text
from views.text import Words

log = structlog.get_logger()

W = Words("en")  # what machines read
DESCRIPTION = Path(__file__).with_name("openapi.yml")
MOST_BYTES = MEGABYTES * 1_000_000
MOST_PROBLEMS = 1000  # in one answer
A_MINUTE = 60  # requests to one source
AT_ONCE = 4  # bodies in memory
BODY_SECONDS = 60.0
# Whose detail is for HR: other people of that name with their addresses, what somebody's figures were before.
NOT_TOLD = frozenset({Reason.AMBIGUOUS, Reason.FAR_OUTLIER})
TYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/plain": "txt",
    "application/json": "json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}


class Refusal(Exception):
    """A request that is answered with a problem document (RFC 9457)."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.detail, self.headers = status, code, detail, headers or {}

    def answer(self) -> web.Response:
        title = HTTPStatus(self.status).phrase
        body = {"type": "about:blank", "title": title, "status": self.status, "code": self.code, "detail": self.detail}
        return web.json_response(
            body, status=self.status, headers=dict(self.headers), content_type="application/problem+json"
        )


class PushServer:
    """Serves on a port of its own. `wake` is told when HR has something to read."""

    def __init__(self, deps: Deps, *, wake: Callable[[], None], a_minute: int = A_MINUTE) -> None:
        self._deps = deps
        self._wake = wake
        self._a_minute = a_minute
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._busy = 0
        app = web.Application(middlewares=[_problems])
        app.add_routes([web.post("/metrics/{source}", self._push), web.get("/openapi.yml", _describe)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=10.0)
        self.port = 0

    async def start(self, sock: socket.socket) -> None:
        """Serve on a bound socket."""
        await self._runner.setup()
        await web.SockSite(self._runner, sock).start()
        self.port = sock.getsockname()[1]

    async def stop(self) -> None:
        """What is being taken in is finished."""
        await self._runner.cleanup()

    async def _push(self, request: web.Request) -> web.Response:
        source = self._allowed(request)
        self._slow_down(source.key)
        ending = _ending(request)
        period, as_of, only_look = await self._period(request), _day(request, "as_of"), _flag(request, "dry_run")
        if self._busy >= AT_ONCE:
            raise Refusal(429, "too-many-requests", "Other figures are being taken in.", {"Retry-After": "5"})
        self._busy += 1
        try:
            got = Fetched(await _body(request), f"{source.key}.{ending}", as_of=as_of)
            run = await pulling.receive(self._deps, source.key, got, period, only_look=only_look)
        finally:
            self._busy -= 1
        self._wake()
        return web.json_response(_report(source, period, run, only_look=only_look))

    def _allowed(self, request: web.Request) -> Push:
        """The source that is pushed to, for who has its token; who has none is not told which sources there are."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        mine = [s for s in self._deps.sources.declared if isinstance(s, Push) and _has_token(s, token)]
        key = request.match_info["source"]
        source = next((s for s in mine if s.key == key), None)
        if kind.lower() == "bearer" and source:
            return source
        known = any(isinstance(s, Push) and s.key == key for s in self._deps.sources.declared)
        if kind.lower() == "bearer" and mine and not known:
            raise NotFound(Code.NO_SUCH_SOURCE, name=key)
        raise Refusal(401, "unauthorized", "Send this source's token.", {"WWW-Authenticate": "Bearer"})

    def _slow_down(self, key: str) -> None:
        now, recent = time.monotonic(), self._recent[key]
        while recent and now - recent[0] > 60:
            recent.popleft()
        if len(recent) >= self._a_minute:
            wait = {"Retry-After": str(max(1, round(60 - now + recent[0])))}
            raise Refusal(429, "too-many-requests", f"At most {self._a_minute} requests a minute.", wait)
        recent.append(now)

    async def _period(self, request: web.Request) -> Period:
        start, end = _day(request, "from"), _day(request, "to")
        if start is None and end is None:
            return await claiming.only_period(self._deps)
        if start is None or end is None or end < start:
            raise Refusal(422, "period-backwards", "Give both from and to, in this order.")
        return Period(start, end)


def _has_token(source: Push, given: str) -> bool:
    """Compared in constant time; a variable that is not set lets nobody in."""
    wanted = os.environ.get(source.token_env, "").strip()
    return bool(wanted) and hmac.compare_digest(_bytes(given.strip()), _bytes(wanted))


def _bytes(text: str) -> bytes:
    """A header or variable as it came: it need not be UTF-8."""
    return text.encode(errors="surrogateescape")


def _ending(request: web.Request) -> str:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refusal(415, "unsupported-encoding", "Send the body as it is, not compressed.")
    if "Content-Type" not in request.headers or request.content_type not in TYPES:
        raise Refusal(415, "unsupported-type", f"Send one of: {', '.join(TYPES)}.")
    return TYPES[request.content_type]


def _day(request: web.Request, name: str) -> date | None:
    said = request.query.get(name)
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Refusal(422, "not-a-date", f"{name} must be a day like 2026-07-01.") from None


def _flag(request: web.Request, name: str) -> bool:
    said = request.query.get(name, "false").lower()
    if said not in ("true", "false"):
        raise Refusal(422, "not-yes-or-no", f"{name} must be true or false.")
    return said == "true"


async def _body(request: web.Request) -> bytes:
    too_large = Refusal(413, "file-too-large", f"At most {MEGABYTES} MB can be read.")
    if (request.content_length or 0) > MOST_BYTES:
        raise too_large
    content = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_chunked(64 * 1024):
                content += chunk
                if len(content) > MOST_BYTES:
                    raise too_large
    except TimeoutError:
        raise Refusal(408, "too-slow", f"The body did not come within {BODY_SECONDS:.0f} seconds.") from None
    return bytes(content)


def _report(source: Push, period: Period, run: DryRun, *, only_look: bool) -> dict[str, Any]:
    problems = sorted(run.plan.problems, key=lambda p: (p.sheet, p.row, p.column, p.reason))
    return {
        "source": source.key,
        "period": {"from": period.start.isoformat(), "to": period.end.isoformat()},
        "outcome": "dry-run" if only_look else "applied" if run.counts.applied else "unchanged",
        "counts": dict(vars(run.counts)),
        "problems": [
            {
                "sheet": p.sheet,
                "row": p.row,
                "column": p.column,
                "value": p.value,
                "reason": p.reason.value,
                "detail": "" if p.reason in NOT_TOLD else p.detail,
                "doubt": p.is_doubt,
            }
            for p in problems[:MOST_PROBLEMS]
        ],
        "more_problems": max(0, len(problems) - MOST_PROBLEMS),
    }


async def _describe(_request: web.Request) -> web.Response:
    return web.Response(text=DESCRIPTION.read_text("utf-8"), content_type="application/yaml")


@web.middleware
async def _problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Whatever goes wrong is a problem document."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return refusal.answer()
    except FetchFailed as error:
        cause = error.__cause__
        return _refused(cause if isinstance(cause, AppraisalError) else InvalidInput(Code.FILE_UNREADABLE)).answer()
    except AppraisalError as error:
        return _refused(error).answer()
    except web.HTTPException as error:  # no such path, another method
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return Refusal(error.status, "no-such-address", "Post to /metrics/{source}.", headers).answer()
    except Exception:
        log.exception("push-failed")
        return Refusal(500, "broken", "Something went wrong in Fullcircle; its log says more.").answer()


def _refused(error: AppraisalError) -> Refusal:
    match error:
        case NotFound():
            status = 404
        case WrongState():
            status = 409
        case InvalidInput(code=Code.FILE_TOO_LARGE):
            status = 413
        case _:
            status = 422
    headers = {"Retry-After": "5"} if error.code is Code.SOURCE_BUSY else None
    return Refusal(status, error.code.value, error_text(error, W), headers)

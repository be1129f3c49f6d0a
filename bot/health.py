"""Is the process alive, is it ready, and in the demo: what time is it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from appraisal.errors import Code
from bot.clock import parse_span

log = structlog.get_logger()

Advance = Callable[[timedelta], Awaitable[datetime]]
Ready = Callable[[], Awaitable[dict[str, bool]]]
READY_WITHIN = 5.0  # seconds


class Health:
    """`/livez`, `/readyz` and `/clock` on a loopback port of their own. `advance` None: the clock is the real one."""

    def __init__(self, *, ready: Ready, advance: Advance | None) -> None:
        self._ready = ready
        self._advance = advance
        app = web.Application()
        app.add_routes(
            [web.get("/livez", self._livez), web.get("/readyz", self._readyz), web.post("/clock", self._clock)]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        self.port = 0

    async def start(self, sock: socket.socket) -> None:
        """Serve on a bound socket."""
        await self._runner.setup()
        await web.SockSite(self._runner, sock).start()
        self.port = sock.getsockname()[1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _livez(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _readyz(self, _request: web.Request) -> web.Response:
        try:
            checks = await asyncio.wait_for(self._ready(), READY_WITHIN)
        except Exception:  # whatever stands in the way, the answer is no
            log.exception("readiness-unknown")
            checks = {"database": False}
        ready = all(checks.values())
        return web.json_response({"ready": ready, "checks": checks}, status=200 if ready else 503)

    async def _clock(self, request: web.Request) -> web.Response:
        if self._advance is None:
            return web.json_response({"ok": False, "error": Code.CLOCK_FIXED.value}, status=403)
        try:
            body = json.loads(await request.text())
            span = parse_span(str(body["advance"]))
        except (ValueError, KeyError, TypeError):
            message = 'Send {"advance": "3d"}; 90m and 1d12h are understood too, up to a year.'
            return web.json_response({"ok": False, "error": "invalid-span", "message": message}, status=400)
        now = await self._advance(span)
        return web.json_response({"ok": True, "now": now.isoformat(timespec="seconds")})


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises OSError where the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(128)
    except OSError:
        sock.close()
        raise
    return sock

"""The sandbox as a web server, to be started from the command line or inside a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox import people_api, stage_api, web_api
from sandbox.config import Config
from sandbox.files import MAX_BYTES
from sandbox.interactions import Interactions
from sandbox.keys import INTERACTIONS, WORKSPACE
from sandbox.methods import files
from sandbox.workspace import Workspace

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Running:
    """A started sandbox. `api_url` is what slack_sdk wants as base_url."""

    port: int
    url: str
    workspace: Workspace
    runner: web.AppRunner

    @property
    def api_url(self) -> str:
        """The Web API's address, with the slash at its end that slack_sdk needs."""
        return f"{self.url}/api/"

    async def stop(self) -> None:
        """Close all connections and the state file."""
        await self.workspace.close()
        await self.runner.cleanup()


async def start(config: Config) -> Running:
    """Start a sandbox on the running event loop.

    Raises ValueError on an unusable manifest or users file, OSError when the port is taken.
    """
    ws = Workspace(config)
    runner = web.AppRunner(_application(ws), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, config.host, config.port).start()
    except OSError:
        await runner.cleanup()
        ws.store.close()
        raise
    port: int = runner.addresses[0][1]
    url = f"http://{config.host}:{port}"
    ws.listen_at(url)
    return Running(port, url, ws, runner)


def _application(ws: Workspace) -> web.Application:
    app = web.Application(client_max_size=MAX_BYTES)
    app[WORKSPACE] = ws
    app[INTERACTIONS] = Interactions(ws)
    app.add_routes(
        [
            web.route("*", "/api/{method}", web_api.call),
            web.get("/socket", ws.sockets.handle),
            web.post("/upload/v1/{file}", files.receive),
            web.get("/files-pri/{team}-{file}/{rest:.*}", files.private),
            *people_api.ROUTES,
            *stage_api.ROUTES,
            web.get("/", _index),
        ]
    )
    if STATIC.is_dir():
        app.router.add_static("/static/", STATIC)
    return app


async def _index(_request: web.Request) -> web.StreamResponse:
    page = STATIC / "index.html"
    if not page.is_file():
        raise web.HTTPNotFound(text="The page is not installed; the API is at /_sandbox/.")
    return web.FileResponse(page, headers={"Cache-Control": "no-cache"})

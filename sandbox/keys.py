"""The key under which the web application holds its workspace."""

from aiohttp import web

from sandbox.interactions import Interactions
from sandbox.workspace import Workspace

WORKSPACE = web.AppKey("workspace", Workspace)
INTERACTIONS = web.AppKey("interactions", Interactions)

"""Web API: files, and the addresses where they are put and got."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.directory import BOT_USER
from sandbox.files import MAX_BYTES
from sandbox.keys import WORKSPACE
from sandbox.kit.limits import Refusal, check_message
from sandbox.methods.method import Args, Method, required
from sandbox.methods.team import dm
from sandbox.workspace import Workspace


def _upload_url(ws: Workspace, args: Args) -> dict[str, Any]:
    name = str(required(args, "filename"))
    try:
        size = int(required(args, "length"))
    except ValueError:
        raise Refusal("invalid_arguments", ["[ERROR] length must be an integer"]) from None
    if not 0 < size <= MAX_BYTES:
        raise Refusal("file_upload_size_restricted")
    file_id = ws.files.announce(BOT_USER, name, size)
    return {"upload_url": f"{ws.files.base_url}/upload/v1/{file_id}", "file_id": file_id}


def _complete(ws: Workspace, args: Args) -> dict[str, Any]:
    given = args.get("files")
    if not isinstance(given, list) or not given:
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: files"])
    user = dm(ws, {"channel": args.get("channel_id")}) if args.get("channel_id") else None
    files = [ws.files.entitle(each.get("id"), each.get("title")) for each in given]
    if user:
        text = args.get("initial_comment") or ""
        check_message(text, args.get("blocks"), files=True)
        ws.messages.post(user, text, args.get("blocks"), files=files)
    return {"files": files}


def _info(ws: Workspace, args: Args) -> dict[str, Any]:
    return {"file": ws.files.get(required(args, "file", "file_not_found")), "comments": []}


async def receive(request: web.Request) -> web.Response:
    """POST /upload/v1/{id}: the content, raw or as the only file of a form."""
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        part = next((each for each in form.values() if isinstance(each, web.FileField)), None)
        content = part.file.read() if part else b""
    else:
        content = await request.read()
    try:
        request.app[WORKSPACE].files.receive(request.match_info["file"], content)
    except Refusal as refusal:
        return web.Response(text=refusal.error, status=400)
    return web.Response(text=f"OK - {len(content)}")


async def private(request: web.Request) -> web.Response:
    """GET url_private: the content for the app; as in Slack a login page for whoever may not see it."""
    ws = request.app[WORKSPACE]
    allowed = request.headers.get("Authorization") == f"Bearer {ws.config.bot_token}"
    if not allowed or "files:read" not in ws.manifest.scopes:
        page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to Slack</body></html>"
        return web.Response(text=page, content_type="text/html")
    return download(ws, request.match_info["file"])


def download(ws: Workspace, file_id: str) -> web.Response:
    """A file's content as an attachment, or 404."""
    try:
        file, content = ws.files.get(file_id), ws.files.content(file_id)
    except Refusal:
        return web.Response(status=404, text="file_not_found")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file['name'])}"}
    return web.Response(body=content, content_type=file["mimetype"], headers=headers)


METHODS = {
    "files.getUploadURLExternal": Method(_upload_url, "files:write"),
    "files.completeUploadExternal": Method(_complete, "files:write"),
    "files.info": Method(_info, "files:read"),
}

"""Slack's Web API under /api/: tokens, scopes, rate limits, failures to order, the log; methods are elsewhere."""

from __future__ import annotations

import json
import time
from typing import Any

from aiohttp import web

from sandbox.keys import WORKSPACE
from sandbox.kit.limits import Refusal
from sandbox.methods import chat, files, team, views
from sandbox.methods.method import Args, Method, TokenKind
from sandbox.workspace import Workspace

METHODS: dict[str, Method] = {
    **team.METHODS,
    **chat.METHODS,
    **views.METHODS,
    **files.METHODS,
}
NESTED = ("blocks", "view", "metadata", "files", "attachments")
FORMAT_ERRORS = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}


async def call(request: web.Request) -> web.Response:
    """Answer one Web API call."""
    ws = request.app[WORKSPACE]
    name = request.match_info["method"]
    started = time.perf_counter()
    headers = {"x-oauth-scopes": ",".join(sorted(ws.manifest.scopes))}
    try:
        answer, refusal = _perform(ws, name, _token(request), await _arguments(request)), None
    except Refusal as caught:
        answer, refusal = caught.answer(), caught
    error = refusal.error if refusal else None
    ws.note(name, error, time.perf_counter() - started, refusal.messages if refusal else [])
    if refusal and refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    return web.json_response(answer, status=refusal.status if refusal else 200, headers=headers)


def _perform(ws: Workspace, name: str, token: str, args: Args) -> dict[str, Any]:
    token = token or str(args.pop("token", "") or "")
    method = METHODS.get(name)
    if method is None:
        raise Refusal("unknown_method", more={"req_method": name})
    _authorize(ws, method, token)
    _unpack(args)
    failure = ws.failures.next(name, args)
    if failure and not failure.lost:
        raise failure.refusal()
    ws.rates.take(name, args.get("channel"))
    answer = {"ok": True, **method.run(ws, args)}
    if failure:
        raise failure.refusal()
    return answer


def _authorize(ws: Workspace, method: Method, token: str) -> None:
    if method.token is TokenKind.NONE:
        return
    if not token:
        raise Refusal("not_authed")
    kinds = {ws.config.app_token: TokenKind.APP, ws.config.bot_token: TokenKind.BOT}
    if token not in kinds:
        raise Refusal("invalid_auth")
    if kinds[token] is not method.token:
        raise Refusal("not_allowed_token_type")
    if method.scope and method.scope not in ws.manifest.scopes:
        provided = ",".join(sorted(ws.manifest.scopes))
        raise Refusal("missing_scope", more={"needed": method.scope, "provided": provided})


def _token(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _arguments(request: web.Request) -> Args:
    args: Args = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        return {**args, **body}
    return {**args, **{key: value for key, value in (await request.post()).items() if isinstance(value, str)}}


def _unpack(args: Args) -> None:
    for name in NESTED:
        value = args.get(name)
        if not isinstance(value, str):
            continue
        try:
            args[name] = json.loads(value)
        except ValueError:
            raise Refusal(FORMAT_ERRORS.get(name, "invalid_arguments")) from None

"""/_sandbox/: what happens around people: the event stream, the clock, newcomers, failures, the log."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from sandbox.clock import parse_span
from sandbox.directory import as_user
from sandbox.feed import EVERYONE
from sandbox.keys import WORKSPACE
from sandbox.kit.limits import Refusal
from sandbox.people_api import Body, acting, endpoint
from sandbox.workspace import Workspace

KEEP_ALIVE_SECONDS = 15.0
LONGEST_WAIT = 60.0


def _listener(ws: Workspace, body: Body) -> str:
    return EVERYONE if body.get("as") == EVERYONE else acting(ws, body)["id"]


async def events(request: web.Request) -> web.StreamResponse:
    """GET events: Server-Sent Events from now on, or after `since_seq` / Last-Event-ID."""
    ws = request.app[WORKSPACE]
    try:
        user = _listener(ws, dict(request.query))
    except Refusal as refusal:
        return web.json_response({"ok": False, "error": refusal.error}, status=404)
    seq = _since(ws, request.headers.get("Last-Event-ID") or request.query.get("since_seq"))
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
    stream = web.StreamResponse(headers=headers)
    await stream.prepare(request)
    await stream.write(b": hello\n\n")
    while not ws.feed.closed:
        news = await ws.feed.wait(seq, user, KEEP_ALIVE_SECONDS)
        seq = news[-1]["seq"] if news else seq
        lines = [f"id: {each['seq']}\ndata: {json.dumps(each, ensure_ascii=False)}\n\n" for each in news]
        try:
            await stream.write("".join(lines).encode() or b": still here\n\n")
        except ConnectionError:
            break
    return stream


async def wait(request: web.Request, body: Body) -> Body:
    """POST wait: long poll for events after `since_seq` (default: from now), at most `timeout` seconds."""
    ws = request.app[WORKSPACE]
    seq = _since(ws, body.get("since_seq"))
    seconds = min(float(body.get("timeout") or 0), LONGEST_WAIT)
    found = await ws.feed.wait(seq, _listener(ws, body), seconds)
    return {"events": found, "seq": found[-1]["seq"] if found else ws.feed.seq}


async def clock(request: web.Request, body: Body) -> Body:
    """POST clock: moves the sandbox and, first, whatever listens at the clock URL."""
    ws = request.app[WORKSPACE]
    try:
        span = parse_span(str(body.get("advance") or ""))
    except ValueError as error:
        raise Refusal("invalid_span", [str(error)]) from None
    if ws.config.clock_url:
        await _forward(ws.config.clock_url, {"advance": body["advance"]})
    ws.advance(span)
    return {"now": ws.clock.iso()}


async def _forward(url: str, body: dict[str, Any]) -> None:
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=30)) as session,
            session.post(url, json=body) as answer,
        ):
            if answer.status >= 400:
                raise Refusal("clock_refused", [(await answer.text())[:300]])
    except (ClientError, TimeoutError) as error:
        raise Refusal("clock_unreachable", [str(error)]) from None


def users(request: web.Request, body: Body) -> Body:
    """POST users: adds or changes people; the app hears of it if it has subscribed."""
    ws = request.app[WORKSPACE]
    people = body.get("users")
    if not isinstance(people, list) or not all(isinstance(each, dict) and each.get("id") for each in people):
        raise Refusal("invalid_users")
    for person in people:
        new = ws.people.change(person)
        kind = "team_join" if new else "user_change"
        if ws.subscribed(kind):
            seen = as_user(ws.people.get(person["id"]), email="users:read.email" in ws.manifest.scopes, locale=True)
            event = {"type": kind, "user": seen, "event_ts": ws.clock.stamp()}
            ws.delivery.event(event, ws.clock.now())
    return {}


async def faults(request: web.Request, body: Body) -> Body:
    """POST faults: order a failure, `{"clear": true}` all of them, or `{"disconnect": reason}` the sockets."""
    ws = request.app[WORKSPACE]
    if body.get("clear"):
        ws.failures.clear()
    elif body.get("disconnect"):
        await ws.sockets.disconnect(str(body["disconnect"]))
    else:
        try:
            ws.failures.order({key: value for key, value in body.items() if key != "as"})
        except TypeError as error:
            raise Refusal("invalid_arguments", [str(error)]) from None
    return {}


def log(request: web.Request, _body: Body) -> Body:
    """GET log: the last 1,000 Web API calls and deliveries."""
    return {"log": list(request.app[WORKSPACE].log)}


async def respond(request: web.Request) -> web.Response:
    """POST response_url."""
    ws = request.app[WORKSPACE]
    loop = asyncio.get_running_loop()
    started, error, messages = loop.time(), None, []
    try:
        body = json.loads(await request.text())
        ws.response_urls.answer(request.match_info["key"], body)
        return web.Response(text="ok")
    except ValueError:
        error = "invalid_payload"
        return web.Response(text=error, status=400)
    except Refusal as refusal:
        error, messages = refusal.error, refusal.messages
        status = refusal.status if refusal.status != 200 else 400
        return web.json_response(refusal.answer(), status=status)
    finally:
        ws.note("response_url", error, loop.time() - started, messages)


def _since(ws: Workspace, asked: Any) -> int:
    """The number asked for, or the present one; never ahead of it, as after a restart of the sandbox."""
    try:
        return min(int(asked), ws.feed.seq)
    except (TypeError, ValueError):
        return ws.feed.seq


ROUTES: list[web.RouteDef] = [
    web.get("/_sandbox/events", events),
    web.post("/_sandbox/wait", endpoint(wait)),
    web.post("/_sandbox/clock", endpoint(clock)),
    web.post("/_sandbox/users", endpoint(users)),
    web.post("/_sandbox/faults", endpoint(faults)),
    web.get("/_sandbox/log", endpoint(log)),
    web.post("/actions/{key}", respond),
]

"""/_sandbox/: what the page, tests and simulated people use to act and to look."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.delivery.envelopes import NoAck
from sandbox.directory import BOT_USER, Person, color, initials
from sandbox.keys import INTERACTIONS, WORKSPACE
from sandbox.kit.limits import Refusal
from sandbox.messages import channel_of
from sandbox.methods.files import download
from sandbox.workspace import Workspace

Body = dict[str, Any]
Handler = Callable[[web.Request, Body], Awaitable[Body] | Body]


def endpoint(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Wrap a handler: parses a JSON body, answers Refusal and NoAck as {"ok": false, "error", "messages"}.

    The status stays 200, since these are what a person would see, not faults of the caller.
    """

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            answer = handler(request, await _body(request))
            result = answer if isinstance(answer, dict) else await answer
        except Refusal as refusal:
            return web.json_response({"ok": False, "error": refusal.error, "messages": refusal.messages})
        except NoAck as failure:
            return web.json_response({"ok": False, "error": failure.error, "messages": []})
        return web.json_response({"ok": True, **result})

    return serve


async def _body(request: web.Request) -> Body:
    if request.method != "POST" or request.content_type.startswith("multipart/"):
        return dict(request.query)
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(body, dict):
        raise Refusal("invalid_json")
    return {**request.query, **body}


def acting(ws: Workspace, body: Body) -> Person:
    """The person who acts (`as`). Raises Refusal user_not_found or user_deactivated."""
    person = ws.people.get(str(body.get("as")))
    if person not in ws.people.humans():
        raise Refusal("user_not_found")
    if person.get("deleted"):
        raise Refusal("user_deactivated")
    return person


def workspace(request: web.Request, _body: Body) -> Body:
    """GET workspace: team, app, people, commands."""
    ws = request.app[WORKSPACE]
    return {
        "team": {"name": ws.config.team_name},
        "app": {
            "name": ws.manifest.name,
            "bot_user_id": BOT_USER,
            "home_tab": ws.manifest.home_tab,
            "messages_tab": ws.manifest.messages_tab and ws.manifest.can_write_to_app,
            "connected": ws.reachable,
        },
        "users": [_card(ws, person) for person in ws.people.humans()],
        "commands": [
            {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
            for each in ws.manifest.commands
        ],
        "has_clock": bool(ws.config.clock_url),
        "now": ws.clock.iso(),
        "seq": ws.feed.seq,
    }


def _card(ws: Workspace, person: Person) -> Body:
    name = person.get("real_name") or person["name"]
    return {
        "id": person["id"],
        "name": person["name"],
        "real_name": name,
        "title": person.get("title") or "",
        "locale": person.get("locale") or "en-US",
        "tz": person.get("tz") or "Etc/UTC",
        "deleted": bool(person.get("deleted")),
        "unread": ws.messages.unread(person["id"]),
        "avatar": {"initials": initials(name), "color": f"#{color(person['id'])}"},
    }


def dm(request: web.Request, body: Body) -> Body:
    """GET dm: the messages between a person and the app."""
    ws = request.app[WORKSPACE]
    user = acting(ws, body)["id"]
    return {
        "channel": channel_of(user),
        "messages": [ws.messages.shown(user, each) for each in ws.messages.list(user)],
        "unread": ws.messages.unread(user),
        "seq": ws.feed.seq,
    }


def dm_read(request: web.Request, body: Body) -> Body:
    """POST dm/read: the person has seen everything."""
    ws = request.app[WORKSPACE]
    ws.messages.read(acting(ws, body)["id"])
    return {}


def dm_send(request: web.Request, body: Body) -> Body:
    """POST dm/send: the person writes to the app."""
    ws = request.app[WORKSPACE]
    text = str(body.get("text") or "").strip()
    if not text:
        raise Refusal("no_text")
    person = acting(ws, body)
    message = request.app[INTERACTIONS].say(person, text)
    return {"message": ws.messages.shown(person["id"], message)}


async def home(request: web.Request, body: Body) -> Body:
    """GET home: the person's Home; with open=1 the app is told first."""
    ws = request.app[WORKSPACE]
    person = acting(ws, body)
    if body.get("open") in ("1", "true"):
        return {"view": await request.app[INTERACTIONS].open_home(person)}
    return {"view": ws.views.home(person["id"])}


async def command(request: web.Request, body: Body) -> Body:
    """POST command: a slash command, answered once the app has acked."""
    person = acting(request.app[WORKSPACE], body)
    outcome = await request.app[INTERACTIONS].command(person, str(body.get("text") or ""))
    return {"outcome": {**outcome, "stack": request.app[WORKSPACE].views.stack(person["id"])}}


async def action(request: web.Request, body: Body) -> Body:
    """POST action: a button, menu or other element."""
    ws = request.app[WORKSPACE]
    person = acting(ws, body)
    dispatched = await request.app[INTERACTIONS].action(person, body)
    return {"dispatched": dispatched, "stack": ws.views.stack(person["id"])}


async def suggest(request: web.Request, body: Body) -> Body:
    """POST suggest: the options of an external select."""
    return await request.app[INTERACTIONS].suggest(acting(request.app[WORKSPACE], body), body)


async def submit(request: web.Request, body: Body) -> Body:
    """POST view/submit: the visible modal."""
    person = acting(request.app[WORKSPACE], body)
    return await request.app[INTERACTIONS].submit(person, body.get("view_id"), body.get("state"))


async def close(request: web.Request, body: Body) -> Body:
    """POST view/close: the visible modal, or all with `clear`."""
    ws = request.app[WORKSPACE]
    person = acting(ws, body)
    await request.app[INTERACTIONS].close(person, body.get("view_id"), clear=bool(body.get("clear")))
    return {"stack": ws.views.stack(person["id"])}


def views(request: web.Request, body: Body) -> Body:
    """GET views: the modals a person has open."""
    ws = request.app[WORKSPACE]
    return {"stack": ws.views.stack(acting(ws, body)["id"])}


async def upload(request: web.Request, body: Body) -> Body:
    """POST upload: a person's file, for a file input."""
    ws = request.app[WORKSPACE]
    person = acting(ws, body)
    part = (await request.post()).get("file")
    if not isinstance(part, web.FileField):
        raise Refusal("no_file")
    content = part.file.read()
    file_id = ws.files.announce(person["id"], part.filename, len(content))
    ws.files.receive(file_id, content)
    file = ws.files.get(file_id)
    return {"file": {key: file[key] for key in ("id", "name", "size", "mimetype", "filetype")}}


async def file(request: web.Request) -> web.StreamResponse:
    """GET file/{id}: a download for people."""
    return download(request.app[WORKSPACE], request.match_info["file"])


ROUTES: list[web.RouteDef] = [
    web.get("/_sandbox/workspace", endpoint(workspace)),
    web.get("/_sandbox/dm", endpoint(dm)),
    web.post("/_sandbox/dm/read", endpoint(dm_read)),
    web.post("/_sandbox/dm/send", endpoint(dm_send)),
    web.get("/_sandbox/home", endpoint(home)),
    web.post("/_sandbox/command", endpoint(command)),
    web.post("/_sandbox/action", endpoint(action)),
    web.post("/_sandbox/suggest", endpoint(suggest)),
    web.post("/_sandbox/view/submit", endpoint(submit)),
    web.post("/_sandbox/view/close", endpoint(close)),
    web.get("/_sandbox/views", endpoint(views)),
    web.post("/_sandbox/upload", endpoint(upload)),
    web.get("/_sandbox/file/{file}", file),
]

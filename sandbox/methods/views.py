"""Web API: modals and Home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.kit.limits import Refusal
from sandbox.methods.method import Args, Method, required
from sandbox.modals import View
from sandbox.workspace import Workspace


def _open(ws: Workspace, args: Args) -> dict[str, Any]:
    return _triggered(ws, args, ws.views.open)


def _push(ws: Workspace, args: Args) -> dict[str, Any]:
    return _triggered(ws, args, ws.views.push)


def _triggered(ws: Workspace, args: Args, show: Callable[[str, Any], View]) -> dict[str, Any]:
    key = str(args.get("trigger_id") or required(args, "interactivity_pointer"))
    view = show(ws.triggers.user(key), required(args, "view"))
    ws.triggers.spend(key)
    return {"view": view}


def _update(ws: Workspace, args: Args) -> dict[str, Any]:
    if not args.get("view_id") and not args.get("external_id"):
        raise Refusal("invalid_arguments", ["[ERROR] missing required field: view_id"])
    user, view = ws.views.locate(args.get("view_id"), args.get("external_id"))
    return {"view": ws.views.update(user, view, required(args, "view"), args.get("hash"))}


def _publish(ws: Workspace, args: Args) -> dict[str, Any]:
    if not ws.manifest.home_tab:
        raise Refusal("not_enabled")
    person = ws.people.get(required(args, "user_id", "user_not_found"))
    if person.get("deleted"):
        raise Refusal("user_not_found")
    return {"view": ws.views.publish(person["id"], required(args, "view"), args.get("hash"))}


METHODS = {
    "views.open": Method(_open),
    "views.push": Method(_push),
    "views.update": Method(_update),
    "views.publish": Method(_publish),
}

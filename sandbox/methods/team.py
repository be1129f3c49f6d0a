"""Web API: who the app is, connections, people, conversations."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.directory import APP, BOT, BOT_USER, TEAM, as_user
from sandbox.kit.limits import Refusal, check_message
from sandbox.messages import channel_of, public
from sandbox.methods.method import Args, Method, TokenKind, flag, required
from sandbox.workspace import Workspace

PAGE = 200


def _auth_test(ws: Workspace, _args: Args) -> dict[str, Any]:
    return {
        "url": f"{ws.files.base_url}/",
        "team": ws.config.team_name,
        "user": ws.manifest.bot_name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "is_enterprise_install": False,
    }


def _connections_open(ws: Workspace, _args: Args) -> dict[str, Any]:
    if not ws.manifest.socket_mode:
        raise Refusal("socket_mode_not_enabled")
    base = ws.files.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/socket?ticket={ws.sockets.ticket()}&app_id={APP}"}


def _users_list(ws: Workspace, args: Args) -> dict[str, Any]:
    limit = _limit(args)
    start = _cursor(args.get("cursor"))
    people = ws.people.all()
    page = people[start : start + limit]
    more = start + limit < len(people)
    return {
        "members": [_user(ws, person, args) for person in page],
        "cache_ts": int(ws.clock.now()),
        "response_metadata": {"next_cursor": _encode(start + limit) if more else ""},
    }


def _users_info(ws: Workspace, args: Args) -> dict[str, Any]:
    return {"user": _user(ws, ws.people.get(required(args, "user", "user_not_found")), args)}


def _users_by_email(ws: Workspace, args: Args) -> dict[str, Any]:
    return {"user": _user(ws, ws.people.by_email(required(args, "email", "users_not_found")), args)}


def _conversations_open(ws: Workspace, args: Args) -> dict[str, Any]:
    users = [each for each in str(required(args, "users", "users_list_not_supplied")).split(",") if each]
    if len(users) != 1:
        raise Refusal("not_enough_users")
    if ws.people.get(users[0]).get("deleted"):
        raise Refusal("user_disabled")
    channel: dict[str, Any] = {"id": channel_of(ws.messages.resolve(users[0]))}
    if flag(args, "return_im"):
        channel |= {"is_im": True, "user": users[0]}
    return {"channel": channel}


def _history(ws: Workspace, args: Args) -> dict[str, Any]:
    user = dm(ws, args)
    metadata = flag(args, "include_all_metadata")
    messages = [each for each in reversed(ws.messages.list(user)) if not each.get("ephemeral")]
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    inclusive = flag(args, "inclusive")
    wanted = [each for each in messages if _between(float(each["ts"]), oldest, latest, inclusive=inclusive)]
    start, limit = _cursor(args.get("cursor")), _limit(args, default=100)
    more = start + limit < len(wanted)
    answer: dict[str, Any] = {
        "messages": [public(each, metadata=metadata) for each in wanted[start : start + limit]],
        "has_more": more,
    }
    if more:
        answer["response_metadata"] = {"next_cursor": _encode(start + limit)}
    return answer


def _between(ts: float, oldest: float, latest: float, *, inclusive: bool) -> bool:
    return oldest <= ts <= latest if inclusive else oldest < ts < latest


def _validate_blocks(_ws: Workspace, args: Args) -> dict[str, Any]:
    check_message(None, required(args, "blocks", "no_blocks"))
    return {}


def dm(ws: Workspace, args: Args) -> str:
    """The user whose DM the argument `channel` names by its D… id.

    Raises Refusal channel_not_found, for a user id too: only chat.postMessage takes those.
    """
    channel = required(args, "channel", "channel_not_found")
    if not str(channel).startswith("D"):
        raise Refusal("channel_not_found")
    return ws.messages.resolve(channel)


def _user(ws: Workspace, person: dict[str, Any], args: Args) -> dict[str, Any]:
    email = "users:read.email" in ws.manifest.scopes
    return as_user(person, email=email, locale=flag(args, "include_locale"))


def _limit(args: Args, default: int = PAGE) -> int:
    try:
        limit = int(args.get("limit") or default)
    except (TypeError, ValueError):
        raise Refusal("invalid_limit") from None
    if not 1 <= limit <= 1000:
        raise Refusal("invalid_limit")
    return min(limit, PAGE)


def _encode(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _cursor(cursor: Any) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(str(cursor)).decode().removeprefix("next:"))
    except (ValueError, binascii.Error):
        raise Refusal("invalid_cursor") from None


METHODS = {
    "api.test": Method(lambda _ws, args: {"args": args}, token=TokenKind.NONE),
    "blocks.validate": Method(_validate_blocks, token=TokenKind.NONE),
    "auth.test": Method(_auth_test),
    "apps.connections.open": Method(_connections_open, token=TokenKind.APP),
    "users.list": Method(_users_list, "users:read"),
    "users.info": Method(_users_info, "users:read"),
    "users.lookupByEmail": Method(_users_by_email, "users:read.email"),
    "usergroups.list": Method(lambda _ws, _args: {"usergroups": []}, "usergroups:read"),
    "conversations.open": Method(_conversations_open, "im:write"),
    "conversations.history": Method(_history, "im:history"),
}

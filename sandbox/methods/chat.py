"""Web API: messages."""

from __future__ import annotations

from typing import Any

from sandbox.directory import BOT_USER
from sandbox.kit.limits import MAX_UPDATED_TEXT, Refusal, check_message
from sandbox.messages import Message, channel_of, public
from sandbox.methods.method import Args, Method, required
from sandbox.methods.team import dm
from sandbox.workspace import Workspace


def _post(ws: Workspace, args: Args) -> dict[str, Any]:
    user = ws.messages.resolve(required(args, "channel", "channel_not_found"))
    if not ws.manifest.messages_tab:
        raise Refusal("messages_tab_disabled")
    _check(args)
    message = ws.messages.post(
        user,
        args.get("text") or "",
        args.get("blocks"),
        metadata=args.get("metadata"),
        thread_ts=args.get("thread_ts"),
    )
    answer: dict[str, Any] = {"channel": channel_of(user), "ts": message["ts"], "message": public(message)}
    if not args.get("text"):
        answer |= {"warning": "missing_text_in_message"}
        answer |= {"response_metadata": {"warnings": ["missing_text_in_message"]}}
    return answer


def _post_ephemeral(ws: Workspace, args: Args) -> dict[str, Any]:
    user = dm(ws, args)
    if required(args, "user", "user_not_found") != user:
        raise Refusal("user_not_in_channel")
    _check(args)
    message = ws.messages.post(user, args.get("text") or "", args.get("blocks"), ephemeral=True)
    return {"message_ts": message["ts"]}


def _update(ws: Workspace, args: Args) -> dict[str, Any]:
    user = dm(ws, args)
    message = _own(ws, user, args, "cant_update_message")
    _check(args, longest=MAX_UPDATED_TEXT)
    ws.messages.update(user, message, args.get("text"), args.get("blocks"), metadata=args.get("metadata"))
    return {
        "channel": channel_of(user),
        "ts": message["ts"],
        "text": message["text"],
        "message": public(message),
    }


def _delete(ws: Workspace, args: Args) -> dict[str, Any]:
    user = dm(ws, args)
    message = _own(ws, user, args, "cant_delete_message")
    ws.messages.delete(user, message)
    return {"channel": channel_of(user), "ts": message["ts"]}


def _own(ws: Workspace, user: str, args: Args, error: str) -> Message:
    message = ws.messages.get(user, required(args, "ts", "message_not_found"), ephemeral=False)
    if message["user"] != BOT_USER:
        raise Refusal(error)
    return message


def _check(args: Args, **limits: Any) -> None:
    if args.get("attachments"):
        raise Refusal("invalid_attachments")
    check_message(args.get("text"), args.get("blocks"), args.get("metadata"), **limits)


METHODS = {
    "chat.postMessage": Method(_post, "chat:write"),
    "chat.postEphemeral": Method(_post_ephemeral, "chat:write"),
    "chat.update": Method(_update, "chat:write"),
    "chat.delete": Method(_delete, "chat:write"),
}
